//! What the journal holds: one line of JSON for each thing that happened. Lines are only ever added.

use serde::{Deserialize, Serialize};

use super::space::Values;
use runner_results::row::named;

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A worker takes a trial: a new one, one of a worker that died or let go, or one that failed and is tried again.
    Claimed {
        /// The trial, from 0.
        trial: u64,
        /// How often it has been taken, from 1. What an earlier holder still says of it counts no more.
        attempt: u32,
        /// Who takes it.
        worker: String,
        /// Its values; with the first attempt.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        values: Option<Values>,
    },
    /// A trial reached an epoch at which the rule looked at it.
    Rung {
        /// The trial.
        trial: u64,
        /// The attempt.
        attempt: u32,
        /// The epoch, from 1.
        epoch: u64,
        /// The best value so far; none while there is no number.
        value: Option<f64>,
        /// Whether the trial ends here.
        pruned: bool,
    },
    /// A worker lets a trial go that is not done: it was asked to stop.
    Released {
        /// The trial.
        trial: u64,
        /// The attempt.
        attempt: u32,
    },
    /// A trial is done.
    Ended {
        /// The trial.
        trial: u64,
        /// The attempt.
        attempt: u32,
        /// How.
        #[serde(flatten)]
        ended: Ended,
    },
    /// There are no more trials than these: the space has no more to give.
    Exhausted {
        /// How many there are.
        trials: u64,
    },
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// In which way.
    pub status: Status,
    /// The best value of the sweep's metric; none where there was no number.
    pub value: Option<f64>,
    /// The epoch of that value, from 1; 0 where there is none.
    pub best_epoch: u64,
    /// Epochs that count: of a pruned trial those up to the rung, however far its trainer ran on.
    pub epochs: u64,
    /// The metrics of that epoch, and those on the test part of a trial that finished.
    #[serde(with = "named")]
    pub metrics: Vec<(String, f64)>,
    /// Seconds of training.
    pub seconds: f64,
    /// Why it failed, where it did.
    pub failure: Option<String>,
}

/// In which way a trial ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It trained to its end.
    Finished,
    /// The rule ended it.
    Pruned,
    /// Its loss was not finite.
    Diverged,
    /// Something else went wrong.
    Failed,
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Pruned => "pruned",
            Self::Diverged => "diverged",
            Self::Failed => "failed",
        }
    }

    /// Whether its value can be held against others'.
    pub fn counts(self) -> bool {
        matches!(self, Self::Finished | Self::Pruned)
    }
}
