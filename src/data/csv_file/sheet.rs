//! A file as records, every one as long as the first.

use std::io::Read;
use std::path::Path;

use csv::{ErrorKind, StringRecord};

use super::dialect::{find_delimiter, first_record, has_header, names, reader, text};
use super::lines::Lines;
use super::options::Options;
use super::plan::Plan;
use super::profile::{Markers, shown};
use super::{MAX_COLUMNS, wrong};
use runner_ground::error::{Error, Kind, Result};

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
        Self::open_with(path, options, options.header(), 2)
    }

    /// The same for a file of which it is known whether it has a header, and that has at least `least` columns.
    pub fn open_with(path: &Path, options: &Options, header: Option<bool>, least: usize) -> Result<Self> {
        let file = path.display().to_string();
        let text = text(path, &file)?;
        let delimiter = options.delimiter().unwrap_or_else(|| find_delimiter(&text));
        let (line, first) = first_record(&text, delimiter, &file)?;
        if first.len() > MAX_COLUMNS {
            return Err(wrong(
                &file,
                line,
                format!("{} columns, more than the {MAX_COLUMNS} that are read", first.len()),
            ));
        }
        if first.len() < least {
            let help = "a target and at least one feature are needed; set 'delimiter' if the columns are divided by something else";
            return Err(wrong(&file, line, "only one column").help(help));
        }
        let header = header.unwrap_or_else(|| has_header(&text, delimiter, &first, &Markers::of(options)));
        let names = if header {
            names(&first, &file, line)?
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
                    format!("there is no column '{}'{target}, which {} has", shown(name), main.file),
                )
            })?;
        }
        self.order = Some(order);
        Ok(self)
    }

    /// Calls `each` with every record's number (from 0), its line and its cells.
    pub fn records(&self, each: &mut dyn FnMut(u32, u64, &Row) -> Result<()>) -> Result<()> {
        let mut reader = reader(self.text.as_bytes(), self.delimiter, false);
        let mut record = StringRecord::new();
        let mut lines = Lines::of(&self.text);
        let mut number = 0;
        let mut skip = self.header;
        let mut last = (0, 1);
        while reader
            .read_record(&mut record)
            .map_err(|error| self.ragged(&error, &mut lines))?
        {
            let byte = record.position().map_or(0, csv::Position::byte);
            let line = lines.at(byte);
            last = (byte, line);
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
    /// It shows in that a line behind the file's end is still in the quotes.
    fn check_end(&self, (byte, line): (u64, u64)) -> Result<()> {
        let last = usize::try_from(byte).ok().and_then(|byte| self.text.get(byte..));
        let more = last.unwrap_or_default().as_bytes().chain(&b"\nx"[..]);
        if reader(more, self.delimiter, true).records().take(2).count() < 2 {
            return Err(wrong(&self.file, line, "a quote is opened here and never closed"));
        }
        Ok(())
    }

    fn ragged(&self, error: &csv::Error, lines: &mut Lines<'_>) -> Error {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let byte = pos.as_ref().map_or(0, csv::Position::byte);
                let line = lines.at(byte);
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
