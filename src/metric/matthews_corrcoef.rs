//! How predicted and true classes go together.

use super::{Goal, MetricDef, Reads, Unit};

/// Matthews' correlation coefficient, for any number of classes that of Gorodkin (2004)
/// (`sklearn.metrics.matthews_corrcoef`); 0 where all samples are, or are taken for, one class.
pub static MATTHEWS_CORRCOEF: MetricDef = MetricDef::new(
    "matthews_corrcoef",
    "Correlation of predicted and true classes: 1 is perfect, 0 no better than chance, whatever the classes' sizes.",
    Goal::Max,
    Unit::Number,
)
.of_classes(Reads::Counts, |seen, _| {
    let matrix = seen.confusion();
    let (mut truths, mut taken) = (vec![0.0; matrix.classes()], vec![0.0; matrix.classes()]);
    let (mut all, mut found) = (0.0, 0.0);
    for (truth, predicted, count) in matrix.counts() {
        let count = count as f64;
        truths[truth as usize] += count;
        taken[predicted as usize] += count;
        all += count;
        found += if truth == predicted { count } else { 0.0 };
    }
    if all == 0.0 {
        return f64::NAN;
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let spread = (all * all - dot(&taken, &taken)) * (all * all - dot(&truths, &truths));
    if spread == 0.0 {
        0.0
    } else {
        (found * all - dot(&taken, &truths)) / spread.sqrt()
    }
});
