//! What the training rows have taught about one column, and its features by it.

use std::collections::HashMap;

use super::super::settings::Normalize;
use super::super::table_column::{ColumnInfo, Digits, Encoding};
use super::fill::{mean, median, mode};
use super::options::{Categories, Missing, Order};
use super::plan::Column;
use super::reading::class_name;
use super::table::{MISSING, Values};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// Words of an order that are shown.
const SHOWN: usize = 8;

/// One column's encoding.
pub(super) struct Learnt {
    pub name: String,
    pub kind: Encoded,
    /// How its features are scaled.
    pub scale: Normalize,
}

pub(super) enum Encoded {
    /// A feature; `fill` where the cell is missing.
    Number { fill: Option<Fill> },
    /// The place of each code in the categories of the training rows; `None` for others.
    Category {
        words: Vec<String>,
        places: Vec<Option<u32>>,
        fill: Option<u32>,
        one_hot: bool,
    },
}

/// What fills gaps, and what the rule is called in notes.
pub(super) struct Fill {
    value: Digits,
    rule: &'static str,
}

impl Learnt {
    pub fn width(&self) -> usize {
        match &self.kind {
            Encoded::Category {
                words, one_hot: true, ..
            } => words.len(),
            _ => 1,
        }
    }

    /// The features of a row.
    pub fn write(&self, values: &Values, row: usize, out: &mut [f64]) {
        match (&self.kind, values) {
            (Encoded::Number { fill }, Values::Numbers(numbers)) => {
                let x = numbers.get(row).copied().unwrap_or(f64::NAN);
                out[0] = if x.is_nan() {
                    fill.as_ref().map_or(0.0, |fill| fill.value.get())
                } else {
                    x
                };
            }
            (
                Encoded::Category {
                    places, fill, one_hot, ..
                },
                Values::Codes(codes),
            ) => {
                let code = codes.get(row).copied().unwrap_or(MISSING);
                let place = if code == MISSING {
                    *fill
                } else {
                    places.get(code as usize).copied().flatten()
                };
                write_place(place, *one_hot, out);
            }
            // Cells and encoder come from the same plan.
            _ => out.fill(0.0),
        }
    }

    /// Whether the training rows lack this code's category.
    pub fn is_unseen(&self, code: u32) -> bool {
        match &self.kind {
            Encoded::Category { places, .. } => {
                code != MISSING && places.get(code as usize).copied().flatten().is_none()
            }
            Encoded::Number { .. } => false,
        }
    }

    /// How this many gaps were filled; none where there are none.
    pub fn fill_note(&self, gaps: usize) -> Option<String> {
        let (value, rule) = match &self.kind {
            Encoded::Number { fill } => {
                let fill = fill.as_ref()?;
                (written(fill.value), fill.rule)
            }
            Encoded::Category { words, fill, .. } => {
                let word = words.get((*fill)? as usize)?;
                (format!("'{}'", shown(word)), "most frequent")
            }
        };
        let cells = if gaps == 1 { "cell" } else { "cells" };
        (gaps > 0).then(|| format!("'{}' with {value} ({rule}, {gaps} {cells})", shown(&self.name)))
    }

    /// What users of the network must know.
    pub fn info(&self) -> ColumnInfo {
        let name = self.name.clone();
        match &self.kind {
            Encoded::Number { fill } => ColumnInfo::Number {
                name,
                fill: fill.as_ref().map(|fill| fill.value),
            },
            Encoded::Category {
                words, fill, one_hot, ..
            } => ColumnInfo::Category {
                name,
                encoding: if *one_hot { Encoding::OneHot } else { Encoding::Ordinal },
                categories: words.clone(),
                fill: fill.and_then(|place| words.get(place as usize).cloned()),
            },
        }
    }

    /// Bytes of the names that are kept of it: those of its features, and its categories.
    pub fn name_bytes(&self) -> usize {
        let name = self.name.len();
        match &self.kind {
            Encoded::Category { words, one_hot, .. } => {
                let categories = words.iter().map(String::len).sum::<usize>();
                match one_hot {
                    true => words.len() * (name + 1) + 2 * categories,
                    false => name + categories,
                }
            }
            Encoded::Number { .. } => name,
        }
    }

