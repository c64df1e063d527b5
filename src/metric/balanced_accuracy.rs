//! The share of samples whose class was found, as if all classes had as many samples.

use super::{Goal, MetricDef, Reads, Unit};

/// Mean recall over the classes that have samples (`sklearn.metrics.balanced_accuracy_score`).
pub static BALANCED_ACCURACY: MetricDef = MetricDef::new(
    "balanced_accuracy",
    "Mean over classes of the share of their samples that was found; every class counts the same, however rare.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| {
    let scores = seen.confusion().scores();
    let there = scores.iter().filter(|class| class.support > 0);
    let (sum, classes) = there.fold((0.0, 0u32), |(sum, n), class| (sum + class.recall, n + 1));
    sum / f64::from(classes)
});
