//! How a file is written: its encoding, its delimiter, and whether its first line names the columns.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::super::files::unreadable;
use super::profile::number;
use super::{MAX_FILE_BYTES, wrong};
use crate::error::{Error, Kind, Result};

/// Records looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 20;

/// A parser of the text's records.
pub(super) fn reader(text: &str, delimiter: u8, flexible: bool) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .flexible(flexible)
        .from_reader(text.as_bytes())
}

/// A file's text: a regular file, within the cap, UTF-8, without a byte-order mark.
pub(super) fn text(path: &Path, file: &str) -> Result<String> {
    let metadata = std::fs::metadata(path)
        .map_err(|error| unreadable(path, &error).help("paths start from the recipe's folder"))?;
    if !metadata.is_file() {
        return Err(Error::new(Kind::Data, format!("{file} is not a file")));
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    opened
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Error::new(
            Kind::Data,
            format!("{file} is larger than the {MAX_FILE_BYTES} bytes that are read"),
        ));
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
pub(super) fn find_delimiter(text: &str) -> u8 {
    let cells = |delimiter: u8| {
        let lengths: Vec<usize> = reader(text, delimiter, true)
            .records()
            .take(SAMPLE_RECORDS)
            .map_while(|r| r.ok().map(|r| r.len()))
            .collect();
        let even = lengths.windows(2).all(|pair| pair[0] == pair[1]);
        let first = lengths.first().copied().unwrap_or(0);
        (first > 1 && even, first)
    };
    let candidates = [b',', b';', b'\t', b'|'];
    // Of equals, the first: `max_by_key` gives the last.
    candidates
        .into_iter()
        .rev()
        .max_by_key(|&delimiter| cells(delimiter))
        .unwrap_or(b',')
}

/// The first record, which may name the columns.
pub(super) fn first_record(text: &str, delimiter: u8, file: &str) -> Result<StringRecord> {
    match reader(text, delimiter, true).records().next() {
        Some(Ok(record)) => Ok(record),
        Some(Err(error)) => Err(Error::new(Kind::Data, format!("{file}: {error}"))),
        None => Err(Error::new(Kind::Data, format!("{file} is empty"))),
    }
}

/// Whether a first record names columns: no number, nothing empty, nothing twice.
pub(super) fn looks_like_names(first: &StringRecord) -> bool {
    let mut cells: Vec<&str> = first.iter().map(str::trim).collect();
    let words = cells.iter().all(|cell| !cell.is_empty() && number(cell).is_none());
    let n = cells.len();
    cells.sort_unstable();
    cells.dedup();
    words && cells.len() == n
}

/// Column names; an empty one becomes the column's index.
pub(super) fn names(first: &StringRecord, file: &str) -> Result<Vec<String>> {
    let mut seen = BTreeMap::new();
    let mut names = Vec::with_capacity(first.len());
    for (i, name) in first.iter().map(str::trim).enumerate() {
        let name = if name.is_empty() {
            i.to_string()
        } else {
            name.to_owned()
        };
        if let Some(earlier) = seen.insert(name.clone(), i) {
            let what = format!("columns {earlier} and {i} (counted from 0) are both called '{name}'");
            return Err(wrong(file, 1, what).help("rename one of them"));
        }
        names.push(name);
    }
    Ok(names)
}
