//! Asynchronous successive halving (Li et al., "A system for massively parallel hyperparameter tuning", 2020) in the
//! form that stops trials: a trial that is not among the best 1/eta of its rung when it comes there ends.

use crate::state::badness;
use runner_metric::Goal;

/// The epoch of a bracket's first rung.
pub fn start(min_iter: u64, eta: f64, bracket: u64) -> u64 {
    let mut epoch = min_iter;
    for _ in 0..bracket {
        epoch = next(min_iter, epoch, eta);
    }
    epoch
}

/// Whether there is a rung at this epoch.
pub fn is_rung(first: u64, eta: f64, epoch: u64) -> bool {
    let mut rung = first;
    while rung < epoch {
        rung = next(first, rung, eta);
    }
    rung == epoch
}

/// The rung after one: `first` times the next power of `eta`, rounded; at least one epoch later.
fn next(first: u64, rung: u64, eta: f64) -> u64 {
    let mut exact = first as f64;
    while exact.round() <= rung as f64 {
        exact *= eta;
    }
    (exact.round() as u64).max(rung + 1)
}

/// Whether a value is not among the best `max(1, n / eta)` of the `n` at its rung, itself among them. Equal ones go
/// on together; one without a number never goes on beside others.
pub fn prunes(others: &[Option<f64>], value: Option<f64>, eta: f64, goal: Goal) -> bool {
    let own = badness(value, goal);
    let better = others.iter().filter(|other| badness(**other, goal) < own).count();
    let kept = (((others.len() + 1) as f64 / eta) as usize).max(1);
    better >= kept || (value.is_none() && !others.is_empty())
}
