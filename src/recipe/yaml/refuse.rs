//! What is refused in a text, and in which words.

use saphyr_parser::{Marker, ScanError};

use super::node::{Data, Node, Place};
use super::{Flaw, MAX_DEPTH, MAX_NODES, MAX_TEXT};
use runner_ground::text::clip;

/// Refuses what is larger than the caps.
pub fn within_caps((nodes, text): (usize, usize), at: Place) -> Result<(), Flaw> {
    if nodes <= MAX_NODES && text <= MAX_TEXT {
        return Ok(());
    }
    let text = MAX_TEXT >> 20;
    Err(Flaw::new(
        at,
        format!("more than {MAX_NODES} values or {text} MiB of text, every alias counted as what it stands for"),
    ))
}

/// The key that a value in a key's place names.
pub fn name(node: Node) -> Result<(String, Place), Flaw> {
    match node.data {
        Data::Scalar(scalar) if scalar.raw == "<<" && !scalar.quoted => {
            Err(Flaw::new(node.at, "merge keys ('<<') are not part of YAML 1.2")
                .help("compose recipes with 'extends: base.yaml', or use an alias for a whole value"))
        }
        Data::Scalar(scalar) if !scalar.raw.is_empty() => Ok((scalar.raw, node.at)),
        Data::Scalar(_) => Err(Flaw::new(node.at, "a key is missing before the ':'")),
        _ => Err(Flaw::new(node.at, "a list or mapping cannot be a key")),
    }
}

/// The second key of one name.
pub fn duplicate(key: &str, at: Place, first: Place) -> Flaw {
    let mut flaw =
        Flaw::new(at, format!("this key is already given at line {}", first.line)).help("remove one of the two");
    flaw.path.push(key.to_owned());
    flaw
}

/// A key and a value that no blank parts.
pub fn unparted(key: &str, value: &str, at: Place) -> Flaw {
    let (key, value) = (clip(key), clip(value));
    let message = format!("'{key}:{value}' is a single word: there is no blank after the colon");
    let mut flaw = Flaw::new(at, message).help(format!("write '{key}: {value}'"));
    flaw.path.push(key);
    flaw
}

/// Nesting beyond the cap.
pub fn too_deep(at: Place) -> Flaw {
    Flaw::new(at, format!("lists and mappings nest more than {MAX_DEPTH} levels deep"))
}

/// The parser's place as ours.
pub fn place(marker: &Marker) -> Place {
    Place {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// The parser's own complaint, with the remedy for the mistakes that people make most.
pub fn syntax(text: &str, error: &ScanError) -> Flaw {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.trim_end().split(['\n', '\r']).collect();
    let end = Place {
        line: lines.len(),
        column: lines.last().map_or(0, |line| line.chars().count()) + 1,
    };
    // What is wrong at the end of the text is reported at the end of its last line, not behind it.
    let at = place(error.marker()).min(end);
    if error.info().contains("recursion limit") {
        return too_deep(at);
    }
    if let Some(flaw) = tab(&lines, at) {
        return flaw;
    }
    if let Some(flaw) = glued_line(&lines, at) {
        return flaw;
    }
    let flaw = Flaw::new(at, format!("not valid YAML: {}", error.info()));
    if error.info().contains("mapping values are not allowed") {
        return flaw.help("a text that contains ': ' needs quotes; otherwise check the indentation");
    }
    if error.info().contains("unknown anchor") {
        return flaw
            .help("an alias '*name' needs an anchor '&name' before it; a text that starts with '*' needs quotes");
    }
    flaw
}

/// A line such as `seed:1` among others that are keys and values, where the parser gives up on it.
fn glued_line(lines: &[&str], at: Place) -> Option<Flaw> {
    let of = |number: usize| {
        let line = lines.get(number.checked_sub(1)?)?;
        let text = line.trim_start();
        let column = line.chars().count() - text.chars().count() + 1;
        let (key, value) = text.trim_end().split_once(':')?;
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let is_glued = is_key && !value.is_empty() && !value.starts_with(char::is_whitespace) && !value.contains(": ");
        is_glued.then(|| unparted(key, value, Place { line: number, column }))
    };
    of(at.line).or_else(|| of(at.line.checked_sub(1)?))
}

/// A tab at the parser's place, or in the indentation there; the parser may stop at the end of the line before.
fn tab(lines: &[&str], at: Place) -> Option<Flaw> {
    let help = "replace each tab by spaces";
    let line = |number: usize| lines.get(number.checked_sub(1)?).copied();
    let indented = |number: usize| {
        let indent = line(number)?.chars().take_while(|c| c.is_whitespace());
        let column = indent.into_iter().position(|c| c == '\t')? + 1;
        Some(Place { line: number, column })
    };
    let next = (at.line + 1..=lines.len()).find(|&number| line(number).is_some_and(|line| !line.trim().is_empty()));
    if let Some(place) = indented(at.line).or_else(|| indented(next?)) {
        return Some(Flaw::new(place, "a tab in the indentation; YAML takes spaces only").help(help));
    }
    let before = at.column.saturating_sub(2);
    let column = line(at.line)?.chars().skip(before).take(3).position(|c| c == '\t')? + before + 1;
    let place = Place { line: at.line, column };
    Some(Flaw::new(place, "a tab; YAML takes spaces only here").help(help))
}
