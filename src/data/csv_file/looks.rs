//! What the words of a column look like, where they are neither plain numbers nor categories: amounts, shares, dates, names.
//! They are asked about, with the settings that would read them.

use super::reading::{Format, number};

/// What a column of words seems to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Numbers with groups of thousands.
    Thousands { mark: char, decimal: char },
    /// Numbers with a comma for a point.
    DecimalComma,
    /// Either of the two: no cell tells.
    CommaOfEither,
    /// Numbers with something before or behind them.
    Amounts {
        unit: String,
        decimal: char,
        thousands: Option<char>,
    },
    /// Numbers with a point, where the recipe says that the decimal mark is another.
    DecimalPoint,
    /// Dates or times of day.
    Dates,
}

/// Marks that stand before or behind numbers without telling anything about each of them.
const UNITS: [&str; 17] = [
    "$", "€", "£", "¥", "₹", "%", "USD", "EUR", "GBP", "kg", "cm", "km", "°C", "°F", "°", "k", "m",
];
/// Of the different words, this share at least must look alike.
const MOST: f64 = 0.9;

/// What these different words, which are no numbers as the recipe says that these are written, look like.
pub(super) fn look(words: &[String], declared: &Format) -> Option<Look> {
    let all = |is: &dyn Fn(&str) -> bool| share(words, is) >= MOST;
    if words.is_empty() {
        return None;
    }
    if all(&is_date) {
        return Some(Look::Dates);
    }
    if !declared.is_plain() && all(&|word| number(word).is_some()) {
        return Some(Look::DecimalPoint);
    }
    if let Some(look) = commas(words) {
        return Some(look);
    }
    for (mark, decimal) in [('.', ','), (' ', '.'), (' ', ','), ('\'', '.')] {
        let format = Format {
            decimal,
            thousands: Some(mark),
            unit: None,
        };
        let grouped = |word: &&String| {
            word.contains(|c: char| c == mark || mark == ' ' && c.is_whitespace() || mark == '\'' && c == '’')
        };
        if words.iter().any(|word| grouped(&word)) && all(&|word| format.number(word).is_some()) {
            return Some(Look::Thousands { mark, decimal });
        }
    }
    UNITS.iter().find_map(|unit| amounts(words, unit))
}

/// Numbers with commas, which may stand for a point or between thousands.
fn commas(words: &[String]) -> Option<Look> {
    let read = |thousands, decimal| {
        let format = Format {
            decimal,
            thousands,
            unit: None,
        };
        share(words, &|word| word.contains(',') && format.number(word).is_some())
    };
    let (grouped, decimal) = (read(Some(','), '.'), read(None, ','));
    let thousands = Look::Thousands {
        mark: ',',
        decimal: '.',
    };
    match (grouped >= MOST, decimal >= MOST) {
        // Three digits behind each comma: many such numbers are thousands, few may be either.
        (true, true) if words.len() >= 10 || words.iter().any(|word| word.matches(',').count() > 1) => Some(thousands),
        (true, true) => Some(Look::CommaOfEither),
        (true, false) => Some(thousands),
        (false, true) => Some(Look::DecimalComma),
        (false, false) => None,
    }
}

fn amounts(words: &[String], unit: &str) -> Option<Look> {
    let reads = |&(decimal, thousands): &(char, Option<char>)| {
        let format = Format {
            decimal,
            thousands,
            unit: Some(unit.to_owned()),
        };
        share(words, &|word| word.contains(unit) && format.number(word).is_some()) >= MOST
    };
    let written = [('.', None), ('.', Some(',')), (',', None), (',', Some('.'))];
    let (decimal, thousands) = written.into_iter().find(reads)?;
    Some(Look::Amounts {
        unit: unit.to_owned(),
        decimal,
        thousands,
    })
}

fn share(words: &[String], is: &dyn Fn(&str) -> bool) -> f64 {
    words.iter().filter(|word| is(word)).count() as f64 / words.len().max(1) as f64
}

