//! How a file is written: its encoding, its delimiter, and whether its first line names the columns.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::super::files::unreadable;
use super::lines::Lines;
use super::profile::{Markers, number, shown};
use super::{MAX_FILE_BYTES, MAX_NAME_BYTES, wrong};
use runner_ground::error::{Error, Kind, Result};

/// Records looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 20;

/// A parser of a text's records.
pub(super) fn reader<R: Read>(text: R, delimiter: u8, flexible: bool) -> csv::Reader<R> {
    ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .flexible(flexible)
        .from_reader(text)
}

/// A file's text: a regular file, within the cap, UTF-8, without a byte-order mark.
pub(crate) fn text(path: &Path, file: &str) -> Result<String> {
    let metadata = std::fs::metadata(path)
        .map_err(|error| unreadable(path, &error).help("paths start from the recipe's folder"))?;
    if !metadata.is_file() {
        return Err(Error::new(Kind::Data, format!("{file} is not a file")));
    }
    let too_large = || {
        Error::new(
            Kind::Data,
            format!("{file} is larger than the {MAX_FILE_BYTES} bytes that are read"),
        )
    };
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    opened
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(wrong(file, 1, "UTF-16 text").help("save the file as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = Lines::of(&String::from_utf8_lossy(good)).at(good.len() as u64);
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
        let lengths: Vec<usize> = reader(text.as_bytes(), delimiter, true)
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

/// The first record, which may name the columns, and its line.
pub(super) fn first_record(text: &str, delimiter: u8, file: &str) -> Result<(u64, StringRecord)> {
    match reader(text.as_bytes(), delimiter, true).records().next() {
        Some(Ok(record)) => Ok((Lines::of(text).at(0), record)),
        Some(Err(error)) => Err(Error::new(Kind::Data, format!("{file}: {error}"))),
        None => Err(Error::new(Kind::Data, format!("{file} is empty"))),
    }
}

/// Whether the first record names the columns: a word stands over numbers, or it has words only, each once.
pub(super) fn has_header(text: &str, delimiter: u8, first: &StringRecord, markers: &Markers) -> bool {
    let sample: Vec<StringRecord> = reader(text.as_bytes(), delimiter, true)
        .records()
        .skip(1)
        .take(SAMPLE_RECORDS)
        .map_while(std::result::Result::ok)
        .collect();
    let word = |cell: &str| !markers.missing(cell) && number(cell).is_none();
    let over_numbers = |(i, cell): (usize, &str)| {
        let below = sample.iter().filter_map(|record| record.get(i).map(str::trim));
        let mut below = below.filter(|cell| !markers.missing(cell)).peekable();
        word(cell.trim()) && below.peek().is_some() && below.all(|cell| number(cell).is_some())
    };
    first.iter().enumerate().any(over_numbers) || only_names(first)
}

/// Whether a record has no number, nothing empty, nothing twice.
fn only_names(first: &StringRecord) -> bool {
    let mut cells: Vec<&str> = first.iter().map(str::trim).collect();
    let words = cells.iter().all(|cell| !cell.is_empty() && number(cell).is_none());
    let n = cells.len();
    cells.sort_unstable();
    cells.dedup();
    words && cells.len() == n
}

/// Column names; an empty one becomes the column's index.
pub(crate) fn names(first: &StringRecord, file: &str, line: u64) -> Result<Vec<String>> {
    let mut seen = BTreeMap::new();
    let mut names = Vec::with_capacity(first.len());
    for (i, name) in first.iter().map(str::trim).enumerate() {
        if name.len() > MAX_NAME_BYTES {
            let what = format!(
                "column {i} has a name of more than {MAX_NAME_BYTES} bytes: '{}'",
                shown(name)
            );
            return Err(wrong(file, line, what).help("shorten it, or set 'header: false' if it is no name"));
        }
        let name = if name.is_empty() {
            i.to_string()
        } else {
            name.to_owned()
        };
        if let Some(earlier) = seen.insert(name.clone(), i) {
            let name = shown(&name);
            let what = format!("columns {earlier} and {i} (counted from 0) are both called '{name}'");
            return Err(wrong(file, line, what).help("rename one of them, or set 'header: false' if it is no name"));
        }
        names.push(name);
    }
    Ok(names)
}
