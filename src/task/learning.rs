//! What learns a task: all that is asked of it, and what is asked of networks and of models alone.

use std::sync::atomic::AtomicBool;

use super::generate;
use super::{Artifact, At, Generate, Outcome, Rows, Running};
use runner_data::Part;
use runner_data::loader::{Batch, Epoch};
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;
use runner_model::Step;
use runner_optim::schedule::Position;

/// What learns a task. It knows losses and metrics; it does not know epochs, files or bars.
pub trait Model {
    /// What people should see of an epoch (counted from 1) that has ended, such as texts or pictures that a
    /// network made. Whatever is random in it follows from the recipe's seed and the epoch.
    ///
    /// # Errors
    /// When the device fails.
    fn samples(&mut self, _epoch: u64) -> Result<Vec<Artifact>> {
        Ok(Vec::new())
    }

    /// The columns of what [`Model::predict`] gives; none where a task predicts nothing of new inputs.
    fn predicts(&self) -> Option<Vec<String>> {
        None
    }

    /// What the weights as they are say of each input of a batch, any number of rows of a cell a column. `part` holds the inputs as
    /// they were read, where networks take them scaled from the batch. Its targets mean nothing,
    /// but where they are the characters of a text.
    ///
    /// # Errors
    /// When the device fails.
    fn predict(&mut self, _part: &Part, _inputs: &Batch) -> Result<Vec<Rows>> {
        Ok(Vec::new())
    }

    /// Makes texts or pictures with the weights as they are. It is asked of a task without data: the parts of its
    /// [`Setup::dataset`](crate::Setup::dataset) are empty then, and what is known of the data is in [`Dataset::info`](runner_data::Dataset::info).
    ///
    /// # Errors
    /// [`Usage`](runner_ground::error::Kind::Usage) where the task makes nothing, or not what is asked for; when the device fails.
    fn generate(&mut self, _request: &Generate) -> Result<Vec<Artifact>> {
        Err(generate::makes_nothing())
    }

    /// What was learnt, with what must go with it to use it: the weights for `torch.nn.Sequential`, a tree.
    fn export(&self) -> Tensors;

    /// Takes weights that [`Model::export`] gave.
    ///
    /// # Errors
    /// When they do not fit.
    fn import(&mut self, weights: &Tensors) -> Result<()>;

    /// Everything that resuming needs: tensors are added to `out`, the rest is returned.
    fn save(&self, out: &mut Tensors) -> serde_json::Value;

    /// Brings back what [`Model::save`] gave.
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

/// Networks in training, by gradient descent over batches.
pub trait Trained: Model {
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
    /// of [`Plan::metrics`](crate::Plan::metrics); schedules look at them.
    ///
    /// # Errors
    /// When a loss or the weights are not finite, or the device fails.
    fn end_epoch(&mut self, at: Position, validation: Option<Epoch>) -> Result<Vec<(String, f64)>>;
}

/// A model that is fitted to all samples at once, step by step.
pub trait Fitted: Model {
    /// Goes one step on. Where `stop` is set meanwhile, it may give up and is then as it was before.
    ///
    /// # Errors
    /// When the data cannot be learnt from.
    fn step(&mut self, stop: &AtomicBool) -> Result<Step>;

    /// The metrics after a step, in the order of [`Plan::metrics`](crate::Plan::metrics); both parts are served in
    /// order.
    ///
    /// # Errors
    /// When the data cannot be read as numbers.
    fn metrics(&mut self, train: Epoch, validation: Option<Epoch>) -> Result<Vec<(String, f64)>>;
}

/// Whatever a process trains.
pub enum Learning<'a> {
    /// Networks.
    Trained(Box<dyn Trained + 'a>),
    /// A model.
    Fitted(Box<dyn Fitted + 'a>),
}

impl<'a> Learning<'a> {
    /// What both can do.
    pub fn model(&mut self) -> &mut (dyn Model + 'a) {
        match self {
            Self::Trained(networks) => &mut **networks,
            Self::Fitted(model) => &mut **model,
        }
    }
}
