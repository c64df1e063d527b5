//! Softmax and cross-entropy in one, as `torch.nn.CrossEntropyLoss` on class indices.

use runner_kernel::team;
use runner_kernel::widest::widest;
use serde::Deserialize;

use super::row::{ordered_sum, sum_of_exp};
use super::{Loss, LossDef, Prediction, Sum, UNDEFINED, reciprocal};
use runner_data::FieldKind;
use runner_data::Target;
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::error::{Error, Kind as ErrorKind, Result};
use runner_kernel::math::exp;
use runner_kernel::reduce::max;

/// The definition of `cross_entropy`.
pub(super) static CROSS_ENTROPY: LossDef = LossDef {
    section: Section {
        name: "cross_entropy",
        doc: "Cross-entropy between softmax(outputs) and the class; the network ends in plain numbers (logits).\n\
              −w[y] · log softmax(z)[y], averaged with the weights w. As torch.nn.CrossEntropyLoss.",
        fields: &[
            Field {
                key: "label_smoothing",
                doc: "Share of the target that is spread evenly over all classes (Szegedy et al. 2016).",
                kind: Kind::Number(Range::FRACTION),
                presence: Presence::Default("0.0"),
            },
            Field {
                key: "class_weights",
                doc: "How much each class counts, in the order of the classes; for unbalanced data.",
                kind: Kind::List {
                    of: &Kind::Number(Range::NON_NEGATIVE),
                    min: 1,
                    max: 1_000_000,
                },
                presence: Presence::Optional,
            },
        ],
        shorthand: None,
    },
    outputs: |target| match target {
        FieldKind::Class(names) | FieldKind::Tokens { vocabulary: names, .. } => Ok(names.len()),
        FieldKind::Numbers { .. } => Err("it needs classes, but the targets are numbers; use mse".to_owned()),
        FieldKind::Image { .. } => Err("it needs classes, but the targets are pictures; use mse".to_owned()),
    },
    check,
    prediction: Prediction::Softmax,
    build,
};

#[derive(Deserialize)]
struct Settings {
    label_smoothing: f64,
    class_weights: Option<Vec<f64>>,
}

fn check(chosen: &Chosen, target: &FieldKind) -> Vec<Problem> {
    // Settings that do not fit the fields are reported where fields are checked.
    let Ok(Settings {
        class_weights: Some(weights),
        ..
    }) = chosen.typed()
    else {
        return Vec::new();
    };
    let problem = |message| vec![Problem::new(KeyPath::from("class_weights"), message)];
    match target {
        FieldKind::Class(classes) if classes.len() != weights.len() => {
            let message = format!("{} weights for {} classes", weights.len(), classes.len());
            vec![
                Problem::new(KeyPath::from("class_weights"), message)
                    .help(format!("in this order: {}", classes.join(", "))),
            ]
        }
        _ if weights.iter().all(|&w| w == 0.0) => problem("all weights are 0, so nothing would be learnt".to_owned()),
        _ => Vec::new(),
    }
}

fn build(chosen: &Chosen, outputs: usize) -> Result<Box<dyn Loss>> {
    let Settings {
        label_smoothing,
        class_weights,
    } = chosen.typed()?;
    let weights = class_weights.unwrap_or_else(|| vec![1.0; outputs]);
    if weights.len() != outputs {
        let message = format!(
            "cross_entropy has {} class_weights for {outputs} outputs",
            weights.len()
        );
        return Err(Error::new(ErrorKind::Recipe, message));
    }
    let spread = label_smoothing / outputs.max(1) as f64;
    Ok(Box::new(CrossEntropy {
        kept: 1.0 - label_smoothing,
        spread,
        spread_total: spread * weights.iter().sum::<f64>(),
        weights,
    }))
}

struct CrossEntropy {
    /// 1 − label_smoothing.
    kept: f64,
    /// label_smoothing / classes.
    spread: f64,
    /// `spread` times the sum of the weights.
    spread_total: f64,
    weights: Vec<f64>,
}

impl Loss for CrossEntropy {
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum {
        let Some(classes) = self.classes(outputs, target) else {
            return UNDEFINED;
        };
        self.losses(outputs, classes)
    }

    fn backward(&self, outputs: &[f32], target: Target<'_>, normalizer: Option<f64>, gradient: &mut [f32]) -> Sum {
        let classes = self
            .classes(outputs, target)
            .filter(|_| gradient.len() == outputs.len());
        let Some(classes) = classes else {
            gradient.fill(f32::NAN);
            return UNDEFINED;
        };
        let normalizer = normalizer.unwrap_or_else(|| classes.iter().map(|&class| self.weight(class)).sum());
        self.divided(outputs, classes, reciprocal(normalizer), gradient)
    }
}

