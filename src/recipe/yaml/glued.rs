//! A key and its value without a blank between them: one word to YAML, and never what was meant.

use std::collections::{BTreeMap, btree_map};

use super::node::{Data, Entry, Node, Place, Scalar};
use super::refuse::duplicate;
use super::{Flaw, scalar};
use runner_ground::text::clip;

/// A key as it stands in the text.
pub struct Name {
    /// The key.
    pub text: String,
    /// Where it stands.
    pub at: Place,
    /// Whether it has quotes, and so means each of its letters.
    pub quoted: bool,
}

/// Puts a value under its key. One that was written without a blank after its colon is known by that as well, so that
/// nobody misses it.
pub fn enter(entries: &mut BTreeMap<String, Entry>, name: Name, value: Node) -> Option<Flaw> {
    let parts = if name.quoted { None } else { parts(&name.text, &value) };
    let flaw = parts.map(|(key, value)| unparted(key, value, name.at));
    let (key, value) = match parts {
        Some((key, text)) => (
            key.to_owned(),
            Node {
                at: name.at,
                data: Data::Scalar(meant(text)),
            },
        ),
        None => (name.text, value),
    };
    match entries.entry(key) {
        btree_map::Entry::Vacant(vacant) => {
            let key_at = name.at;
            vacant.insert(Entry { key_at, value });
            flaw
        }
        btree_map::Entry::Occupied(first) => Some(duplicate(first.key(), name.at, first.get().key_at)),
    }
}

/// `{name:iris}` is one key without a value to YAML: the key and the value that it was meant to be.
fn parts<'a>(key: &'a str, value: &Node) -> Option<(&'a str, &'a str)> {
    let nothing = matches!(&value.data, Data::Scalar(scalar) if scalar.raw.is_empty() && !scalar.quoted);
    let (key, value) = key.split_once(':').filter(|_| nothing)?;
    (!key.is_empty() && !value.is_empty()).then_some((key, value))
}

fn meant(text: &str) -> Scalar {
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    scalar::resolve(inner.unwrap_or(text), inner.is_some())
}

fn unparted(key: &str, value: &str, at: Place) -> Flaw {
    let (key, value) = (clip(key), clip(value));
    let message = format!("'{key}:{value}' is a single word: there is no blank after the colon");
    let mut flaw = Flaw::new(at, message).help(format!("write '{key}: {value}'"));
    flaw.path.push(key);
    flaw
}

/// A line such as `seed:1` among others that are keys and values, where the parser gives up on it.
pub fn line(lines: &[&str], at: Place) -> Option<Flaw> {
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

/// A list or a mapping right behind the colon: `{betas:[0.9, 0.99]}`.
pub fn bracket(lines: &[&str], at: Place, complaint: &str) -> Option<Flaw> {
    let line: Vec<char> = lines.get(at.line.checked_sub(1)?)?.chars().collect();
    let is_key = |c: &&char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let colon = at
        .column
        .checked_sub(1)
        .filter(|&colon| complaint.contains("may not precede") && line.get(colon) == Some(&':'))?;
    let length = line[..colon].iter().rev().take_while(is_key).count();
    let key: String = line[colon - length..colon].iter().collect();
    let column = colon - length + 1;
    let flaw = Flaw::new(
        Place { line: at.line, column },
        format!("there is no blank after the colon of '{key}'"),
    );
    Some(flaw.help(format!("write '{key}: ', and then the value")))
}
