//! Of what belongs to a class, the share that was found.

use super::{Goal, MetricDef, Reads, Unit};

/// Recall: tp / (tp + fn), macro averaged (`sklearn.metrics.recall_score(average="macro", zero_division=0)`).
pub static RECALL: MetricDef = MetricDef::new(
    "recall",
    "Of what belongs to a class, the share that was found; mean over classes.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().macro_average().recall);
