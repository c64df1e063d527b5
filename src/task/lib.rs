//! Kinds of experiments: what a recipe may say for each, which networks it needs, and how it learns.

mod about;
mod advice;
mod artifact;
mod batches;
mod check;
pub mod classification;
mod diverged;
mod ends;
mod fit;
pub mod gan;
mod generate;
pub mod language_model;
pub mod learner;
mod learning;
mod model_plan;
mod networks;
mod objective;
mod pixels;
pub mod plan;
pub mod regression;
mod samples;
mod setup;
mod supervised;
mod table;
mod target;
mod text;
#[cfg(test)]
mod trial;
mod units;
pub mod vae;

pub use about::{about, scales};
pub use artifact::{Artifact, Content};
pub use check::{check, horizon, near};
pub use diverged::diverged;
pub use fit::unscaled;
pub use generate::Generate;
pub use learner::Learner;
pub use learning::{Fitted, Learning, Model, Trained};
pub use model_plan::{PlannedModel, Program};
pub use plan::{Plan, PlannedNetwork};

use runner_data::{DataInfo, Dataset};
use runner_declare::{Problem, Section};
use runner_ground::error::Result;
use runner_ground::random::Key;
use runner_nn::layer::Accumulate;
use runner_optim::schedule::Position;
use runner_recipe::Recipe;
use runner_results::findings::Findings;

/// Rows of predictions.csv about one input: a cell a column.
pub type Rows = Vec<Vec<String>>;

/// A task that a recipe may name. Adding one: a file with its definition, a line in [`TASKS`].
pub struct TaskDef {
    /// Name, doc, and the fields that it adds to the recipe.
    pub section: Section,
    /// Infers the networks' shapes and notes every problem that the fields cannot show one by one. A plan
    /// with problems has its metrics, so that what names one can be checked; its networks may be missing.
    pub plan: fn(&Recipe, &DataInfo, &mut Vec<Problem>) -> Plan,
    /// How it is done by a model in the place of networks; none where it cannot be.
    pub by_model: Option<ByModel>,
}

/// A task as models do it.
pub struct ByModel {
    /// Its name and doc again, with the fields that it has then; `model` is among them.
    pub section: Section,
    /// Makes it with the recipe's model, which is not fitted yet.
    pub build: fn(&Setup<'_>) -> Result<Box<dyn Fitted>>,
}

/// Every task.
pub static TASKS: &[&TaskDef] = &[
    &classification::DEF,
    &regression::DEF,
    &language_model::DEF,
    &vae::DEF,
    &gan::DEF,
];

/// The task of this name.
pub fn find(name: &str) -> Option<&'static TaskDef> {
    TASKS.iter().copied().find(|def| def.section.name == name)
}

/// The recipe's task, to be done by its model.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn by_model(setup: &Setup<'_>) -> Result<Box<dyn Fitted>> {
    let by_model = find(&setup.recipe.task.name).and_then(|def| def.by_model.as_ref());
    (by_model.ok_or_else(|| supervised::missing("model"))?.build)(setup)
}

/// What a task is made from.
pub struct Setup<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The data.
    pub dataset: &'a Dataset,
    /// What the task's definition planned.
    pub plan: &'a Plan,
    /// Steps of an epoch and epochs in all.
    pub horizon: runner_optim::schedule::Horizon,
}

/// Where in the training a batch is learnt.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// For schedules.
    pub position: Position,
    /// Randomness of this batch.
    pub key: Key,
    /// Whether it is the first of an optimizer step.
    pub first: First,
}

/// The place of a batch in its optimizer step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Gradients start anew.
    Yes,
    /// Gradients are added.
    No,
}

impl From<First> for Accumulate {
    fn from(first: First) -> Self {
        match first {
            First::Yes => Self::Replace,
            First::No => Self::Add,
        }
    }
}

/// How an epoch goes, while it goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Running {
    /// Mean loss so far.
    pub loss: f64,
    /// The main metric so far.
    pub metric: Option<(String, f64)>,
}

/// What a finished task hands over, found with the best weights on the test part.
pub struct Outcome {
    /// Metrics, by name.
    pub test: Vec<(String, f64)>,
    /// predictions.csv.
    pub predictions: Option<Vec<u8>>,
    /// For the report.
    pub findings: Findings,
}
