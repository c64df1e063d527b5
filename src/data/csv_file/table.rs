//! One passage over a file: what each column holds, and its cells, numbers of 64 bits or codes of words.

use std::collections::HashMap;

use super::options::ColumnType;
use super::profile::Profile;
use super::reading::{Cell, Format, Reader, class_name};
use super::sheet::{Kept, Sheet};
use super::{MAX_CATEGORIES, MAX_CELLS, MAX_NAME_BYTES, wrong};
use runner_ground::error::Result;

/// From here on 64 bits do not hold every whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;
/// Rows that are looked at together.
const BLOCK: usize = 16;
/// The code of a missing category.
pub(super) const MISSING: u32 = u32::MAX;

/// What a column is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Not at all.
    Skip,
    /// As what it holds: numbers, or else words.
    Infer(Format),
    /// Numbers.
    Number(Format),
    /// Words, even where they are numbers.
    Category,
    /// Numbers and classes, as far as there are either.
    Target(Format),
}

/// One column's cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    /// NaN where missing.
    Numbers(Vec<f64>),
    /// [`MISSING`] where missing.
    Codes(Vec<u32>),
    /// Numbers among words: what they are is to be decided.
    Mixed,
}

/// The words of a column in order of appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    pub words: Vec<String>,
    codes: HashMap<String, u32>,
}

impl Dictionary {
    /// These words, in their order.
    pub fn of(words: Vec<String>) -> Self {
        let codes = words.iter().cloned().zip(0..).collect();
        Self { words, codes }
    }
}

/// One column, read.
pub(super) struct Column {
    role: Role,
    pub profile: Profile,
    pub values: Values,
    /// The numbers of a target, NaN where it has none.
    pub numbers: Vec<f64>,
    pub dictionary: Dictionary,
}

/// All columns of a file.
pub(super) struct Table {
    pub columns: Vec<Column>,
    /// Number of rows.
    pub rows: usize,
}

impl Table {
    /// Reads a file; `dictionaries` has the words that are known already, by column.
    pub fn read(sheet: &Sheet, roles: Vec<Role>, dictionaries: Vec<Dictionary>, reader: &Reader) -> Result<Self> {
        let known = dictionaries
            .into_iter()
            .chain(std::iter::repeat_with(Dictionary::default));
        let columns = roles.into_iter().zip(known);
        let mut columns: Vec<Column> = columns.map(|(role, words)| Column::new(role, words)).collect();
        let used: Vec<usize> = (0..columns.len()).filter(|&i| columns[i].role != Role::Skip).collect();
        let mut rows = 0usize;
        // Column after column, a few rows at a time: of wide tables not all columns fit the processor's caches.
        let mut block: Vec<Kept> = std::iter::repeat_with(Kept::default).take(BLOCK).collect();
        let mut take = |block: &[Kept], first: usize| {
            for &i in &used {
                let column = &mut columns[i];
                for (row, kept) in (first..).zip(block) {
                    let cells = kept.row(sheet);
                    match reader
                        .short_number(cells.bytes(i))
                        .filter(|_| column.holds_plain_numbers())
                    {
                        Some(x) => column.take_number(x),
                        None => column.see(cells.cell(i), kept.line, row, reader),
                    }
                }
            }
        };
        sheet.records(&mut |_, line, row| {
            let place = rows % BLOCK;
            block[place].keep(row, line);
            rows += 1;
            if place + 1 == BLOCK {
                take(&block, rows - BLOCK);
            }
            if rows.saturating_mul(used.len()) > MAX_CELLS {
                let what = format!("more than the {MAX_CELLS} cells that are read");
                return Err(wrong(&sheet.file, line, what).help("drop columns or rows"));
            }
            Ok(())
        })?;
        let left = rows % BLOCK;
        take(&block[..left], rows - left);
        Ok(Self { columns, rows })
    }

    /// Reads these columns, in which numbers stand among words, again, all cells as words.
    pub fn read_as_words(&mut self, sheet: &Sheet, places: &[usize], reader: &Reader) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let mut roles = vec![Role::Skip; self.columns.len()];
        for &place in places {
            roles[place] = Role::Category;
        }
        let again = Self::read(sheet, roles, Vec::new(), reader)?;
        for (own, again) in self.columns.iter_mut().zip(again.columns) {
            if again.role == Role::Category {
                let mut profile = own.profile.clone();
                profile.too_long = again.profile.too_long;
                profile.too_many = again.profile.too_many;
                *own = Column { profile, ..again };
            }
        }
        Ok(())
    }

    /// Whether a cell is missing.
    pub fn missing(&self, column: usize, row: usize) -> bool {
        let Some(column) = self.columns.get(column) else {
            return false;
        };
        match &column.values {
            Values::Numbers(numbers) => numbers.get(row).is_some_and(|x| x.is_nan()),
            Values::Codes(codes) => codes.get(row) == Some(&MISSING),
            Values::Mixed => false,
        }
    }
}

