//! `logging`: in which forms the metrics are written.

use serde::{Deserialize, Serialize};

use runner_declare::{Field, Kind, Presence};

/// A form of the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Log {
    /// metrics.csv, which every run has.
    Csv,
    /// An event file for TensorBoard.
    Tensorboard,
}

/// The declaration of the key. It is no part of what is trained, and so not of the recipe's digest.
pub const FIELD: Field = Field {
    key: "logging",
    doc: "Forms in which the metrics are written. metrics.csv is always there, named or not; the others follow from it.",
    kind: Kind::List {
        of: &Kind::Choice(&[
            ("csv", "metrics.csv, one row an epoch."),
            (
                "tensorboard",
                "An event file for `tensorboard --logdir results`, a point an epoch under the names of metrics.csv.",
            ),
        ]),
        min: 1,
        max: 2,
    },
    presence: Presence::Optional,
};
