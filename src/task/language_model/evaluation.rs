//! What the test part shows of a language model: how hard each window was.

use std::sync::Arc;

use super::super::objective::{Observer, Worst};
use super::super::samples::{origin_cells, origin_header, row_of};
use runner_data::Target;
use runner_data::loader::Batch;
use runner_data::{Part, StandIn};
use runner_ground::error::{Error, Kind, Result};
use runner_loss::Prediction;
use runner_results::findings::{Findings, Mistake};

/// Characters of a window that the page shows.
const SHOWN: usize = 200;

pub(super) struct Evaluation {
    characters: Vec<String>,
    part: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
    rows: Vec<Row>,
    worst: Worst<Passage>,
}

/// One row of predictions.csv.
struct Row {
    index: u32,
    /// The characters to be predicted.
    text: String,
    /// Nats a character.
    loss: f64,
    accuracy: f64,
}

/// A window that was predicted badly.
struct Passage {
    index: u32,
    target: String,
    predicted: String,
    loss: f64,
}

impl Evaluation {
    pub fn new(characters: Vec<String>, part: Option<Arc<Part>>, stand_in: Option<StandIn>) -> Self {
        Self {
            characters,
            part,
            stand_in,
            rows: Vec::new(),
            worst: Worst::new(),
        }
    }

    fn text(&self, tokens: &[u32]) -> String {
        let character = |&token: &u32| self.characters.get(token as usize).map(String::as_str);
        tokens.iter().filter_map(character).collect()
    }
}

impl Observer for Evaluation {
    fn see(&mut self, batch: &Batch, outputs: &[f32], losses: &[f64]) {
        let Target::Classes(tokens) = batch.target() else {
            return;
        };
        let length = (tokens.len() / batch.len().max(1)).max(1);
        let width = length * self.characters.len().max(1);
        let windows = outputs.chunks_exact(width).zip(tokens.chunks_exact(length));
        for (((outputs, tokens), &loss), &index) in windows.zip(losses).zip(&batch.indices) {
            let steps = outputs.chunks_exact(self.characters.len().max(1));
            let predicted: Vec<u32> = steps.map(|row| Prediction::Softmax.class(row)).collect();
            let found = predicted.iter().zip(tokens).filter(|(a, b)| a == b).count();
            let text = self.text(tokens);
            let predicted = self.text(&predicted);
            self.worst.consider(loss, || Passage {
                index,
                target: visible(&text),
                predicted: visible(&predicted),
                loss,
            });
            self.rows.push(Row {
                index,
                text,
                loss,
                accuracy: found as f64 / length as f64,
            });
        }
    }

    fn predictions(&self) -> Result<Vec<u8>> {
        let wrong = |error: &dyn std::fmt::Display| Error::new(Kind::Failure, format!("predictions.csv: {error}"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        let own = ["loss", "accuracy", "text"].map(str::to_owned);
        let header = origin_header(self.part.as_deref(), self.stand_in.as_ref())
            .into_iter()
            .chain(own);
        writer.write_record(header).map_err(|error| wrong(&error))?;
        for row in &self.rows {
            let own = [row.loss.to_string(), row.accuracy.to_string(), row.text.clone()];
            let origin = origin_cells(self.part.as_deref(), self.stand_in.as_ref(), row.index);
            let record = origin.into_iter().chain(own);
            writer.write_record(record).map_err(|error| wrong(&error))?;
        }
        writer.into_inner().map_err(|error| wrong(&error))
    }

    fn findings(&self) -> Findings {
        let mistake = |passage: &Passage| Mistake {
            index: passage.index as usize,
            row: self
                .part
                .as_deref()
                .and_then(|part| row_of(part, passage.index as usize)),
            name: None,
            target: passage.target.clone(),
            predicted: passage.predicted.clone(),
            confidence: None,
            loss: passage.loss,
            picture: None,
            text: None,
            features: Vec::new(),
        };
        Findings {
            mistakes: self.worst.iter().map(mistake).collect(),
            ..Findings::default()
        }
    }
}

/// A text on one line.
fn visible(text: &str) -> String {
    let short = text.chars().take(SHOWN);
    short
        .map(|character| if character == '\n' { '⏎' } else { character })
        .collect()
}
