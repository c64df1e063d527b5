//! What the columns of a file hold: numbers or words, how many gaps, where the first of each stands.

use std::collections::{BTreeSet, HashSet};

use super::MAX_CATEGORIES;
use super::options::Options;
use super::sheet::Sheet;
use crate::error::Result;

/// What one column holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    pub numbers: u64,
    pub words: u64,
    pub missing: u64,
    /// The line of the first missing cell.
    pub first_missing: u64,
    /// The first cell that is not a number, and its line.
    pub first_word: Option<(u64, String)>,
}

/// What the target column holds besides.
#[derive(Clone, Debug, Default)]
pub(super) struct TargetProfile {
    /// Distinct cells, as [`class_name`] writes them; no more than [`MAX_CATEGORIES`] + 1.
    pub distinct: BTreeSet<String>,
    /// Whether all numbers are whole.
    pub whole: bool,
}

/// Markers of missing cells.
pub(super) struct Markers(HashSet<String>);

impl Markers {
    pub fn of(options: &Options) -> Self {
        Self(
            options
                .missing_markers
                .iter()
                .map(|marker| marker.trim().to_owned())
                .collect(),
        )
    }

    /// Whether a trimmed cell holds nothing.
    pub fn missing(&self, cell: &str) -> bool {
        cell.is_empty() || self.0.contains(cell)
    }
}

/// Looks at every cell of a file once.
pub(super) fn profile(sheet: &Sheet, target: usize, markers: &Markers) -> Result<(Vec<Profile>, TargetProfile)> {
    let mut columns = vec![Profile::default(); sheet.names.len()];
    let mut target_profile = TargetProfile {
        whole: true,
        ..TargetProfile::default()
    };
    sheet.records(&mut |_, line, row| {
        for (i, column) in columns.iter_mut().enumerate() {
            column.see(row.cell(i), line, markers);
        }
        target_profile.see(row.cell(target), markers);
        Ok(())
    })?;
    Ok((columns, target_profile))
}

impl Profile {
    fn see(&mut self, cell: &str, line: u64, markers: &Markers) {
        if markers.missing(cell) {
            self.missing += 1;
            if self.missing == 1 {
                self.first_missing = line;
            }
        } else if number(cell).is_some() {
            self.numbers += 1;
        } else {
            self.words += 1;
            self.first_word.get_or_insert_with(|| (line, shown(cell)));
        }
    }
}

impl TargetProfile {
    fn see(&mut self, cell: &str, markers: &Markers) {
        if markers.missing(cell) {
            return;
        }
        self.whole &= number(cell).is_some_and(|x| x.fract() == 0.0);
        if self.distinct.len() <= MAX_CATEGORIES {
            self.distinct.insert(class_name(cell));
        }
    }
}

/// A cell's number, if it is one that an `f32` holds: digits with sign, point and exponent; not `inf`.
pub(super) fn number(cell: &str) -> Option<f32> {
    let numeric = cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    let value = if numeric {
        cell.parse::<f64>().ok()? as f32
    } else {
        return None;
    };
    value.is_finite().then_some(value)
}

/// What a class is called: `5.0` and `5` are one class.
pub(super) fn class_name(cell: &str) -> String {
    match number(cell) {
        Some(_) => cell
            .parse::<f64>()
            .map_or_else(|_| cell.to_owned(), |value| value.to_string()),
        None => cell.to_owned(),
    }
}

/// The start of a cell, for a message.
pub(super) fn shown(cell: &str) -> String {
    let start: String = cell.chars().take(30).collect();
    if start.len() < cell.len() {
        format!("{start}…")
    } else {
        start
    }
}
