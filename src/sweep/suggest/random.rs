//! Each trial for itself: a value follows from the sweep's seed, the trial's number and the parameter's key, so that
//! no state is kept and another parameter beside it changes nothing.

use super::first_new;
use crate::seen::Seen;
use crate::space::{Parameter, Values};
use crate::spec::Sweep;
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};

/// This many draws may break a constraint before the sweep counts as impossible.
pub const DRAWS: u64 = 10_000;

/// The values of a trial; `None` where no setting is left.
///
/// # Errors
/// When no draw keeps the constraints.
pub fn values(sweep: &Sweep, seen: &Seen, trial: u64) -> Result<Option<Values>> {
    let draw = |draw| {
        let of = |parameter: &Parameter| uniform(key(sweep.seed, trial, &parameter.key), draw);
        sweep
            .space
            .values(|parameter| parameter.distribution.draw(of(parameter)))
    };
    first_new(sweep, seen, DRAWS, draw, || uniform(key(sweep.seed, trial, ""), 0))
}

/// The key of a parameter in a trial.
pub fn key(seed: u64, trial: u64, name: &str) -> Key {
    Key::new(seed).purpose(Purpose::Sweep).at(trial).at(hash(name))
}

/// A number of [0, 1) with 53 random bits.
pub fn uniform(key: Key, index: u64) -> f64 {
    (key.bits(index) >> 11) as f64 / 9_007_199_254_740_992.0
}

/// FNV-1a.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
