//! A file as records, every one as long as the first.

use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::dialect::{find_delimiter, first_record, looks_like_names, names, reader, text};
use super::options::Options;
use super::plan::Plan;
use super::{MAX_COLUMNS, wrong};
use crate::error::{Error, Kind, Result};

/// A file's text and how it is divided.
pub(super) struct Sheet {
    /// The path, for messages.
    pub file: String,
    text: String,
    pub delimiter: u8,
    pub header: bool,
    pub names: Vec<String>,
    /// Where each column of the main file stands in this one; `None` for the main file itself.
    order: Option<Vec<usize>>,
}

impl Sheet {
    /// Reads a file and finds its columns.
    pub fn open(path: &Path, options: &Options) -> Result<Self> {
        let file = path.display().to_string();
        let text = text(path, &file)?;
        let delimiter = options.delimiter().unwrap_or_else(|| find_delimiter(&text));
        let first = first_record(&text, delimiter, &file)?;
        if first.len() > MAX_COLUMNS {
            return Err(wrong(
                &file,
                1,
                format!("{} columns, more than the {MAX_COLUMNS} that are read", first.len()),
            ));
        }
        if first.len() < 2 {
            let help = "a target and at least one feature are needed; set 'delimiter' if the columns are divided by something else";
            return Err(wrong(&file, 1, "only one column").help(help));
        }
        let header = options.header().unwrap_or_else(|| looks_like_names(&first));
        let names = if header {
            names(&first, &file)?
        } else {
            (0..first.len()).map(|i| i.to_string()).collect()
        };
        Ok(Self {
            file,
            text,
            delimiter,
            header,
            names,
            order: None,
        })
    }

    /// The same file with its columns taken in the main file's order.
    pub fn arranged_like(mut self, main: &Sheet, plan: &Plan) -> Result<Self> {
        if !self.header || !main.header {
            if self.names.len() != main.names.len() {
                let what = format!(
                    "{} columns, but {} has {}",
                    self.names.len(),
                    main.file,
                    main.names.len()
                );
                return Err(wrong(&self.file, 1, what));
            }
            return Ok(self);
        }
        let mut order = vec![usize::MAX; main.names.len()];
        for at in plan.places() {
            let name = &main.names[at];
            order[at] = self.names.iter().position(|other| other == name).ok_or_else(|| {
                let target = if at == plan.target.place { ", the target" } else { "" };
                wrong(
                    &self.file,
                    1,
                    format!("there is no column '{name}'{target}, which {} has", main.file),
                )
            })?;
        }
        self.order = Some(order);
        Ok(self)
    }

    /// Calls `each` with every record's number (from 0), its line and its cells.
    pub fn records(&self, each: &mut dyn FnMut(u32, u64, &Row) -> Result<()>) -> Result<()> {
        let mut reader = reader(&self.text, self.delimiter, false);
        let mut record = StringRecord::new();
        let mut number = 0;
        let mut skip = self.header;
        let mut last = (0, 0);
        while reader.read_record(&mut record).map_err(|error| self.ragged(&error))? {
            let line = record.position().map_or(0, csv::Position::line);
            last = (record.position().map_or(0, csv::Position::byte), line);
            if std::mem::take(&mut skip) {
                continue;
            }
            each(
                number,
                line,
                &Row {
                    record: &record,
                    order: self.order.as_deref(),
                },
            )?;
            number += 1;
        }
        self.check_end(last)?;
        if number == 0 {
            return Err(Error::new(Kind::Data, format!("{} has no rows", self.file)));
        }
        Ok(())
    }

    /// A quote that is never closed makes one cell of the rest of the file; the parser takes that as it is.
    fn check_end(&self, (byte, line): (u64, u64)) -> Result<()> {
        let last = usize::try_from(byte)
            .ok()
            .and_then(|byte| self.text.get(byte..))
            .unwrap_or_default()
            .trim();
        let quotes = memchr::memchr_iter(b'"', last.as_bytes()).count();
        if last.contains('\n') && quotes % 2 == 1 {
            return Err(wrong(&self.file, line, "a quote is opened here and never closed"));
        }
        Ok(())
    }

    fn ragged(&self, error: &csv::Error) -> Error {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let line = pos.as_ref().map_or(0, csv::Position::line);
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

/// One record's cells, without the blanks around them.
pub(super) struct Row<'a> {
    record: &'a StringRecord,
    order: Option<&'a [usize]>,
}

impl Row<'_> {
    /// The cell of a column of the main file.
    pub fn cell(&self, column: usize) -> &str {
        let at = self.order.map_or(Some(column), |order| order.get(column).copied());
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }
}
