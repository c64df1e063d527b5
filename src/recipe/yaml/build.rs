//! From parser events to a tree, with an explicit stack: depth, values and text are counted as they
//! come, so neither deep nesting nor aliases of aliases can cost more than the caps allow.

use std::collections::{BTreeMap, btree_map};

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::node::{Data, Entry, Node, Place};
use super::refuse::{duplicate, name, place, syntax, too_deep, unparted, within_caps};
use super::{Flaw, MAX_DEPTH, scalar};

/// A list or mapping whose end has not come yet.
struct Open {
    at: Place,
    anchor: usize,
    holds: Holds,
    /// Values and bytes of text seen before it, so that its size is known at its end.
    before: (usize, usize),
    /// Height of the tallest finished value inside.
    height: usize,
}

enum Holds {
    List(Vec<Node>),
    Map { entries: BTreeMap<String, Entry>, key: Key },
}

/// What a mapping waits for.
enum Key {
    /// A key comes next.
    Awaited,
    /// Its value comes next.
    Given(Name),
    /// The value belongs to a refused key and is dropped.
    Refused,
}

/// A key as it stands in the text.
struct Name {
    text: String,
    at: Place,
    /// Whether it has quotes, and so means each of its letters.
    quoted: bool,
}

/// A finished value that an alias can stand for.
struct Anchored {
    node: Node,
    nodes: usize,
    text: usize,
    height: usize,
}

/// Builds one tree from one text.
pub struct Builder<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    root: Option<Node>,
    documents: usize,
    /// Values and bytes of text in the tree so far.
    counted: (usize, usize),
    /// Values and bytes of text copied for the sake of anchors.
    kept: (usize, usize),
    flaws: Vec<Flaw>,
}

impl<'a> Builder<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            parser: Parser::new_from_str(text),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            documents: 0,
            counted: (0, 0),
            kept: (0, 0),
            flaws: Vec::new(),
        }
    }

    /// The tree and every mistake; a mistake after which nothing can be trusted takes the tree away.
    pub fn run(mut self) -> (Option<Node>, Vec<Flaw>) {
        while let Some(next) = self.parser.next_event() {
            let outcome = match next {
                Ok((event, span)) => self.event(event, place(&span.start)),
                Err(error) => Err(syntax(self.text, &error)),
            };
            if let Err(flaw) = outcome {
                self.flaws.push(flaw);
                return (None, self.flaws);
            }
        }
        (self.root, self.flaws)
    }

    fn event(&mut self, event: Event<'_>, at: Place) -> Result<(), Flaw> {
        match event {
            Event::DocumentStart(_) => self.document(at),
            Event::Scalar(raw, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), at);
                self.count(1, raw.len(), at)?;
                let data = Data::Scalar(scalar::resolve(&raw, style != ScalarStyle::Plain));
                self.finish(
                    Anchored {
                        node: Node { at, data },
                        nodes: 1,
                        text: raw.len(),
                        height: 0,
                    },
                    anchor,
                )
            }
            Event::SequenceStart(anchor, tag) => self.start(at, anchor, tag.as_deref(), Holds::List(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                let holds = Holds::Map {
                    entries: BTreeMap::new(),
                    key: Key::Awaited,
                };
                self.start(at, anchor, tag.as_deref(), holds)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, at: Place) -> Result<(), Flaw> {
        self.documents += 1;
        if self.documents > 1 {
            return Err(Flaw::new(at, "a second document starts here; a recipe is one document")
                .help("remove the '---', or put each recipe into a file of its own"));
        }
        Ok(())
    }

    fn start(&mut self, at: Place, anchor: usize, tag: Option<&Tag>, holds: Holds) -> Result<(), Flaw> {
        self.refuse_tag(tag, at);
        let before = self.counted;
        self.count(1, 0, at)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(at));
        }
        self.open.push(Open {
            at,
            anchor,
            holds,
            before,
            height: 0,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Flaw> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let data = match open.holds {
            Holds::List(items) => Data::List(items),
            Holds::Map { entries, .. } => Data::Map(entries),
        };
        let finished = Anchored {
            node: Node { at: open.at, data },
            nodes: self.counted.0 - open.before.0,
            text: self.counted.1 - open.before.1,
            height: open.height + 1,
        };
        self.finish(finished, open.anchor)
    }

    fn alias(&mut self, anchor: usize, at: Place) -> Result<(), Flaw> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(Flaw::new(at, "this alias stands inside the value that it refers to"));
        };
        let (nodes, text, height) = (anchored.nodes, anchored.text, anchored.height);
        self.count(nodes, text, at)?;
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(at));
        }
        // The copy keeps the places of the original: that is where its values are to be mended.
        let Some(node) = self.anchors.get(&anchor).map(|anchored| anchored.node.clone()) else {
            return Ok(());
        };
        self.finish(
            Anchored {
                node,
                nodes,
                text,
                height,
            },
            0,
        )
    }

    /// Remembers a finished value under its anchor and hands it to what holds it.
    fn finish(&mut self, finished: Anchored, anchor: usize) -> Result<(), Flaw> {
        let Anchored {
            node,
            nodes,
            text,
            height,
        } = finished;
        if anchor != 0 {
            self.kept = (self.kept.0 + nodes, self.kept.1 + text);
            within_caps(self.kept, node.at)?;
            self.anchors.insert(
                anchor,
                Anchored {
                    node: node.clone(),
                    nodes,
                    text,
                    height,
                },
            );
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.height = open.height.max(height);
        let refused = match &mut open.holds {
            Holds::List(items) => {
                items.push(node);
                None
            }
            Holds::Map { entries, key } => accept(entries, key, node),
        };
        if let Some(mut flaw) = refused {
            let holders = self.open.iter().take(self.open.len() - 1);
            flaw.path.splice(0..0, holders.map(step));
            self.flaws.push(flaw);
        }
        Ok(())
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, at: Place) {
        if let Some(tag) = tag {
            let shown = if tag.is_yaml_core_schema() {
                format!("!!{}", tag.suffix)
            } else {
                tag.to_string()
            };
            self.flaws.push(
                Flaw::new(
                    at,
                    format!(
                        "the tag '{}' is not part of the recipe language",
                        runner_ground::text::clip(&shown)
                    ),
                )
                .help("remove it; quotes make a value text"),
            );
        }
    }

    fn count(&mut self, nodes: usize, text: usize, at: Place) -> Result<(), Flaw> {
        self.counted = (self.counted.0 + nodes, self.counted.1 + text);
        within_caps(self.counted, at)
    }
}

