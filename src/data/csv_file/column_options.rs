//! The settings of one column, and what in them contradicts something else or would have no effect.

use std::collections::HashSet;

use serde::Deserialize;

use super::super::settings::Normalize;
use super::options::{Categories, ColumnType, Missing, Options, Order};
use super::reading::class_name;
use runner_declare::{KeyPath, Problem, Value};
use runner_ground::text::clip;

#[derive(Debug, Default, Deserialize)]
pub(super) struct ColumnOptions {
    pub missing: Option<Missing>,
    pub encoding: Option<Categories>,
    pub categories: Option<Categories>,
    #[serde(rename = "type")]
    pub kind: Option<ColumnType>,
    order: Option<OrderSetting>,
    pub scale: Option<Normalize>,
    pub unit: Option<String>,
    pub decimal: Option<String>,
    pub thousands: Option<String>,
    pub drop: Option<bool>,
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

impl ColumnOptions {
    /// Whether it says how words become numbers.
    pub fn is_encoded(&self) -> bool {
        self.encoding.is_some() || self.categories.is_some() || self.order.is_some()
    }

    /// Whether it says how numbers are written.
    pub fn is_written(&self) -> bool {
        self.unit.is_some() || self.decimal.is_some() || self.thousands.is_some()
    }

    /// The order that it declares for the categories.
    pub fn order(&self) -> Option<Order> {
        Some(match self.order.as_ref()? {
            OrderSetting::List(words) => Order::Declared(words.iter().map(text_of).collect()),
            OrderSetting::Word(Alphabetical::Alphabetical) => Order::Sorted,
        })
    }

    /// Rules for features make no sense for the target.
    pub fn problem_of_target(&self, path: &KeyPath) -> Option<Problem> {
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
    pub fn contradictions(&self, path: &KeyPath, options: &Options) -> Vec<Problem> {
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
            let mut seen = HashSet::new();
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
        if self.unit.as_deref().is_some_and(|unit| {
            unit.trim() != unit
                || unit.is_empty()
                || unit.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-'))
                || matches!(unit, "e" | "E")
        }) {
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

pub(super) fn is_target(path: KeyPath) -> Problem {
    Problem::new(path, "this column is the target and cannot be left out")
        .help("name the column to predict in 'dataset.target', the last one if none is named")
}
