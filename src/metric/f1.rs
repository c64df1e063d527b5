//! The harmonic mean of precision and recall.

use super::{Goal, MetricDef, Reads, Unit};

/// F1: 2 tp / (2 tp + fp + fn), macro averaged (`sklearn.metrics.f1_score(average="macro", zero_division=0)`).
pub static F1: MetricDef = MetricDef::new(
    "f1",
    "Harmonic mean of a class's precision and recall; mean over classes.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().macro_average().f1);
