//! The vocabulary in which layers, datasets, optimizers, … say what a recipe may write about them.
//!
//! Each entry of a registry carries a [`Section`]: its name, its doc and its fields. From these
//! declarations alone come the checks of a recipe, its defaults and the JSON Schema, so that a name, its
//! doc and its bounds are written once. Nothing here knows YAML or tensors.

pub use runner_ground::error::{KeyPath, Problem};

use serde::de::DeserializeOwned;

/// A validated value of a recipe.
pub type Value = serde_json::Value;
/// Validated settings of one section: every field that has a value, defaults filled in.
pub type Settings = serde_json::Map<String, Value>;

/// A named group of fields: one layer, one optimizer, one dataset, or a part of the recipe.
#[derive(Debug)]
pub struct Section {
    /// The name that a recipe writes, such as `adamw`.
    pub name: &'static str,
    /// What it is, in one or more sentences; the first line stands alone in lists.
    pub doc: &'static str,
    /// What may be set, in the order in which it is shown.
    pub fields: &'static [Field],
    /// The field that a bare value sets: `linear: 512` is `linear: {out_features: 512}`.
    pub shorthand: Option<&'static str>,
}

/// One key of a section.
#[derive(Debug)]
pub struct Field {
    /// The key as a recipe writes it.
    pub key: &'static str,
    /// What it means, with units and the range's reason.
    pub doc: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Whether it must be there, and what stands in when it is not.
    pub presence: Presence,
}

/// Whether a field must be there.
#[derive(Debug)]
pub enum Presence {
    /// It must be written.
    Required,
    /// It may be absent, and then there is no value.
    Optional,
    /// It may be absent, and then this literal (JSON text, such as `"0.9"` or `"[0.9, 0.999]"`) stands in.
    Default(&'static str),
    /// As [`Default`](Self::Default), but runs that were kept before the key was there meant something else, or could
    /// not say it: absent from the recipe of such a run, it is `before`. A value that is `before` leaves no trace in a
    /// recipe's digest, which so stays what it was.
    Changed {
        /// What stands in today, as JSON text.
        now: &'static str,
        /// What it always was before the key was there, as JSON text.
        before: &'static str,
    },
    /// As [`Changed`](Self::Changed), but of what may be done with a run later, such as reading new inputs. Nothing of
    /// the training follows from it, and so no value leaves a trace in a recipe's digest.
    Aside {
        /// What stands in today, as JSON text.
        now: &'static str,
        /// What it always was before the key was there, as JSON text.
        before: &'static str,
    },
}

impl Presence {
    /// What stands in where a new recipe does not have the key, as JSON text.
    #[must_use]
    pub const fn default(&self) -> Option<&'static str> {
        match self {
            Self::Required | Self::Optional => None,
            Self::Default(literal) | Self::Changed { now: literal, .. } | Self::Aside { now: literal, .. } => {
                Some(literal)
            }
        }
    }
}

/// What values a field takes.
#[derive(Debug)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number, both ends included.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A finite number within a range.
    Number(Range),
    /// Any text.
    Text,
    /// Any value: what it may be is decided by its reader, such as the recipe that a sweep is over.
    Any,
    /// The path of a file, relative to the folder of the recipe that says it.
    Path,
    /// One of these words, each with its doc.
    Choice(&'static [(&'static str, &'static str)]),
    /// A list of values of one kind, with bounds on its length.
    List {
        /// What each value is.
        of: &'static Kind,
        /// The least number of values.
        min: usize,
        /// The greatest number of values.
        max: usize,
    },
    /// A mapping from free keys (column names, say) to values of one kind.
    Map(&'static Kind),
    /// Whichever of these fits, tried in order; the first is named in messages first.
    Either(&'static [Kind]),
    /// A nested section.
    Section(&'static Section),
    /// The name of an entry of a registry, alone.
    Name(fn() -> Vec<&'static Section>),
    /// One entry of a registry: `adam`, or `{name: adam, lr: 1e-3}`. Deserializes into [`Chosen`].
    Variant {
        /// The registry's sections.
        of: fn() -> Vec<&'static Section>,
        /// Fields that every entry has besides its own.
        common: &'static [Field],
    },
    /// A list of network layers, each `relu`, `linear: 512` or `linear: {out_features: 512}`.
    /// Deserializes into `Vec<Chosen>`.
    Layers,
}

/// Bounds of a number.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The lower end.
    pub low: Bound,
    /// The upper end.
    pub high: Bound,
}

/// One end of a [`Range`].
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// No limit.
    None,
    /// Up to this number, itself allowed.
    Including(f64),
    /// Up to this number, itself not allowed.
    Excluding(f64),
}

impl Range {
    /// Any finite number.
    pub const ANY: Range = Range::new(Bound::None, Bound::None);
    /// Greater than zero.
    pub const POSITIVE: Range = Range::new(Bound::Excluding(0.0), Bound::None);
    /// Zero or greater.
    pub const NON_NEGATIVE: Range = Range::new(Bound::Including(0.0), Bound::None);
    /// From 0 up to, but not including, 1: rates and momenta.
    pub const FRACTION: Range = Range::new(Bound::Including(0.0), Bound::Excluding(1.0));

    /// A range from its two ends.
    pub const fn new(low: Bound, high: Bound) -> Self {
        Self { low, high }
    }

    /// Whether the number lies inside.
    pub fn contains(&self, x: f64) -> bool {
        let above = match self.low {
            Bound::None => true,
            Bound::Including(low) => x >= low,
            Bound::Excluding(low) => x > low,
        };
        let below = match self.high {
            Bound::None => true,
            Bound::Including(high) => x <= high,
            Bound::Excluding(high) => x < high,
        };
        x.is_finite() && above && below
    }
}

/// An entry picked from a registry, with its settings: validated and complete.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Chosen {
    /// The section's name.
    pub name: String,
    /// Its fields, defaults filled in; `name` is not among them.
    #[serde(default)]
    pub settings: Settings,
}

impl Chosen {
    /// The settings as a typed struct.
    ///
    /// # Errors
    /// Names the entry and the field when the struct and the section's declaration disagree; for a
    /// validated recipe that is a mistake of the registry, not of the user.
    pub fn typed<T: DeserializeOwned>(&self) -> runner_ground::error::Result<T> {
        serde_json::from_value(Value::Object(self.settings.clone())).map_err(|error| {
            runner_ground::error::Error::new(
                runner_ground::error::Kind::Recipe,
                format!("settings of {}: {error}", self.name),
            )
        })
    }
}
