//! Sigmoid and binary cross-entropy in one, as `torch.nn.BCEWithLogitsLoss`.

use serde::Deserialize;

use super::elementwise::{Elementwise, Mean};
use super::{Loss, LossDef, Prediction, Sum, Target, no_conflicts};
use crate::data::TargetInfo;
use crate::kernel::math::exp;
use crate::spec::{Field, Kind, Presence, Range, Section};

/// The definition of `binary_cross_entropy`.
pub(super) static BINARY_CROSS_ENTROPY: LossDef = LossDef {
    section: Section {
        name: "binary_cross_entropy",
        doc: "Cross-entropy between sigmoid(outputs) and 0 or 1; the network ends in plain numbers (logits).\n\
              −pos_weight · y · log σ(z) − (1 − y) · log(1 − σ(z)). One output for two classes, the second of \
              which is 1. As torch.nn.BCEWithLogitsLoss.",
        fields: &[Field {
            key: "pos_weight",
            doc: "How many times as much the second class counts, where it is rare.",
            kind: Kind::Number(Range::POSITIVE),
            presence: Presence::Default("1.0"),
        }],
        shorthand: None,
    },
    outputs: |target| match target {
        TargetInfo::Classes(classes) if classes.len() == 2 => Ok(1),
        TargetInfo::Classes(classes) => Err(format!(
            "it tells two classes apart, but there are {}; use cross_entropy",
            classes.len()
        )),
        TargetInfo::Values(names) => Ok(names.len()),
        TargetInfo::Characters(_) => Err("it tells two classes apart, but the targets are characters".to_owned()),
    },
    check: no_conflicts,
    prediction: Prediction::Sigmoid,
    build: |chosen, _| Ok(Box::new(Binary(Mean(chosen.typed::<Logistic>()?)))),
};

#[derive(Deserialize)]
struct Logistic {
    pos_weight: f64,
}

impl Elementwise for Logistic {
    /// With e = exp(−|z|), which never overflows: log(1 + exp(−z)) = log(1 + e) + max(−z, 0), and
    /// σ(−z) is e/(1+e) or 1/(1+e) by the sign of z.
    #[inline(always)]
    fn at(&self, output: f32, target: f32) -> (f64, f32) {
        let (z, y) = (f64::from(output), f64::from(target));
        let e = f64::from(exp(-output.abs()));
        let weight = 1.0 + (self.pos_weight - 1.0) * y;
        let negative_part = if z < 0.0 { -z } else { 0.0 };
        let loss = (1.0 - y) * z + weight * (libm::log1p(e) + negative_part);
        let sigmoid_of_minus = if z < 0.0 { 1.0 } else { e } / (1.0 + e);
        (loss, ((1.0 - y) - weight * sigmoid_of_minus) as f32)
    }
}

/// Takes classes 0 and 1 as numbers.
struct Binary(Mean<Logistic>);

impl Loss for Binary {
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum {
        match target {
            Target::Values(_) => self.0.forward(outputs, target),
            Target::Classes(classes) => self.0.forward(outputs, Target::Values(&as_values(classes))),
        }
    }

    fn backward(&self, outputs: &[f32], target: Target<'_>, normalizer: Option<f64>, gradient: &mut [f32]) -> Sum {
        match target {
            Target::Values(_) => self.0.backward(outputs, target, normalizer, gradient),
            Target::Classes(classes) => {
                self.0
                    .backward(outputs, Target::Values(&as_values(classes)), normalizer, gradient)
            }
        }
    }
}

/// 0, 1, and NaN for any other class.
fn as_values(classes: &[u32]) -> Vec<f32> {
    let value = |&class: &u32| match class {
        0 => 0.0,
        1 => 1.0,
        _ => f32::NAN,
    };
    classes.iter().map(value).collect()
}
