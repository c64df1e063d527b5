//! Losses, computed on the host with their gradients.

use crate::error::Result;
use crate::spec::{Chosen, Section};

/// A loss that a recipe may name. Adding one: a file with its definition, a line in [`LOSSES`].
pub struct LossDef {
    /// Name, doc and fields.
    pub section: Section,
    /// Makes one for so many outputs of the network.
    pub build: fn(&Chosen, usize) -> Result<Box<dyn Loss>>,
}

/// Every loss.
pub static LOSSES: &[&LossDef] = &[];

/// Targets of one batch.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Class indices, one a sample.
    Classes(&'a [u32]),
    /// Numbers, row-major, one row of outputs a sample.
    Values(&'a [f32]),
}

/// A sum over samples and what to divide it by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// Sum of the (weighted) losses.
    pub loss: f64,
    /// Sum of the weights: the batch size where nothing is weighted, times outputs for mse and its like.
    pub weight: f64,
}

/// A loss over the outputs of a network.
pub trait Loss: Send + Sync {
    /// Loss of a batch. `outputs` is `[batch, outputs]`, row-major.
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum;

    /// Loss of a batch; writes d(mean loss)/d(outputs) to `gradient`, where mean is `loss / normalizer`
    /// with the batch's own weight as normalizer when `None` is given (PyTorch's `reduction="mean"`).
    fn backward(
        &self,
        outputs: &[f32],
        target: Target<'_>,
        normalizer: Option<f64>,
        gradient: &mut [f32],
    ) -> Sum;
}
