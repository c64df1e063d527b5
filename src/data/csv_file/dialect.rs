//! How a file is written: its encoding, its delimiter, its quotes.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};

use super::super::files::unreadable;
use super::lines::Lines;
use super::{MAX_FILE_BYTES, MAX_NAME_BYTES, wrong};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// Records looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 20;

/// What divides a text into cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dialect {
    pub delimiter: u8,
    /// Whether a cell may stand in double quotes.
    pub quotes: bool,
}

impl Dialect {
    /// A parser of a text's records.
    pub fn reader<R: Read>(self, text: R, flexible: bool) -> csv::Reader<R> {
        ReaderBuilder::new()
            .has_headers(false)
            .delimiter(self.delimiter)
            .quoting(self.quotes)
            .flexible(flexible)
            .from_reader(text)
    }

    /// The delimiter, for people.
    pub fn told(self) -> String {
        match self.delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("'{}'", char::from(other)),
        }
    }

    /// That whose delimiter gives the first records the same number of cells; of several, the one with most.
    pub fn find(text: &str, quotes: bool) -> Self {
        let cells = |dialect: &Self| {
            let lengths: Vec<usize> = dialect
                .reader(text.as_bytes(), true)
                .records()
                .take(SAMPLE_RECORDS)
                .map_while(|r| r.ok().map(|r| r.len()))
                .collect();
            let even = lengths.windows(2).all(|pair| pair[0] == pair[1]);
            let first = lengths.first().copied().unwrap_or(0);
            (first > 1 && even, first)
        };
        let candidates = [b',', b';', b'\t', b'|'].map(|delimiter| Self { delimiter, quotes });
        // Of equals, the first: `max_by_key` gives the last.
        let found = candidates.into_iter().rev().max_by_key(cells);
        found.unwrap_or(Self {
            delimiter: b',',
            quotes,
        })
    }

    /// A quote that is never closed makes one cell of the rest of a text; the parser takes that as it is. It shows in that a
    /// line behind the text's end is still in the quotes. `last` is the byte at which the last record begins.
    ///
    /// # Errors
    /// With the line of that record.
    pub fn check_end(self, text: &str, last: u64, file: &str, line: u64) -> Result<()> {
        let last = usize::try_from(last).ok().and_then(|last| text.get(last..));
        let more = last.unwrap_or_default().as_bytes().chain(&b"\nx"[..]);
        if !self.quotes || self.reader(more, true).records().take(2).count() == 2 {
            return Ok(());
        }
        let help = "close it; where quotes are characters like any other, set 'quotes: false' in 'dataset'";
        Err(wrong(file, line, "a quote is opened here and never closed").help(help))
    }

    /// Asks what quotes are where a record, whose cell holds an end of line, seems to be several. `raw` is the text, and the
    /// bytes at which the record begins and ends.
    ///
    /// # Errors
    /// With the settings to choose from.
    pub fn ask_for_quotes(
        self,
        (text, begins, ends): (&str, u64, u64),
        cells: usize,
        file: &str,
        line: u64,
    ) -> Result<()> {
        let place = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
        let raw = text.get(place(begins)..place(ends)).unwrap_or_default();
        let raw = raw.trim_start_matches(['\r', '\n']);
        if !self.swallows_rows(raw, cells) {
            return Ok(());
        }
        let lines = raw.trim_end().lines().count() as u64;
        let what = format!(
            "a quote is opened here and closed in line {}, and what stands between looks like rows",
            line + lines.saturating_sub(1)
        );
        let help = "set 'quotes: false' in 'dataset' where a quote is a character like any other, or 'quotes: true' where this is one cell";
        Err(wrong(file, line, what).help(help))
    }

    /// Whether a record whose cell holds an end of line was likely meant to be several, each quote a character like any
    /// other: its lines within look like rows, or the quote that closes the cell is followed by more of it. `raw` is
    /// the record as it stands in the file, of this many cells.
    fn swallows_rows(self, raw: &str, cells: usize) -> bool {
        let lines: Vec<&str> = raw.trim_end().lines().collect();
        let delimiters = |line: &&str| memchr::memchr_iter(self.delimiter, line.as_bytes()).count();
        let within = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
        let like_rows = within.len() >= 2 && cells > 1 && within.iter().all(|line| delimiters(line) + 1 == cells);
        like_rows || self.closes_within_a_cell(raw.trim_end())
    }

    /// Whether more of a cell follows the quote that closes it.
    fn closes_within_a_cell(self, raw: &str) -> bool {
        let bytes = raw.as_bytes();
        let (mut quoted, mut at_start) = (false, true);
        let mut i = 0;
        while let Some(&byte) = bytes.get(i) {
            let next = bytes.get(i + 1).copied();
            match byte {
                b'"' if quoted && next == Some(b'"') => i += 1,
                b'"' if quoted => {
                    let ends = next.is_none_or(|next| next == self.delimiter || matches!(next, b'\r' | b'\n'));
                    if !ends {
                        return true;
                    }
                    quoted = false;
                }
                b'"' if at_start => quoted = true,
                _ => {}
            }
            at_start = !quoted && (byte == self.delimiter || matches!(byte, b'\r' | b'\n'));
            i += 1;
        }
        false
    }
}

