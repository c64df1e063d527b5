//! What is asked about a column, with the rule that would be an answer.

use std::collections::HashSet;

use super::looks::{self, Look};
use super::options::{Categories, ColumnType, Missing, Order};
use super::plan::Column;
use super::reading::class_name;
use super::scales;
use super::sheet::Sheet;
use super::table::{self, Values};
use runner_ground::text::clip as shown;
use runner_ground::text::format;

/// Why a column cannot be used as it is, and the rule that would do, as YAML.
pub(super) struct Question {
    pub what: String,
    pub rule: String,
}

/// Fewer rows than this do not tell numbers of rows from others.
const COUNTED: u64 = 10;
/// Fewer different words than this are not too many, whatever their share.
const NAMES: usize = 20;
/// Of fewer rows it is no surprise if each has another number.
const EACH: u64 = 100;
/// Words that are shown of an order to declare.
const SHOWN: usize = 12;

/// What has to be asked about a column; none where it can be used.
pub(super) fn of(column: &Column, read: &table::Column, sheet: &Sheet, by_value: bool) -> Option<Question> {
    let (name, file, profile) = (shown(&column.name), &sheet.file, &read.profile);
    let (words, gaps) = (profile.words, profile.missing);
    let first = profile.first_word.as_ref();
    let word = first.map_or_else(String::new, |(line, cell)| {
        format!("'{}' at {file}:{line}", shown(cell))
    });
    let ask = |what: String, rule: &str| {
        let rule = rule.to_owned();
        Some(Question { what, rule })
    };
    let category = column.kind == ColumnType::Category;
    if words + profile.numbers == 0 {
        return ask(format!("column '{name}' is empty"), "{drop: true}");
    }
    let looks_like = || looks::look(&read.dictionary.words, &column.format).filter(|_| by_value);
    if !category && words > 0 {
        let what = format!(
            "column '{name}' has {} that {}, the first {word}",
            format::plural(words as usize, "cell", "cells"),
            if words == 1 { "is no number" } else { "are not numbers" }
        );
        return ask(
            what,
            "fix them, or name them in 'missing_markers'; {type: category} if all are words",
        );
    }
    if category && !column.declared {
        if let Some(look) = looks_like() {
            let (what, rule) = reading(&look);
            return ask(format!("column '{name}' seems to hold {what}, the first {word}"), &rule);
        }
        if profile.has_strays() || by_value && profile.numbers > 0 {
            let what = format!(
                "column '{name}' holds {} and {} that {} none, the first {word}",
                format::plural(profile.numbers as usize, "number", "numbers"),
                format::plural(words as usize, "cell", "cells"),
                if words == 1 { "is" } else { "are" }
            );
            return ask(
                what,
                "fix them, or add them to 'missing_markers'; {type: category} if all are words",
            );
        }
        if !by_value && profile.has_decimal_commas() {
            let what = format!("column '{name}' seems to hold numbers with decimal commas, the first {word}");
            return ask(what, "write them with points; {type: category} if they are words");
        }
        let different = read.dictionary.words.len();
        if by_value && (profile.too_many.is_some() || different >= NAMES && different as u64 * 2 > words) {
            let what = format!(
                "column '{name}' has {}{} different words in {} cells, the first {word}: names or texts, which would only be learnt by heart",
                if profile.too_many.is_some() { "more than " } else { "" },
                format::count(different as u64 - u64::from(profile.too_many.is_some())),
                format::count(words)
            );
            return ask(
                what,
                "{drop: true}; {type: category} if they are categories all the same",
            );
        }
    }
    if let Some((line, cell)) = profile
        .beyond
        .as_ref()
        .filter(|_| by_value && !category && !column.declared)
    {
        let what = format!(
            "column '{name}' has whole numbers with more digits than 64 bits hold, the first '{}' at {file}:{line}",
            shown(cell)
        );
        return ask(
            what,
            "{drop: true}; {type: category} if they are names; {type: number} if the last digits say nothing",
        );
    }
    if !category && !column.declared && by_value && is_row_number(column, read, sheet) {
        let called = if is_nameless(column, sheet) {
            format!("column {name}, which has no name,")
        } else {
            format!("column '{name}'")
        };
        let what = format!("{called} numbers the rows, which says nothing about them");
        return ask(what, "{drop: true}; {type: number} if it is a quantity all the same");
    }
    if category && let Some(question) = encoding(column, read, &word) {
        return Some(question);
    }
    let numeric_rule = matches!(column.missing, Missing::Mean | Missing::Median);
    if gaps > 0 && (column.missing == Missing::Error || category && numeric_rule) {
        let rule = if category { "most_frequent" } else { "median" };
        let why = if category && numeric_rule {
            " (words have no mean or median)"
        } else {
            ""
        };
        let what = format!(
            "column '{name}' has {}{why}, the first at {file}:{}",
            format::plural(gaps as usize, "missing cell", "missing cells"),
            profile.first_missing
        );
        return ask(
            what,
            &format!("{{missing: {rule}}}, or for all columns 'missing: {{numbers: median, words: most_frequent}}'"),
        );
    }
    None
}

