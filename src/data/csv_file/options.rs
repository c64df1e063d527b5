//! The settings of a CSV dataset, typed, and finding the columns they name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::settings::suggest;
use crate::error::Result;
use crate::spec::{Chosen, KeyPath, Problem, Value};

#[derive(Debug, Deserialize)]
pub(super) struct Options {
    pub path: String,
    pub test_path: Option<String>,
    pub validation_path: Option<String>,
    target: Option<Value>,
    pub target_type: TargetType,
    delimiter: String,
    header: Value,
    drop: Vec<Value>,
    pub missing: Missing,
    pub missing_markers: Vec<String>,
    pub categories: Categories,
    pub columns: BTreeMap<String, ColumnOptions>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ColumnOptions {
    pub missing: Option<Missing>,
    pub categories: Option<Categories>,
    #[serde(rename = "type")]
    pub kind: Option<ColumnType>,
    #[serde(default)]
    pub drop: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TargetType {
    Auto,
    Classes,
    Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Missing {
    Error,
    DropRow,
    Mean,
    Median,
    MostFrequent,
    Zero,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Categories {
    Error,
    OneHot,
    Ordinal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ColumnType {
    Number,
    Category,
}

impl Options {
    pub fn of(chosen: &Chosen) -> Result<Self> {
        chosen.typed()
    }

    /// The delimiter, or `None` to find it.
    pub fn delimiter(&self) -> Option<u8> {
        match self.delimiter.as_str() {
            "tab" | "\t" => Some(b'\t'),
            ";" => Some(b';'),
            "|" => Some(b'|'),
            "," => Some(b','),
            _ => None,
        }
    }

    /// Whether the first line names the columns, or `None` to find out.
    pub fn header(&self) -> Option<bool> {
        self.header.as_bool()
    }

    /// The place of the target column: the last, where none is named.
    pub fn target(&self, names: &[String]) -> Result<usize> {
        match &self.target {
            None => Ok(names.len().saturating_sub(1)),
            Some(column) => Ok(place(column, names, KeyPath::from("dataset.target"))?),
        }
    }

    /// The places of the columns to leave out.
    pub fn dropped(&self, names: &[String]) -> Result<Vec<usize>> {
        let mut places = Vec::new();
        for (i, column) in self.drop.iter().enumerate() {
            places.push(place(column, names, KeyPath::from("dataset.drop").join(i))?);
        }
        for (name, column) in &self.columns {
            let at = place(
                &Value::String(name.clone()),
                names,
                KeyPath::from("dataset.columns").join(name),
            )?;
            if column.drop == Some(true) {
                places.push(at);
            }
        }
        Ok(places)
    }
}

/// The place of a column that is named, or counted from the start or the end.
fn place(column: &Value, names: &[String], path: KeyPath) -> std::result::Result<usize, Problem> {
    if let Some(index) = column.as_i64() {
        let at = if index < 0 {
            index.saturating_add(names.len() as i64)
        } else {
            index
        };
        let at = usize::try_from(at).ok().filter(|&at| at < names.len());
        return at.ok_or_else(|| {
            Problem::new(
                path,
                format!("there is no column {index}: the file has {}", names.len()),
            )
            .help(format!("indices go from 0 to {}", names.len().saturating_sub(1)))
        });
    }
    let name = column.as_str().unwrap_or_default();
    names.iter().position(|other| other == name).ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        Problem::new(path, format!("there is no column '{name}'")).help(suggest(name, &known))
    })
}
