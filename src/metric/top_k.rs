//! Accuracy among the k largest outputs.

use serde::{Deserialize, Serialize};

use super::{Family, Goal, MetricDef, Reads, Unit};

/// `top_5_accuracy` and its like (`sklearn.metrics.top_k_accuracy_score`).
pub static TOP_K_ACCURACY: MetricDef = MetricDef::new(
    "top_k_accuracy",
    "Share of samples whose class is among the k largest outputs; k is a number: top_5_accuracy.",
    Goal::Max,
    Unit::Share,
)
.family(Family::K)
.of_classes(Reads::Counts, |seen, k| seen.top_k(k).map_or(f64::NAN, TopK::value));

/// How often the class is among the `k` largest outputs. Of equal outputs the lower class counts as
/// the larger, and NaN as the smallest.
///
/// ```
/// use runner_metric::TopK;
/// let mut top_2 = TopK::new(2);
/// top_2.add(&[0.1, 0.5, 0.4], 2);
/// top_2.add(&[0.1, 0.5, 0.4], 0);
/// assert_eq!((top_2.name(), top_2.value()), ("top_2_accuracy".to_owned(), 0.5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopK {
    k: usize,
    hits: u64,
    total: u64,
}

impl TopK {
    /// A sample is a hit where its class is among the `k` largest outputs.
    pub fn new(k: usize) -> Self {
        Self { k, hits: 0, total: 0 }
    }

    /// Among how many.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Samples counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Counts a sample by its row of outputs; one whose class does not exist is left out.
    pub fn add(&mut self, row: &[f32], class: u32) {
        let class = class as usize;
        let Some(&own) = row.get(class) else { return };
        let ahead = row.iter().enumerate().filter(|&(other, &z)| {
            z > own || (own.is_nan() && !z.is_nan()) || (other < class && (z == own || (z.is_nan() && own.is_nan())))
        });
        self.hits += u64::from(ahead.count() < self.k);
        self.total += 1;
    }

    /// Adds what another has counted.
    pub fn merge(&mut self, other: &Self) {
        self.hits += other.hits;
        self.total += other.total;
    }

    /// `top_5_accuracy`.
    pub fn name(&self) -> String {
        format!("top_{}_accuracy", self.k)
    }

    /// The share; NaN when there are no samples.
    pub fn value(&self) -> f64 {
        self.hits as f64 / self.total as f64
    }
}