    /// How its words became numbers.
    pub fn category_note(&self) -> Option<String> {
        let Encoded::Category { words, one_hot, .. } = &self.kind else {
            return None;
        };
        let name = shown(&self.name);
        if *one_hot {
            return Some(match words.len() {
                1 => format!("'{name}' one-hot (1 category)"),
                n => format!("'{name}' one-hot ({n} categories)"),
            });
        }
        let some: Vec<String> = words.iter().take(SHOWN).map(|word| shown(word)).collect();
        let more = if words.len() > SHOWN { " < …" } else { "" };
        Some(format!("'{name}' ordinal ({}{more})", some.join(" < ")))
    }
}

/// A number as short as it is.
fn written(x: Digits) -> String {
    match x.get().abs() {
        size if size != 0.0 && !(1e-5..1e15).contains(&size) => format!("{:e}", x.get()),
        _ => x.to_string(),
    }
}

/// A category's features, by its place.
pub(super) fn write_place(place: Option<u32>, one_hot: bool, out: &mut [f64]) {
    if one_hot {
        out.fill(0.0);
        if let Some(own) = place.and_then(|place| out.get_mut(place as usize)) {
            *own = 1.0;
        }
    } else {
        out[0] = place.map_or(-1.0, f64::from);
    }
}

/// What the cells of a number column teach.
pub(super) fn number(column: &Column, scale: Normalize, cells: Vec<f64>, by_value: bool) -> Result<Learnt> {
    let mut present: Vec<f64> = cells.into_iter().filter(|x| !x.is_nan()).collect();
    if present.is_empty() {
        return Err(nothing(column, "number"));
    }
    if matches!(column.missing, Missing::Median | Missing::MostFrequent) {
        present.sort_unstable_by(f64::total_cmp);
    }
    let fill = match column.missing {
        Missing::Error | Missing::DropRow => None,
        Missing::Mean => Some((mean(&present, by_value), "mean")),
        Missing::Median => Some((median(&present), "median")),
        Missing::MostFrequent => Some((mode(&present), "most frequent")),
        Missing::Zero => Some((0.0, "zero")),
    };
    let digits = |value: f64| match by_value {
        true => Digits::Double(value),
        false => Digits::Single(value as f32),
    };
    let fill = fill.map(|(value, rule)| Fill {
        value: digits(value),
        rule,
    });
    Ok(Learnt {
        name: column.name.clone(),
        kind: Encoded::Number { fill },
        scale,
    })
}

fn nothing(column: &Column, what: &str) -> Error {
    let name = shown(&column.name);
    let message = format!("column '{name}' has no {what} in the training part");
    Error::new(Kind::Data, message).help(format!("drop it: 'columns: {{{name}: {{drop: true}}}}'"))
}

/// What the cells of a category column teach.
pub(super) fn category(
    column: &Column,
    scale: Normalize,
    words: &[String],
    cells: Vec<u32>,
    by_value: bool,
) -> Result<Learnt> {
    let mut counts = vec![0usize; words.len()];
    for code in cells {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let seen: Vec<usize> = (0..words.len()).filter(|&code| counts[code] > 0).collect();
    if seen.is_empty() {
        return Err(nothing(column, "category"));
    }
    let names = in_order(column, seen.iter().map(|&code| words[code].clone()).collect(), by_value);
    // A declared order has a place also for words that the training part lacks.
    let known: HashMap<&String, u32> = names.iter().zip(0..).collect();
    let places: Vec<Option<u32>> = words.iter().map(|word| known.get(word).copied()).collect();
    // The first of the most frequent, in order.
    let frequent = seen.iter().filter_map(|&code| Some((places[code]?, counts[code])));
    let frequent = frequent.max_by_key(|&(place, count)| (count, std::cmp::Reverse(place)));
    let fill = frequent
        .map(|(place, _)| place)
        .filter(|_| column.missing == Missing::MostFrequent);
    Ok(Learnt {
        name: column.name.clone(),
        kind: Encoded::Category {
            words: names,
            places,
            fill,
            one_hot: column.categories == Categories::OneHot,
        },
        scale,
    })
}

/// Categories in the order of their places: as declared, or numbers by value and words by letter; all by letter where
/// cells are read so.
fn in_order(column: &Column, mut seen: Vec<String>, by_value: bool) -> Vec<String> {
    match &column.order {
        Some(Order::Declared(order)) => order.iter().map(|word| class_name(word).into_owned()).collect(),
        _ if by_value => super::sorted(seen),
        _ => {
            seen.sort();
            seen
        }
    }
}
