//! The figures of an epoch: sums over its samples, and the names of their means.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Sums over samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sums {
    pub samples: f64,
    pub reconstruction: f64,
    pub divergence: f64,
    /// Reconstruction and divergence, as much as each counted.
    pub loss: f64,
}

impl Sums {
    pub fn loss(&self) -> f64 {
        self.mean(self.loss)
    }

    pub fn kl(&self) -> f64 {
        self.mean(self.divergence)
    }

    /// Besides the loss, by name.
    pub fn named(&self) -> [(&'static str, f64); 3] {
        let reconstruction = self.mean(self.reconstruction);
        [
            ("elbo", -(reconstruction + self.kl())),
            ("reconstruction", reconstruction),
            ("kl", self.kl()),
        ]
    }

    fn mean(&self, sum: f64) -> f64 {
        if self.samples > 0.0 { sum / self.samples } else { 0.0 }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.samples += other.samples;
        self.reconstruction += other.reconstruction;
        self.divergence += other.divergence;
        self.loss += other.loss;
    }
}

/// Columns of a row: losses first.
pub(super) fn names(validated: bool) -> Vec<String> {
    let sums = Sums::default();
    let validation = validated.then_some(&sums);
    row(&sums, validation).into_iter().map(|(name, _)| name).collect()
}

/// A row of metrics.
pub(super) fn row(train: &Sums, validation: Option<&Sums>) -> Vec<(String, f64)> {
    let parts = [("train", Some(train)), ("val", validation)];
    let parts = parts.into_iter().filter_map(|(part, sums)| Some((part, sums?)));
    let losses = parts.clone().map(|(part, sums)| (format!("{part}_loss"), sums.loss()));
    losses.chain(parts.flat_map(|(part, sums)| of(part, sums))).collect()
}

/// The metrics of one part, but for the loss.
pub(super) fn of(part: &str, sums: &Sums) -> Vec<(String, f64)> {
    let named = sums.named().into_iter();
    named.map(|(name, value)| (format!("{part}_{name}"), value)).collect()
}
