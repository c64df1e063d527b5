//! Kinds of experiments: what a recipe may say for each, which networks it needs, and how it learns.

mod about;
mod artifact;
mod check;
pub mod classification;
mod diverged;
pub mod gan;
mod generate;
pub mod language_model;
pub mod learner;
mod networks;
mod objective;
mod pixels;
pub mod plan;
pub mod regression;
mod samples;
mod setup;
mod supervised;
mod target;
mod text;
#[cfg(test)]
mod trial;
mod units;
pub mod vae;

pub use about::{about, scales};
pub use artifact::{Artifact, Content};
pub use check::{check, horizon};
pub use diverged::diverged;
pub use generate::Generate;
pub use learner::Learner;
pub use plan::{Plan, PlannedNetwork};

use runner_data::loader::{Batch, Epoch};
use runner_data::{DataInfo, Dataset};
use runner_declare::{Problem, Section};
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;
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
    /// Infers the networks' shapes and notes every problem that the fields cannot tell one by one. A plan
    /// with problems has its metrics, so that what names one can be checked; its networks may be missing.
    pub plan: fn(&Recipe, &DataInfo, &mut Vec<Problem>) -> Plan,
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

/// A task in training. It knows networks, losses and metrics; it does not know epochs, files or bars.
pub trait Task {
    /// Learns from a batch: gradients, no update yet (but where one network learns from another's update).
    ///
    /// # Errors
    /// When the loss is not finite, or the device fails.
    fn learn(&mut self, batch: &Batch, at: &At) -> Result<()>;

    /// Ends an optimizer step.
    ///
    /// # Errors
    /// When the device fails.
    fn update(&mut self, at: &At) -> Result<()>;

    /// The learning rate that is shown.
    fn lr(&self, position: Position) -> f64;

    /// How the epoch goes.
    fn running(&self) -> Running;

    /// Ends an epoch after its last step: its training metrics and those on the validation part, in the order
    /// of [`Plan::metrics`]; schedules look at them.
    ///
    /// # Errors
    /// When a loss or the weights are not finite, or the device fails.
    fn end_epoch(&mut self, at: Position, validation: Option<Epoch>) -> Result<Vec<(String, f64)>>;

    /// What people should see of an epoch (counted from 1) that has ended, such as texts or pictures that a
    /// network made. Whatever is random in it follows from the recipe's seed and the epoch.
    ///
    /// # Errors
    /// When the device fails.
    fn samples(&mut self, _epoch: u64) -> Result<Vec<Artifact>> {
        Ok(Vec::new())
    }

    /// The columns of what [`Task::predict`] gives; none where a task predicts nothing of new inputs.
    fn predicts(&self) -> Option<Vec<String>> {
        None
    }

    /// What the weights as they are say of each input of a batch: any number of rows of a cell a column. Its targets
    /// mean nothing, but where they are the characters of a text.
    ///
    /// # Errors
    /// When the device fails.
    fn predict(&mut self, _inputs: &Batch) -> Result<Vec<Rows>> {
        Ok(Vec::new())
    }

    /// Makes texts or pictures with the weights as they are. It is asked of a task without data: the parts of its
    /// [`Setup::dataset`] are empty then, and what is known of the data is in [`Dataset::info`].
    ///
    /// # Errors
    /// [`Usage`](runner_ground::error::Kind::Usage) where the task makes nothing, or not what is asked for; when the device fails.
    fn generate(&mut self, _request: &Generate) -> Result<Vec<Artifact>> {
        Err(generate::makes_nothing())
    }

    /// The weights for `torch.nn.Sequential`, with what must go with them to use them.
    fn export(&self) -> Tensors;

    /// Takes weights that [`Task::export`] gave.
    ///
    /// # Errors
    /// When they do not fit.
    fn import(&mut self, weights: &Tensors) -> Result<()>;

    /// Everything that resuming needs: tensors are added to `out`, the rest is returned.
    fn save(&self, out: &mut Tensors) -> serde_json::Value;

    /// Brings back what [`Task::save`] gave.
    ///
    /// # Errors
    /// When it does not fit.
    fn restore(&mut self, tensors: &Tensors, state: &serde_json::Value) -> Result<()>;

    /// Looks at the test part with the weights as they are.
    ///
    /// # Errors
    /// When the loss is not finite, or the device fails.
    fn finish(&mut self, test: Option<Epoch>) -> Result<Outcome>;
}
