//! Huber's loss, as `torch.nn.HuberLoss`.

use serde::Deserialize;

use super::elementwise::{Elementwise, Mean};
use super::{LossDef, Prediction, no_conflicts, one_output_a_value};
use runner_declare::{Field, Kind, Presence, Range, Section};

/// The definition of `huber`.
pub(super) static HUBER: LossDef = LossDef {
    section: Section {
        name: "huber",
        doc: "Squared error near the target, absolute error far from it (Huber 1964).\n\
              e²/2 where |e| < delta, else delta · (|e| − delta/2). As torch.nn.HuberLoss.",
        fields: &[Field {
            key: "delta",
            doc: "The error at which the square becomes a straight line. A regression learns standardized targets, so \
                  it counts in standard deviations of the target.",
            kind: Kind::Number(Range::POSITIVE),
            presence: Presence::Default("1.0"),
        }],
        shorthand: Some("delta"),
    },
    outputs: one_output_a_value,
    check: no_conflicts,
    prediction: Prediction::Identity,
    build: |chosen, _| Ok(Box::new(Mean(chosen.typed::<Huber>()?))),
};

#[derive(Deserialize)]
struct Huber {
    delta: f64,
}

impl Elementwise for Huber {
    type Number = f64;

    #[inline(always)]
    fn at(&self, output: f32, target: f32) -> (f64, f32) {
        let error = f64::from(output) - f64::from(target);
        let size = error.abs();
        if size < self.delta {
            (0.5 * error * error, error as f32)
        } else {
            (
                self.delta * (size - 0.5 * self.delta),
                (self.delta * error.signum()) as f32,
            )
        }
    }
}