/// What a column of words needs to become numbers.
fn encoding(column: &Column, read: &table::Column, word: &str) -> Option<Question> {
    let (name, profile, words) = (shown(&column.name), &read.profile, &read.dictionary.words);
    if let Some(line) = profile.too_many.or(profile.too_long) {
        let what = match profile.too_many {
            Some(_) => format!(
                "column '{name}' has more than {} different words at line {line}",
                super::MAX_CATEGORIES
            ),
            None => format!(
                "column '{name}' has a word of more than {} bytes in line {line}",
                super::MAX_NAME_BYTES
            ),
        };
        let rule = "it looks like free text or a name: {drop: true}".to_owned();
        return Some(Question { what, rule });
    }
    match (column.categories, &column.order) {
        (Categories::Error, _) => {
            let gaps = match profile.missing {
                0 => String::new(),
                1 => ", and a missing one".to_owned(),
                gaps => format!(", and {gaps} missing ones"),
            };
            let rule = if gaps.is_empty() {
                "{encoding: one_hot}"
            } else {
                "{encoding: one_hot, missing: most_frequent}"
            };
            let count = profile.words;
            let what = match count {
                0 => format!("column '{name}' is declared to hold categories"),
                1 => format!("column '{name}' holds a cell that is no number, {word}{gaps}"),
                _ => format!("column '{name}' holds {count} cells that are not numbers, the first {word}{gaps}"),
            };
            Some(Question {
                what,
                rule: rule.to_owned(),
            })
        }
        (Categories::Ordinal, None) if !looks::are_numbers(words) => {
            let what = format!("the order of the words of column '{name}' is not known");
            let listed = |words: &[String]| {
                let some: Vec<String> = words.iter().take(SHOWN).map(|word| quoted(word)).collect();
                let more = if words.len() > SHOWN { ", …" } else { "" };
                format!("{}{more}", some.join(", "))
            };
            let rule = match scales::known_order(words) {
                Some(order) => format!(
                    "{{order: [{}]}}, if that is from the least to the greatest",
                    listed(&order)
                ),
                None => format!(
                    "{{order: [LEAST, …, GREATEST]}} with its words ({}) in their order; {{order: alphabetical}} where any order will do",
                    listed(&super::sorted(words.clone()))
                ),
            };
            Some(Question { what, rule })
        }
        (Categories::Ordinal, Some(Order::Declared(order))) => {
            let known: HashSet<_> = order.iter().map(|word| class_name(word)).collect();
            let unknown: Vec<&String> = words.iter().filter(|word| !known.contains(word.as_str())).collect();
            let first = unknown.first()?;
            Some(Question {
                what: format!(
                    "'order' of column '{name}' lacks {} of its {} words, such as '{}'",
                    unknown.len(),
                    words.len(),
                    shown(first)
                ),
                rule: "name every word in 'order'".to_owned(),
            })
        }
        _ => None,
    }
}

