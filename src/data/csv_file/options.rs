//! The settings of a CSV dataset, typed, and finding the columns they name.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::settings::{Normalize, suggest};
use super::reading::{Format, Reader, Reading, class_name};
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
    decimal: String,
    thousands: String,
    reading: Reading,
    columns: BTreeMap<String, ColumnOptions>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ColumnOptions {
    missing: Option<Missing>,
    encoding: Option<Categories>,
    categories: Option<Categories>,
    #[serde(rename = "type")]
    pub kind: Option<ColumnType>,
    order: Option<OrderSetting>,
    pub scale: Option<Normalize>,
    unit: Option<String>,
    decimal: Option<String>,
    thousands: Option<String>,
    drop: Option<bool>,
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

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OrderSetting {
    List(Vec<Value>),
    Word(Alphabetical),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Alphabetical {
    Alphabetical,
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
        let ordered = own.and_then(|own| own.order.as_ref()).map(|_| Categories::Ordinal);
        own.and_then(|own| own.encoding.or(own.categories))
            .or(ordered)
            .unwrap_or(self.categories)
    }

    /// The order that is declared for a column's categories. By letter, it goes without saying.
    pub fn order(&self, name: &str) -> Option<Order> {
        match self.columns.get(name).and_then(|own| own.order.as_ref()) {
            Some(OrderSetting::List(words)) => Some(Order::Declared(words.iter().map(text_of).collect())),
            Some(OrderSetting::Word(Alphabetical::Alphabetical)) => Some(Order::Sorted),
            None if self.by_value() => None,
            None => Some(Order::Sorted),
        }
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
    /// Whether it says how words become numbers.
    pub fn is_encoded(&self) -> bool {
        self.encoding.is_some() || self.categories.is_some() || self.order.is_some()
    }

    /// Whether it says how numbers are written.
    pub fn is_written(&self) -> bool {
        self.unit.is_some() || self.decimal.is_some() || self.thousands.is_some()
    }

    /// Rules for features make no sense for the target.
    fn problem_of_target(&self, path: &KeyPath) -> Option<Problem> {
        if self.drop == Some(true) {
            return Some(is_target(path.join("drop")));
        }
        let feature = [
            ("type", self.kind.is_some()),
            ("encoding", self.encoding.is_some()),
            ("categories", self.categories.is_some()),
            ("order", self.order.is_some()),
            ("scale", self.scale.is_some()),
        ];
        let (key, _) = feature.into_iter().find(|(_, said)| *said)?;
        let message = "this column is the target, for which it has no meaning";
        Some(Problem::new(path.join(key), message).help("remove it, and say what the target holds with 'target_type'"))
    }

    /// What is said and would have no effect beside the rest.
    fn contradictions(&self, path: &KeyPath, options: &Options) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut refuse = |key: &str, message: &str, help: &str| {
            problems.push(Problem::new(path.join(key), message).help(help));
        };
        if self.encoding.is_some() && self.categories.is_some() {
            refuse(
                "categories",
                "this is 'encoding' by another name",
                "write one of the two",
            );
        }
        let words = self.encoding.is_some() || self.categories.is_some() || self.order.is_some();
        if words && self.kind == Some(ColumnType::Number) {
            refuse(
                "type",
                "numbers have no encoding and no order to declare",
                "write 'type: category', or remove the others",
            );
        }
        let one_hot = self.encoding.or(self.categories) == Some(Categories::OneHot);
        if one_hot && self.order.is_some() {
            refuse(
                "order",
                "'one_hot' has no order",
                "write 'encoding: ordinal', or remove it",
            );
        }
        if let Some(OrderSetting::List(words)) = &self.order {
            let mut seen = std::collections::HashSet::new();
            let twice = words
                .iter()
                .map(text_of)
                .find(|word| !seen.insert(class_name(word).into_owned()));
            if let Some(word) = twice {
                refuse(
                    "order",
                    &format!("'{}' stands twice in it", clip(&word)),
                    "name each category once",
                );
            }
        }
        let written = [
            ("unit", self.unit.is_some()),
            ("decimal", self.decimal.is_some()),
            ("thousands", self.thousands.is_some()),
        ];
        let category = words || self.kind == Some(ColumnType::Category);
        for (key, _) in written.into_iter().filter(|(_, said)| *said && category) {
            refuse(
                key,
                "it is about numbers, and the column holds words",
                "remove it, or write 'type: number'",
            );
        }
        let decimal = self.decimal.as_ref().unwrap_or(&options.decimal);
        if decimal == self.thousands.as_ref().unwrap_or(&options.thousands) && (written[1].1 || written[2].1) {
            refuse(
                "thousands",
                "it cannot stand for the decimal mark and between thousands",
                "change one of the two",
            );
        }
        if self
            .unit
            .as_deref()
            .is_some_and(|unit| unit.trim() != unit || unit.is_empty() || unit.contains(|c: char| c.is_ascii_digit()))
        {
            refuse(
                "unit",
                "expected what stands before or behind numbers, without blanks around it and without digits",
                "such as '$' or '%'",
            );
        }
        if !options.by_value()
            && (self.order.is_some()
                || self.unit.is_some()
                || self.decimal.is_some()
                || self.thousands.is_some()
                || self.scale.is_some())
        {
            let message = "cells that are read 'by_letter' have no such rules";
            problems.push(Problem::new(path.clone(), message).help("write 'reading: by_value' in 'dataset'"));
        }
        problems
    }
}

/// A word of a list, which may be a number.
fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), |text| text.trim().to_owned())
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
