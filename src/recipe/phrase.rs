//! How messages say what was expected and what was found.

use runner_declare::{Bound, Kind, Range};

use runner_ground::text::clip;

use super::yaml::{Atom, Data, Node};

/// What a kind expects: `a number greater than 0`, `a whole number from 1 to 256`.
#[must_use]
pub fn expected(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true or false".to_owned(),
        Kind::Integer { min, max } => whole(*min, *max),
        Kind::Number(range) => format!("a number{}", bounds(*range)),
        Kind::Text => "text".to_owned(),
        Kind::Any => "a value".to_owned(),
        Kind::Path => "the path of a file".to_owned(),
        Kind::Name(_) => "a name".to_owned(),
        Kind::Choice(words) => words_list(words.iter().map(|(word, _)| *word)),
        Kind::List { of, min, max } => {
            format!("a list of {}, each {}", lengths(*min, *max), expected(of))
        }
        Kind::Map(of) => format!("a mapping from names to values, each {}", expected(of)),
        Kind::Either(kinds) => kinds.iter().map(expected).collect::<Vec<_>>().join(", or "),
        Kind::Section(section) => match section.shorthand {
            Some(key) => format!("a mapping, or its '{key}' alone"),
            None => "a mapping".to_owned(),
        },
        Kind::Variant { .. } => "a name, or a mapping with a name".to_owned(),
        Kind::Layers => "a list of layers".to_owned(),
    }
}

/// What stands there: `the text "1e-3x"`, `a list`, `nothing`.
#[must_use]
pub fn found(node: &Node) -> String {
    let scalar = match &node.data {
        Data::Scalar(scalar) => scalar,
        Data::List(items) if items.is_empty() => return "an empty list".to_owned(),
        Data::List(_) | Data::Elements(_) => return "a list".to_owned(),
        Data::Map(entries) if entries.is_empty() => return "an empty mapping".to_owned(),
        Data::Map(_) => return "a mapping".to_owned(),
    };
    match scalar.atom {
        Atom::Null if scalar.raw.is_empty() => "nothing".to_owned(),
        Atom::Null | Atom::Bool(_) => scalar.raw.clone(),
        Atom::Integer(_) | Atom::Number(_) => format!("the number {}", clip(&scalar.raw)),
        Atom::Text => format!("the text \"{}\"", clip(&scalar.raw)),
    }
}

fn whole(min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => "a whole number".to_owned(),
        (min, i64::MAX) => format!("a whole number of at least {min}"),
        (i64::MIN, max) => format!("a whole number of at most {max}"),
        (min, max) => format!("a whole number from {min} to {max}"),
    }
}

fn bounds(range: Range) -> String {
    match (range.low, range.high) {
        (Bound::None, Bound::None) => String::new(),
        (Bound::Including(low), Bound::Including(high)) => format!(" from {low} to {high}"),
        (Bound::Including(low), Bound::Excluding(high)) => {
            format!(" from {low} up to, but not including, {high}")
        }
        (Bound::Excluding(low), Bound::Including(high)) => {
            format!(" greater than {low} and at most {high}")
        }
        (Bound::Excluding(low), Bound::Excluding(high)) => {
            format!(" between {low} and {high}, both excluded")
        }
        (Bound::Including(low), Bound::None) => format!(" of at least {low}"),
        (Bound::Excluding(low), Bound::None) => format!(" greater than {low}"),
        (Bound::None, Bound::Including(high)) => format!(" of at most {high}"),
        (Bound::None, Bound::Excluding(high)) => format!(" less than {high}"),
    }
}

fn lengths(min: usize, max: usize) -> String {
    match (min, max) {
        (min, max) if min == max => format!("{min}"),
        (0, usize::MAX) => "any length".to_owned(),
        (min, usize::MAX) => format!("{min} or more"),
        (min, max) => format!("{min} to {max}"),
    }
}

/// `a, b or c`; in quotes where one of them is no plain word: `',', ';' or 'tab'`.
pub fn words_list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let plain = words.iter().all(|word| word.chars().all(is_plain) && !word.is_empty());
    let words: Vec<String> = words
        .into_iter()
        .map(|word| if plain { word.to_owned() } else { format!("'{word}'") })
        .collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing (there is no choice)".to_owned(),
    }
}
