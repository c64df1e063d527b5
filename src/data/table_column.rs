//! What the training part has taught about a table's columns: with it new rows become the same features.

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
        fill: Option<f32>,
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
