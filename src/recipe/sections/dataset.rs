//! `dataset`: which data, and what every dataset can be asked for.

use serde::{Deserialize, Serialize};

use crate::recipe::language::Registry;
use crate::spec::{Bound, Field, Kind, Presence, Range};

/// How features are scaled. The figures come from the training part alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalize {
    /// Subtract the mean, divide by the standard deviation.
    Standardize,
    /// Leave them as they are.
    None,
}

static COMMON: [Field; 2] = [
    Field {
        key: "validation_split",
        doc: "The share of the training samples that is set aside for validation, from 0 up to, but not including, 1. \
              They are drawn by the recipe's seed.",
        kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Excluding(1.0))),
        presence: Presence::Default("0.1"),
    },
    Field {
        key: "normalize",
        doc: "How features are scaled before they reach the network; the figures come from the training part alone.",
        kind: Kind::Choice(&[
            (
                "standardize",
                "Subtract the mean and divide by the standard deviation.",
            ),
            ("none", "Leave the features as the dataset gives them."),
        ]),
        presence: Presence::Default("\"standardize\""),
    },
];

/// The declaration of the key.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "dataset",
        doc: "The data to learn from.",
        kind: Kind::Variant {
            of,
            common: &COMMON,
        },
        presence: Presence::Required,
    }
}
