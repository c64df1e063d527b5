//! What a cell is: nothing, a number, or a word; and which cells are the same.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;

use super::super::column::Floats;

/// How cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reading {
    /// By what they mean: numbers have 64 bits, equal numbers are one category and one marker, and what looks like
    /// something else than a number or a word is asked about.
    ByValue,
    /// By their letters, as runs did that were kept before there was another way; numbers have 32 bits.
    ByLetter,
}

/// How numbers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// The decimal mark.
    pub decimal: char,
    /// What stands between groups of three digits.
    pub thousands: Option<char>,
    /// What stands before or behind, such as `$` or `%`.
    pub unit: Option<String>,
}

/// A cell, looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Missing,
    Number(f64),
    Word,
}

impl Format {
    /// Digits with a point.
    pub const PLAIN: Self = Self {
        decimal: '.',
        thousands: None,
        unit: None,
    };

    /// Whether numbers are digits with a point.
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }

    /// The number of 64 bits that a cell is: digits with sign, decimal mark and exponent; not `inf`.
    pub fn number(&self, cell: &str) -> Option<f64> {
        if self.unit.is_none() && self.thousands.is_none() && self.decimal == '.' {
            return plain(cell);
        }
        let cell = self.bare(cell)?;
        match self.point(&cell)? {
            Cow::Borrowed(cell) => plain(cell),
            Cow::Owned(cell) => plain(&cell),
        }
    }

    /// Without its unit, which may stand between sign and digits.
    fn bare<'a>(&self, cell: &'a str) -> Option<Cow<'a, str>> {
        let Some(unit) = self.unit.as_deref() else {
            return Some(cell.into());
        };
        let (sign, rest) = match cell.strip_prefix(['-', '+']) {
            Some(rest) => (&cell[..1], rest.trim_start()),
            None => ("", cell),
        };
        // A number may stand without it.
        let rest = rest
            .strip_prefix(unit)
            .or_else(|| rest.strip_suffix(unit))
            .unwrap_or(rest)
            .trim();
        match (sign, rest.starts_with(['-', '+'])) {
            ("", _) => Some(rest.into()),
            (_, true) => None,
            (sign, false) => Some(format!("{sign}{rest}").into()),
        }
    }

    /// With a point for its decimal mark, and without what divides its thousands.
    fn point<'a>(&self, cell: &'a str) -> Option<Cow<'a, str>> {
        let Some(thousands) = self.thousands.filter(|&mark| cell.contains(|c| same_mark(c, mark))) else {
            return match self.decimal {
                '.' => Some(cell.into()),
                // A point would be something else.
                _ if cell.contains('.') => None,
                mark => Some(cell.replacen(mark, ".", 1).into()),
            };
        };
        let end = cell.find([self.decimal, 'e', 'E']).unwrap_or(cell.len());
        let (whole, fraction) = cell.split_at(end);
        let digits = whole.trim_start_matches(['-', '+']);
        let mut groups = digits.split(|c| same_mark(c, thousands));
        let all_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
        // Nobody divides what begins with a 0.
        let first = groups
            .next()
            .filter(|first| !first.starts_with('0'))
            .filter(|first| (1..=3).contains(&first.len()) && all_digits(first))?;
        let mut joined = whole[..whole.len() - digits.len()].to_owned() + first;
        for group in groups {
            joined += Some(group).filter(|group| group.len() == 3 && all_digits(group))?;
        }
        Some((joined + &fraction.replacen(self.decimal, ".", 1)).into())
    }
}

/// Blanks come in several widths.
fn same_mark(c: char, mark: char) -> bool {
    c == mark || mark == ' ' && matches!(c, '\u{a0}' | '\u{202f}') || mark == '\'' && c == '’'
}

fn plain(cell: &str) -> Option<f64> {
    let numeric = cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    let value = if numeric {
        cell.parse::<f64>().ok()?
    } else {
        return None;
    };
    value.is_finite().then_some(value)
}

/// A cell's number, written with a point.
pub(crate) fn number(cell: &str) -> Option<f64> {
    plain(cell)
}

