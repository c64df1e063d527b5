//! `early_stopping`: when to give up waiting for a better epoch.

use serde::{Deserialize, Serialize};

use runner_declare::{Field, Kind, Presence, Range, Section};

/// When to stop before the last epoch. The best epoch's weights are brought back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping {
    /// The metric to watch: a column of metrics.csv.
    pub monitor: String,
    /// Epochs in a row without improvement that end the training: 3 ends it with the third.
    pub patience: u32,
    /// The least change that counts as an improvement.
    pub min_delta: f64,
    /// Which epoch is the best.
    pub best: BestEpoch,
    /// Which way is better; when absent, the metric's own way.
    pub mode: Option<Mode>,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

/// Which epoch's weights are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BestEpoch {
    /// The one with the best value.
    AnyImprovement,
    /// The last one that was better by `min_delta`.
    BeyondMinDelta,
}

/// The declaration of the key.
pub const FIELD: Field = Field {
    key: "early_stopping",
    doc: "Stop when a metric no longer improves, and bring the best weights back; '{}' takes its defaults.",
    kind: Kind::Section(&SECTION),
    presence: Presence::Optional,
};

static SECTION: Section = Section {
    name: "early_stopping",
    doc: "Stop when a metric no longer improves, and bring the best weights back.",
    shorthand: None,
    fields: &FIELDS,
};

static FIELDS: [Field; 5] = [
    Field {
        key: "monitor",
        doc: "The metric to watch: a column of metrics.csv.",
        kind: Kind::Text,
        presence: Presence::Default("\"val_loss\""),
    },
    Field {
        key: "patience",
        doc: "Epochs in a row without improvement that end the training: 3 ends it with the third, as in Keras.",
        kind: Kind::Integer { min: 1, max: 100_000 },
        presence: Presence::Default("3"),
    },
    Field {
        key: "min_delta",
        doc: "The least change that counts as an improvement, and has the waiting start again.",
        kind: Kind::Number(Range::NON_NEGATIVE),
        presence: Presence::Default("0"),
    },
    Field {
        key: "best",
        doc: "Which epoch is the best, whose weights are kept. It matters where there is a min_delta.",
        kind: Kind::Choice(&[
            (
                "any_improvement",
                "The one with the best value: min_delta decides on stopping alone.",
            ),
            (
                "beyond_min_delta",
                "The last one that was better by more than min_delta, as runs of earlier versions had it.",
            ),
        ]),
        presence: Presence::Changed {
            now: "\"any_improvement\"",
            before: "\"beyond_min_delta\"",
        },
    },
    Field {
        key: "mode",
        doc: "Which way is better; when absent, the way the metric is known to go.",
        kind: Kind::Choice(&[("min", "Smaller is better."), ("max", "Larger is better.")]),
        presence: Presence::Optional,
    },
];
