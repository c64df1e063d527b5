//! Losses, computed on the host with their gradients.
//!
//! Outputs come in as `f32`, sums are kept in `f64` and added in a fixed order, and the exponential is
//! plain arithmetic ([`runner_kernel::math`]), so a loss is the same to the bit on any machine and number of threads.
//!
//! ```
//! use runner_data::Target;
//! use runner_declare::Chosen;
//!
//! let def = runner_loss::find("cross_entropy").expect("is registered");
//! let chosen = Chosen { name: "cross_entropy".into(), settings: serde_json::from_str(
//!     r#"{"label_smoothing": 0.0}"#).unwrap() };
//! let loss = (def.build)(&chosen, 2)?;
//! let mut gradient = [0.0; 2];
//! let sum = loss.backward(&[0.0, 0.0], Target::Classes(&[1]), None, &mut gradient);
//! assert!((sum.mean() - 2f64.ln()).abs() < 1e-7);
//! assert_eq!(gradient, [0.5, -0.5]);
//! # Ok::<(), runner_ground::error::Error>(())
//! ```

mod binary_cross_entropy;
mod cross_entropy;
mod elementwise;
mod huber;
mod mae;
pub mod mixed;
mod mse;
mod prediction;
mod reconstruction;
mod row;

pub use prediction::Prediction;
pub use reconstruction::Reconstruction;

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use runner_data::{FieldKind, Target};
use runner_declare::{Chosen, Problem, Section};
use runner_ground::error::Result;

/// A loss that a recipe may name. Adding one: a file with its definition, a line in [`LOSSES`].
#[derive(Debug)]
pub struct LossDef {
    /// Name, doc and fields.
    pub section: Section,
    /// How many outputs the network must have for such targets, or in words why there is no such number.
    pub outputs: fn(&FieldKind) -> std::result::Result<usize, String>,
    /// What the settings get wrong about these targets. Paths are relative to the loss.
    pub check: fn(&Chosen, &FieldKind) -> Vec<Problem>,
    /// How outputs become probabilities or values.
    pub prediction: Prediction,
    /// Makes one for this many outputs of the network.
    pub build: fn(&Chosen, usize) -> Result<Box<dyn Loss>>,
}

/// Every loss.
pub static LOSSES: &[&LossDef] = &[
    &cross_entropy::CROSS_ENTROPY,
    &binary_cross_entropy::BINARY_CROSS_ENTROPY,
    &mse::MSE,
    &mae::MAE,
    &huber::HUBER,
];

/// The loss of this name.
pub fn find(name: &str) -> Option<&'static LossDef> {
    LOSSES.iter().copied().find(|def| def.section.name == name)
}

/// A sum over samples and what to divide it by. Sums of batches add up to the sum of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sum {
    /// Sum of the (weighted) losses.
    pub loss: f64,
    /// Sum of the weights: the batch size where nothing is weighted, times outputs for mse and its like.
    pub weight: f64,
}

impl Sum {
    /// `loss / weight`; 0 where nothing had weight, unless the loss is not a number.
    pub fn mean(self) -> f64 {
        if self.weight == 0.0 && !self.loss.is_nan() {
            0.0
        } else {
            self.loss / self.weight
        }
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.weight += other.weight;
    }
}

/// A loss over the outputs of a network.
///
/// Targets of the wrong kind or length and classes beyond the outputs make the loss and its gradient
/// NaN: a run stops on that, and the checks of recipe and data keep it from happening.
pub trait Loss: Send + Sync {
    /// Loss of a batch. `outputs` is `[batch, outputs]`, row-major.
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum;

    /// Loss of a batch; writes d(mean loss)/d(outputs) to `gradient`, where mean is `loss / normalizer`
    /// with the batch's own weight as normalizer when `None` is given (PyTorch's `reduction="mean"`).
    /// A batch without weight has a gradient of 0.
    fn backward(&self, outputs: &[f32], target: Target<'_>, normalizer: Option<f64>, gradient: &mut [f32]) -> Sum;
}

/// What a loss says to targets that it cannot read.
const UNDEFINED: Sum = Sum {
    loss: f64::NAN,
    weight: f64::NAN,
};

/// The outputs of losses that compare number with number.
fn one_output_a_value(target: &FieldKind) -> std::result::Result<usize, String> {
    match target {
        FieldKind::Numbers { width, .. } => Ok(*width),
        FieldKind::Class(classes) => Err(format!(
            "it compares numbers, but the targets are {} classes; use cross_entropy",
            classes.len()
        )),
        FieldKind::Tokens { .. } => Err("it compares numbers, but the targets are characters".to_owned()),
        FieldKind::Image { .. } => Err("it compares numbers, but the targets are pictures".to_owned()),
    }
}

/// For losses whose settings suit all their targets.
fn no_conflicts(_: &Chosen, _: &FieldKind) -> Vec<Problem> {
    Vec::new()
}

/// `1 / normalizer`, or 0 where there is nothing to divide by.
fn reciprocal(normalizer: f64) -> f64 {
    if normalizer == 0.0 { 0.0 } else { 1.0 / normalizer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_over_no_weight_is_0_and_hides_no_nan() {
        let mean = |loss, weight| Sum { loss, weight }.mean();
        assert_eq!([mean(6.0, 3.0), mean(0.0, 0.0), mean(0.2, 0.0)], [2.0, 0.0, 0.0]);
        assert!(mean(f64::NAN, 0.0).is_nan());
    }
}
