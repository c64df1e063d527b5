//! What a recipe may say of a tree; names and defaults are scikit-learn's.

use serde::Deserialize;

use super::Measure;
use crate::Shape;
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range};

/// The settings of a recipe that was checked.
#[derive(Clone, Debug, Deserialize)]
pub struct Settings {
    pub criterion: Measure,
    pub max_depth: Option<usize>,
    pub min_samples_split: usize,
    pub min_samples_leaf: usize,
    pub min_impurity_decrease: f64,
    pub max_features: Option<serde_json::Value>,
    pub ccp_alpha: f64,
}

/// How many features are looked at for a split.
pub struct MaxFeatures;

impl MaxFeatures {
    /// The number that a setting means of `all` features: a count, a share, their root or their logarithm, rounded
    /// down as scikit-learn does, but 1 at least.
    pub fn of(setting: &serde_json::Value, all: usize) -> usize {
        let count = match (setting.as_str(), setting.as_u64(), setting.as_f64()) {
            (Some("sqrt"), ..) => (all as f64).sqrt() as usize,
            (Some(_), ..) => all.max(1).ilog2() as usize,
            (None, Some(count), _) => count as usize,
            (None, None, share) => (share.unwrap_or(1.0) * all as f64) as usize,
        };
        count.clamp(1, all.max(1))
    }
}

/// What no field shows by itself.
pub fn problems(chosen: &Chosen, shape: &Shape) -> Vec<Problem> {
    let count = chosen.settings.get("max_features").and_then(|value| value.as_u64());
    let too_many = count.filter(|&count| count > shape.width as u64).map(|count| {
        let message = format!("max_features is {count}, but a sample has {} numbers", shape.width);
        Problem::new(KeyPath::from("max_features"), message).help("remove it, or make it smaller")
    });
    too_many.into_iter().collect()
}

/// Those of a tree that predicts classes.
pub static OF_CLASSES: [Field; 7] = fields(Field {
    key: "criterion",
    doc: "How unlike the classes of a node are: what a split makes small.",
    kind: Kind::Choice(&[
        (
            "gini",
            "1 − Σ p²: how often two samples of the node are of different classes.",
        ),
        ("entropy", "−Σ p log₂ p, in bits."),
        ("log_loss", "The same as entropy."),
    ]),
    presence: Presence::Default("\"gini\""),
});

/// Those of a tree that predicts numbers.
pub static OF_VALUES: [Field; 7] = fields(Field {
    key: "criterion",
    doc: "How unlike the targets of a node are: what a split makes small.",
    kind: Kind::Choice(&[("squared_error", "Mean squared distance from their mean.")]),
    presence: Presence::Default("\"squared_error\""),
});

// No 1: of scikit-learn it is one feature, and 1.0 all of them, which a recipe could not tell apart.
static MOST: [Kind; 3] = [
    Kind::Integer { min: 2, max: i64::MAX },
    Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Excluding(1.0))),
    Kind::Choice(&[
        ("sqrt", "The square root of their number."),
        ("log2", "The binary logarithm of their number."),
    ]),
];

const fn fields(criterion: Field) -> [Field; 7] {
    [
        criterion,
        Field {
            key: "max_depth",
            doc: "Questions on the way to a leaf, at most; as many as it takes when absent. The main brake on learning by \
                  heart.",
            kind: Kind::Integer { min: 1, max: 100_000 },
            presence: Presence::Optional,
        },
        Field {
            key: "min_samples_split",
            doc: "A node of fewer training samples is not divided.",
            kind: Kind::Integer { min: 2, max: i64::MAX },
            presence: Presence::Default("2"),
        },
        Field {
            key: "min_samples_leaf",
            doc: "No leaf has fewer training samples.",
            kind: Kind::Integer { min: 1, max: i64::MAX },
            presence: Presence::Default("1"),
        },
        Field {
            key: "min_impurity_decrease",
            doc: "A split is made where it decreases the impurity by this at least, weighted with the node's share of all \
                  training samples.",
            kind: Kind::Number(Range::NON_NEGATIVE),
            presence: Presence::Default("0"),
        },
        Field {
            key: "max_features",
            doc: "Features that are looked at for a split, drawn anew for each from the recipe's seed: a count, a share, \
                  their square root or their binary logarithm; all when absent.",
            kind: Kind::Either(&MOST),
            presence: Presence::Optional,
        },
        Field {
            key: "ccp_alpha",
            doc: "Prune the grown tree: branches go that decrease the impurity by no more than this for each leaf that they \
                  add. 0 prunes nothing.",
            kind: Kind::Number(Range::NON_NEGATIVE),
            presence: Presence::Default("0"),
        },
    ]
}
