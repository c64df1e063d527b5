//! A network that can be asked and taught, on some device: all that tasks and training know of it.

use super::layer::{Accumulate, Pass};
use super::layout::Layout;
use crate::error::Result;

/// What [`Network::new`] needs.
#[derive(Clone, Debug)]
pub struct NetworkConfig {
    /// From the recipe, in the order of the layers.
    pub hyperparameters: Vec<f64>,
    /// For the initial weights.
    pub seed: u64,
    /// The largest batch that will come.
    pub max_batch: usize,
}

/// A network with its parameters, gradients and workspace.
pub trait Engine: Send {
    /// Names, shapes and places of its tensors.
    fn layout(&self) -> &Layout;
    /// Numbers in one input sample.
    fn inputs(&self) -> usize;
    /// Numbers in one output sample.
    fn outputs(&self) -> usize;
    /// All trainable numbers.
    fn parameters(&self) -> &[f32];
    /// All trainable numbers, to be written; and the gradients of the last backward.
    fn parameters_and_gradients(&mut self) -> (&mut [f32], &mut [f32]);
    /// Numbers that are kept but not trained.
    fn buffers(&self) -> &[f32];
    /// The same, to be written.
    fn buffers_mut(&mut self) -> &mut [f32];

    /// Outputs of a batch, `[batch, outputs]`.
    ///
    /// # Errors
    /// What the device says; the CPU never fails.
    fn forward(&mut self, pass: &Pass, x: &[f32]) -> Result<&[f32]>;

    /// Gradients of the batch that was last sent forward in training, from the gradient of its
    /// outputs. `dy` may be overwritten.
    ///
    /// # Errors
    /// What the device says.
    fn backward(&mut self, pass: &Pass, accumulate: Accumulate, x: &[f32], dy: &mut [f32]) -> Result<()>;
}

/// An [`Engine`] that can be made.
pub trait Network: Engine + Sized + 'static {
    /// Makes it with its initial weights.
    ///
    /// # Errors
    /// When the hyperparameters do not fit the network, or the device cannot be used.
    fn new(config: &NetworkConfig) -> Result<Self>;
}
