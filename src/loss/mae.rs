//! Mean absolute error, as `torch.nn.L1Loss`.

use super::elementwise::{Elementwise, Mean};
use super::{LossDef, Prediction, no_conflicts, one_output_a_value};
use runner_declare::Section;

/// The definition of `mae`.
pub(super) static MAE: LossDef = LossDef {
    section: Section {
        name: "mae",
        doc: "Mean absolute error, over all outputs of all samples: outliers weigh less than with mse.\n\
              |z − y|. As torch.nn.L1Loss; the slope at equality is 0.",
        fields: &[],
        shorthand: None,
    },
    outputs: one_output_a_value,
    check: no_conflicts,
    prediction: Prediction::Identity,
    build: |_, _| Ok(Box::new(Mean(Absolute))),
};

struct Absolute;

impl Elementwise for Absolute {
    type Number = f64;

    #[inline(always)]
    fn at(&self, output: f32, target: f32) -> (f64, f32) {
        let error = f64::from(output) - f64::from(target);
        // `signum` has no 0, and a NaN must stay one.
        let slope = if error == 0.0 { 0.0 } else { error.signum() };
        (error.abs(), slope as f32)
    }
}
