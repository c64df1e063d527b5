//! What a training says of itself while it runs. Bars, JSON lines, metrics and reports consume these;
//! the training prints nothing.

use serde::{Deserialize, Serialize};

use runner_data::StandIn;
use runner_results::row::{EPOCH, Row};
use runner_results::summary::Summary;
use runner_task::Artifact;

/// One thing that happened. On the trainer's standard output each is one line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The trainer is ready.
    Started {
        /// The run's folder.
        run: String,
        /// What stands in for the data that the recipe names.
        stand_in: Option<StandIn>,
        /// The library that the program was compiled against.
        build: String,
        /// Epochs in all.
        epochs: u64,
        /// Optimizer steps in one epoch.
        steps_per_epoch: u64,
        /// The epoch that comes first, counted from 1; more than 1 in a resumed run.
        epoch: u64,
        /// Steps already done in all.
        step: u64,
        /// Trainable numbers.
        parameters: u64,
        /// Samples in the training, validation and test part.
        rows: [usize; 3],
        /// Threads that compute.
        threads: usize,
        /// `cpu` or `cuda`.
        device: String,
        /// What gives a row of metrics: an epoch, or a step of a model.
        #[serde(default = "epoch", skip_serializing_if = "is_epoch")]
        row: String,
    },
    /// Something the user should know.
    Notice {
        /// One sentence.
        text: String,
    },
    /// Some steps were made. Sent a few times a second.
    Step {
        /// The epoch, counted from 1.
        epoch: u64,
        /// Steps done in this epoch.
        step: u64,
        /// Mean loss of this epoch so far.
        loss: f64,
        /// The task's main metric in this epoch so far, by name.
        metric: Option<(String, f64)>,
        /// The learning rate.
        lr: f64,
        /// Samples a second.
        samples_per_second: f64,
    },
    /// An epoch ended.
    Epoch {
        /// Its row of metrics.csv.
        row: Row,
        /// Whether it is the best so far.
        best: bool,
    },
    /// Early stopping ended the training.
    EarlyStopped {
        /// The last epoch.
        epoch: u64,
        /// Why, in one sentence.
        reason: String,
    },
    /// Stopped by the user; everything is saved.
    Interrupted {
        /// The epoch, counted from 1.
        epoch: u64,
        /// Steps done in all.
        step: u64,
    },
    /// Done.
    Finished {
        /// The run's folder.
        run: String,
        /// What stands in for the data that the recipe names: the figures are not those of that data.
        stand_in: Option<StandIn>,
        /// What was reached.
        summary: Summary,
    },
    /// Steps were timed.
    Benched(super::bench::Bench),
    /// Given batches were learnt.
    Replayed(super::replay::Replayed),
    /// Learning rates were tried.
    RangeTested(super::range_test::RangeTested),
    /// New inputs were predicted.
    Predicted {
        /// How many.
        rows: usize,
        /// What is worth knowing of the inputs, such as characters that the training did not have.
        notes: Vec<String>,
        /// Files that cannot be read, each with the reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unread: Vec<String>,
    },
    /// Texts or pictures were made, as was asked.
    Generated {
        /// All of them.
        made: Vec<Artifact>,
    },
    /// It failed.
    Failed {
        /// The exit code.
        code: u8,
        /// What went wrong.
        message: String,
    },
}

fn epoch() -> String {
    EPOCH.to_owned()
}

fn is_epoch(row: &String) -> bool {
    row == EPOCH
}