/// A first line that only tells the delimiter, as Excel reads and writes it: `sep=;`.
pub(super) fn separator_line(text: &str) -> Option<(usize, u8)> {
    let end = text.find(['\r', '\n'])?;
    let line = text[..end].trim().trim_matches('"');
    let (key, delimiter) = line.split_at_checked(4)?;
    let &[delimiter] = delimiter.as_bytes() else {
        return None;
    };
    let length = if text[end..].starts_with("\r\n") { 2 } else { 1 };
    (key.eq_ignore_ascii_case("sep=") && matches!(delimiter, b',' | b';' | b'\t' | b'|'))
        .then_some((end + length, delimiter))
}

/// A file's text: a regular file, within the cap, UTF-8, without a byte-order mark.
pub(crate) fn text(path: &Path, file: &str) -> Result<String> {
    let metadata = std::fs::metadata(path)
        .map_err(|error| unreadable(path, &error).help("paths start from the recipe's folder"))?;
    if !metadata.is_file() {
        let error = Error::new(Kind::Data, format!("{file} is not a file"));
        return Err(if metadata.is_dir() {
            error.help("it is a folder: name a file in it")
        } else {
            error
        });
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
        let error = Error::new(Kind::Data, format!("{file} is empty"));
        return Err(error.help("name a file with a header and rows, or write them into it"));
    }
    Ok(text)
}

/// The first record, which may name the columns, and its line, counted from the line that the text begins in.
pub(super) fn first_record(text: &str, dialect: Dialect, file: &str, begins: u64) -> Result<(u64, StringRecord)> {
    match dialect.reader(text.as_bytes(), true).records().next() {
        Some(Ok(record)) => Ok((Lines::of(text).at(0) + begins - 1, record)),
        Some(Err(error)) => Err(Error::new(Kind::Data, format!("{file}: {error}"))),
        None => Err(Error::new(Kind::Data, format!("{file} is empty"))),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const TABS: Dialect = Dialect {
        delimiter: b'\t',
        quotes: true,
    };

    #[test]
    fn a_quote_that_swallows_rows_is_told_from_a_text_of_several_lines() {
        for (raw, swallows) in [
            ("ham\t1\t\"open\nspam\t2\tb\nham\t3\tc\nham\t4\t\"open\n", true),
            ("ham\t1\t\"\nspam\t2\tb\nham\t3\tc\nham\t4\t\"\n", true),
            ("ham\t1\t\"open\nham\t4\t\"open\n", true),
            ("ham\t1\t\"first line\nsecond line\nthird\"\n", false),
            ("ham\t1\t\"he said \"\"no\"\"\nand went\"\n", false),
            ("ham\t1\t\"one\ttab\nnone\"\r\n", false),
            ("\"a\nb\"\t1\t2\n", false),
        ] {
            assert_eq!(TABS.swallows_rows(raw, 3), swallows, "{raw:?}");
        }
    }

    #[test]
    fn the_first_line_of_excel_tells_the_delimiter() {
        for (text, expected) in [
            ("sep=;\na;b\n", Some((6, b';'))),
            ("SEP=,\r\na,b\r\n", Some((7, b','))),
            ("\"sep=;\"\na;b", Some((8, b';'))),
            ("sep=\n", None),
            ("sep=x\n", None),
            ("sep=;", None),
            ("separator;b\n", None),
            ("é\n", None),
        ] {
            assert_eq!(separator_line(text), expected, "{text:?}");
        }
    }
}
