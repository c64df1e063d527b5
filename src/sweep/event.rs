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
    /// The epoch of that value, from 1; 0 where there is none, or one for each of several seeds.
    pub best_epoch: u64,
    /// Epochs that count: of a pruned trial those up to the rung, however far its trainer ran on; of several seeds the most.
    pub epochs: u64,
    /// The metrics of that epoch, and those on the test part of a trial that finished.
    #[serde(with = "named")]
    pub metrics: Vec<(String, f64)>,
    /// Seconds of training.
    pub seconds: f64,
    /// Why it failed, where it did.
    pub failure: Option<String>,
    /// Where it was trained with several seeds, each with its best value; the trial's own is their mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<(u64, Option<f64>)>,
}

impl Ended {
    /// A trial that was trained to its end with each of these seeds: all its figures are means.
    pub fn over(seeds: Vec<(u64, Ended)>) -> Self {
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let all =
            |of: &dyn Fn(&Ended) -> Option<f64>| seeds.iter().map(|(_, ended)| of(ended)).collect::<Option<Vec<_>>>();
        let names = seeds.first().map_or(&[] as &[_], |(_, first)| &first.metrics);
        let metrics = names.iter().filter_map(|(name, _)| {
            let values = all(&|ended| runner_results::row::find(&ended.metrics, name))?;
            Some((name.clone(), mean(values)))
        });
        Self {
            status: Status::Finished,
            value: all(&|ended| ended.value).filter(|values| !values.is_empty()).map(mean),
            best_epoch: 0,
            epochs: seeds.iter().map(|(_, ended)| ended.epochs).max().unwrap_or(0),
            metrics: metrics.collect(),
            seconds: seeds.iter().map(|(_, ended)| ended.seconds).sum(),
            failure: None,
            seeds: seeds.iter().map(|(seed, ended)| (*seed, ended.value)).collect(),
        }
    }

    /// The standard deviation of the values of several seeds.
    pub fn deviation(&self) -> Option<f64> {
        let values: Vec<f64> = self.seeds.iter().filter_map(|(_, value)| *value).collect();
        let mean = self.value.filter(|_| values.len() > 1)?;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some((squares / (values.len() - 1) as f64).sqrt())
    }
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
