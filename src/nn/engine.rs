//! A network that can be asked and taught, on some device: all that tasks and training know of it.

use super::layer::{Accumulate, Pass};
use super::layout::Layout;
use runner_ground::error::{Error, Kind, Result};

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
///
/// Not every engine can move between threads (a CUDA stream and dfdx's tape cannot): make it on the
/// thread that uses it, inside the pool's `install`.
pub trait Engine {
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
    /// When the batch does not fit the engine, and what the device says.
    fn forward(&mut self, pass: &Pass, x: &[f32]) -> Result<&[f32]>;

    /// Gradients of the batch that was last sent forward in training, from the gradient of its
    /// outputs. `dy` may be overwritten. `dx` gets the gradient of the inputs, for whoever made them: it costs a
    /// product that a network which reads data does not need. With [`Accumulate::Skip`] the gradients of the
    /// parameters stay as they are, and `dx` alone is computed.
    ///
    /// # Errors
    /// When the batch does not fit the engine, and what the device says.
    fn backward(
        &mut self,
        pass: &Pass,
        accumulate: Accumulate,
        x: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
    ) -> Result<()>;
}

/// An [`Engine`] that can be made.
pub trait Network: Engine + Sized + 'static {
    /// Makes it with its initial weights.
    ///
    /// # Errors
    /// When the hyperparameters do not fit the network, or the device cannot be used.
    fn new(config: &NetworkConfig) -> Result<Self>;
}

/// Refuses inputs that are not a batch, or lengths that are not those of its samples.
pub(super) fn check_inputs(pass: &Pass, given: usize, each: usize) -> Result<()> {
    check_batch("inputs", given, pass.batch, each)?;
    pass.lengths.map_or(Ok(()), |lengths| {
        check_batch("lengths", lengths.samples(), pass.batch, 1)
    })
}

/// Refuses slices that are not a batch of so many samples, which indexing would answer with a panic.
pub(super) fn check_batch(what: &str, given: usize, batch: usize, each: usize) -> Result<()> {
    if given == batch * each {
        return Ok(());
    }
    Err(Error::new(
        Kind::Failure,
        format!("{what} have {given} numbers, a batch of {batch} has {}", batch * each),
    ))
}
