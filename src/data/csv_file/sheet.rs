//! A file as records, every one as long as the first.

use std::cell::OnceCell;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ErrorKind};
use serde::{Deserialize, Serialize};

use super::dialect::{Dialect, first_record, names, separator_line, text};
use super::header;
use super::lines::Lines;
use super::new_rows::name_of;
use super::options::Options;
use super::{MAX_COLUMNS, wrong};
use crate::table_column::{ColumnInfo, FileDialect};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// A file's text and how it is divided.
pub(super) struct Sheet {
    path: PathBuf,
    /// Read when it is needed.
    text: OnceCell<String>,
    head: Head,
}

/// How a file is divided.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    /// The path, for messages.
    pub file: String,
    /// Where the first record begins, and in which line.
    begins: (usize, u64),
    pub dialect: Dialect,
    pub header: bool,
    /// Why its first line is taken for names, or for a row; empty where that is declared.
    pub why: String,
    pub names: Vec<String>,
    /// Whether it is to be asked if a quoted cell holds what looks like rows.
    asks: bool,
    /// Where each column of the main file stands in this one; `None` for the main file itself.
    order: Option<Vec<usize>>,
}

impl Deref for Sheet {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.head
    }
}

impl Sheet {
    /// A file that was looked at before.
    pub fn again(path: &Path, head: Head) -> Self {
        Self {
            path: path.to_owned(),
            text: OnceCell::new(),
            head,
        }
    }

    /// What is known of it.
    pub fn head(&self) -> Head {
        self.head.clone()
    }

    /// The text from the first record on.
    fn body(&self) -> Result<&str> {
        let text = match self.text.get() {
            Some(text) => text,
            None => {
                let text = text(&self.path, &self.file)?;
                self.text.get_or_init(|| text)
            }
        };
        Ok(text.get(self.begins.0..).unwrap_or_default())
    }

    /// Reads a file and finds its columns; at least `least`.
    pub fn open(path: &Path, options: &Options, least: usize) -> Result<Self> {
        Self::read(path, options, None, least)
    }

    /// The same for a file that is written as another was.
    pub fn open_like(path: &Path, options: &Options, known: &FileDialect, least: usize) -> Result<Self> {
        Self::read(path, options, Some(known), least)
    }

    /// The same for a file with these columns, where it is not known how the one was written that had them first.
    pub fn open_by_names(path: &Path, options: &Options, columns: &[ColumnInfo]) -> Result<Self> {
        // Columns without a name are called by their place.
        let named = columns.iter().any(|column| name_of(column).parse::<usize>().is_err());
        let mut sheet = Self::open_with(path, options, None, Some(named), 1)?;
        sheet.head.asks = false;
        Ok(sheet)
    }

    fn read(path: &Path, options: &Options, known: Option<&FileDialect>, least: usize) -> Result<Self> {
        let header = options.header().or(known.map(|known| known.header));
        Self::open_with(path, options, known, header, least)
    }

    fn open_with(
        path: &Path,
        options: &Options,
        known: Option<&FileDialect>,
        header: Option<bool>,
        least: usize,
    ) -> Result<Self> {
        let file = path.display().to_string();
        let text = text(path, &file)?;
        let separator = separator_line(&text);
        let begins = separator.map_or((0, 1), |(length, _)| (length, 2));
        let body = &text[begins.0..];
        if body.trim().is_empty() {
            return Err(wrong(&file, begins.1, "the file ends behind its line 'sep='"));
        }
        let quotes = options.quotes();
        let in_quotes = known.map_or(quotes != Some(false), |known| known.quotes);
        let told = options.delimiter().or(separator.map(|(_, delimiter)| delimiter));
        let dialect = match told.or(known.map(|known| known.delimiter as u8)) {
            Some(delimiter) => Dialect {
                delimiter,
                quotes: in_quotes,
            },
            None => Dialect::find(body, in_quotes),
        };
        let (line, first) = first_record(body, dialect, &file, begins.1)?;
        if first.len() > MAX_COLUMNS {
            let what = format!("{} columns, more than the {MAX_COLUMNS} that are read", first.len());
            return Err(wrong(&file, line, what));
        }
        if first.len() < least {
            let help = "a target and at least one feature are needed; set 'delimiter' if the columns are divided by something else";
            return Err(wrong(&file, line, "only one column").help(help));
        }
        let (header, why) = match header {
            Some(header) => (header, String::new()),
            None => header::of(body, dialect, &first, options).map_err(|why| {
                let what = format!("whether the first line names the columns cannot be known: {why}");
                wrong(&file, line, what).help("write 'header: true' or 'header: false' in 'dataset'")
            })?,
        };
        let names = if header {
            names(&first, &file, line)?
        } else {
            (0..first.len()).map(|i| i.to_string()).collect()
        };
        let asks = quotes.is_none() && known.is_none();
        let head = Head {
            file,
            begins,
            dialect,
            header,
            why,
            names,
            asks,
            order: None,
        };
        Ok(Self {
            path: path.to_owned(),
            text: text.into(),
            head,
        })
    }

