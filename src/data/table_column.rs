//! What the training part has taught about a table's columns: with it new rows become the same features.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One column that features are made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ColumnInfo {
    /// Numbers: one feature.
    Number {
        /// Its name.
        name: String,
        /// What stands in for a missing cell, where a rule says so.
        fill: Option<Digits>,
    },
    /// Words.
    Category {
        /// Its name.
        name: String,
        /// How words become numbers.
        encoding: Encoding,
        /// The words, in the order of their features or numbers.
        categories: Vec<String>,
        /// The word that stands in for a missing cell, where a rule says so.
        fill: Option<String>,
    },
}

/// How words become numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// A feature for each category, 1 or 0; all 0 for any other.
    OneHot,
    /// One feature, the category's place from 0; -1 for any other.
    Ordinal,
}

/// A number with the digits that it has; files have it as short as it can be.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(untagged, from = "f64")]
pub enum Digits {
    /// Of 32 bits.
    Single(f32),
    /// Of 64 bits, and what files have.
    Double(f64),
}

impl Digits {
    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        match self {
            Self::Single(x) => f64::from(x),
            Self::Double(x) => x,
        }
    }
}

impl From<f64> for Digits {
    fn from(x: f64) -> Self {
        Self::Double(x)
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(x) => x.fmt(f),
            Self::Double(x) => x.fmt(f),
        }
    }
}

/// Equal where files have the same of them.
impl PartialEq for Digits {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

/// How a table's file is written, as far as that was found out and not declared: another file is read like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDialect {
    /// What divides its cells.
    pub delimiter: char,
    /// Whether a cell may stand in double quotes.
    pub quotes: bool,
    /// Whether the first line names the columns.
    pub header: bool,
    /// How many columns there are, the target and those that are left out among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<usize>,
}
