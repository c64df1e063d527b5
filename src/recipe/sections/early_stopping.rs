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

static FIELDS: [Field; 4] = [
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
        doc: "The least change that counts as an improvement.",
        kind: Kind::Number(Range::NON_NEGATIVE),
        presence: Presence::Default("0"),
    },
    Field {
        key: "mode",
        doc: "Which way is better; when absent, the way the metric is known to go.",
        kind: Kind::Choice(&[("min", "Smaller is better."), ("max", "Larger is better.")]),
        presence: Presence::Optional,
    },
];
