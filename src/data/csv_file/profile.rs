//! What the cells of one column are, counted.

use serde::{Deserialize, Serialize};

use super::reading::number;

/// Up to one cell in this many that is no number looks like a mistake rather than like a word.
const STRAY: u64 = 10;
/// As much of a cell as a message may show.
const SHOWN: usize = 100;

/// What one column holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Profile {
    pub numbers: u64,
    pub words: u64,
    pub missing: u64,
    /// The line of the first missing cell.
    pub first_missing: u64,
    /// The first cell that is not a number, and its line.
    pub first_word: Option<(u64, String)>,
    /// The line of the first whole number, and the number, of whose digits 64 bits do not hold all.
    pub beyond: Option<(u64, String)>,
    /// Whether its numbers count its rows: each is one more than the one before.
    pub counts: bool,
    /// The line of the first word that is too long for a name.
    pub too_long: Option<u64>,
    /// The line of the first of too many different words.
    pub too_many: Option<u64>,
    last: Option<f64>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            numbers: 0,
            words: 0,
            missing: 0,
            first_missing: 0,
            first_word: None,
            beyond: None,
            counts: true,
            too_long: None,
            too_many: None,
            last: None,
        }
    }
}

impl Profile {
    pub fn see_missing(&mut self, line: u64) {
        self.missing += 1;
        if self.missing == 1 {
            self.first_missing = line;
        }
    }

    pub fn see_number(&mut self, x: f64) {
        self.numbers += 1;
        let next = match self.last {
            None => x == 0.0 || x == 1.0,
            Some(last) => x == last + 1.0,
        };
        self.counts &= next;
        self.last = Some(x);
    }

    /// A large number, of which digits may be lost.
    pub fn see_large(&mut self, cell: &str, x: f64, line: u64) {
        let digits = cell.strip_prefix('+').unwrap_or(cell);
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let whole = digits.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if whole && format!("{x:.0}").trim_end_matches('0') != digits.trim_end_matches('0') {
            self.beyond
                .get_or_insert_with(|| (line, cell.chars().take(SHOWN).collect()));
        }
    }

    pub fn see_word(&mut self, cell: &str, line: u64) {
        self.words += 1;
        self.first_word
            .get_or_insert_with(|| (line, cell.chars().take(SHOWN).collect()));
    }

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
