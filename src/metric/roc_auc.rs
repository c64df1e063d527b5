//! The area under the receiver operating characteristic.

use super::{Goal, MetricDef, Reads, Unit};

/// How often a sample of the class gets a larger probability than one that is none; ties count half
/// (`sklearn.metrics.roc_auc_score`, `multi_class="ovr"`, `average="macro"`).
pub static ROC_AUC: MetricDef = MetricDef::new(
    "roc_auc",
    "Area under the ROC curve: the chance that a sample of a class is ranked before one of another; of more than two \
     classes the mean over classes, each against the rest. Classes that do not occur, or alone, are left out.",
    Goal::Max,
    Unit::Number,
)
.of_classes(Reads::Probabilities, |seen, positive| {
    seen.probabilities()
        .map_or(f64::NAN, |kept| kept.one_vs_rest(positive, area))
});

fn area(ranked: &[(f32, bool)]) -> f64 {
    let (mut positives, mut doubled) = (0u128, 0u128);
    for tied in ranked.chunk_by(|a, b| a.0 == b.0) {
        let of_class = tied.iter().filter(|(_, positive)| *positive).count() as u128;
        doubled += (tied.len() as u128 - of_class) * (2 * positives + of_class);
        positives += of_class;
    }
    let negatives = ranked.len() as u128 - positives;
    doubled as f64 / (2 * positives * negatives) as f64
}