/// The same of 32 bits, if they hold it.
fn single(cell: &str) -> Option<f64> {
    let value = plain(cell)? as f32;
    value.is_finite().then(|| f64::from(value))
}

/// Digits of which any number is one of 64 bits.
const SHORT: usize = 15;
/// Powers of ten, which are numbers of 64 bits themselves.
const POWERS: [f64; SHORT] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
];

/// Markers of missing cells, and how the others are read.
pub(super) struct Reader {
    pub reading: Reading,
    words: HashSet<String>,
    numbers: Vec<f64>,
    /// The bytes that markers begin with: most cells begin with another.
    first: [bool; 256],
}

impl Reader {
    pub fn of(reading: Reading, markers: &[String]) -> Self {
        let words: HashSet<String> = markers.iter().map(|marker| marker.trim().to_owned()).collect();
        let mut first = [false; 256];
        for byte in words.iter().filter_map(|word| word.bytes().next()) {
            first[usize::from(byte)] = true;
        }
        let by_value = reading == Reading::ByValue;
        let numbers = words.iter().filter(|_| by_value).filter_map(|word| plain(word));
        Self {
            reading,
            numbers: numbers.collect(),
            words,
            first,
        }
    }

    /// What a trimmed cell is.
    pub fn read(&self, cell: &str, format: &Format) -> Cell {
        let Some(first) = cell.bytes().next() else {
            return Cell::Missing;
        };
        if self.first[usize::from(first)] && self.words.contains(cell) {
            return Cell::Missing;
        }
        let number = match self.reading {
            Reading::ByValue => format.number(cell),
            Reading::ByLetter => single(cell),
        };
        match number {
            Some(x) if self.numbers.contains(&x) => Cell::Missing,
            Some(x) => Cell::Number(x),
            None => Cell::Word,
        }
    }

    /// The number of a cell of a few digits and perhaps a point, as most are: the same as [`Reader::read`] gives, sooner.
    /// None for any other cell, and where it could be a marker.
    #[inline]
    pub fn short_number(&self, cell: &[u8]) -> Option<f64> {
        let first = *cell.first()?;
        if self.reading == Reading::ByLetter || self.first[usize::from(first)] || !self.numbers.is_empty() {
            return None;
        }
        let digits = cell.strip_prefix(b"-").unwrap_or(cell);
        if digits.len() > SHORT || !digits.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (mut whole, mut point) = (0u64, None);
        for (place, &byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
                b'.' if point.is_none() => point = Some(place),
                _ => return None,
            }
        }
        // Both are exact, so that their quotient is the nearest to what is written.
        let decimals = point.map_or(0, |point| digits.len() - 1 - point);
        let size = whole as f64 / POWERS[decimals];
        Some(if digits.len() == cell.len() { size } else { -size })
    }

    /// Whether a trimmed cell holds nothing.
    pub fn missing(&self, cell: &str) -> bool {
        self.read(cell, &Format::PLAIN) == Cell::Missing
    }

    /// Whether cells are read by what they mean.
    pub fn by_value(&self) -> bool {
        self.reading == Reading::ByValue
    }

    /// Numbers that were read so, `width` a sample.
    pub fn floats(&self, width: usize, values: Vec<f64>) -> Floats {
        match self.reading {
            Reading::ByValue => Floats::new(width, values),
            Reading::ByLetter => Floats::single(width, values),
        }
    }

    /// What a category is called: equal cells are one.
    pub fn category<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        match self.reading {
            Reading::ByValue => class_name(cell),
            Reading::ByLetter => cell.into(),
        }
    }
}

