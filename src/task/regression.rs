//! Regression: one or more numbers for each sample. The network learns standardized targets; metrics,
//! predictions and plots are in the data's own units.

use std::sync::Arc;

use super::fit::Fit;
use super::model_plan::{MODEL, model_field, model_plan};
use super::objective::{Meter, Objective, Observer, Worst};
use super::plan::supervised_plan;
use super::samples::{features_of, name_of, origin_cells, origin_header, picture_of, row_of, targets_of};
use super::supervised::Supervised;
use super::target::{of_text, remedy};
use super::units::{InUnits, Units};
use super::{ByModel, Fitted, Plan, Setup, TaskDef, Trained};
use runner_data::Target;
use runner_data::loader::Batch;
use runner_data::{DataInfo, FieldKind, Part, StandIn};
use runner_declare as declare;
use runner_declare::{Field, KeyPath, Presence, Problem, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_loss as loss;
use runner_loss::Prediction;
use runner_metric::Regression;
use runner_nn::Network;
use runner_recipe::{Approach, Recipe};
use runner_results::findings::{Findings, Mistake, Points};

/// `task: regression`.
pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "regression",
        doc: "Predicts numbers.",
        fields: &[
            super::plan::NETWORK,
            Field {
                key: "loss",
                doc: "What the training makes small, on standardized targets.",
                kind: declare::Kind::Variant {
                    of: super::plan::losses,
                    common: &[],
                },
                presence: Presence::Default("\"mse\""),
            },
        ],
        shorthand: None,
    },
    plan,
    by_model: Some(ByModel {
        section: Section {
            name: "regression",
            doc: "Predicts numbers.",
            fields: &[model_field(runner_model::regressors)],
            shorthand: None,
        },
        build: by_model,
    }),
};

fn by_model(setup: &Setup<'_>) -> Result<Box<dyn Fitted>> {
    let chosen = setup.recipe.chosen(MODEL).unwrap_or_default();
    let def = runner_model::regressor(&chosen.name);
    Ok(Box::new(Fit::new(setup, def, objective(setup)?)?))
}

/// The task with the network `N`.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn task<N: Network>(setup: &Setup<'_>) -> Result<Box<dyn Trained>> {
    Ok(Box::new(Supervised::new::<N>(setup, objective(setup)?)?))
}

/// What makes a supervised task a regression.
pub(super) fn objective(setup: &Setup<'_>) -> Result<Box<dyn Objective>> {
    Ok(Box::new(Regress::new(setup)?))
}

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    if info.next_tokens().is_some() {
        problems.push(of_text("regression", info));
    }
    if info.classes().is_some() {
        let message = format!("regression needs numbers, but {} has classes as targets", info.name);
        problems.push(Problem::new(KeyPath::from("task"), message).help(remedy(recipe, "values", "classification")));
    }
    let def = recipe.chosen("loss").and_then(|chosen| loss::find(&chosen.name));
    if let Some(def) = def.filter(|def| def.prediction == Prediction::Sigmoid) {
        let name = def.section.name;
        let message = format!("{name} takes targets from 0 to 1, but those of a regression are standardized");
        problems.push(Problem::new(KeyPath::from("loss"), message).help("use mse, mae or huber"));
    }
    let metrics = ["mae", "rmse", "r2"].map(str::to_owned);
    match recipe.approach {
        Approach::Network => supervised_plan("regression", recipe, info, &metrics, problems),
        Approach::Model => {
            let find = runner_model::regressor;
            model_plan("regression", recipe, info, find, &metrics, "rmse", problems)
        }
    }
}

struct Regress {
    names: Vec<String>,
    units: Units,
    input: Vec<usize>,
    features: Option<Vec<String>>,
    test: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
}

impl Regress {
    fn new(setup: &Setup<'_>) -> Result<Self> {
        let info = &setup.dataset.info;
        let Some(FieldKind::Numbers { names: Some(names), .. }) = info.target() else {
            return Err(Error::new(
                Kind::Data,
                format!("{} has no numbers as targets", info.name),
            ));
        };
        Ok(Self {
            units: Units::new(names.len(), setup.dataset.target_normalization.as_ref()),
            names: names.clone(),
            input: info.shape(),
            features: info.features().map(<[String]>::to_vec),
            test: setup.dataset.test.clone(),
            stand_in: info.stand_in.clone(),
        })
    }
}

impl Objective for Regress {
    fn meter(&self) -> Box<dyn Meter> {
        Box::new(InUnits {
            units: self.units.clone(),
            metric: Regression::new(self.names.len()),
        })
    }

