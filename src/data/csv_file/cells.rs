//! The cells of a file by column, four bytes each: numbers, or codes of words.

use std::collections::HashMap;

use super::options::{ColumnType, Missing};
use super::plan::{Column, Plan};
use super::profile::{number, shown};
use super::sheet::{Row, Sheet};
use super::target::TargetCell;
use super::{MAX_CATEGORIES, MAX_CELLS, MAX_NAME_BYTES, wrong};
use runner_ground::error::{Error, Kind, Result};

/// The code of a missing category.
pub(super) const MISSING: u32 = u32::MAX;

/// The rows of a file that are used.
pub(super) struct Cells {
    pub columns: Vec<Values>,
    classes: Vec<u32>,
    values: Vec<f32>,
    is_classes: bool,
    /// The record number of each row, from 0.
    pub records: Vec<u32>,
    pub dropped_rows: u64,
}

/// One column's cells.
pub(super) enum Values {
    /// NaN where missing.
    Numbers(Vec<f32>),
    /// [`MISSING`] where missing.
    Codes(Vec<u32>),
}

impl Values {
    /// How many cells are missing.
    pub fn gaps(&self) -> usize {
        match self {
            Values::Numbers(numbers) => numbers.iter().filter(|x| x.is_nan()).count(),
            Values::Codes(codes) => codes.iter().filter(|&&code| code == MISSING).count(),
        }
    }
}

/// The words of each category column in order of appearance; shared by all files of a dataset.
pub(super) struct Dictionaries(Vec<Dictionary>);

#[derive(Default)]
struct Dictionary {
    words: Vec<String>,
    codes: HashMap<String, u32>,
}

impl Dictionaries {
    pub fn of(plan: &Plan) -> Self {
        Self(plan.columns.iter().map(|_| Dictionary::default()).collect())
    }

    /// The words of a column of the plan, by code.
    pub fn words(&self, column: usize) -> &[String] {
        self.0.get(column).map_or(&[], |dictionary| &dictionary.words)
    }
}

impl Dictionary {
    fn code(&mut self, word: &str) -> Option<u32> {
        if let Some(&code) = self.codes.get(word) {
            return Some(code);
        }
        if self.words.len() >= MAX_CATEGORIES {
            return None;
        }
        let code = self.words.len() as u32;
        self.words.push(word.to_owned());
        self.codes.insert(word.to_owned(), code);
        Some(code)
    }
}

impl Cells {
    /// Reads every row, leaving out those that a rule drops.
    pub fn read(sheet: &Sheet, plan: &Plan, dictionaries: &mut Dictionaries) -> Result<Self> {
        let empty = |column: &Column| match column.kind {
            ColumnType::Number => Values::Numbers(Vec::new()),
            ColumnType::Category => Values::Codes(Vec::new()),
        };
        let mut cells = Cells {
            columns: plan.columns.iter().map(empty).collect(),
            classes: Vec::new(),
            values: Vec::new(),
            is_classes: plan.target.is_classes(),
            records: Vec::new(),
            dropped_rows: 0,
        };
        sheet.records(&mut |record, line, row| cells.add(record, line, row, &sheet.file, plan, dictionaries))?;
        if cells.len() == 0 {
            return Err(Error::new(
                Kind::Data,
                format!("{}: every row has a missing cell and is left out", sheet.file),
            ));
        }
        Ok(cells)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// The classes of all rows, where the target is classes.
    pub fn classes(&self) -> Option<&[u32]> {
        self.is_classes.then_some(&self.classes)
    }

    /// The classes of these rows, where the target is classes.
    pub fn classes_of(&self, rows: &[u32]) -> Option<Vec<u32>> {
        self.is_classes.then(|| {
            rows.iter()
                .filter_map(|&row| self.classes.get(row as usize).copied())
                .collect()
        })
    }

    /// The values of these rows, where the target is values.
    pub fn values_of(&self, rows: &[u32]) -> Vec<f32> {
        rows.iter()
            .filter_map(|&row| self.values.get(row as usize).copied())
            .collect()
    }

    fn add(
        &mut self,
        record: u32,
        line: u64,
        row: &Row,
        file: &str,
        plan: &Plan,
        dictionaries: &mut Dictionaries,
    ) -> Result<()> {
        if plan.markers.missing_any(row, &plan.dropping) {
            self.dropped_rows += 1;
            return Ok(());
        }
        let cell = row.cell(plan.target.place);
        if plan.markers.missing(cell) {
            return Err(wrong(
                file,
                line,
                format!("the target '{}' is missing", shown(&plan.target.name)),
            ));
        }
        match plan.target.read(cell, file, line)? {
            TargetCell::Class(class) => self.classes.push(class),
            TargetCell::Value(value) => self.values.push(value),
        }
        for (i, (column, values)) in plan.columns.iter().zip(&mut self.columns).enumerate() {
            let cell = row.cell(column.place);
            let missing = plan.markers.missing(cell);
            if missing && column.missing == Missing::Error {
                let help = format!(
                    "write 'columns: {{{}: {{missing: …}}}}' with a rule",
                    shown(&column.name)
                );
                return Err(wrong(file, line, format!("column '{}' is missing", shown(&column.name))).help(help));
            }
            match values {
                Values::Numbers(numbers) => numbers.push(if missing {
                    f32::NAN
                } else {
                    read_number(cell, column, file, line)?
                }),
                Values::Codes(codes) => codes.push(if missing {
                    MISSING
                } else {
                    read_word(cell, i, column, dictionaries, file, line)?
                }),
            }
        }
        self.records.push(record);
        if self.records.len().saturating_mul(plan.columns.len()) > MAX_CELLS {
            return Err(
                wrong(file, line, format!("more than the {MAX_CELLS} cells that are read"))
                    .help("drop columns or rows"),
            );
        }
        Ok(())
    }
}

fn read_number(cell: &str, column: &Column, file: &str, line: u64) -> Result<f32> {
    number(cell).ok_or_else(|| {
        wrong(
            file,
            line,
            format!("'{}' in column '{}' is not a number", shown(cell), shown(&column.name)),
        )
        .help("the column holds numbers in the training file; fix the cell, or add it to 'missing_markers'")
    })
}

fn read_word(
    cell: &str,
    i: usize,
    column: &Column,
    dictionaries: &mut Dictionaries,
    file: &str,
    line: u64,
) -> Result<u32> {
    let name = shown(&column.name);
    let help = format!("it looks like free text or a name: 'columns: {{{name}: {{drop: true}}}}'");
    if cell.len() > MAX_NAME_BYTES {
        let what = format!("column '{name}' has a word of more than {MAX_NAME_BYTES} bytes");
        return Err(wrong(file, line, what).help(help));
    }
    let code = dictionaries.0.get_mut(i).and_then(|dictionary| dictionary.code(cell));
    code.ok_or_else(|| {
        let what = format!("column '{name}' has more than {MAX_CATEGORIES} different words");
        wrong(file, line, what).help(help)
    })
}
