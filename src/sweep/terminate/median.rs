//! The median stopping rule (Golovin et al., "Google Vizier", 2017), with the best value so far in the place of the
//! running mean.

use crate::state::badness;
use runner_metric::Goal;

/// Whether a value is worse than the median of the others'.
pub fn prunes(others: &[Option<f64>], value: Option<f64>, goal: Goal) -> bool {
    let mut others: Vec<f64> = others.iter().map(|other| badness(*other, goal)).collect();
    others.sort_by(f64::total_cmp);
    let middle = others.len() / 2;
    let median = match others.len() {
        0 => return false,
        n if n % 2 == 1 => others[middle],
        _ => f64::midpoint(others[middle - 1], others[middle]),
    };
    badness(value, goal) > median || (value.is_none() && others[0].is_finite())
}
