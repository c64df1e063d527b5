//! What a metric is: its name, which way it gets better, how it is written, and how it follows from what was seen.

use serde::{Deserialize, Serialize};

use super::Classification;
use runner_declare::Section;

/// Which way a metric gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

/// How a metric's values are written for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share of one, as a percentage.
    Share,
    /// A number.
    Number,
}

/// A metric. Adding one: a file with its definition, a line in [`METRICS`](super::METRICS).
#[derive(Debug)]
pub struct MetricDef {
    /// Its name, as in metrics.csv but without `train_`, `val_` or `test_`, and its doc with the formula.
    pub section: Section,
    /// What of its name stands for something.
    pub family: Family,
    /// Which way it gets better.
    pub goal: Goal,
    /// Whether two networks pull it either way, so that the other way may be wanted as well.
    pub contested: bool,
    /// How it is written.
    pub unit: Unit,
    /// How it follows from classes; none for what a task has of its own.
    pub of_classes: Option<OfClasses>,
}

/// Whether a name is that of one metric or of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Of one.
    One,
    /// `CLASS` at its end stands for the name of a class.
    Class,
    /// `_k_` in it stands for a number.
    K,
}

/// A metric of a classifier.
#[derive(Clone, Copy, Debug)]
pub struct OfClasses {
    /// What it is computed from.
    pub reads: Reads,
    /// Its value; `which` is the class, or the k, that its name says, else the positive class. NaN where it is not
    /// defined.
    pub value: fn(&Classification, which: usize) -> f64,
    /// Which classes it is about.
    pub about: About,
}

/// Which classes a metric is about whose name does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// All of them.
    All,
    /// Where there are two, the positive one; where there are more, all of them.
    PositiveOfTwo,
    /// The positive one. There is one where there are two classes.
    Positive,
}

/// What a metric of a classifier is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// How often each class was taken for each.
    Counts,
    /// The probabilities of all samples, which are kept for it.
    Probabilities,
}

impl MetricDef {
    /// A metric that is named by its own word.
    pub const fn new(name: &'static str, doc: &'static str, goal: Goal, unit: Unit) -> Self {
        Self {
            section: Section {
                name,
                doc,
                fields: &[],
                shorthand: None,
            },
            family: Family::One,
            goal,
            contested: false,
            unit,
            of_classes: None,
        }
    }

    /// The same for classifiers.
    #[must_use]
    pub const fn of_classes(self, reads: Reads, value: fn(&Classification, usize) -> f64) -> Self {
        Self {
            of_classes: Some(OfClasses {
                reads,
                value,
                about: About::All,
            }),
            ..self
        }
    }

    /// The same for classifiers, about these classes.
    #[must_use]
    pub const fn about(self, about: About) -> Self {
        match self.of_classes {
            Some(of) => Self {
                of_classes: Some(OfClasses { about, ..of }),
                ..self
            },
            None => self,
        }
    }

    /// The same where two networks pull it either way.
    pub const fn contested(self) -> Self {
        Self {
            contested: true,
            ..self
        }
    }

    /// The same for many names.
    #[must_use]
    pub const fn family(self, family: Family) -> Self {
        Self { family, ..self }
    }

    /// What a name says in the place of `CLASS` or `k`; none where it is another metric's. Nothing for a metric that
    /// is the only one of its name.
    pub(super) fn says<'a>(&self, name: &'a str) -> Option<&'a str> {
        let own = self.section.name;
        match self.family {
            Family::One => (name == own).then_some(""),
            Family::Class => name
                .strip_prefix(own.strip_suffix("CLASS")?)
                .filter(|class| !class.is_empty()),
            Family::K => {
                let (before, after) = own.split_once("_k_")?;
                let k = name.strip_prefix(before)?.strip_prefix('_')?;
                let k = k.strip_suffix(after)?.strip_suffix('_')?;
                let written = k.bytes().all(|digit| digit.is_ascii_digit()) && !k.starts_with('0');
                (written && k.parse::<u32>().is_ok()).then_some(k)
            }
        }
    }
}
