//! The figures of an epoch: sums over its samples, and the names of their means.

use serde::{Deserialize, Serialize};

use super::score::Scored;

/// Sums over samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Totals {
    /// Real samples, and as many made ones.
    samples: f64,
    discriminator: f64,
    /// Samples that were taken for what they are.
    right: f64,
    real: f64,
    made: f64,
    /// Samples that the generator was judged by.
    judged: f64,
    generator: f64,
}

impl Totals {
    pub(super) fn add_discriminator(&mut self, samples: usize, real: Scored, made: Scored) {
        self.samples += samples as f64;
        self.discriminator += real.loss + made.loss;
        self.right += real.right + made.right;
        self.real += real.score;
        self.made += made.score;
    }

    pub(super) fn add_generator(&mut self, samples: usize, scored: Scored) {
        self.judged += samples as f64;
        self.generator += scored.loss;
    }

    pub(super) fn discriminator_loss(&self) -> f64 {
        mean(self.discriminator, self.samples)
    }

    pub(super) fn generator_loss(&self) -> f64 {
        mean(self.generator, self.judged)
    }

    fn named(&self) -> [(&'static str, f64); 5] {
        [
            ("discriminator_loss", self.discriminator_loss()),
            ("generator_loss", self.generator_loss()),
            ("discriminator_accuracy", mean(self.right, 2.0 * self.samples)),
            ("real_score", mean(self.real, self.samples)),
            ("fake_score", mean(self.made, self.samples)),
        ]
    }
}

/// NaN, which is an undefined metric, where there was nothing.
fn mean(sum: f64, samples: f64) -> f64 {
    sum / samples
}

/// Columns of a row.
pub(super) fn names(validated: bool) -> Vec<String> {
    let totals = Totals::default();
    let row = row(&totals, validated.then_some(&totals));
    row.into_iter().map(|(name, _)| name).collect()
}

/// A row of metrics.
pub(super) fn row(train: &Totals, validation: Option<&Totals>) -> Vec<(String, f64)> {
    let validation = validation.map(|totals| of("val", totals));
    of("train", train)
        .into_iter()
        .chain(validation.unwrap_or_default())
        .collect()
}

/// The metrics of one part.
pub(super) fn of(part: &str, totals: &Totals) -> Vec<(String, f64)> {
    let named = totals.named().into_iter();
    named.map(|(name, value)| (format!("{part}_{name}"), value)).collect()
}
