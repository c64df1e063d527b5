//! The harmonic mean of precision and recall.

use super::{About, Family, Goal, MetricDef, Reads, Unit};

/// 2 tp / (2 tp + fp + fn) of the positive class (`sklearn.metrics.f1_score(zero_division=0)`).
pub static F1: MetricDef = MetricDef::new(
    "f1",
    "Harmonic mean of a class's precision and recall; of two classes alone, of which one is the positive one.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, class| seen.of_class(class).f1)
.about(About::Positive);

/// The same of the class that the name says (`average=None`).
pub static F1_OF_CLASS: MetricDef = MetricDef::new(
    "f1_CLASS",
    "Harmonic mean of a class's precision and recall, of the class whose name stands for CLASS: f1_spam.",
    Goal::Max,
    Unit::Share,
)
.family(Family::Class)
.of_classes(Reads::Counts, |seen, class| seen.of_class(class).f1);

/// Its mean over the classes that occur among the targets or the predictions (`average="macro"`).
pub static F1_MACRO: MetricDef = MetricDef::new(
    "f1_macro",
    "Harmonic mean of a class's precision and recall; mean over classes, every class counting the same.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().macro_average().f1);

/// Its mean over samples (`average="weighted"`).
pub static F1_WEIGHTED: MetricDef = MetricDef::new(
    "f1_weighted",
    "Harmonic mean of a class's precision and recall; mean over classes, each counting by its samples.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().weighted_average().f1);
