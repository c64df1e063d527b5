//! What the next trial is given. A grid's and a random trial's values follow from its number alone and those of the
//! trials before it; an adaptive one's from the journal as well. No setting is given twice: it could bring nothing new.

mod grid;
mod random;
mod tpe;

use super::seen::Seen;
use super::space::Values;
use super::spec::{Method, Rules, Sweep};
use super::state::State;
use runner_ground::error::{Error, Kind, Result};
use runner_metric::Goal;

/// So many draws in a row may bring what there was; then what is left is counted, where it can be.
const REPEATS: u32 = 200;
/// Of what is left so much is counted.
const LEFT: usize = 10_000;

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
        Method::Random => random::values(sweep, &state.seen, trial),
        Method::Bayes => tpe::values(sweep, state, goal),
    }
}

/// The values of trials that nobody has to have begun yet, one after another, as far as they do not depend on others'
/// results.
pub struct Ahead<'a> {
    sweep: &'a Sweep,
    trial: u64,
    seen: Seen,
}

impl<'a> Ahead<'a> {
    /// Those after the trials that there are.
    pub fn of(sweep: &'a Sweep, state: &State) -> Self {
        Self {
            sweep,
            trial: state.trials.len() as u64,
            seen: state.seen.clone(),
        }
    }

    /// The number of the trial that comes next.
    pub fn trial(&self) -> u64 {
        self.trial
    }
}

impl Iterator for Ahead<'_> {
    type Item = Values;

    fn next(&mut self) -> Option<Values> {
        let (sweep, trial) = (self.sweep, self.trial);
        if sweep.run_cap.is_some_and(|cap| trial >= cap) {
            return None;
        }
        let values = match sweep.method {
            Method::Grid => grid::values(sweep, trial),
            Method::Bayes if !tpe::is_random(trial) => None,
            Method::Random | Method::Bayes => random::values(sweep, &self.seen, trial).ok().flatten(),
        }?;
        self.seen.add(&values);
        self.trial += 1;
        Some(values)
    }
}

/// The first of `draws` that keeps the constraints and is new. `None` where no setting is left.
///
/// # Errors
/// When none keeps the constraints.
fn first_new(
    sweep: &Sweep,
    seen: &Seen,
    draws: u64,
    draw: impl Fn(u64) -> Values,
    choose: impl Fn() -> f64,
) -> Result<Option<Values>> {
    let mut repeats = 0;
    for values in (0..draws).map(draw) {
        if !sweep.space.allows(&values) {
            continue;
        }
        if sweep.rules == Rules::Earlier || !seen.has(&values) {
            return Ok(Some(values));
        }
        repeats += 1;
        if repeats == REPEATS
            && let Some(mut left) = sweep.space.unseen(seen, LEFT)
        {
            let chosen = (choose() * left.len() as f64) as usize;
            return Ok((chosen < left.len()).then(|| left.swap_remove(chosen)));
        }
    }
    if repeats > 0 {
        return Ok(None);
    }
    let message = format!("of {draws} draws none keeps the sweep's constraints");
    Err(Error::new(Kind::Recipe, message).help("widen the ranges, or take constraints away"))
}
