//! The plan of a recipe with a model, before anything runs.

use super::Plan;
use super::check::horizon;
use super::plan::of_parts;
use super::table::shape;
use runner_data::DataInfo;
use runner_declare::{Field, KeyPath, Kind, Presence, Problem, Section};
use runner_model::EstimatorDef;
use runner_optim::schedule::Horizon;
use runner_recipe::Recipe;

/// What does a plan's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// A program of its own, compiled from its networks.
    Compiled,
    /// The runner itself, started again: there is nothing to compile.
    Builtin,
}

/// A model and how long its fit is.
#[derive(Clone, Debug)]
pub struct PlannedModel {
    /// Its name in recipes.
    pub name: String,
    /// What a step is called.
    pub step: &'static str,
    /// The most steps.
    pub steps: u64,
    /// Bytes that a fit needs.
    pub memory: u64,
}

impl Program {
    /// What helps where memory is too small for it.
    pub fn narrower(self) -> &'static str {
        match self {
            Self::Compiled => "make the layers narrower, or trainer.batch_size smaller",
            Self::Builtin => "fit it to fewer samples or features",
        }
    }
}

impl Plan {
    /// What does its work.
    pub fn program(&self) -> Program {
        match self.model {
            Some(_) => Program::Builtin,
            None => Program::Compiled,
        }
    }

    /// Epochs and steps over `samples` training samples; each step of a model counts as an epoch.
    pub fn horizon(&self, recipe: &Recipe, samples: usize) -> Horizon {
        match &self.model {
            Some(model) => Horizon {
                epochs: model.steps,
                steps_per_epoch: 1,
            },
            None => horizon(recipe, samples),
        }
    }
}

/// The key of the model that stands in the place of networks.
pub(super) const MODEL: &str = "model";

/// The recipe's `model`.
pub(super) const fn model_field(of: fn() -> Vec<&'static Section>) -> Field {
    Field {
        key: MODEL,
        doc: "The model that is fitted, with its settings; names are those of scikit-learn.",
        kind: Kind::Variant { of, common: &[] },
        presence: Presence::Required,
    }
}

/// The plan of a model that learns targets; `metrics` are the task's, judged by `monitor`.
pub(super) fn model_plan(
    task: &'static str,
    recipe: &Recipe,
    info: &DataInfo,
    find: fn(&str) -> Option<&'static EstimatorDef>,
    metrics: &[String],
    monitor: &str,
    problems: &mut Vec<Problem>,
) -> Plan {
    let chosen = recipe.chosen(MODEL);
    if info.vocabulary().is_some() {
        let name = chosen.as_ref().map_or(MODEL, |chosen| chosen.name.as_str());
        let message = format!("a {name} reads numbers, and {} holds texts", info.name);
        let help = "use a 'network' that begins with an 'embedding'";
        problems.push(Problem::new(KeyPath::from(MODEL), message).help(help));
    }
    let found = chosen.and_then(|chosen| Some((find(&chosen.name)?, chosen, shape(info)?)));
    let model = found.map(|(def, chosen, shape)| {
        let place = KeyPath::from(MODEL);
        let wrong = (def.check)(&chosen, &shape);
        problems.extend(wrong.into_iter().map(|problem| problem.under(&place)));
        let table = 8 * (shape.rows as u64).saturating_mul(shape.width as u64);
        PlannedModel {
            step: def.step,
            steps: (def.steps)(&chosen),
            memory: (def.memory)(&chosen, &shape).saturating_add(table),
            name: chosen.name,
        }
    });
    let validated = info.rows[1] > 0;
    let part = if validated { "val" } else { "train" };
    Plan {
        task,
        networks: Vec::new(),
        model,
        metrics: of_parts(metrics, validated),
        monitor: format!("{part}_{monitor}"),
        notes: Vec::new(),
        warnings: Vec::new(),
        positive_class: None,
    }
}
