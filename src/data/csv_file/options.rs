//! The settings of a CSV dataset, typed, and finding the columns they name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::settings::suggest;
use runner_declare::{Chosen, KeyPath, Problem, Value};
use runner_ground::error::Result;
use runner_ground::text::clip;

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
    missing: Missing,
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

    /// What is done about missing cells of a column.
    pub fn missing(&self, name: &str) -> Missing {
        let own = self.columns.get(name).and_then(|own| own.missing);
        own.unwrap_or(self.missing)
    }

    /// Where the columns are that it names.
    ///
    /// # Errors
    /// Every column that does not exist, and what is said of the target and makes no sense there.
    pub fn places(&self, names: &[String]) -> Result<Places> {
        let mut problems = Vec::new();
        let target = match &self.target {
            None => Ok(names.len().saturating_sub(1)),
            Some(column) => place(column, names, KeyPath::from("dataset.target")),
        };
        let target = target.map_err(|problem| problems.push(problem)).ok();
        let mut dropped = Vec::new();
        for (i, column) in self.drop.iter().enumerate() {
            let path = KeyPath::from("dataset.drop").join(i);
            match place(column, names, path.clone()) {
                Ok(at) if Some(at) == target => problems.push(is_target(path)),
                Ok(at) => dropped.push(at),
                Err(problem) => problems.push(problem),
            }
        }
        for (name, own) in &self.columns {
            let path = KeyPath::from("dataset.columns").join(name);
            match place(&Value::String(name.clone()), names, path.clone()) {
                Ok(at) if Some(at) == target => problems.extend(own.problem_of_target(&path)),
                Ok(at) if own.drop == Some(true) => dropped.push(at),
                Ok(_) => {}
                Err(problem) => problems.push(problem),
            }
        }
        match target {
            Some(target) if problems.is_empty() => Ok(Places { target, dropped }),
            _ => Err(problems.into()),
        }
    }
}

/// The columns of a file that the settings name.
pub(super) struct Places {
    pub target: usize,
    pub dropped: Vec<usize>,
}

impl ColumnOptions {
    /// Rules for features make no sense for the target.
    fn problem_of_target(&self, path: &KeyPath) -> Option<Problem> {
        if self.drop == Some(true) {
            return Some(is_target(path.join("drop")));
        }
        (self.kind.is_some() || self.categories.is_some()).then(|| {
            Problem::new(path.clone(), "this column is the target").help("say what it holds with 'target_type'")
        })
    }
}

fn is_target(path: KeyPath) -> Problem {
    Problem::new(path, "this column is the target and cannot be left out")
        .help("name the column to predict in 'dataset.target', the last one if none is named")
}

/// The place of a column that is named, or counted from the start or the end.
///
/// # Errors
/// When there is no such column.
pub(crate) fn place(column: &Value, names: &[String], path: KeyPath) -> std::result::Result<usize, Problem> {
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
            .help(match names.len() {
                1 => "set 'delimiter' to what divides the columns".to_owned(),
                n => format!("indices go from 0 to {}", n.saturating_sub(1)),
            })
        });
    }
    let name = column.as_str().unwrap_or_default();
    names.iter().position(|other| other == name).ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        Problem::new(path, format!("there is no column '{}'", clip(name))).help(match known[..] {
            [only] => format!(
                "the first line is '{}': set 'delimiter' to what divides the columns, or 'header: false' if it names none",
                clip(only)
            ),
            _ => suggest(name, &known),
        })
    })
}
