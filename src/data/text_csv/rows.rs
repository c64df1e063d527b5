//! The rows of a file: texts, and what each is labelled.

use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::super::csv_file::{Dialect, Lines, names, place, read_text, wrong};
use runner_declare::{KeyPath, Problem, Value};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip;

/// How a file is written, and where in it texts and labels are.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Names or indices, as the recipe has them.
    pub text: Value,
    pub label: Value,
    pub dialect: Dialect,
    /// Whether it is to be asked if a quoted cell holds what looks like rows.
    pub asks: bool,
    pub header: bool,
}

/// A file's rows.
pub(super) struct Rows {
    pub file: String,
    pub texts: Vec<String>,
    /// The label of each, where labels were asked for.
    pub labels: Vec<String>,
    /// The line in which each begins.
    pub lines: Vec<u64>,
    /// Lines without anything, which are no rows.
    pub blank: usize,
}

impl Layout {
    /// Texts with their labels.
    ///
    /// # Errors
    /// With file and line: a row of another number of cells, a row without a label. A column that is not there.
    pub fn rows(&self, path: &Path) -> Result<Rows> {
        self.read(path, true)
    }

    /// Texts alone: a file may have no labels, and where it has a single column, that is the texts.
    ///
    /// # Errors
    /// As [`Layout::rows`].
    pub fn texts(&self, path: &Path) -> Result<Rows> {
        self.read(path, false)
    }

    fn read(&self, path: &Path, labels: bool) -> Result<Rows> {
        let file = path.display().to_string();
        let whole = read_text(path, &file)?;
        let mut reader = self.dialect.reader(whole.as_bytes(), false);
        let mut lines = Lines::of(&whole);
        let mut record = StringRecord::new();
        let mut places = None;
        let mut last = (0, 1);
        let mut rows = Rows {
            file,
            texts: Vec::new(),
            labels: Vec::new(),
            lines: Vec::new(),
            blank: 0,
        };
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(self.uneven(&error, &whole, &rows.file, &mut lines, labels)),
            }
            let byte = record.position().map_or(0, csv::Position::byte);
            let line = lines.at(byte);
            last = (byte, line);
            if self.asks && record.iter().any(|cell| cell.contains('\n')) {
                let raw = (whole.as_str(), byte, reader.position().byte());
                self.dialect.ask_for_quotes(raw, record.len(), &rows.file, line)?;
            }
            let first = places.is_none();
            let (text, label) = match places {
                Some(places) => places,
                None => *places.insert(self.places(&record, &rows.file, line, labels)?),
            };
            if first && self.header {
                continue;
            }
            rows.texts.push(record.get(text).unwrap_or_default().to_owned());
            rows.lines.push(line);
            if let Some(label) = label {
                let label = record.get(label).unwrap_or_default().trim();
                if label.is_empty() {
                    let error = wrong(&rows.file, line, "this row has no label");
                    return Err(error.help("give it one, or take the row out"));
                }
                rows.labels.push(label.to_owned());
            }
        }
        self.dialect.check_end(&whole, last.0, &rows.file, last.1)?;
        let within: usize = rows.texts.iter().map(|text| blank_lines(text)).sum();
        rows.blank = blank_lines(&whole).saturating_sub(within);
        if rows.texts.is_empty() {
            let error = Error::new(Kind::Data, format!("{} has no rows", rows.file));
            return Err(error.help("write a text into each line, below the names of the columns if it has any"));
        }
        Ok(rows)
    }

    /// The places of texts and labels, by the first record.
    fn places(&self, first: &StringRecord, file: &str, line: u64, labels: bool) -> Result<(usize, Option<usize>)> {
        let names = if self.header {
            names(first, file, line)?
        } else {
            (0..first.len()).map(|index| index.to_string()).collect()
        };
        if !labels && first.len() == 1 {
            self.only_column(first.get(0).unwrap_or_default(), file, line)?;
            return Ok((0, None));
        }
        let place = |key: &str, column: &Value| {
            let path = KeyPath::from("dataset").join(key);
            let found = match column.as_str().filter(|_| !self.header) {
                Some(name) => Err(nameless(name, path)),
                None => place(column, &names, path),
            };
            found.map_err(|problem| Error::from(vec![problem]))
        };
        let text = place("text", &self.text)?;
        if !labels {
            return Ok((text, None));
        }
        let label = place("label", &self.label)?;
        if text == label {
            let problem = Problem::new(KeyPath::from("dataset.label"), "texts and labels are the same column");
            return Err(problem.help("name another column in 'label' or in 'text'").into());
        }
        Ok((text, Some(label)))
    }

    /// A file with a single column has the texts in it; where columns have names, the first line says so.
    fn only_column(&self, first: &str, file: &str, line: u64) -> Result<()> {
        let Some(name) = self.text.as_str() else {
            return Ok(());
        };
        if !self.header || first.trim() == name {
            return Ok(());
        }
        let delimiter = self.dialect.told();
        let what = format!(
            "the first line is '{}', and no column is called '{}'",
            clip(first),
            clip(name)
        );
        Err(wrong(file, line, what).help(format!(
            "write '{}' above the texts; columns are divided by {delimiter}, as in the training's file",
            clip(name)
        )))
    }

    /// How the first line was taken, and which column holds the texts.
    pub fn told(&self) -> String {
        let column = match self.text.as_str() {
            Some(name) => format!("column '{name}'"),
            None => format!("column {}", self.text),
        };
        let first = if self.header {
            "the first line names the columns"
        } else {
            "the first line is a text like the others"
        };
        format!("texts are in {column}; {first}")
    }

    fn uneven(&self, error: &csv::Error, whole: &str, file: &str, lines: &mut Lines<'_>, labels: bool) -> Error {
        let ErrorKind::UnequalLengths { pos, expected_len, len } = error.kind() else {
            return Error::new(Kind::Data, format!("{file}: {error}"));
        };
        let byte = pos.as_ref().map_or(0, csv::Position::byte);
        let line = lines.at(byte);
        if let Err(unclosed) = self.dialect.check_end(whole, byte, file, line) {
            return unclosed;
        }
        let help = if !labels {
            "look for a missing or extra delimiter on this line; the file must be written as the training's was"
        } else if self.dialect.quotes {
            "look for a missing or extra delimiter on this line; where quotes are characters like any other, set 'quotes: false'"
        } else {
            "look for a missing or extra delimiter on this line; where cells stand in quotes, set 'quotes: true'"
        };
        wrong(
            file,
            line,
            format!("{len} cells, but the first line has {expected_len}"),
        )
        .help(help)
    }
}

/// Lines without a character that are followed by another.
fn blank_lines(text: &str) -> usize {
    let lines = text.lines().count();
    text.lines()
        .take(lines.saturating_sub(1))
        .filter(|line| line.is_empty())
        .count()
}

/// What is wrong with a name where columns have none.
fn nameless(name: &str, path: KeyPath) -> Problem {
    let message = format!(
        "'{}' is a name, and 'header: false' says that columns have none",
        clip(name)
    );
    Problem::new(path, message).help("write the column's index, from 0, or set 'header: true'")
}