/// Takes a key or a value into a mapping, or says why not; the flaw's path is then the key alone.
fn accept(entries: &mut BTreeMap<String, Entry>, key: &mut Key, node: Node) -> Option<Flaw> {
    match std::mem::replace(key, Key::Awaited) {
        Key::Awaited => {
            let quoted = matches!(&node.data, Data::Scalar(scalar) if scalar.quoted);
            match name(node) {
                Ok((text, at)) => *key = Key::Given(Name { text, at, quoted }),
                Err(flaw) => {
                    *key = Key::Refused;
                    return Some(flaw);
                }
            }
        }
        Key::Given(name) => return enter(entries, name, node),
        Key::Refused => {}
    }
    None
}

/// Puts a value under its key. One that was written without a blank after its colon is known by that as well, so that
/// nobody misses it.
fn enter(entries: &mut BTreeMap<String, Entry>, name: Name, value: Node) -> Option<Flaw> {
    let glued = if name.quoted { None } else { glued(&name.text, &value) };
    let flaw = glued.map(|(key, value)| unparted(key, value, name.at));
    let (key, value) = match glued {
        Some((key, text)) => {
            let data = Data::Scalar(scalar::resolve(text, false));
            (key.to_owned(), Node { at: name.at, data })
        }
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
fn glued<'a>(key: &'a str, value: &Node) -> Option<(&'a str, &'a str)> {
    let nothing = matches!(&value.data, Data::Scalar(scalar) if scalar.raw.is_empty() && !scalar.quoted);
    let (key, value) = key.split_once(':').filter(|_| nothing)?;
    (!key.is_empty() && !value.is_empty()).then_some((key, value))
}

/// Where an open value is at work: the key it has read, or the index it has reached.
fn step(open: &Open) -> String {
    match &open.holds {
        Holds::List(items) => items.len().to_string(),
        Holds::Map {
            key: Key::Given(name), ..
        } => name.text.clone(),
        Holds::Map { .. } => "?".to_owned(),
    }
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
