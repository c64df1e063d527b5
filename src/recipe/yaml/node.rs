//! The tree that YAML text becomes: plain data, with the line and column of every key and value.

use std::collections::BTreeMap;

/// Where something stands in a text. Both count from 1; columns count characters. Line 0 is "nowhere".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub at: Place,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// A single word, number or text.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping. Order is not kept: it has no meaning in YAML, and places give it where messages need it.
    Map(BTreeMap<String, Entry>),
    /// Single elements of a list that a lower layer wrote, by index: what `--set network.0.linear=256` means.
    Elements(BTreeMap<usize, Node>),
}

/// A value under its key.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key_at: Place,
    /// The value.
    pub value: Node,
}

/// A scalar: what was written, and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text as written, quotes removed.
    pub raw: String,
    /// Whether it was quoted or a block: then it is text, whatever it looks like.
    pub quoted: bool,
    /// What it means.
    pub atom: Atom,
}

/// The meaning of a scalar under YAML 1.2's core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Atom {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number, `.inf` and `.nan` included.
    Number(f64),
    /// Text: the scalar's `raw`.
    Text,
}

impl Node {
    /// A text.
    #[must_use]
    pub fn text_at(raw: impl Into<String>, at: Place) -> Node {
        let data = Data::Scalar(Scalar {
            raw: raw.into(),
            quoted: false,
            atom: Atom::Text,
        });
        Node { at, data }
    }

    /// A mapping with this one key.
    #[must_use]
    pub fn singleton(key: impl Into<String>, key_at: Place, value: Node) -> Node {
        let at = key_at;
        let entries = BTreeMap::from([(key.into(), Entry { key_at, value })]);
        Node {
            at,
            data: Data::Map(entries),
        }
    }

    /// An empty mapping.
    #[must_use]
    pub fn empty_map(at: Place) -> Node {
        Node {
            at,
            data: Data::Map(BTreeMap::new()),
        }
    }

    /// The same without places: a line within a command-line argument, or within a default, helps nobody.
    #[must_use]
    pub fn nowhere(self) -> Node {
        let at = Place::default();
        let data = match self.data {
            Data::List(items) => Data::List(items.into_iter().map(Node::nowhere).collect()),
            Data::Map(entries) => {
                let bare = |entry: Entry| Entry {
                    key_at: at,
                    value: entry.value.nowhere(),
                };
                Data::Map(entries.into_iter().map(|(key, entry)| (key, bare(entry))).collect())
            }
            other => other,
        };
        Node { at, data }
    }

    /// The text, when it is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(Scalar {
                raw, atom: Atom::Text, ..
            }) => Some(raw),
            _ => None,
        }
    }

    /// The value as JSON; a number that JSON has not becomes null.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.data {
            Data::Scalar(scalar) => match scalar.atom {
                Atom::Null => Value::Null,
                Atom::Bool(value) => value.into(),
                Atom::Integer(value) => value.into(),
                Atom::Number(value) => value.into(),
                Atom::Text => scalar.raw.as_str().into(),
            },
            Data::List(items) => items.iter().map(Node::json).collect(),
            Data::Elements(items) => items.values().map(Node::json).collect(),
            Data::Map(entries) => entries
                .iter()
                .map(|(key, entry)| (key.clone(), entry.value.json()))
                .collect(),
        }
    }

    /// Whether it is `null`, written or left out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(Scalar { atom: Atom::Null, .. }))
    }

    /// The value under a key, when this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Map(entries) => entries.get(key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// Follows one step of a path: a key, or an index. Gives the key's place too, where there is one.
    #[must_use]
    pub fn step(&self, step: &str) -> Option<(Place, &Node)> {
        match &self.data {
            Data::Map(entries) => entries.get(step).map(|entry| (entry.key_at, &entry.value)),
            Data::List(items) => items.get(step.parse::<usize>().ok()?).map(|item| (item.at, item)),
            Data::Elements(items) => items.get(&step.parse::<usize>().ok()?).map(|item| (item.at, item)),
            Data::Scalar(_) => None,
        }
    }

    /// Follows a whole path. The place is that of the last key.
    #[must_use]
    pub fn walk(&self, path: &[String]) -> Option<(Place, &Node)> {
        path.iter().try_fold((self.at, self), |(_, node), step| node.step(step))
    }
}