    fn columns(&self) -> Option<Vec<String>> {
        Some(self.names.iter().map(|name| format!("predicted_{name}")).collect())
    }

    fn cells(&self, outputs: &[f32]) -> Vec<String> {
        let predicted = self.units.predicted(outputs).into_iter();
        predicted.map(|x| self.units.cell(x)).collect()
    }

    fn observer(&self) -> Box<dyn Observer> {
        Box::new(Evaluation {
            names: self.names.clone(),
            units: self.units.clone(),
            input: self.input.clone(),
            features: self.features.clone(),
            part: self.test.clone(),
            stand_in: self.stand_in.clone(),
            rows: Vec::new(),
            worst: Worst::new(),
        })
    }
}

/// What the test part shows.
struct Evaluation {
    names: Vec<String>,
    units: Units,
    input: Vec<usize>,
    features: Option<Vec<String>>,
    part: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
    rows: Vec<Row>,
    worst: Worst<usize>,
}

/// One sample, in the data's own units.
struct Row {
    index: u32,
    targets: Vec<f64>,
    predictions: Vec<f64>,
    loss: f64,
}

impl Observer for Evaluation {
    fn see(&mut self, batch: &Batch, outputs: &[f32], losses: &[f64]) {
        let Target::Values(values) = batch.target() else { return };
        let width = self.names.len().max(1);
        let (outputs, values) = (self.units.predicted(outputs), self.units.restore(values));
        let samples = outputs
            .chunks_exact(width)
            .zip(values.chunks_exact(width))
            .zip(losses)
            .zip(&batch.indices);
        for (((outputs, values), &loss), &index) in samples {
            let row = self.rows.len();
            self.worst.consider(loss, || row);
            // As they stand in the data: scaled to and fro, 19.4 comes back as 19.399998.
            let given = self.part.as_deref().and_then(|part| targets_of(part, index as usize));
            self.rows.push(Row {
                index,
                targets: given.unwrap_or_else(|| values.to_vec()),
                predictions: outputs.to_vec(),
                loss,
            });
        }
    }

    fn predictions(&self) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let wrong = |error: csv::Error| Error::new(Kind::Failure, format!("predictions.csv: {error}"));
        let mut header = origin_header(self.part.as_deref(), self.stand_in.as_ref());
        for name in &self.names {
            header.extend([format!("target_{name}"), format!("predicted_{name}")]);
        }
        header.push("loss".to_owned());
        writer.write_record(header).map_err(wrong)?;
        for row in &self.rows {
            let pairs = row
                .targets
                .iter()
                .zip(&row.predictions)
                .flat_map(|(&t, &p)| [self.units.cell(t), self.units.cell(p)]);
            let record = origin_cells(self.part.as_deref(), self.stand_in.as_ref(), row.index)
                .into_iter()
                .chain(pairs)
                .chain([row.loss.to_string()]);
            writer.write_record(record).map_err(wrong)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::new(Kind::Failure, format!("predictions.csv: {error}")))
    }

    fn findings(&self) -> Findings {
        let first = |row: &Row| Some([*row.targets.first()?, *row.predictions.first()?]);
        let pairs: Vec<[f64; 2]> = self.rows.iter().filter_map(first).collect();
        let name = self.names.first().cloned().unwrap_or_default();
        let points = if self.units.are_exact() {
            Points::exact(name, &pairs)
        } else {
            let single = |place: usize| -> Vec<f32> { pairs.iter().map(|pair| pair[place] as f32).collect() };
            Points::thinned(name, &single(0), &single(1))
        };
        Findings {
            points: Some(points),
            mistakes: self.worst.of(&self.rows).map(|row| self.mistake(row)).collect(),
            ..Findings::default()
        }
    }
}

impl Evaluation {
    fn mistake(&self, row: &Row) -> Mistake {
        let shown = |(place, &x): (usize, &f64)| self.units.shown(place, x);
        let given = |&x: &f64| self.units.cell(x);
        let predicted: Vec<String> = row.predictions.iter().enumerate().map(shown).collect();
        let target: Vec<String> = if self.units.are_exact() {
            row.targets.iter().map(given).collect()
        } else {
            row.targets.iter().enumerate().map(shown).collect()
        };
        let part = self.part.as_deref();
        let index = row.index as usize;
        Mistake {
            index,
            row: part.and_then(|part| row_of(part, index)),
            name: part.and_then(|part| name_of(part, index)),
            target: target.join(", "),
            predicted: predicted.join(", "),
            confidence: None,
            loss: row.loss,
            picture: part.and_then(|part| picture_of(part, &self.input, index)),
            text: None,
            features: part
                .map(|part| features_of(part, self.features.as_deref(), index))
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
