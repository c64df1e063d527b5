//! What the test part shows of a classifier: predictions.csv, which class was taken for which, the worst mistakes.

use std::sync::Arc;

use crate::objective::{Observer, Worst};
use crate::samples::{features_of, name_of, origin_cells, origin_header, picture_of, row_of, text_of};
use runner_data::loader::Batch;
use runner_data::{Part, StandIn};
use runner_ground::error::{Error, Kind, Result};
use runner_loss::Prediction;
use runner_metric::ConfusionMatrix;
use runner_results::findings::{ClassScore, Confusion, Findings, Mistake};

/// What the test part shows.
pub(super) struct Evaluation {
    pub(super) classes: Vec<String>,
    pub(super) prediction: Prediction,
    pub(super) input: Vec<usize>,
    pub(super) features: Option<Vec<String>>,
    pub(super) vocabulary: Vec<String>,
    pub(super) part: Option<Arc<Part>>,
    pub(super) stand_in: Option<StandIn>,
    pub(super) confusion: ConfusionMatrix,
    pub(super) rows: Vec<Row>,
    pub(super) worst: Worst<usize>,
}

/// Of more classes than this the probabilities are not written: each would be a column of predictions.csv.
const MOST_PROBABILITIES: usize = 1000;

pub(super) fn written(classes: &[String]) -> &[String] {
    if classes.len() <= MOST_PROBABILITIES {
        classes
    } else {
        &[]
    }
}

/// One row of predictions.csv.
#[derive(Clone, Debug)]
pub(super) struct Row {
    index: u32,
    target: u32,
    predicted: u32,
    /// Of the predicted class.
    confidence: f32,
    /// Of each class, where there are no more than [`MOST_PROBABILITIES`].
    probabilities: Vec<f32>,
    loss: f64,
}

impl Observer for Evaluation {
    fn see(&mut self, batch: &Batch, outputs: &[f32], losses: &[f64]) {
        let runner_data::Target::Classes(targets) = batch.target() else {
            return;
        };
        let width = (outputs.len() / targets.len().max(1)).max(1);
        let samples = outputs.chunks_exact(width).zip(targets).zip(losses).zip(&batch.indices);
        for (((outputs, &target), &loss), &index) in samples {
            let predicted = self.prediction.class(outputs);
            self.confusion.add(target, predicted);
            let row = self.rows.len();
            if predicted != target {
                self.worst.consider(loss, || row);
            }
            let mut probabilities = self.prediction.class_probabilities(outputs);
            let confidence = probabilities.get(predicted as usize).copied().unwrap_or(f32::NAN);
            probabilities.truncate(self.written().len());
            self.rows.push(Row {
                index,
                target,
                predicted,
                confidence,
                probabilities,
                loss,
            });
        }
    }

    fn predictions(&self) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let wrong = |error: csv::Error| Error::new(Kind::Failure, format!("predictions.csv: {error}"));
        let probabilities = self.written().iter().map(|class| format!("p_{class}"));
        let header = ["target", "predicted", "correct", "loss"].map(str::to_owned);
        let origin = origin_header(self.part.as_deref(), self.stand_in.as_ref());
        writer
            .write_record(origin.into_iter().chain(header).chain(probabilities))
            .map_err(wrong)?;
        for row in &self.rows {
            let origin = origin_cells(self.part.as_deref(), self.stand_in.as_ref(), row.index);
            let start = [
                self.class(row.target).to_owned(),
                self.class(row.predicted).to_owned(),
                u8::from(row.target == row.predicted).to_string(),
                row.loss.to_string(),
            ];
            let record = origin
                .into_iter()
                .chain(start)
                .chain(row.probabilities.iter().map(ToString::to_string));
            writer.write_record(record).map_err(wrong)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::new(Kind::Failure, format!("predictions.csv: {error}")))
    }

    fn findings(&self) -> Findings {
        let scores = self.classes.iter().zip(self.confusion.scores());
        let per_class = scores.map(|(name, scores)| ClassScore {
            name: name.clone(),
            precision: scores.precision,
            recall: scores.recall,
            f1: scores.f1,
            support: scores.support,
        });
        Findings {
            per_class: per_class.collect(),
            confusion: Some(Confusion {
                classes: self.classes.clone(),
                counts: self.confusion.counts().collect(),
            }),
            mistakes: self.worst.of(&self.rows).map(|row| self.mistake(row)).collect(),
            ..Findings::default()
        }
    }
}

impl Evaluation {
    fn class(&self, index: u32) -> &str {
        self.classes.get(index as usize).map_or("?", String::as_str)
    }

    /// The classes whose probabilities are written: all, unless there are too many.
    fn written(&self) -> &[String] {
        written(&self.classes)
    }

    fn mistake(&self, row: &Row) -> Mistake {
        let index = row.index as usize;
        let part = self.part.as_deref();
        Mistake {
            index,
            row: part.and_then(|part| row_of(part, index)),
            name: part.and_then(|part| name_of(part, index)),
            target: self.class(row.target).to_owned(),
            predicted: self.class(row.predicted).to_owned(),
            confidence: Some(f64::from(row.confidence)),
            loss: row.loss,
            picture: part.and_then(|part| picture_of(part, &self.input, index)),
            text: part.and_then(|part| text_of(part, &self.vocabulary, index)),
            features: part
                .map(|part| features_of(part, self.features.as_deref(), index))
                .unwrap_or_default(),
        }
    }
}
