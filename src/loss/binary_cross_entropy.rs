//! Sigmoid and binary cross-entropy in one, as `torch.nn.BCEWithLogitsLoss`.

use serde::Deserialize;

use super::elementwise::{Elementwise, Mean, PIECE};
use super::{Loss, LossDef, Prediction, Sum, no_conflicts, reciprocal};
use runner_data::FieldKind;
use runner_data::Target;
use runner_declare::{Field, Kind, Presence, Range, Section};
use runner_kernel::math::{exp, ln_1p};

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
        FieldKind::Class(classes) if classes.len() == 2 => Ok(1),
        FieldKind::Class(classes) => Err(format!(
            "it tells two classes apart, but there are {}; use cross_entropy",
            classes.len()
        )),
        FieldKind::Numbers { width, .. } => Ok(*width),
        FieldKind::Tokens { .. } => Err("it tells two classes apart, but the targets are characters".to_owned()),
        FieldKind::Image { .. } => Err("it tells two classes apart, but the targets are pictures".to_owned()),
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
    type Number = f32;

    /// With e = exp(−|z|), which never overflows, and w = 1 + (pos_weight − 1) y, the loss is w · log(1 + e) and
    /// (1 − y) z or −pos_weight · y z by the sign of z: no small difference of large numbers, so `f32` will do.
    #[inline(always)]
    fn at(&self, output: f32, target: f32) -> (f32, f32) {
        let (z, y) = (output, target);
        let pos_weight = self.pos_weight as f32;
        let weight = 1.0 + (pos_weight - 1.0) * y;
        let (e, negative) = (exp(-z.abs()), z < 0.0);
        let share = weight * e / (1.0 + e);
        let (no, yes) = (1.0 - y, pos_weight * y);
        let straight = if negative { -yes * z } else { no * z };
        let slope = if negative { share - yes } else { no - share };
        (straight + weight * ln_1p(e), slope)
    }
}

/// Takes classes 0 and 1 as numbers.
struct Binary(Mean<Logistic>);

impl Loss for Binary {
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum {
        match target {
            Target::Classes(classes) if classes.len() == outputs.len() => self.sum(outputs, classes, None, 0.0),
            _ => self.0.forward(outputs, target),
        }
    }

    fn backward(&self, outputs: &[f32], target: Target<'_>, normalizer: Option<f64>, gradient: &mut [f32]) -> Sum {
        let lengths = (outputs.len(), outputs.len());
        match target {
            Target::Classes(classes) if (classes.len(), gradient.len()) == lengths => {
                let scale = reciprocal(normalizer.unwrap_or(outputs.len() as f64)) as f32;
                self.sum(outputs, classes, Some(gradient), scale)
            }
            _ => self.0.backward(outputs, target, normalizer, gradient),
        }
    }
}

impl Binary {
    /// Piece by piece, so that the classes need no other place as numbers than the stack.
    fn sum(&self, outputs: &[f32], classes: &[u32], mut gradient: Option<&mut [f32]>, scale: f32) -> Sum {
        let mut values = [0.0; PIECE];
        let mut loss = 0.0;
        for (index, (outputs, classes)) in outputs.chunks(PIECE).zip(classes.chunks(PIECE)).enumerate() {
            let n = classes.len();
            values
                .iter_mut()
                .zip(classes)
                .for_each(|(value, &class)| *value = as_value(class));
            let gradient = gradient
                .as_deref_mut()
                .map(|gradient| &mut gradient[index * PIECE..][..n]);
            loss += self.0.sum(outputs, &values[..n], gradient, scale);
        }
        Sum {
            loss,
            weight: outputs.len() as f64,
        }
    }
}

/// 0, 1, and NaN for any other class.
fn as_value(class: u32) -> f32 {
    match class {
        0 => 0.0,
        1 => 1.0,
        _ => f32::NAN,
    }
}
