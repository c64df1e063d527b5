//! The settings of a CSV dataset, typed, and finding the columns they name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::settings::suggest;
use super::column_options::{ColumnOptions, is_target};
use super::reading::{Format, Reader, Reading};
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
    quotes: Value,
    drop: Vec<Value>,
    missing: MissingByType,
    missing_markers: Vec<String>,
    categories: Categories,
    pub decimal: String,
    pub thousands: String,
    reading: Reading,
    columns: BTreeMap<String, ColumnOptions>,
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

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum MissingByType {
    All(Missing),
    Each { numbers: Missing, words: Missing },
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

/// The order of a column's categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Numbers by value, words by letter.
    Sorted,
    /// From the least to the greatest.
    Declared(Vec<String>),
}

impl Options {
    pub fn of(chosen: &Chosen) -> Result<Self> {
        let options: Self = chosen.typed()?;
        let mut problems = Vec::new();
        if options.decimal == options.thousands {
            let message = "it cannot stand for the decimal mark and between thousands";
            problems.push(Problem::new(KeyPath::from("dataset.thousands"), message));
        }
        for (name, own) in &options.columns {
            let path = KeyPath::from("dataset.columns").join(name);
            problems.extend(own.contradictions(&path, &options));
        }
        if problems.is_empty() {
            Ok(options)
        } else {
            Err(problems.into())
        }
    }

    /// What cells are, by these settings.
    pub fn reader(&self) -> Reader {
        Reader::of(self.reading, &self.missing_markers)
    }

    /// Whether cells are read by what they mean.
    pub fn by_value(&self) -> bool {
        self.reading == Reading::ByValue
    }

    /// How the numbers of a column are written.
    pub fn format(&self, name: &str) -> Format {
        let own = self.columns.get(name);
        let decimal = own.and_then(|own| own.decimal.as_ref()).unwrap_or(&self.decimal);
        let thousands = own.and_then(|own| own.thousands.as_ref()).unwrap_or(&self.thousands);
        let mut thousands = thousands.chars();
        Format {
            decimal: decimal.chars().next().unwrap_or('.'),
            thousands: thousands.next().filter(|_| thousands.next().is_none()),
            unit: own.and_then(|own| own.unit.clone()),
        }
    }

    /// The settings of a column.
    pub fn column(&self, name: &str) -> Option<&ColumnOptions> {
        self.columns.get(name)
    }

    /// Whether cells may stand in quotes, or `None` to find out.
    pub fn quotes(&self) -> Option<bool> {
        self.quotes.as_bool()
    }

    /// What is done about missing cells of a column that holds this.
    pub fn missing(&self, name: &str, kind: ColumnType) -> Missing {
        let own = self.columns.get(name).and_then(|own| own.missing);
        own.unwrap_or(match (self.missing, kind) {
            (MissingByType::All(rule), _) => rule,
            (MissingByType::Each { numbers, .. }, ColumnType::Number) => numbers,
            (MissingByType::Each { words, .. }, ColumnType::Category) => words,
        })
    }

    /// How words of a column become numbers.
    pub fn categories(&self, name: &str) -> Categories {
        let own = self.columns.get(name);
        let ordered = own.and_then(ColumnOptions::order).map(|_| Categories::Ordinal);
        own.and_then(|own| own.encoding.or(own.categories))
            .or(ordered)
            .unwrap_or(self.categories)
    }

    /// The order that is declared for a column's categories. By letter, it goes without saying.
    pub fn order(&self, name: &str) -> Option<Order> {
        let declared = self.columns.get(name).and_then(ColumnOptions::order);
        declared.or_else(|| (!self.by_value()).then_some(Order::Sorted))
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
            Some(target) if problems.is_empty() => {
                let mut seen = std::collections::HashSet::new();
                dropped.retain(|place| seen.insert(*place));
                Ok(Places { target, dropped })
            }
            _ => Err(problems.into()),
        }
    }
}

/// The columns of a file that the settings name.
pub(super) struct Places {
    pub target: usize,
    pub dropped: Vec<usize>,
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
