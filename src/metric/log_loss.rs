//! The logarithm of the probability that the true class was given.

use super::{Goal, MetricDef, Reads, Unit};

/// −mean ln p of the true class, p kept within ε and 1 − ε of a double (`sklearn.metrics.log_loss`).
pub static LOG_LOSS: MetricDef = MetricDef::new(
    "log_loss",
    "−mean ln p of the true class, with p kept 2.2e-16 away from 0 and 1 as scikit-learn does: the loss without \
     smoothing, weights and mixing, but where a network is that sure of a wrong class.",
    Goal::Min,
    Unit::Number,
)
.of_classes(Reads::Probabilities, |seen, _| {
    let Some(kept) = seen.probabilities() else {
        return f64::NAN;
    };
    let of = |(truth, row): (u32, &[f32])| {
        let p = f64::from(row[truth as usize]);
        -libm::log(p.clamp(f64::EPSILON, 1.0 - f64::EPSILON))
    };
    kept.samples().map(of).sum::<f64>() / kept.len() as f64
});
