//! Of what belongs to a class, the share that was found.

use super::{About, Family, Goal, MetricDef, Reads, Unit};

/// tp / (tp + fn) of the positive class (`sklearn.metrics.recall_score(zero_division=0)`).
pub static RECALL: MetricDef = MetricDef::new(
    "recall",
    "Of what belongs to a class, the share that was found; of two classes alone, of which one is the positive one.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, class| seen.of_class(class).recall)
.about(About::Positive);

/// The same of the class that the name says (`average=None`).
pub static RECALL_OF_CLASS: MetricDef = MetricDef::new(
    "recall_CLASS",
    "Of what belongs to a class, the share that was found, of the class whose name stands for CLASS: recall_spam.",
    Goal::Max,
    Unit::Share,
)
.family(Family::Class)
.of_classes(Reads::Counts, |seen, class| seen.of_class(class).recall);

/// Its mean over the classes that occur among the targets or the predictions (`average="macro"`).
pub static RECALL_MACRO: MetricDef = MetricDef::new(
    "recall_macro",
    "Of what belongs to a class, the share that was found; mean over classes, every class counting the same.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().macro_average().recall);

/// Its mean over samples (`average="weighted"`).
pub static RECALL_WEIGHTED: MetricDef = MetricDef::new(
    "recall_weighted",
    "Of what belongs to a class, the share that was found; mean over classes, each counting by its samples.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().weighted_average().recall);