    /// How it is written, for those who read another file like it.
    pub fn written(&self) -> FileDialect {
        FileDialect {
            delimiter: char::from(self.dialect.delimiter),
            quotes: self.dialect.quotes,
            header: self.header,
            columns: Some(self.names.len()),
        }
    }

    /// The same file with its columns taken in the main file's order. `places` are those of the columns that are used,
    /// the target's among them.
    pub fn arranged_like(mut self, main: &Sheet, places: impl Iterator<Item = usize>, target: usize) -> Result<Self> {
        if !self.header || !main.header {
            if self.names.len() != main.names.len() {
                let (own, theirs) = (self.names.len(), main.names.len());
                let what = format!("{own} columns, but {} has {theirs}", main.file);
                return Err(wrong(&self.file, 1, what));
            }
            return Ok(self);
        }
        let mut order = vec![usize::MAX; main.names.len()];
        for at in places {
            let name = &main.names[at];
            order[at] = self.names.iter().position(|other| other == name).ok_or_else(|| {
                let target = if at == target { ", the target" } else { "" };
                let what = format!("there is no column '{}'{target}, which {} has", shown(name), main.file);
                wrong(&self.file, 1, what)
            })?;
        }
        self.head.order = Some(order);
        Ok(self)
    }

    /// Calls `each` with every record's number (from 0), its line and its cells.
    pub fn records(&self, each: &mut dyn FnMut(u32, u64, &Row) -> Result<()>) -> Result<()> {
        let body = self.body()?;
        let mut reader = self.dialect.reader(body.as_bytes(), false);
        let mut record = ByteRecord::new();
        let mut lines = Lines::of(body);
        let asks = self.asks && self.dialect.quotes && memchr::memchr(b'"', body.as_bytes()).is_some();
        let mut number = 0;
        let mut skip = self.header;
        let mut last = (0, 1);
        while reader
            .read_byte_record(&mut record)
            .map_err(|error| self.ragged(&error, &mut lines))?
        {
            let byte = record.position().map_or(0, csv::Position::byte);
            let line = lines.at(byte) + self.begins.1 - 1;
            last = (byte, line);
            if asks && memchr::memchr(b'\n', record.as_slice()).is_some() {
                let raw = (body, byte, reader.position().byte());
                self.dialect.ask_for_quotes(raw, record.len(), &self.file, line)?;
            }
            if std::mem::take(&mut skip) {
                continue;
            }
            let order = self.order.as_deref();
            each(number, line, &Row { record: &record, order })?;
            number += 1;
        }
        self.check_end(last)?;
        if number == 0 {
            let header = if self.header {
                " below the names of its columns"
            } else {
                ""
            };
            let error = Error::new(Kind::Data, format!("{} has no rows{header}", self.file));
            return Err(error.help("name a file with rows; where its only line is a row, set 'header: false'"));
        }
        Ok(())
    }

    /// The line of a record.
    pub fn line_of(&self, record: u32) -> u64 {
        let mut found = self.begins.1;
        // It was read before.
        let _ = self.records(&mut |number, line, _| {
            if number == record {
                found = line;
            }
            Ok(())
        });
        found
    }

    fn check_end(&self, (byte, line): (u64, u64)) -> Result<()> {
        self.dialect.check_end(self.body()?, byte, &self.file, line)
    }

    fn ragged(&self, error: &csv::Error, lines: &mut Lines<'_>) -> Error {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let byte = pos.as_ref().map_or(0, csv::Position::byte);
                let line = lines.at(byte) + self.begins.1 - 1;
                if let Err(unclosed) = self.check_end((byte, line)) {
                    return unclosed;
                }
                wrong(
                    &self.file,
                    line,
                    format!("{len} cells, but the first line has {expected_len}"),
                )
                .help("look for a missing or extra delimiter, or an unclosed quote, on this line")
            }
            _ => Error::new(Kind::Data, format!("{}: {error}", self.file)),
        }
    }
}

/// A record that is looked at later.
#[derive(Default)]
pub(super) struct Kept {
    record: ByteRecord,
    pub line: u64,
}

impl Kept {
    /// Takes a copy, into the memory that it has.
    pub fn keep(&mut self, row: &Row<'_>, line: u64) {
        self.record.clone_from(row.record);
        self.line = line;
    }

    /// Its cells.
    pub fn row<'a>(&'a self, sheet: &'a Sheet) -> Row<'a> {
        Row {
            record: &self.record,
            order: sheet.order.as_deref(),
        }
    }
}

/// One record's cells, without the blanks around them.
pub(super) struct Row<'a> {
    record: &'a ByteRecord,
    order: Option<&'a [usize]>,
}

impl Row<'_> {
    /// The cell of a column of the main file.
    pub fn cell(&self, column: usize) -> &str {
        // The file is UTF-8, and what divides cells is ASCII.
        std::str::from_utf8(self.bytes(column)).unwrap_or_default().trim()
    }

    /// The same with the blanks around it.
    pub fn bytes(&self, column: usize) -> &[u8] {
        let at = self.order.map_or(Some(column), |order| order.get(column).copied());
        at.and_then(|at| self.record.get(at)).unwrap_or_default()
    }
}
