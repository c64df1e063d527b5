//! Classification: one of several classes for each sample.

use std::sync::Arc;

use super::objective::{Meter, Objective, Observer, Worst};
use super::plan::supervised_plan;
use super::samples::{features_of, origin_cells, origin_header, picture_of, row_of, text_of};
use super::supervised::Supervised;
use super::target::{of_text, remedy};
use super::{Plan, Setup, Task, TaskDef, text};
use runner_data::loader::Batch;
use runner_data::{DataInfo, FieldKind, Part, StandIn};
use runner_declare as declare;
use runner_declare::{Field, KeyPath, Presence, Problem, Section, Value};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::closest;
use runner_loss as loss;
use runner_loss::Prediction;
use runner_metric::{Asked, Classification, ConfusionMatrix, Metric};
use runner_nn::Network;
use runner_recipe::Recipe;
use runner_results::findings::{ClassScore, Confusion, Findings, Mistake};

/// `task: classification`.
pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "classification",
        doc: "Tells which of several classes a sample belongs to.",
        fields: &[
            super::plan::NETWORK,
            Field {
                key: "loss",
                doc: "What the training makes small.",
                kind: declare::Kind::Variant {
                    of: super::plan::losses,
                    common: &[],
                },
                presence: Presence::Default("\"cross_entropy\""),
            },
            Field {
                key: "top_k",
                doc: "Also report how often the class is among the k largest outputs.",
                kind: declare::Kind::Integer { min: 2, max: 1000 },
                presence: Presence::Optional,
            },
            Field {
                key: "metrics",
                doc: "What is told of each part besides the loss, in this order; bars show the first. When absent: accuracy, \
                      precision, recall and f1.",
                kind: declare::Kind::List {
                    of: &declare::Kind::Either(&[declare::Kind::Name(runner_metric::sections), declare::Kind::Text]),
                    min: 1,
                    max: 64,
                },
                presence: Presence::Optional,
            },
        ],
        shorthand: None,
    },
    plan,
};

/// The task with the network `N`.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn task<N: Network>(setup: &Setup<'_>) -> Result<Box<dyn Task>> {
    let mut task = Supervised::new::<N>(setup, objective(setup)?)?;
    text::ignores_padding(task.network(), &setup.dataset.info)?;
    Ok(Box::new(task))
}

/// What makes a supervised task a classification.
pub(super) fn objective(setup: &Setup<'_>) -> Result<Box<dyn Objective>> {
    Ok(Box::new(Classify::new(setup)?))
}

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    let classes = info.classes().unwrap_or_default();
    let names: Vec<String> = match asked(recipe, classes) {
        Ok(asked) => {
            problems.extend(too_many(&asked, classes.len(), info));
            asked.into_iter().map(|one| one.name).collect()
        }
        Err(found) => {
            // Where there are no classes, that is what is wrong.
            problems.extend(found.into_iter().filter(|_| !classes.is_empty()));
            meant(recipe, classes)
        }
    };
    match (info.target(), top_k(recipe)) {
        (Some(FieldKind::Class(classes)), Some(k)) if k >= classes.len() => {
            let message = format!("top_k is {k}, but there are only {} classes", classes.len());
            problems.push(Problem::new(KeyPath::from("top_k"), message).help("remove it, or make it smaller"));
        }
        (Some(FieldKind::Class(_)), _) => {}
        (Some(FieldKind::Tokens { .. }), _) => problems.push(of_text("classification", info)),
        _ => {
            let message = format!("classification needs classes, but {} has numbers as targets", info.name);
            problems.push(Problem::new(KeyPath::from("task"), message).help(remedy(recipe, "classes", "regression")));
        }
    }
    supervised_plan("classification", recipe, info, &names, problems)
}

