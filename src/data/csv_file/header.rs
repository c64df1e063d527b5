//! Whether the first line of a file names its columns, by what stands below it.

use std::collections::HashSet;

use csv::StringRecord;

use super::dialect::Dialect;
use super::options::Options;
use super::reading::{Cell, Format, Reader, number};
use runner_ground::text::clip;

/// Records below the first one that are looked at.
const SAMPLE: usize = 200;
/// As many as were looked at before.
const SAMPLE_BY_LETTER: usize = 20;
/// Fewer records than this below the first one tell little.
const FEW: usize = 3;

/// Whether the first record names the columns, and why; or why that is not known.
pub(super) fn of(
    body: &str,
    dialect: Dialect,
    first: &StringRecord,
    options: &Options,
) -> std::result::Result<(bool, String), String> {
    let reader = options.reader();
    let take = if options.by_value() { SAMPLE } else { SAMPLE_BY_LETTER };
    let below: Vec<StringRecord> = dialect
        .reader(body.as_bytes(), true)
        .records()
        .skip(1)
        .take(take)
        .map_while(std::result::Result::ok)
        .collect();
    if !options.by_value() {
        return Ok((by_letter(first, &below, &reader), String::new()));
    }
    match find(first, &below, &reader, &|name| options.format(name)) {
        Found::Known { header, why } => Ok((header, why)),
        Found::Unknown { why } => Err(why),
    }
}

/// What was found, and why.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// The first line names the columns, or it does not.
    Known { header: bool, why: String },
    /// Neither is certain.
    Unknown { why: String },
}

/// Looks at the first record and those below it.
fn find(first: &StringRecord, below: &[StringRecord], reader: &Reader, formats: &dyn Fn(&str) -> Format) -> Found {
    let columns: Vec<Column> = first
        .iter()
        .enumerate()
        .map(|(i, cell)| {
            Column::of(
                cell.trim(),
                below.iter().filter_map(|record| record.get(i)),
                reader,
                formats,
            )
        })
        .collect();
    let known = |header: bool, why: String| Found::Known { header, why };
    let find = |evidence: Evidence| columns.iter().find(|column| column.evidence == evidence);
    let over_numbers = find(Evidence::WordOverNumbers);
    let again = find(Evidence::OccursBelow);
    if let (Some(name), Some(value)) = (over_numbers, again) {
        let why = format!(
            "'{}' stands over numbers like a name, but '{}' occurs again below it like a value",
            clip(name.first),
            clip(value.first)
        );
        return Found::Unknown { why };
    }
    if let Some(column) = over_numbers {
        return known(true, format!("'{}' stands over numbers", clip(column.first)));
    }
    if let Some(column) = again {
        return known(
            false,
            format!("'{}' of the first line occurs again below it", clip(column.first)),
        );
    }
    let sequence = sequence(&columns, below);
    let stands_apart = find(Evidence::NoneOfTheWords);
    let numbers: Vec<&Column> = columns.iter().filter(|column| column.is_number()).collect();
    if numbers.is_empty() {
        return only_words(&columns, stands_apart);
    }
    match (sequence, stands_apart) {
        (Some(why), Some(column)) => known(
            true,
            format!("{why}, and '{}' is none of the words below it", clip(column.first)),
        ),
        (Some(why), None)
            if columns
                .iter()
                .all(|column| column.is_number() || column.first.is_empty()) =>
        {
            known(true, why)
        }
        (None, Some(column)) if numbers.iter().all(|column| column.outside) => known(
            true,
            format!(
                "its numbers lie outside those below, and '{}' is none of the words below it",
                clip(column.first)
            ),
        ),
        (None, Some(column)) if below.len() >= FEW => Found::Unknown {
            why: format!(
                "'{}' is none of the words below it, like a name; its numbers look like those below",
                clip(column.first)
            ),
        },
        _ => known(false, "its cells look like those below".to_owned()),
    }
}

/// A first line without numbers: names if each stands once.
fn only_words(columns: &[Column], stands_apart: Option<&Column>) -> Found {
    let mut seen = HashSet::new();
    let named = columns
        .iter()
        .all(|column| !column.first.is_empty() && seen.insert(column.first));
    let why = match (named, stands_apart) {
        (true, Some(column)) => format!("'{}' is none of the words below it", clip(column.first)),
        (true, None) => "it has words only, each once".to_owned(),
        (false, _) => "a cell of it is empty or occurs twice".to_owned(),
    };
    Found::Known { header: named, why }
}

/// Numbers that count on in equal steps across the columns, as hardly another record's do: 0, 1, 2 or 400, 410, 420.
fn sequence(columns: &[Column], below: &[StringRecord]) -> Option<String> {
    let places: Vec<usize> = (0..columns.len())
        .filter(|&i| columns[i].is_number() && columns[i].over_numbers)
        .collect();
    let steps = |cells: &dyn Fn(usize) -> Option<f64>| -> bool {
        let numbers: Option<Vec<f64>> = places.iter().map(|&i| cells(i)).collect();
        numbers.is_some_and(|numbers| {
            let step = numbers.get(1).zip(numbers.first()).map_or(0.0, |(b, a)| b - a);
            step > 0.0
                && numbers
                    .windows(2)
                    .all(|pair| ((pair[1] - pair[0]) / step - 1.0).abs() < 1e-6)
        })
    };
    let first = |i: usize| number(columns[i].first);
    let others = below
        .iter()
        .filter(|record| steps(&|i| number(record.get(i)?.trim())))
        .count();
    // A few rows may do so by chance.
    let counts = places.len() >= 3 && steps(&first) && others * 5 <= below.len();
    let shown: Vec<&str> = places.iter().take(3).map(|&i| columns[i].first).collect();
    counts.then(|| format!("its numbers count on across the columns: {}, …", shown.join(", ")))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// A name.
    WordOverNumbers,
    /// No name.
    OccursBelow,
    /// Perhaps a name: below it each word stands twice or more on average.
    NoneOfTheWords,
    None,
}

