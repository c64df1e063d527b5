//! The rows of a file: texts, and what each is labelled.

use std::io::Read;
use std::path::Path;

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use serde::Deserialize;

use super::super::csv_file::{Lines, names, read_text, wrong};
use super::super::settings::suggest;
use runner_declare::{KeyPath, Problem};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip;

/// A column, as a recipe names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Column {
    Index(i64),
    Name(String),
}

/// How a file is written, and where in it texts and labels are.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub text: Column,
    pub label: Column,
    pub delimiter: u8,
    pub quotes: bool,
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
        let mut reader = self.parser().from_reader(whole.as_bytes());
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
        self.check_quotes(&whole, last.0, &rows.file, last.1)?;
        let within: usize = rows.texts.iter().map(|text| blank_lines(text)).sum();
        rows.blank = blank_lines(&whole).saturating_sub(within);
        if rows.texts.is_empty() {
            return Err(Error::new(Kind::Data, format!("{} has no rows", rows.file)));
        }
        Ok(rows)
    }

    /// The places of texts and labels, by the first record.
    fn places(&self, first: &StringRecord, file: &str, line: u64, labels: bool) -> Result<(usize, Option<usize>)> {
        let names = if self.header {
            Some(names(first, file, line)?)
        } else {
            None
        };
        if !labels && first.len() == 1 {
            self.only_column(first.get(0).unwrap_or_default(), file, line)?;
            return Ok((0, None));
        }
        let place = |key: &str, column: &Column| {
            let path = KeyPath::from("dataset").join(key);
            place(column, first.len(), names.as_deref(), path).map_err(|problem| Error::from(vec![problem]))
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
        let Column::Name(name) = &self.text else {
            return Ok(());
        };
        if !self.header || first.trim() == name {
            return Ok(());
        }
        let delimiter = match self.delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("'{}'", char::from(other)),
        };
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
        let column = match &self.text {
            Column::Index(index) => format!("column {index}"),
            Column::Name(name) => format!("column '{name}'"),
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
        if let Err(unclosed) = self.check_quotes(whole, byte, file, line) {
            return unclosed;
        }
        let help = if !labels {
            "look for a missing or extra delimiter on this line; the file must be written as the training's was"
        } else if self.quotes {
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

    /// A quote that is never closed makes one text of the rest of the file; the parser takes that as it is. It shows in
    /// that a line behind the file's end is still in the quotes. `last` is where the last record begins.
    fn check_quotes(&self, whole: &str, last: u64, file: &str, line: u64) -> Result<()> {
        let last = usize::try_from(last).ok().and_then(|last| whole.get(last..));
        let more = last.unwrap_or_default().as_bytes().chain(&b"\nx"[..]);
        let mut reader = self.parser().flexible(true).from_reader(more);
        if !self.quotes || reader.records().take(2).count() == 2 {
            return Ok(());
        }
        let error = wrong(file, line, "a quote is opened here and never closed");
        Err(error.help("close it; where quotes are characters like any other, set 'quotes: false'"))
    }

    fn parser(&self) -> ReaderBuilder {
        let mut parser = ReaderBuilder::new();
        parser.has_headers(false).delimiter(self.delimiter).quoting(self.quotes);
        parser
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

/// The place of a column that is named, or counted from the start or the end.
fn place(
    column: &Column,
    columns: usize,
    names: Option<&[String]>,
    path: KeyPath,
) -> std::result::Result<usize, Problem> {
    match (column, names) {
        (Column::Index(index), _) => {
            let at = if *index < 0 {
                index.saturating_add(columns as i64)
            } else {
                *index
            };
            let at = usize::try_from(at).ok().filter(|&at| at < columns);
            at.ok_or_else(|| {
                let problem = Problem::new(path, format!("there is no column {index}: the file has {columns}"));
                problem.help(if columns == 1 {
                    "set 'delimiter' to what divides the columns".to_owned()
                } else {
                    format!("indices go from 0 to {}", columns - 1)
                })
            })
        }
        (Column::Name(name), Some(names)) => {
            let found = names.iter().position(|other| other == name);
            found.ok_or_else(|| {
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                let problem = Problem::new(path, format!("there is no column '{}'", clip(name)));
                problem.help(match known[..] {
                    [only] => format!(
                        "the first line is '{}': set 'delimiter' to what divides the columns, or 'header: false' if it names none",
                        clip(only)
                    ),
                    _ => suggest(name, &known),
                })
            })
        }
        (Column::Name(name), None) => {
            let message = format!(
                "'{}' is a name, and 'header: false' says that columns have none",
                clip(name)
            );
            Err(Problem::new(path, message).help("write the column's index, from 0, or set 'header: true'"))
        }
    }
}
