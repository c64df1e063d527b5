//! What the training rows teach about one column, and how its cells become features by it.

use super::super::table_column::{ColumnInfo, Encoding};
use super::cells::{MISSING, Values};
use super::options::{Categories, Missing};
use super::plan::Column;
use super::profile::shown;
use runner_ground::error::{Error, Kind, Result};

/// One column's encoding.
pub(super) enum Learnt {
    /// A feature; `fill` where the cell is missing.
    Number { name: String, fill: Option<Fill> },
    /// The place of each code in the sorted categories of the training rows; `None` for others.
    Category {
        name: String,
        words: Vec<String>,
        places: Vec<Option<u32>>,
        fill: Option<u32>,
        one_hot: bool,
    },
}

/// What fills gaps, and what the rule is called in notes.
pub(super) struct Fill {
    value: f32,
    rule: &'static str,
}

impl Learnt {
    pub fn width(&self) -> usize {
        match self {
            Learnt::Category {
                words, one_hot: true, ..
            } => words.len(),
            _ => 1,
        }
    }

    pub fn push(&self, values: &Values, row: usize, out: &mut Vec<f32>) {
        match (self, values) {
            (Learnt::Number { fill, .. }, Values::Numbers(numbers)) => {
                let x = numbers.get(row).copied().unwrap_or(f32::NAN);
                out.push(if x.is_nan() {
                    fill.as_ref().map_or(0.0, |fill| fill.value)
                } else {
                    x
                });
            }
            (
                Learnt::Category {
                    words,
                    places,
                    fill,
                    one_hot,
                    ..
                },
                Values::Codes(codes),
            ) => {
                let code = codes.get(row).copied().unwrap_or(MISSING);
                let place = if code == MISSING {
                    *fill
                } else {
                    places.get(code as usize).copied().flatten()
                };
                if *one_hot {
                    out.extend((0..words.len() as u32).map(|i| if Some(i) == place { 1.0 } else { 0.0 }));
                } else {
                    out.push(place.map_or(-1.0, |place| place as f32));
                }
            }
            // Cells and encoder come from the same plan.
            _ => out.extend(std::iter::repeat_n(0.0, self.width())),
        }
    }

    /// How this many gaps were filled; none where there are none.
    pub fn fill_note(&self, gaps: usize) -> Option<String> {
        let (name, value, rule) = match self {
            Learnt::Number { name, fill } => {
                let fill = fill.as_ref()?;
                (name, fill.value.to_string(), fill.rule)
            }
            Learnt::Category { name, words, fill, .. } => {
                let word = words.get((*fill)? as usize)?;
                (name, format!("'{}'", shown(word)), "most frequent")
            }
        };
        let cells = if gaps == 1 { "cell" } else { "cells" };
        (gaps > 0).then(|| format!("'{}' with {value} ({rule}, {gaps} {cells})", shown(name)))
    }

    /// What users of the network must know.
    pub fn info(&self) -> ColumnInfo {
        match self {
            Learnt::Number { name, fill } => ColumnInfo::Number {
                name: name.clone(),
                fill: fill.as_ref().map(|fill| fill.value),
            },
            Learnt::Category {
                name,
                words,
                fill,
                one_hot,
                ..
            } => ColumnInfo::Category {
                name: name.clone(),
                encoding: if *one_hot { Encoding::OneHot } else { Encoding::Ordinal },
                categories: words.clone(),
                fill: fill.and_then(|place| words.get(place as usize).cloned()),
            },
        }
    }

    /// Bytes of the names that are kept of it: those of its features, and its categories.
    pub fn name_bytes(&self) -> usize {
        let categories = |words: &[String]| words.iter().map(String::len).sum::<usize>();
        match self {
            Learnt::Category {
                name,
                words,
                one_hot: true,
                ..
            } => words.len() * (name.len() + 1) + 2 * categories(words),
            Learnt::Category { name, words, .. } => name.len() + categories(words),
            Learnt::Number { name, .. } => name.len(),
        }
    }

    pub fn category_note(&self) -> Option<String> {
        let Learnt::Category {
            name, words, one_hot, ..
        } = self
        else {
            return None;
        };
        Some(format!(
            "'{}' {} ({} categories)",
            shown(name),
            if *one_hot { "one-hot" } else { "ordinal" },
            words.len()
        ))
    }
}

/// What the cells of a number column teach.
pub(super) fn number(column: &Column, cells: Vec<f32>) -> Result<Learnt> {
    let mut present: Vec<f32> = cells.into_iter().filter(|x| !x.is_nan()).collect();
    present.sort_by(f32::total_cmp);
    if present.is_empty() {
        return Err(nothing(column, "number"));
    }
    let fill = match column.missing {
        Missing::Error | Missing::DropRow => None,
        Missing::Mean => Some((
            present.iter().map(|&x| f64::from(x)).sum::<f64>() / present.len() as f64,
            "mean",
        )),
        Missing::Median => Some((median(&present), "median")),
        Missing::MostFrequent => Some((mode(&present), "most frequent")),
        Missing::Zero => Some((0.0, "zero")),
    };
    let fill = fill.map(|(value, rule)| Fill {
        value: value as f32,
        rule,
    });
    Ok(Learnt::Number {
        name: column.name.clone(),
        fill,
    })
}

fn nothing(column: &Column, what: &str) -> Error {
    let name = shown(&column.name);
    let message = format!("column '{name}' has no {what} in the training part");
    Error::new(Kind::Data, message).help(format!("drop it: 'columns: {{{name}: {{drop: true}}}}'"))
}

/// The middle of sorted numbers, or the mean of the two in the middle.
fn median(sorted: &[f32]) -> f64 {
    let at = |i: usize| f64::from(sorted.get(i).copied().unwrap_or(0.0));
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        (at(half.saturating_sub(1)) + at(half)) / 2.0
    } else {
        at(half)
    }
}

/// The most frequent of sorted numbers; the smallest of equals.
fn mode(sorted: &[f32]) -> f64 {
    let mut best = (0, 0.0);
    for run in sorted.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), f64::from(run.first().copied().unwrap_or(0.0)));
        }
    }
    best.1
}

/// What the cells of a category column teach.
pub(super) fn category(column: &Column, words: &[String], cells: Vec<u32>) -> Result<Learnt> {
    let mut counts = vec![0usize; words.len()];
    for code in cells {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut known: Vec<usize> = (0..words.len()).filter(|&code| counts[code] > 0).collect();
    if known.is_empty() {
        return Err(nothing(column, "category"));
    }
    known.sort_by(|&a, &b| words[a].cmp(&words[b]));
    let mut places = vec![None; words.len()];
    for (place, &code) in known.iter().enumerate() {
        places[code] = Some(place as u32);
    }
    // The first of the most frequent, in sorted order.
    let frequent = known
        .iter()
        .enumerate()
        .max_by_key(|&(place, &code)| (counts[code], std::cmp::Reverse(place)));
    let fill = frequent
        .map(|(place, _)| place as u32)
        .filter(|_| column.missing == Missing::MostFrequent);
    Ok(Learnt::Category {
        name: column.name.clone(),
        words: known.iter().map(|&code| words[code].clone()).collect(),
        places,
        fill,
        one_hot: column.categories == Categories::OneHot,
    })
}
