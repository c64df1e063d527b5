//! `early_stopping`: when to give up waiting for a better epoch.

use serde::{Deserialize, Serialize};

use crate::declare::{Field, Kind, Presence, Range, Section};

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

#[cfg(test)]
mod tests {
    use crate::recipe::{Overrides, Recipe};

    #[test]
    fn a_patience_of_nothing_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recipe.yaml");
        let load = |patience: u32| {
            let text = "task: classification\ndataset: iris\nnetwork: [{linear: 3}]\nearly_stopping: {patience: ";
            std::fs::write(&path, format!("{text}{patience}}}\n")).unwrap();
            Recipe::load(crate::catalog::language(), &path, &Overrides::default())
        };
        assert_eq!(load(1).unwrap().early_stopping.unwrap().patience, 1);
        assert!(load(0).unwrap_err().to_string().contains("early_stopping.patience"));
    }
}