/// What a class is called: `5.0` and `5` are one class, but `05` is another. Digits stay as they are
/// written, since no float holds all of them.
pub(super) fn class_name(cell: &str) -> Cow<'_, str> {
    if plain(cell).is_none() {
        return cell.into();
    }
    let short = cell.strip_prefix('+').unwrap_or(cell);
    let short = match short.contains('.') && !short.contains(['e', 'E']) {
        true => short.trim_end_matches('0').trim_end_matches('.'),
        false => short,
    };
    match short {
        "-0" | "" | "-" => "0".into(),
        _ => short.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_one_where_their_digits_say_the_same() {
        for (cell, name) in [
            ("5.0", "5"),
            ("+5", "5"),
            ("1.50", "1.5"),
            ("-0.0", "0"),
            ("-0", "0"),
            (".0", "0"),
            ("07", "07"),
            ("9007199254740993", "9007199254740993"),
            ("1e3", "1e3"),
            ("500", "500"),
            ("no.0", "no.0"),
        ] {
            assert_eq!(class_name(cell), name, "{cell}");
        }
    }

    #[test]
    fn numbers_are_written_in_many_ways() {
        let format = |decimal, thousands, unit: Option<&str>| Format {
            decimal,
            thousands,
            unit: unit.map(str::to_owned),
        };
        let english = format('.', Some(','), None);
        let german = format(',', Some('.'), None);
        let dollars = format('.', Some(','), Some("$"));
        for (format, cell, expected) in [
            (&english, "62,880", Some(62_880.0)),
            (&english, "1,234,567.5", Some(1_234_567.5)),
            (&english, "-1,000", Some(-1000.0)),
            (&english, "1234", Some(1234.0)),
            (&english, "1,23", None),
            (&english, "1234,567", None),
            (&english, ",123", None),
            (&german, "1.234,5", Some(1234.5)),
            (&german, "0,5", Some(0.5)),
            (&german, "1.234", Some(1234.0)),
            (&german, "1.5", None),
            (&german, "1,5e3", Some(1500.0)),
            (&format(',', None, None), "1.5", None),
            (&format(',', None, None), "1,5", Some(1.5)),
            (&format('.', Some(' '), None), "1\u{a0}234.5", Some(1234.5)),
            (&format('.', Some('\''), None), "1’234", Some(1234.0)),
            (&dollars, "$7,040", Some(7040.0)),
            (&dollars, "-$7", Some(-7.0)),
            (&dollars, "$-7", Some(-7.0)),
            (&dollars, "-$-7", None),
            (&dollars, "7 $", Some(7.0)),
            (&dollars, "€7", None),
            (&format('.', None, Some("%")), "23%", Some(23.0)),
            (&Format::PLAIN, "3.1e40", Some(3.1e40)),
            (&Format::PLAIN, "1,5", None),
        ] {
            assert_eq!(format.number(cell), expected, "{cell} as {format:?}");
        }
    }

    #[test]
    fn short_numbers_are_read_as_all_others() {
        let reader = Reader::of(Reading::ByValue, &["NA".to_owned()]);
        let mut random = 1u64;
        for i in 0..20_000usize {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let digits = (random >> 11) % 10u64.pow(1 + (i % 14) as u32);
            let mut cell = digits.to_string();
            cell.insert(1 + i % cell.len(), '.');
            for cell in [cell.clone(), format!("-{cell}"), digits.to_string()] {
                let exact = cell.parse::<f64>().unwrap();
                if let Some(x) = reader.short_number(cell.as_bytes()) {
                    assert_eq!(x.to_bits(), exact.to_bits(), "{cell}");
                }
            }
        }
        assert_eq!(reader.short_number(b"0.0"), Some(0.0));
        assert_eq!(reader.short_number(b"-0").map(f64::to_bits), Some((-0.0f64).to_bits()));
        for cell in ["", "-", ".5", "1e5", " 1", "1.2.3", "NA", "1234567890123456"] {
            assert_eq!(reader.short_number(cell.as_bytes()), None, "{cell}");
        }
        assert_eq!(
            Reader::of(Reading::ByValue, &["-9".to_owned()]).short_number(b"7"),
            None
        );
    }

    #[test]
    fn a_marker_that_is_a_number_marks_that_number() {
        let markers = ["-999".to_owned(), "NA".to_owned()];
        let reader = Reader::of(Reading::ByValue, &markers);
        for cell in ["", "-999", "-999.0", "-9.99e2", "NA"] {
            assert!(reader.missing(cell), "{cell}");
        }
        assert!(!reader.missing("999") && !reader.missing("N"));
        let before = Reader::of(Reading::ByLetter, &markers);
        assert!(before.missing("-999") && !before.missing("-999.0"));
    }
}
