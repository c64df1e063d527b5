//! All combinations, one after another.

use crate::space::Values;
use crate::spec::Sweep;

/// The combination of this number.
pub fn values(sweep: &Sweep, trial: u64) -> Option<Values> {
    sweep.space.grid(trial)
}