impl Column {
    fn new(role: Role, dictionary: Dictionary) -> Self {
        let values = match role {
            Role::Category | Role::Target(_) => Values::Codes(Vec::new()),
            Role::Skip | Role::Infer(_) | Role::Number(_) => Values::Numbers(Vec::new()),
        };
        Self {
            role,
            profile: Profile::default(),
            values,
            numbers: Vec::new(),
            dictionary,
        }
    }

    /// A column that was read before.
    pub fn again(profile: Profile, values: Values, numbers: Vec<f64>, dictionary: Dictionary) -> Self {
        Self {
            role: Role::Skip,
            profile,
            values,
            numbers,
            dictionary,
        }
    }

    /// What it holds where nothing is declared.
    pub fn inferred(&self) -> ColumnType {
        match self.profile.words {
            0 => ColumnType::Number,
            _ => ColumnType::Category,
        }
    }

    fn see(&mut self, cell: &str, line: u64, row: usize, reader: &Reader) {
        let format = match &self.role {
            Role::Infer(format) | Role::Number(format) | Role::Target(format) => format,
            Role::Category | Role::Skip => &Format::PLAIN,
        };
        let found = reader.read(cell, format);
        match found {
            Cell::Missing => self.profile.see_missing(line),
            Cell::Number(x) => {
                self.profile.see_number(x);
                if x.abs() >= WHOLE && format.is_plain() {
                    self.profile.see_large(cell, x, line);
                }
            }
            Cell::Word => self.profile.see_word(cell, line),
        }
        match self.role {
            Role::Skip => {}
            Role::Number(_) => self.push_number(found),
            Role::Category => self.push_word(found, &reader.category(cell), line),
            Role::Target(_) => {
                self.numbers.push(number_of(found));
                self.push_word(found, &class_name(cell), line);
            }
            Role::Infer(_) => self.infer(found, cell, line, row, reader),
        }
    }

    /// Whether it has nothing but numbers so far, and these are written with a point.
    fn holds_plain_numbers(&self) -> bool {
        matches!(self.values, Values::Numbers(_))
            && matches!(&self.role, Role::Infer(format) | Role::Number(format) if format.is_plain())
    }

    fn take_number(&mut self, x: f64) {
        self.profile.see_number(x);
        self.push_number(Cell::Number(x));
    }

    fn push_number(&mut self, found: Cell) {
        if let Values::Numbers(numbers) = &mut self.values {
            numbers.push(number_of(found));
        }
    }

    fn push_word(&mut self, found: Cell, word: &str, line: u64) {
        let code = if found == Cell::Missing {
            MISSING
        } else {
            self.code(word, line)
        };
        if let Values::Codes(codes) = &mut self.values {
            codes.push(code);
        }
    }

    /// Numbers as long as there is no word; words as long as there is no number.
    fn infer(&mut self, found: Cell, cell: &str, line: u64, row: usize, reader: &Reader) {
        match (&self.values, found) {
            (Values::Numbers(_), Cell::Missing | Cell::Number(_)) => self.push_number(found),
            (Values::Numbers(_), Cell::Word) => {
                self.values = if self.profile.numbers == 0 {
                    Values::Codes(vec![MISSING; row])
                } else {
                    Values::Mixed
                };
                self.push_word(found, &reader.category(cell), line);
            }
            (Values::Codes(_), Cell::Number(_)) => self.values = Values::Mixed,
            (Values::Codes(_), _) | (Values::Mixed, Cell::Word) => self.push_word(found, &reader.category(cell), line),
            (Values::Mixed, _) => {}
        }
    }

    fn code(&mut self, word: &str, line: u64) -> u32 {
        if word.len() > MAX_NAME_BYTES {
            self.profile.too_long.get_or_insert(line);
            return MISSING;
        }
        if let Some(&code) = self.dictionary.codes.get(word) {
            return code;
        }
        if self.dictionary.words.len() > MAX_CATEGORIES {
            self.profile.too_many.get_or_insert(line);
            return MISSING;
        }
        let code = self.dictionary.words.len() as u32;
        self.dictionary.words.push(word.to_owned());
        self.dictionary.codes.insert(word.to_owned(), code);
        if self.dictionary.words.len() > MAX_CATEGORIES {
            self.profile.too_many.get_or_insert(line);
        }
        code
    }
}

fn number_of(found: Cell) -> f64 {
    match found {
        Cell::Number(x) => x,
        Cell::Missing | Cell::Word => f64::NAN,
    }
}
