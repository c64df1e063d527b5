//! F1 of one class.

use super::{Family, Goal, MetricDef, Reads, Unit};

/// 2 tp / (2 tp + fp + fn) of the class that the name says (`sklearn.metrics.f1_score(average=None)`).
pub static F1_OF_CLASS: MetricDef = MetricDef::new(
    "f1_CLASS",
    "Harmonic mean of precision and recall of one class, whose name stands for CLASS: f1_spam.",
    Goal::Max,
    Unit::Share,
)
.family(Family::Class)
.of_classes(Reads::Counts, |seen, class| {
    let scores = seen.confusion().scores();
    if seen.confusion().total() == 0 {
        return f64::NAN;
    }
    scores.get(class).map_or(f64::NAN, |scores| scores.f1)
});