/// A word as a list of a recipe has it.
fn quoted(word: &str) -> String {
    let plain = word
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'))
        && word.starts_with(char::is_alphabetic)
        && !matches!(
            word.to_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n"
        );
    if plain {
        word.to_owned()
    } else {
        format!("'{}'", shown(word).replace('\'', "''"))
    }
}

/// What words that look like this are, and the rule that reads them.
pub(super) fn reading(look: &Look) -> (String, String) {
    let words = "{type: category} if they are words";
    match look {
        Look::Thousands { mark, decimal } => {
            let also = if *decimal == ',' { "decimal: ',', " } else { "" };
            (
                format!("numbers whose thousands are divided by '{mark}'"),
                format!("{{{also}thousands: '{}'}}; {words}", mark.to_string().replace('\'', "''")),
            )
        }
        Look::DecimalPoint => (
            "numbers with a decimal point, while the recipe says ','".to_owned(),
            format!("{{decimal: '.', thousands: none}}; {words}"),
        ),
        Look::DecimalComma => ("numbers with decimal commas".to_owned(), format!("{{decimal: ','}}; {words}")),
        Look::CommaOfEither => (
            "numbers with a comma that divides thousands or stands for the point".to_owned(),
            format!("{{thousands: ','}} or {{decimal: ','}}, whichever it is; {words}"),
        ),
        Look::Amounts {
            unit,
            decimal,
            thousands,
        } => {
            let comma = if *decimal == ',' { ", decimal: ','" } else { "" };
            let also = thousands.map_or_else(String::new, |mark| format!(", thousands: '{mark}'"));
            (
                format!("numbers with '{unit}'"),
                format!("{{unit: '{unit}'{comma}{also}}}; {words}"),
            )
        }
        Look::Dates => (
            "dates or times".to_owned(),
            "{drop: true}, and columns of numbers made of them (year, month, weekday, seconds) where they matter; {type: category} if each is a \
             word of its own"
                .to_owned(),
        ),
    }
}

fn is_nameless(column: &Column, sheet: &Sheet) -> bool {
    sheet.header && column.name == column.place.to_string()
}

/// Whether its numbers are those of rows: 0, 1, 2, … in a column that has no name, or the name of one that counts; in
/// the latter also any whole numbers of which each stands once.
fn is_row_number(column: &Column, read: &table::Column, sheet: &Sheet) -> bool {
    let profile = &read.profile;
    if profile.missing > 0 || profile.numbers < COUNTED {
        return false;
    }
    let named = looks::names_rows(&column.name);
    profile.counts && (named || is_nameless(column, sheet)) || named && each_once(&read.values)
}

fn each_once(values: &Values) -> bool {
    let Values::Numbers(numbers) = values else { return false };
    if !numbers.iter().all(|x| x.fract() == 0.0) {
        return false;
    }
    let mut sorted = numbers.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.windows(2).all(|pair| pair[0] < pair[1])
}

/// What is used as it is, and may not be meant so.
pub(super) fn note(column: &Column, read: &table::Column) -> Option<String> {
    let name = shown(&column.name);
    let profile = &read.profile;
    let whole = column.kind == ColumnType::Number && !column.declared && profile.missing == 0 && profile.words == 0;
    let what = match whole {
        true if profile.counts && profile.numbers >= COUNTED => "counts the rows",
        true if profile.numbers >= EACH && each_once(&read.values) => "has another whole number in each row",
        _ => "",
    };
    if !what.is_empty() {
        return Some(format!(
            "'{name}' {what}: if it only numbers them, leave it out with 'columns: {{{name}: {{drop: true}}}}'"
        ));
    }
    let Some(Order::Declared(order)) = &column.order else {
        return None;
    };
    let there: HashSet<&str> = read.dictionary.words.iter().map(String::as_str).collect();
    let never: Vec<&String> = order
        .iter()
        .filter(|word| !there.contains(class_name(word).as_ref()))
        .collect();
    let first = never.first()?;
    Some(format!(
        "'order' of '{name}' names {} that {} nowhere in it: '{}'",
        if never.len() == 1 { "a word" } else { "words" },
        if never.len() == 1 { "stands" } else { "stand" },
        shown(first)
    ))
}
