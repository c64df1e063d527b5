//! What the next trial is given. A grid's and a random trial's values follow from its number alone; an adaptive one's
//! from the journal before it as well.

mod grid;
mod random;
mod tpe;

use super::space::Values;
use super::spec::{Method, Sweep};
use super::state::State;
use runner_ground::error::{Error, Kind, Result};
use runner_metric::Goal;

/// The values of the next trial, `None` where there is no further one.
///
/// # Errors
/// When the constraints leave nothing to draw.
pub fn next(sweep: &Sweep, state: &State, goal: Goal) -> Result<Option<Values>> {
    let trial = state.trials.len() as u64;
    if sweep.run_cap.is_some_and(|cap| trial >= cap) {
        return Ok(None);
    }
    match sweep.method {
        Method::Grid => Ok(grid::values(sweep, trial)),
        Method::Random => random::values(sweep, trial).map(Some),
        Method::Bayes => tpe::values(sweep, state, goal).map(Some),
    }
}

/// The values of a trial that nobody has to have begun yet; `None` where they depend on others, or there is none.
pub fn ahead(sweep: &Sweep, trial: u64) -> Option<Values> {
    if sweep.run_cap.is_some_and(|cap| trial >= cap) {
        return None;
    }
    match sweep.method {
        Method::Grid => grid::values(sweep, trial),
        Method::Random => random::values(sweep, trial).ok(),
        Method::Bayes => tpe::is_random(trial)
            .then(|| random::values(sweep, trial).ok())
            .flatten(),
    }
}

fn nothing_left(draws: u64) -> Error {
    let message = format!("of {draws} draws none keeps the sweep's constraints");
    Error::new(Kind::Recipe, message).help("widen the ranges, or take constraints away")
}