/// Outputs that stay on one thread, some 80 µs of it. More are halved, whether a second thread is there or not:
/// sums are added in an order that follows from the batch alone.
const UNDIVIDED: usize = 1 << 14;

impl CrossEntropy {
    /// The targets, when there is one for each row.
    fn classes<'a>(&self, outputs: &[f32], target: Target<'a>) -> Option<&'a [u32]> {
        match target {
            Target::Classes(classes)
                if !self.weights.is_empty() && classes.len().checked_mul(self.weights.len()) == Some(outputs.len()) =>
            {
                Some(classes)
            }
            _ => None,
        }
    }

    /// The loss of some rows.
    fn losses(&self, outputs: &[f32], classes: &[u32]) -> Sum {
        if outputs.len() > UNDIVIDED && classes.len() > 1 {
            let half = classes.len() / 2;
            let (outputs, classes) = (outputs.split_at(half * self.weights.len()), classes.split_at(half));
            let (mut sum, rest) = team::join(
                || self.losses(outputs.0, classes.0),
                || self.losses(outputs.1, classes.1),
            );
            sum += rest;
            return sum;
        }
        widest(
            #[inline(always)]
            || {
                let mut sum = Sum::default();
                for (row, &class) in outputs.chunks_exact(self.weights.len()).zip(classes) {
                    let top = max(row);
                    sum += self.row_loss(row, class, top, sum_of_exp(row, top));
                }
                sum
            },
        )
    }

    /// The loss of some rows, and their gradients times `scale`.
    fn divided(&self, outputs: &[f32], classes: &[u32], scale: f64, gradient: &mut [f32]) -> Sum {
        if outputs.len() > UNDIVIDED && classes.len() > 1 {
            let half = classes.len() / 2;
            let numbers = half * self.weights.len();
            let (outputs, classes) = (outputs.split_at(numbers), classes.split_at(half));
            let (first, second) = gradient.split_at_mut(numbers);
            let (mut sum, rest) = team::join(
                || self.divided(outputs.0, classes.0, scale, first),
                || self.divided(outputs.1, classes.1, scale, second),
            );
            sum += rest;
            return sum;
        }
        widest(
            #[inline(always)]
            || self.fused(outputs, classes, scale, gradient),
        )
    }

    fn weight(&self, class: u32) -> f64 {
        self.weights.get(class as usize).copied().unwrap_or(f64::NAN)
    }

    /// Loss of one row, from its largest output and the sum of exp(output − largest).
    #[inline(always)]
    fn row_loss(&self, row: &[f32], class: u32, top: f32, exp_sum: f64) -> Sum {
        let log_sum = f64::from(top) + libm::log(exp_sum);
        let weight = self.weight(class);
        let output = row.get(class as usize).map_or(f64::NAN, |&z| f64::from(z));
        let mut loss = self.kept * weight * (log_sum - output);
        if self.spread > 0.0 {
            let all: f64 = row
                .iter()
                .zip(&self.weights)
                .map(|(&z, w)| w * (log_sum - f64::from(z)))
                .sum();
            loss += self.spread * all;
        }
        Sum { loss, weight }
    }

    /// With p = softmax(z), a row's gradient is p · (kept·w[y] + spread·Σw) − kept·w[y]·onehot(y) − spread·w.
    /// The exponentials of the whole batch are made at once, in `gradient`: rows may be short, vectors are not.
    #[inline(always)]
    fn fused(&self, outputs: &[f32], classes: &[u32], scale: f64, gradient: &mut [f32]) -> Sum {
        let width = self.weights.len();
        for (row, shifted) in outputs.chunks_exact(width).zip(gradient.chunks_exact_mut(width)) {
            let top = max(row);
            shifted.iter_mut().zip(row).for_each(|(shifted, z)| *shifted = z - top);
        }
        gradient.iter_mut().for_each(|x| *x = exp(*x));
        let mut sum = Sum::default();
        for ((row, exps), &class) in outputs
            .chunks_exact(width)
            .zip(gradient.chunks_exact_mut(width))
            .zip(classes)
        {
            let exp_sum = ordered_sum(exps);
            sum += self.row_loss(row, class, max(row), exp_sum);
            let kept = self.kept * self.weight(class) * scale;
            let share = ((kept + self.spread_total * scale) / exp_sum) as f32;
            exps.iter_mut().for_each(|e| *e *= share);
            if self.spread > 0.0 {
                let spread = self.spread * scale;
                exps.iter_mut()
                    .zip(&self.weights)
                    .for_each(|(g, w)| *g -= (spread * w) as f32);
            }
            match exps.get_mut(class as usize) {
                Some(g) => *g -= kept as f32,
                None => exps.fill(f32::NAN),
            }
        }
        sum
    }
}
