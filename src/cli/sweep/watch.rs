//! What follows from a trial's epochs while it trains: its best value, and whether the rule ends it.

use std::sync::{Mutex, PoisonError};

use runner_ground::error::Result;
use runner_results::row::Row;
use runner_sweep::{Ended, Event, Log, Manifest, Status};

/// A trial that this worker holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub trial: u64,
    /// Which attempt this is.
    pub attempt: u32,
}

/// What comes after an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    GoesOn,
    /// The rule ends it here.
    Ends,
    /// Somebody else holds it by now.
    Lost,
}

/// Follows the epochs of one trial.
pub struct Watch<'a> {
    log: &'a Mutex<Log>,
    manifest: &'a Manifest,
    held: Held,
    /// Epochs of a trial that is not ended early.
    epochs: u64,
    /// Rows of the epochs so far, without a gap.
    rows: Vec<Row>,
    best: Option<(u64, f64)>,
    /// The rule ended it early.
    ended: bool,
}

impl<'a> Watch<'a> {
    /// Follows a trial from its first epoch.
    pub fn new(log: &'a Mutex<Log>, manifest: &'a Manifest, held: Held, epochs: u64) -> Self {
        Self {
            log,
            manifest,
            held,
            epochs,
            rows: Vec::new(),
            best: None,
            ended: false,
        }
    }

    /// Epochs that were looked at.
    pub fn seen(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The best value so far.
    pub fn best(&self) -> Option<f64> {
        self.best.map(|(_, value)| value)
    }

    /// Looks at an epoch. One that was looked at before, or that is not the next, changes nothing.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub fn look(&mut self, row: &Row) -> Result<Verdict> {
        if self.ended || row.epoch != self.seen() + 1 {
            return Ok(Verdict::GoesOn);
        }
        self.rows.push(row.clone());
        let value = row.metric(&self.manifest.metric.name).filter(|value| value.is_finite());
        if let Some(value) = value
            && self.best.is_none_or(|(_, best)| {
                runner_sweep::state::badness(Some(value), self.goal())
                    < runner_sweep::state::badness(Some(best), self.goal())
            })
        {
            self.best = Some((row.epoch, value));
        }
        let rule = self.manifest.sweep.early_terminate.as_ref();
        let Some(rule) = rule.filter(|rule| rule.looks_at(self.held.trial, row.epoch, self.epochs)) else {
            return Ok(Verdict::GoesOn);
        };
        let (Held { trial, attempt }, epoch, value) = (self.held, row.epoch, self.best());
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let verdict = log.decide(|state| {
            if !state.holds(trial, attempt) {
                return Ok((Vec::new(), Verdict::Lost));
            }
            // What was decided stays decided, whichever worker trains it now.
            let known = state.trials[trial as usize].rungs.iter().find(|(at, ..)| *at == epoch);
            let pruned = known.map(|(.., pruned)| *pruned);
            let (events, pruned) = match pruned {
                Some(pruned) => (Vec::new(), pruned),
                None => {
                    let pruned = rule.prunes(state, trial, epoch, value, self.manifest.metric.goal);
                    let rung = Event::Rung {
                        trial,
                        attempt,
                        epoch,
                        value,
                        pruned,
                    };
                    (vec![rung], pruned)
                }
            };
            Ok((events, if pruned { Verdict::Ends } else { Verdict::GoesOn }))
        })?;
        self.ended = verdict == Verdict::Ends;
        Ok(verdict)
    }

    /// Whether the rule has ended it.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// How the trial ended, by the epochs that count.
    pub fn conclude(&self, status: Status, test: &[(String, f64)], failure: Option<String>) -> Ended {
        let best_epoch = self.best.map_or(0, |(epoch, _)| epoch);
        let row = self.rows.iter().find(|row| row.epoch == best_epoch);
        let mut metrics = row.map(|row| row.metrics.clone()).unwrap_or_default();
        metrics.extend(test.iter().cloned());
        Ended {
            status,
            value: self.best(),
            best_epoch,
            epochs: self.seen(),
            metrics,
            seconds: self.rows.iter().map(|row| row.seconds).sum(),
            failure,
            seeds: Vec::new(),
        }
    }

    fn goal(&self) -> runner_metric::Goal {
        self.manifest.metric.goal
    }
}
