//! What is refused in a text, and in which words.

use saphyr_parser::{Marker, ScanError};

use super::node::{Data, Node, Place};
use super::{Flaw, MAX_DEPTH, MAX_NODES, MAX_TEXT};

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
    // What is wrong at the end of the text is told at the end of its last line, not behind it.
    let at = place(error.marker()).min(end);
    if error.info().contains("recursion limit") {
        return too_deep(at);
    }
    let line = lines.get(at.line.saturating_sub(1)).copied().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    if line[..indent].contains('\t') {
        return Flaw::new(at, "a tab in the indentation; YAML takes spaces only").help("replace each tab by spaces");
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
