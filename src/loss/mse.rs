//! Mean squared error, as `torch.nn.MSELoss`.

use super::elementwise::{Elementwise, Mean};
use super::{LossDef, Prediction, no_conflicts, one_output_a_value};
use runner_declare::Section;

/// The definition of `mse`.
pub(super) static MSE: LossDef = LossDef {
    section: Section {
        name: "mse",
        doc: "Mean squared error, over all outputs of all samples.\n(z − y)². As torch.nn.MSELoss.",
        fields: &[],
        shorthand: None,
    },
    outputs: one_output_a_value,
    check: no_conflicts,
    prediction: Prediction::Identity,
    build: |_, _| Ok(Box::new(Mean(Squared))),
};

struct Squared;

impl Elementwise for Squared {
    type Number = f64;

    #[inline(always)]
    fn at(&self, output: f32, target: f32) -> (f64, f32) {
        let error = f64::from(output) - f64::from(target);
        (error * error, (2.0 * error) as f32)
    }
}