/// The first cell of a column, and what it is beside those below it.
struct Column<'a> {
    first: &'a str,
    kind: Cell,
    over_numbers: bool,
    /// A number beyond all those below it.
    outside: bool,
    evidence: Evidence,
}

impl<'a> Column<'a> {
    fn of<'b>(
        first: &'a str,
        below: impl Iterator<Item = &'b str>,
        reader: &Reader,
        formats: &dyn Fn(&str) -> Format,
    ) -> Self {
        let kind = reader.read(first, &Format::PLAIN);
        let format = formats(first);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut numbers, mut count, mut words, mut again) = (0, 0, HashSet::new(), false);
        for cell in below.map(str::trim) {
            match reader.read(cell, &format) {
                Cell::Missing => continue,
                Cell::Number(x) => {
                    numbers += 1;
                    (low, high) = (low.min(x), high.max(x));
                }
                Cell::Word => {
                    words.insert(cell);
                }
            }
            count += 1;
            again |= cell == first;
        }
        let over_numbers = count > 0 && numbers == count;
        let evidence = match kind {
            Cell::Word if over_numbers => Evidence::WordOverNumbers,
            Cell::Word if again => Evidence::OccursBelow,
            Cell::Word if count >= 2 && words.len() * 2 <= count => Evidence::NoneOfTheWords,
            _ => Evidence::None,
        };
        let outside = matches!(kind, Cell::Number(x) if x < low || x > high);
        Self {
            first,
            kind,
            over_numbers,
            outside,
            evidence,
        }
    }

    fn is_number(&self) -> bool {
        matches!(self.kind, Cell::Number(_))
    }
}

/// The rule of before: a word of it stands over numbers, or it has words only, each once.
fn by_letter(first: &StringRecord, below: &[StringRecord], reader: &Reader) -> bool {
    let word = |cell: &str| reader.read(cell, &Format::PLAIN) == Cell::Word;
    let over_numbers = |(i, cell): (usize, &str)| {
        let below = below.iter().filter_map(|record| record.get(i).map(str::trim));
        let mut below = below.filter(|cell| !reader.missing(cell)).peekable();
        word(cell.trim())
            && below.peek().is_some()
            && below.all(|cell| matches!(reader.read(cell, &Format::PLAIN), Cell::Number(_)))
    };
    first.iter().enumerate().any(over_numbers) || only_names(first, reader)
}

/// Whether a record has no number, nothing empty, nothing twice.
fn only_names(first: &StringRecord, reader: &Reader) -> bool {
    let number = |cell: &str| matches!(reader.read(cell, &Format::PLAIN), Cell::Number(_));
    let mut seen = HashSet::new();
    first
        .iter()
        .map(str::trim)
        .all(|cell| !cell.is_empty() && !number(cell) && seen.insert(cell))
}

#[cfg(test)]
mod tests {
    use super::super::reading::Reading;
    use super::*;

    fn look(text: &str) -> Option<bool> {
        let records = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records: Vec<StringRecord> = records.into_records().map(Result::unwrap).collect();
        let first = records.remove(0);
        let reader = Reader::of(Reading::ByValue, &["?".to_owned()]);
        match find(&first, &records, &reader, &|_| Format::PLAIN) {
            Found::Known { header, .. } => Some(header),
            Found::Unknown { .. } => None,
        }
    }

    #[test]
    fn names_are_told_from_values_by_what_stands_below() {
        for (text, header) in [
            // A word over numbers.
            ("a,b\n1,2\n3,4\n", Some(true)),
            (",a,y\n0,1,u\n1,2,v\n", Some(true)),
            ("name,2019,2020,y\nu,1,2,0\nv,3,4,1\n", Some(true)),
            // A value of the first row occurs again.
            ("1,2,a\n3,4,b\n5,6,a\n7,8,b\n", Some(false)),
            ("?,2,a\n3,4,b\n5,6,a\n", Some(false)),
            ("p,x,s\ne,x,s\np,f,t\n", Some(false)),
            // Numbers for names over numbers, and a word over words that repeat.
            (
                "400,410,420,material\n-0.2,0.5,-0.2,glass\n1.1,0.4,1.0,paper\n-0.3,0.1,0.2,glass\n0,1,1,paper\n",
                Some(true),
            ),
            ("0,1,2,3\n5.1,3.5,1.4,0.2\n4.9,3.0,1.4,0.2\n", Some(true)),
            ("2001,1950,y\n0.5,0.25,u\n0.1,0.2,v\n0.3,0.5,u\n0.3,0.4,v\n", Some(true)),
            // Numbers over numbers.
            ("5.1,3.5,1.4\n4.9,3.0,1.4\n4.7,3.2,1.3\n", Some(false)),
            ("1,2,3\n2,3,4\n5,7,9\n", Some(false)),
            // Words over words.
            ("size,colour\nbig,red\nsmall,blue\nbig,blue\nsmall,red\n", Some(true)),
            ("size,size\nbig,red\nsmall,blue\nbig,blue\nsmall,red\n", Some(false)),
            // Like a name here, like a value there.
            ("0.3,0.5,rare\n0.1,0.9,u\n0.5,0.2,v\n0.2,0.6,u\n0.6,0.1,v\n", None),
            ("unknown,u\n1,u\n2,v\n3,u\n", None),
        ] {
            assert_eq!(look(text), header, "{text}");
        }
    }
}