/// A date, a time of day, or both: 2024-03-01, 1.3.24, 3/1/2024 12:30, 12:30:05, 1 Mar 2024.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split([' ', 'T']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one] => is_day(one) || is_time(one),
        [day, time] => is_day(day) && is_time(time),
        [a, b, year] => {
            let month = |part: &str| MONTHS.iter().any(|month| part.to_lowercase().starts_with(month));
            let day = |part: &str| {
                part.trim_end_matches([',', '.'])
                    .parse::<u32>()
                    .is_ok_and(|day| day <= 31)
            };
            let year = year.parse::<u32>().is_ok_and(|year| (1000..3000).contains(&year));
            year && (day(a) && month(b) || month(a) && day(b))
        }
        _ => false,
    }
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn is_day(part: &str) -> bool {
    ['-', '/', '.'].into_iter().any(|mark| {
        let fields: Vec<&str> = part.split(mark).collect();
        let digits = |field: &&str| (1..=4).contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit());
        fields.len() == 3 && fields.iter().all(digits) && fields.iter().filter(|field| field.len() == 4).count() <= 1
    })
}

fn is_time(part: &str) -> bool {
    let part = part.trim_end_matches('Z');
    let clock = part.split(['+', '.']).next().unwrap_or(part);
    let fields: Vec<&str> = clock.split(':').collect();
    let digits = |field: &&str| (1..=2).contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit());
    matches!(fields.len(), 2 | 3) && fields.iter().all(digits)
}

/// Whether a name is that of a column which numbers its rows.
pub(super) fn names_rows(name: &str) -> bool {
    let lower = name.to_lowercase();
    let camel = name.ends_with("Id") || name.ends_with("ID");
    let words = [
        "id",
        "index",
        "row",
        "rownum",
        "row_number",
        "rowid",
        "nr",
        "no",
        "no.",
        "number",
        "#",
        "uuid",
        "guid",
    ];
    camel
        || words.contains(&lower.as_str())
        || lower.ends_with("_id")
        || lower.ends_with(" id")
        || lower.starts_with("unnamed")
}

/// Whether all of these words are plain numbers.
pub(super) fn are_numbers(words: &[String]) -> bool {
    words.iter().all(|word| number(word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn words_are_known_by_their_look() {
        let amounts = |unit: &str, thousands| {
            Some(Look::Amounts {
                unit: unit.to_owned(),
                decimal: '.',
                thousands,
            })
        };
        for (cells, expected) in [
            (&["$7,040", "$12"][..], amounts("$", Some(','))),
            (&["7.5 %", "12%"], amounts("%", None)),
            (&["5kg", "7 kg"], amounts("kg", None)),
            (&["1,5", "2,75"], Some(Look::DecimalComma)),
            (
                &["1,234,567"],
                Some(Look::Thousands {
                    mark: ',',
                    decimal: '.',
                }),
            ),
            (&["62,880", "1,200"], Some(Look::CommaOfEither)),
            (
                &["1.234,5", "7.000,25"],
                Some(Look::Thousands {
                    mark: '.',
                    decimal: ',',
                }),
            ),
            (
                &["1 234", "12 000"],
                Some(Look::Thousands {
                    mark: ' ',
                    decimal: '.',
                }),
            ),
            (&["2024-01-02", "2024-11-30"], Some(Look::Dates)),
            (&["1.3.2024", "31/12/24"], Some(Look::Dates)),
            (&["2024-01-02T10:00:00Z"], Some(Look::Dates)),
            (&["12:30", "9:05:01"], Some(Look::Dates)),
            (&["3 Mar 2024", "Mar 4, 2024"], Some(Look::Dates)),
            (
                &["0,50 €", "12,25 €"],
                Some(Look::Amounts {
                    unit: "€".to_owned(),
                    decimal: ',',
                    thousands: None,
                }),
            ),
            (&["red", "green"], None),
            (&["A1", "B2"], None),
            (&["1-2", "3-4"], None),
            (&["10.0.0.1", "10.0.0.2"], None),
            (&[], None),
        ] {
            assert_eq!(look(&words(cells), &Format::PLAIN), expected, "{cells:?}");
        }
        let many: Vec<String> = (0..12).map(|i| format!("{},88{}", i + 10, i % 10)).collect();
        assert_eq!(
            look(&many, &Format::PLAIN),
            Some(Look::Thousands {
                mark: ',',
                decimal: '.'
            })
        );
    }

    #[test]
    fn columns_that_number_rows_are_known_by_name() {
        for name in ["id", "ID", "PassengerId", "customer_id", "Unnamed: 0", "index", "#"] {
            assert!(names_rows(name), "{name}");
        }
        for name in ["height", "width", "grid", "period", "humid", "solid"] {
            assert!(!names_rows(name), "{name}");
        }
    }
}
