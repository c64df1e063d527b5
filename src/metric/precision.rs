//! Of what was taken for a class, the share that belongs to it.

use super::{Goal, MetricDef, Reads, Unit};

/// Precision: tp / (tp + fp), macro averaged (`sklearn.metrics.precision_score(average="macro", zero_division=0)`).
pub static PRECISION: MetricDef = MetricDef::new(
    "precision",
    "Of what was taken for a class, the share that belongs to it; mean over classes.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().macro_average().precision);