/// The metrics that the recipe asks for, else the usual ones.
fn asked(recipe: &Recipe, classes: &[String]) -> std::result::Result<Vec<Asked>, Vec<Problem>> {
    let listed = recipe.task.settings.get("metrics").and_then(|list| list.as_array());
    let Some(listed) = listed else {
        // That k is too large is told of `top_k`.
        return Ok(Asked::usual(top_k(recipe).filter(|&k| k < classes.len())));
    };
    let (mut asked, mut problems) = (Vec::<Asked>::new(), Vec::new());
    for (place, name) in listed.iter().enumerate() {
        let name = name.as_str().unwrap_or_default();
        let path = KeyPath::from("metrics").join(place);
        match Asked::new(name, classes) {
            Ok(one) if asked.iter().any(|other| other.name == one.name) => {
                problems.push(Problem::new(path, format!("'{name}' stands there twice")).help("remove one of the two"));
            }
            Ok(one) => asked.push(one),
            Err([message, help]) => problems.push(Problem::new(path, message).help(help)),
        }
    }
    let top_k = top_k(recipe).map(|k| format!("top_{k}_accuracy"));
    if let Some(name) = top_k.filter(|name| asked.iter().all(|one| one.name != *name)) {
        let message = format!("top_k asks for {name}, which 'metrics' does not list");
        problems.push(Problem::new(KeyPath::from("top_k"), message).help("remove top_k, or add it to 'metrics'"));
    }
    if problems.is_empty() { Ok(asked) } else { Err(problems) }
}

/// The metrics that are meant by a list with mistakes: what else names one of them is not wrong.
fn meant(recipe: &Recipe, classes: &[String]) -> Vec<String> {
    let listed = recipe.task.settings.get("metrics").and_then(|list| list.as_array());
    let known: Vec<String> = runner_metric::sections()
        .into_iter()
        .flat_map(|section| match section.name.strip_suffix("CLASS") {
            Some(start) => classes.iter().map(|class| format!("{start}{class}")).collect(),
            None => vec![section.name.to_owned()],
        })
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let names = listed.into_iter().flatten().filter_map(|name| name.as_str());
    let mut meant: Vec<String> = Vec::new();
    for name in names.filter_map(|name| match Asked::new(name, classes) {
        Ok(_) => Some(name),
        Err(_) => closest(name, &known),
    }) {
        if meant.iter().all(|other| other != name) {
            meant.push(name.to_owned());
        }
    }
    meant
}

/// So many probabilities are kept for metrics that rank samples: 4 bytes each.
const MOST_KEPT: usize = 1 << 28;

fn too_many(asked: &[Asked], classes: usize, info: &DataInfo) -> Option<Problem> {
    let ranks = asked.iter().position(Asked::reads_probabilities)?;
    let samples = info.rows.into_iter().max().unwrap_or(0);
    let kept = samples.saturating_mul(classes);
    (kept > MOST_KEPT).then(|| {
        let message = format!(
            "{} keeps the probabilities of all samples: {samples} samples of {classes} classes are too many",
            asked[ranks].name
        );
        Problem::new(KeyPath::from("metrics").join(ranks), message).help(format!(
            "at most {MOST_KEPT} numbers; ask for metrics that only count, such as f1"
        ))
    })
}

fn top_k(recipe: &Recipe) -> Option<usize> {
    recipe.task.settings.get("top_k")?.as_u64().map(|k| k as usize)
}

struct Classify {
    classes: Vec<String>,
    asked: Vec<Asked>,
    prediction: Prediction,
    input: Vec<usize>,
    features: Option<Vec<String>>,
    vocabulary: Vec<String>,
    test: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
}

