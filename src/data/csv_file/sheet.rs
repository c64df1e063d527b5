//! A file as records: encoding, delimiter, header, and every record as long as the first.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::super::files::unreadable;
use super::options::Options;
use super::plan::Plan;
use super::profile::number;
use super::{MAX_COLUMNS, MAX_FILE_BYTES, wrong};
use crate::error::{Error, Kind, Result};

/// Records looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 20;

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
            return Err(wrong(&file, 1, format!("{} columns, more than the {MAX_COLUMNS} that are read", first.len())));
        }
        if first.len() < 2 {
            let help = "a target and at least one feature are needed; set 'delimiter' if the columns are divided by something else";
            return Err(wrong(&file, 1, "only one column").help(help));
        }
        let header = options.header().unwrap_or_else(|| looks_like_names(&first));
        let names = if header { names(&first, &file)? } else { (0..first.len()).map(|i| i.to_string()).collect() };
        Ok(Self { file, text, delimiter, header, names, order: None })
    }

    /// The same file with its columns taken in the main file's order.
    pub fn arranged_like(mut self, main: &Sheet, plan: &Plan) -> Result<Self> {
        if !self.header || !main.header {
            if self.names.len() != main.names.len() {
                let what = format!("{} columns, but {} has {}", self.names.len(), main.file, main.names.len());
                return Err(wrong(&self.file, 1, what));
            }
            return Ok(self);
        }
        let mut order = vec![usize::MAX; main.names.len()];
        for at in plan.places() {
            let name = &main.names[at];
            order[at] = self.names.iter().position(|other| other == name).ok_or_else(|| {
                let target = if at == plan.target.place { ", the target" } else { "" };
                wrong(&self.file, 1, format!("there is no column '{name}'{target}, which {} has", main.file))
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
        while reader.read_record(&mut record).map_err(|error| self.ragged(&error))? {
            if std::mem::take(&mut skip) {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            each(number, line, &Row { record: &record, order: self.order.as_deref() })?;
            number += 1;
        }
        if number == 0 {
            return Err(Error::new(Kind::Data, format!("{} has no rows", self.file)));
        }
        Ok(())
    }

    fn ragged(&self, error: &csv::Error) -> Error {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let line = pos.as_ref().map_or(0, csv::Position::line);
                wrong(&self.file, line, format!("{len} cells, but the first line has {expected_len}"))
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

fn reader(text: &str, delimiter: u8, flexible: bool) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).delimiter(delimiter).flexible(flexible).from_reader(text.as_bytes())
}

/// A file's text: a regular file, within the cap, UTF-8, without a byte-order mark.
fn text(path: &Path, file: &str) -> Result<String> {
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error).help("paths start from the recipe's folder"))?;
    if !metadata.is_file() {
        return Err(Error::new(Kind::Data, format!("{file} is not a file")));
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Error::new(Kind::Data, format!("{file} is larger than the {MAX_FILE_BYTES} bytes that are read")));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(wrong(file, 1, "UTF-16 text").help("save the file as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', good).count() as u64;
        wrong(file, line, "not UTF-8 text").help("save the file as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Error::new(Kind::Data, format!("{file} is empty")));
    }
    Ok(text)
}

/// The delimiter that gives the first records the same number of cells; of several, the one with most.
fn find_delimiter(text: &str) -> u8 {
    let cells = |delimiter: u8| {
        let lengths: Vec<usize> =
            reader(text, delimiter, true).records().take(SAMPLE_RECORDS).map_while(|r| r.ok().map(|r| r.len())).collect();
        let even = lengths.windows(2).all(|pair| pair[0] == pair[1]);
        let first = lengths.first().copied().unwrap_or(0);
        (first > 1 && even, first)
    };
    let candidates = [b',', b';', b'\t', b'|'];
    // Of equals, the first: `max_by_key` gives the last.
    candidates.into_iter().rev().max_by_key(|&delimiter| cells(delimiter)).unwrap_or(b',')
}

fn first_record(text: &str, delimiter: u8, file: &str) -> Result<StringRecord> {
    match reader(text, delimiter, true).records().next() {
        Some(Ok(record)) => Ok(record),
        Some(Err(error)) => Err(Error::new(Kind::Data, format!("{file}: {error}"))),
        None => Err(Error::new(Kind::Data, format!("{file} is empty"))),
    }
}

/// Whether a first record names columns: no number, nothing empty, nothing twice.
fn looks_like_names(first: &StringRecord) -> bool {
    let mut cells: Vec<&str> = first.iter().map(str::trim).collect();
    let words = cells.iter().all(|cell| !cell.is_empty() && number(cell).is_none());
    let n = cells.len();
    cells.sort_unstable();
    cells.dedup();
    words && cells.len() == n
}

/// Column names; an empty one becomes the column's index.
fn names(first: &StringRecord, file: &str) -> Result<Vec<String>> {
    let mut seen = BTreeMap::new();
    let mut names = Vec::with_capacity(first.len());
    for (i, name) in first.iter().map(str::trim).enumerate() {
        let name = if name.is_empty() { i.to_string() } else { name.to_owned() };
        if let Some(earlier) = seen.insert(name.clone(), i) {
            let what = format!("columns {earlier} and {i} (counted from 0) are both called '{name}'");
            return Err(wrong(file, 1, what).help("rename one of them"));
        }
        names.push(name);
    }
    Ok(names)
}
