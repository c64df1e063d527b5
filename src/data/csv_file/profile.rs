//! What the columns of a file hold: numbers or words, how many gaps, where the first of each stands.

use std::collections::{BTreeSet, HashSet};

use super::options::Options;
use super::sheet::{Row, Sheet};
use super::{MAX_CATEGORIES, MAX_NAME_BYTES};
use runner_ground::error::Result;

/// A cell or a name, for a message.
pub(super) use runner_ground::text::clip as shown;

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

/// What the target column holds in the rows that stay.
#[derive(Clone, Debug)]
pub(super) struct TargetProfile {
    pub cells: Profile,
    /// Distinct cells, as [`class_name`] writes them; no more than [`MAX_CATEGORIES`] + 1.
    pub distinct: BTreeSet<String>,
    /// Whether all numbers are whole.
    pub whole: bool,
    /// The line of the first cell that is too long for a class.
    pub too_long: Option<u64>,
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

    /// Whether a cell of a row at one of these places holds nothing.
    pub fn missing_any(&self, row: &Row, places: &[usize]) -> bool {
        places.iter().any(|&place| self.missing(row.cell(place)))
    }
}

/// Looks at every cell of a file once; a gap at one of the places of `dropping` leaves its row out.
pub(super) fn profile(
    sheet: &Sheet,
    target: usize,
    dropping: &[usize],
    markers: &Markers,
) -> Result<(Vec<Profile>, TargetProfile)> {
    let mut columns = vec![Profile::default(); sheet.names.len()];
    let mut target_profile = TargetProfile {
        cells: Profile::default(),
        distinct: BTreeSet::new(),
        whole: true,
        too_long: None,
    };
    sheet.records(&mut |_, line, row| {
        for (i, column) in columns.iter_mut().enumerate() {
            column.see(row.cell(i), line, markers);
        }
        if !markers.missing_any(row, dropping) {
            target_profile.see(row.cell(target), line, markers);
        }
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
            self.first_word.get_or_insert_with(|| (line, start(cell)));
        }
    }
}

/// Up to one cell in this many that is no number looks like a mistake rather than like a word.
const STRAY: u64 = 10;

impl Profile {
    /// Whether it holds numbers but for a few cells.
    pub fn has_strays(&self) -> bool {
        self.words > 0 && self.words.saturating_mul(STRAY) <= self.numbers
    }

    /// Whether its first word would be a number with a point for its comma.
    pub fn has_decimal_commas(&self) -> bool {
        let word = self.first_word.as_ref().map(|(_, word)| word);
        word.is_some_and(|word| word.contains(',') && number(&word.replacen(',', ".", 1)).is_some())
    }
}

impl TargetProfile {
    fn see(&mut self, cell: &str, line: u64, markers: &Markers) {
        self.cells.see(cell, line, markers);
        if markers.missing(cell) {
            return;
        }
        self.whole &= number(cell).is_some_and(|x| x.fract() == 0.0);
        if cell.len() > MAX_NAME_BYTES {
            self.too_long.get_or_insert(line);
        } else if self.distinct.len() <= MAX_CATEGORIES {
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

/// As much of a cell as a message may show.
fn start(cell: &str) -> String {
    cell.chars().take(100).collect()
}

/// What a class is called: `5.0` and `5` are one class, but `05` is another. Digits stay as they are
/// written, since no float holds all of them.
pub(super) fn class_name(cell: &str) -> String {
    if number(cell).is_none() {
        return cell.to_owned();
    }
    let plain = cell.strip_prefix('+').unwrap_or(cell);
    let short = match plain.contains('.') && !plain.contains(['e', 'E']) {
        true => plain.trim_end_matches('0').trim_end_matches('.'),
        false => plain,
    };
    match short {
        "-0" | "" | "-" => "0".to_owned(),
        _ => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_one_where_their_digits_say_the_same() {
        for (cell, name) in [
            ("5.0", "5"),
            ("+5", "5"),
            ("1.50", "1.5"),
            ("-0.0", "0"),
            ("-0", "0"),
            (".0", "0"),
            ("07", "07"),
            ("9007199254740993", "9007199254740993"),
            ("1e3", "1e3"),
            ("500", "500"),
            ("no.0", "no.0"),
        ] {
            assert_eq!(class_name(cell), name, "{cell}");
        }
    }
}