impl Classify {
    fn new(setup: &Setup<'_>) -> Result<Self> {
        let info = &setup.dataset.info;
        let Some(classes) = info.classes() else {
            return Err(Error::new(Kind::Data, format!("{} has no classes", info.name)));
        };
        let name = setup
            .recipe
            .chosen("loss")
            .map(|chosen| chosen.name)
            .unwrap_or_default();
        Ok(Self {
            classes: classes.to_vec(),
            asked: asked(setup.recipe, classes).map_err(Error::from)?,
            prediction: loss::find(&name).map_or(Prediction::Softmax, |def| def.prediction),
            input: info.shape(),
            features: info.features().map(<[String]>::to_vec),
            vocabulary: info.vocabulary().unwrap_or_default().to_vec(),
            test: setup.dataset.test.clone(),
            stand_in: info.stand_in.clone(),
        })
    }
}

impl Objective for Classify {
    fn meter(&self) -> Box<dyn Meter> {
        Box::new(Counted {
            seen: Classification::seen_by(&self.asked, self.classes.len(), self.prediction),
            asked: self.asked.clone(),
        })
    }

    fn columns(&self) -> Option<Vec<String>> {
        let probabilities = written(&self.classes).iter().map(|class| format!("p_{class}"));
        Some(["predicted".to_owned()].into_iter().chain(probabilities).collect())
    }

    fn cells(&self, outputs: &[f32]) -> Vec<String> {
        let class = self.classes.get(self.prediction.class(outputs) as usize);
        let probabilities = self.prediction.class_probabilities(outputs);
        let probabilities = probabilities.iter().take(written(&self.classes).len());
        class
            .cloned()
            .into_iter()
            .chain(probabilities.map(f32::to_string))
            .collect()
    }

    fn observer(&self) -> Box<dyn Observer> {
        Box::new(Look {
            classes: self.classes.clone(),
            prediction: self.prediction,
            input: self.input.clone(),
            features: self.features.clone(),
            vocabulary: self.vocabulary.clone(),
            part: self.test.clone(),
            stand_in: self.stand_in.clone(),
            confusion: ConfusionMatrix::new(self.classes.len()),
            rows: Vec::new(),
            worst: Worst::new(),
        })
    }
}

/// The metrics that are asked for, over what was seen.
struct Counted {
    asked: Vec<Asked>,
    seen: Classification,
}

impl Metric for Counted {
    fn update(&mut self, outputs: &[f32], target: runner_data::Target<'_>) {
        self.seen.update(outputs, target);
    }

    fn values(&self) -> Vec<(String, f64)> {
        let value = |one: &Asked| (one.name.clone(), self.seen.value(one));
        self.asked.iter().map(value).collect()
    }

    fn is_like(&self, other: &Self) -> bool {
        self.seen.is_like(&other.seen)
    }
}

impl Meter for Counted {
    fn state(&self) -> Value {
        self.seen.state()
    }

    fn restore(&mut self, state: &Value) -> Result<()> {
        self.seen.restore(state)
    }
}

/// What the test part shows.
struct Look {
    classes: Vec<String>,
    prediction: Prediction,
    input: Vec<usize>,
    features: Option<Vec<String>>,
    vocabulary: Vec<String>,
    part: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
    confusion: ConfusionMatrix,
    rows: Vec<Row>,
    worst: Worst<usize>,
}

/// Of more classes than this the probabilities are not written: each would be a column of predictions.csv.
const MOST_PROBABILITIES: usize = 1000;

fn written(classes: &[String]) -> &[String] {
    if classes.len() <= MOST_PROBABILITIES {
        classes
    } else {
        &[]
    }
}

/// One row of predictions.csv.
#[derive(Clone, Debug)]
struct Row {
    index: u32,
    target: u32,
    predicted: u32,
    /// Of the predicted class.
    confidence: f32,
    /// Of each class, where there are no more than [`MOST_PROBABILITIES`].
    probabilities: Vec<f32>,
    loss: f64,
}

impl Observer for Look {
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
        let origin = origin_header(self.stand_in.as_ref());
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
            mistakes: self
                .worst
                .iter()
                .filter_map(|&row| self.rows.get(row))
                .map(|row| self.mistake(row))
                .collect(),
            points: None,
        }
    }
}

impl Look {
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

#[cfg(test)]
mod tests;
