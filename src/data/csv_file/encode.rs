//! From cells to features: gaps filled and categories encoded by what the training rows hold.

use super::cells::{Cells, Dictionaries, MISSING, Values};
use super::options::{Categories, Missing};
use super::plan::{Column, Plan};
use super::MAX_CELLS;
use crate::error::{Error, Kind, Result};

/// What the training rows have taught about every column.
pub(super) struct Encoder {
    columns: Vec<Learnt>,
}

/// One column's encoding.
enum Learnt {
    /// A feature; `fill` where the cell is missing.
    Number { name: String, fill: Option<Fill> },
    /// The place of each code in the sorted categories of the training rows; `None` for others.
    Category { name: String, words: Vec<String>, places: Vec<Option<u32>>, fill: Option<u32>, one_hot: bool },
}

/// What fills gaps, and how the user is told.
struct Fill {
    value: f32,
    rule: &'static str,
    gaps: usize,
}

impl Encoder {
    /// Learns from these rows, the training part.
    pub fn fit(plan: &Plan, dictionaries: &Dictionaries, cells: &Cells, rows: &[u32]) -> Result<Self> {
        let columns = plan.columns.iter().zip(&cells.columns).enumerate();
        let columns = columns.map(|(i, (column, values))| match values {
            Values::Numbers(numbers) => learn_number(column, pick(numbers, rows)),
            Values::Codes(codes) => Ok(learn_category(column, dictionaries.words(i), pick(codes, rows))),
        });
        Ok(Self { columns: columns.collect::<Result<_>>()? })
    }

    /// Features of a row.
    pub fn width(&self) -> usize {
        self.columns.iter().map(Learnt::width).sum()
    }

    /// Names of the features: the column's, or `column=category`.
    pub fn names(&self) -> Vec<String> {
        let names = self.columns.iter().flat_map(|column| match column {
            Learnt::Category { name, words, one_hot: true, .. } => words.iter().map(|word| format!("{name}={word}")).collect(),
            Learnt::Number { name, .. } | Learnt::Category { name, .. } => vec![name.clone()],
        });
        names.collect()
    }

    /// The features of these rows, row-major.
    pub fn encode(&self, cells: &Cells, rows: &[u32]) -> Result<Vec<f32>> {
        let size = rows.len().checked_mul(self.width()).filter(|&size| size <= MAX_CELLS);
        let size = size.ok_or_else(|| {
            let message = format!("{} rows of {} features are more than the {MAX_CELLS} numbers that are held", rows.len(), self.width());
            Error::new(Kind::Data, message).help("drop columns with many categories, or encode them as 'ordinal'")
        })?;
        let mut features = Vec::with_capacity(size);
        for &row in rows {
            for (column, values) in self.columns.iter().zip(&cells.columns) {
                column.push(values, row as usize, &mut features);
            }
        }
        Ok(features)
    }

    /// What was learnt, for the user.
    pub fn notes(&self) -> Vec<String> {
        let filled: Vec<String> = self.columns.iter().filter_map(Learnt::fill_note).collect();
        let encoded: Vec<String> = self.columns.iter().filter_map(Learnt::category_note).collect();
        let line = |label: &str, parts: Vec<String>| (!parts.is_empty()).then(|| format!("{label}: {}", parts.join(", ")));
        [line("filled from the training part", filled), line("encoded", encoded)].into_iter().flatten().collect()
    }

    /// Says where the files have categories that the training rows have not.
    pub fn unseen_notes(&self, plan: &Plan, files: [Option<&Cells>; 3]) -> Vec<String> {
        let note = |(i, learnt): (usize, &Learnt)| {
            let Learnt::Category { places, one_hot, .. } = learnt else { return None };
            let unseen = |code: &u32| *code != MISSING && places.get(*code as usize).copied().flatten().is_none();
            let count = |cells: &Cells| match cells.columns.get(i) {
                Some(Values::Codes(codes)) => codes.iter().filter(|code| unseen(code)).count(),
                _ => 0,
            };
            let cells: usize = files.into_iter().flatten().map(count).sum();
            let name = &plan.columns.get(i)?.name;
            let code = if *one_hot { "all zeros" } else { "-1" };
            (cells > 0).then(|| format!("'{name}': {cells} held-out rows have a category that the training part has not, encoded as {code}"))
        };
        self.columns.iter().enumerate().filter_map(note).collect()
    }
}

