//! Of what was taken for a class, the share that belongs to it.

use super::{About, Family, Goal, MetricDef, Reads, Unit};

/// tp / (tp + fp) of the positive class (`sklearn.metrics.precision_score(zero_division=0)`).
pub static PRECISION: MetricDef = MetricDef::new(
    "precision",
    "Of what was taken for a class, the share that belongs to it; of two classes alone, of which one is the positive one.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, class| seen.of_class(class).precision)
.about(About::Positive);

/// The same of the class that the name says (`average=None`).
pub static PRECISION_OF_CLASS: MetricDef = MetricDef::new(
    "precision_CLASS",
    "Of what was taken for a class, the share that belongs to it, of the class whose name stands for CLASS: precision_spam.",
    Goal::Max,
    Unit::Share,
)
.family(Family::Class)
.of_classes(Reads::Counts, |seen, class| seen.of_class(class).precision);

/// Its mean over the classes that occur among the targets or the predictions (`average="macro"`).
pub static PRECISION_MACRO: MetricDef = MetricDef::new(
    "precision_macro",
    "Of what was taken for a class, the share that belongs to it; mean over classes, every class counting the same.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().macro_average().precision);

/// Its mean over samples (`average="weighted"`).
pub static PRECISION_WEIGHTED: MetricDef = MetricDef::new(
    "precision_weighted",
    "Of what was taken for a class, the share that belongs to it; mean over classes, each counting by its samples.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().weighted_average().precision);
