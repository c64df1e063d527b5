//! The area under the curve of precision over recall.

use super::{About, Goal, MetricDef, Reads, Unit};

/// Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds, without interpolation (`sklearn.metrics.average_precision_score`,
/// `average="macro"`).
pub static AVERAGE_PRECISION: MetricDef = MetricDef::new(
    "average_precision",
    "Area under precision over recall, Σ (Rₙ − Rₙ₋₁) Pₙ, of the positive class; of more than two classes the mean over \
     classes, each against the rest. Classes that do not occur, or alone, are left out.",
    Goal::Max,
    Unit::Number,
)
.of_classes(Reads::Probabilities, |seen, positive| {
    seen.probabilities()
        .map_or(f64::NAN, |kept| kept.one_vs_rest(positive, average))
})
.about(About::PositiveOfTwo);

fn average(ranked: &[(f32, bool)]) -> f64 {
    let all = ranked.iter().filter(|(_, positive)| *positive).count() as f64;
    let (mut found, mut taken, mut sum) = (0usize, 0usize, 0.0);
    for tied in ranked.chunk_by(|a, b| a.0 == b.0) {
        let of_class = tied.iter().filter(|(_, positive)| *positive).count();
        found += of_class;
        taken += tied.len();
        sum += of_class as f64 * (found as f64 / taken as f64);
    }
    // Divided last: a sum of whole numbers is exact, so a perfect ranking gives 1.
    sum / all
}