impl Learnt {
    fn width(&self) -> usize {
        match self {
            Learnt::Category { words, one_hot: true, .. } => words.len(),
            _ => 1,
        }
    }

    fn push(&self, values: &Values, row: usize, out: &mut Vec<f32>) {
        match (self, values) {
            (Learnt::Number { fill, .. }, Values::Numbers(numbers)) => {
                let x = numbers.get(row).copied().unwrap_or(f32::NAN);
                out.push(if x.is_nan() { fill.as_ref().map_or(0.0, |fill| fill.value) } else { x });
            }
            (Learnt::Category { words, places, fill, one_hot, .. }, Values::Codes(codes)) => {
                let code = codes.get(row).copied().unwrap_or(MISSING);
                let place = if code == MISSING { *fill } else { places.get(code as usize).copied().flatten() };
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

    fn fill_note(&self) -> Option<String> {
        match self {
            Learnt::Number { name, fill: Some(fill) } if fill.gaps > 0 => {
                Some(format!("'{name}' with {} ({}, {} cells)", fill.value, fill.rule, fill.gaps))
            }
            Learnt::Category { name, words, fill: Some(place), .. } => {
                words.get(*place as usize).map(|word| format!("'{name}' with '{word}' (most frequent)"))
            }
            _ => None,
        }
    }

    fn category_note(&self) -> Option<String> {
        let Learnt::Category { name, words, one_hot, .. } = self else { return None };
        Some(format!("'{name}' {} ({} categories)", if *one_hot { "one-hot" } else { "ordinal" }, words.len()))
    }
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().filter_map(|&row| values.get(row as usize).copied()).collect()
}

fn learn_number(column: &Column, cells: Vec<f32>) -> Result<Learnt> {
    let n = cells.len();
    let mut present: Vec<f32> = cells.into_iter().filter(|x| !x.is_nan()).collect();
    present.sort_by(f32::total_cmp);
    if present.is_empty() {
        let message = format!("column '{}' has no number in the training part", column.name);
        return Err(Error::new(Kind::Data, message).help(format!("drop it: 'columns: {{{}: {{drop: true}}}}'", column.name)));
    }
    let gaps = n - present.len();
    let fill = match column.missing {
        Missing::Error | Missing::DropRow => None,
        Missing::Mean => Some((present.iter().map(|&x| f64::from(x)).sum::<f64>() / present.len() as f64, "mean")),
        Missing::Median => Some((median(&present), "median")),
        Missing::MostFrequent => Some((mode(&present), "most frequent")),
        Missing::Zero => Some((0.0, "zero")),
    };
    let fill = fill.map(|(value, rule)| Fill { value: value as f32, rule, gaps });
    Ok(Learnt::Number { name: column.name.clone(), fill })
}

/// The middle of sorted numbers, or the mean of the two in the middle.
fn median(sorted: &[f32]) -> f64 {
    let at = |i: usize| f64::from(sorted.get(i).copied().unwrap_or(0.0));
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { (at(half.saturating_sub(1)) + at(half)) / 2.0 } else { at(half) }
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

fn learn_category(column: &Column, words: &[String], cells: Vec<u32>) -> Learnt {
    let mut counts = vec![0usize; words.len()];
    for code in cells {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut known: Vec<usize> = (0..words.len()).filter(|&code| counts[code] > 0).collect();
    known.sort_by(|&a, &b| words[a].cmp(&words[b]));
    let mut places = vec![None; words.len()];
    for (place, &code) in known.iter().enumerate() {
        places[code] = Some(place as u32);
    }
    // The first of the most frequent, in sorted order.
    let frequent = known.iter().enumerate().max_by_key(|&(place, &code)| (counts[code], std::cmp::Reverse(place)));
    let fill = frequent.map(|(place, _)| place as u32).filter(|_| column.missing == Missing::MostFrequent);
    Learnt::Category {
        name: column.name.clone(),
        words: known.iter().map(|&code| words[code].clone()).collect(),
        places,
        fill,
        one_hot: column.categories == Categories::OneHot,
    }
}
