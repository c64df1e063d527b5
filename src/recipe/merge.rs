//! Layers become one value: figment merges them, and its tags say from which layer each value came.

use figment::value::{Dict, Empty, Map, Num, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};

use runner_declare::{KeyPath, Problem};

use super::diagnostic::{Diagnostic, Fault};
use super::files::{Layer, Standing};
use super::origin::{Origin, Source};
use super::yaml::{Atom, Data, Node, Place};

/// All layers in one value.
pub struct Merged {
    /// The values; each carries the tag of its layer.
    pub value: Value,
    figment: Figment,
    layers: Vec<Layer>,
}

/// Merges layers, lowest first.
pub fn merge(layers: Vec<Layer>, diagnostics: &mut Vec<Diagnostic>) -> Merged {
    let mut figment = Figment::new();
    for (index, layer) in layers.iter().enumerate() {
        let below = has_elements(&layer.tree).then(|| figment.find_value("").ok()).flatten();
        let mut converter = Converter { layer, diagnostics };
        if let Value::Dict(_, dict) = converter.value(&layer.tree, below.as_ref(), &KeyPath::root()) {
            figment = figment.merge(LayerProvider {
                index,
                source: &layer.source,
                dict,
            });
        }
    }
    // The layers hold data only, so figment has no reason to fail; an empty recipe fails the check.
    let value = figment.find_value("").unwrap_or_else(|_| Value::from(Dict::new()));
    Merged { value, figment, layers }
}

impl Merged {
    /// The layer of a value.
    pub fn layer(&self, tag: Tag) -> Option<&Layer> {
        let index = self
            .figment
            .get_metadata(tag)?
            .source
            .as_ref()?
            .custom()?
            .parse::<usize>()
            .ok()?;
        self.layers.get(index)
    }

    /// The value as its layer wrote it, with the place of its key.
    pub fn written(&self, tag: Tag, path: &KeyPath) -> Option<(&Source, Place, &Node)> {
        let layer = self.layer(tag)?;
        layer
            .tree
            .walk(&path.0)
            .map(|(key_at, node)| (&layer.source, key_at, node))
    }

    /// Where a section begins: in the recipe's file if it is there, else in the nearest base, else in
    /// whichever layer made it.
    pub fn section(&self, path: &KeyPath) -> Option<Origin> {
        let mut layers: Vec<&Layer> = self.layers.iter().collect();
        layers.sort_by_key(|layer| &layer.source);
        layers.into_iter().find_map(|layer| {
            let (at, _) = layer.tree.walk(&path.0)?;
            Some(Origin {
                source: layer.source.clone(),
                at,
            })
        })
    }
}

struct LayerProvider<'a> {
    index: usize,
    source: &'a Source,
    dict: Dict,
}

impl Provider for LayerProvider<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::from(self.source.to_string(), self.index.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.dict.clone())]))
    }
}

fn has_elements(node: &Node) -> bool {
    match &node.data {
        Data::Elements(_) => true,
        Data::Map(entries) => entries.values().any(|entry| has_elements(&entry.value)),
        Data::List(items) => items.iter().any(has_elements),
        Data::Scalar(_) => false,
    }
}

/// A tree as a figment value without tags; figment gives them when it merges.
pub fn untagged(node: &Node) -> Value {
    let layer = Layer {
        source: Source::Default,
        standing: Standing::Yields,
        tree: Node::empty_map(Place::default()),
    };
    Converter {
        layer: &layer,
        diagnostics: &mut Vec::new(),
    }
    .value(node, None, &KeyPath::root())
}

struct Converter<'a> {
    layer: &'a Layer,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Converter<'_> {
    fn value(&mut self, node: &Node, below: Option<&Value>, path: &KeyPath) -> Value {
        let tag = Tag::Default;
        match &node.data {
            Data::Scalar(scalar) => match scalar.atom {
                Atom::Null => Value::Empty(tag, Empty::None),
                Atom::Bool(value) => Value::Bool(tag, value),
                Atom::Integer(value) => Value::Num(tag, Num::I64(value)),
                Atom::Number(value) => Value::Num(tag, Num::F64(value)),
                Atom::Text => Value::String(tag, scalar.raw.clone()),
            },
            Data::List(items) => {
                let items = items.iter().enumerate();
                Value::Array(
                    tag,
                    items.map(|(i, item)| self.value(item, None, &path.join(i))).collect(),
                )
            }
            Data::Map(entries) => {
                let below = below.and_then(Value::as_dict);
                let entry = |(key, entry): (&String, &super::yaml::Entry)| {
                    let below = below.and_then(|below| below.get(key));
                    (key.clone(), self.value(&entry.value, below, &path.join(key)))
                };
                Value::Dict(tag, entries.iter().map(entry).collect())
            }
            Data::Elements(items) => {
                // The untouched elements keep their tags, so they still know their layers.
                let mut list = below
                    .and_then(Value::as_array)
                    .map(<[Value]>::to_vec)
                    .unwrap_or_default();
                for (index, node) in items {
                    let path = path.join(index);
                    match list.get_mut(*index) {
                        Some(element) => {
                            let patch = self.value(node, Some(element), &path);
                            *element = patched(std::mem::replace(element, Value::from(0)), patch);
                        }
                        None => self.out_of_range(&path, list.len()),
                    }
                }
                Value::Array(tag, list)
            }
        }
    }

    fn out_of_range(&mut self, path: &KeyPath, length: usize) {
        let (message, fault) = match length {
            0 => ("there is no list to change an element of".to_owned(), Fault::Absent),
            length => (
                format!("there is no such element: the list has {length}, counted from 0"),
                Fault::Wrong,
            ),
        };
        let origin = Origin {
            source: self.layer.source.clone(),
            at: Place::default(),
        };
        self.diagnostics
            .push(Diagnostic::new(origin, Problem::new(path.clone(), message)).fault(fault));
    }
}

/// An element with a patch over it: mappings by key, all else replaced, as figment merges outside lists.
fn patched(below: Value, patch: Value) -> Value {
    match (below, patch) {
        (Value::Dict(_, mut below), Value::Dict(tag, patch)) => {
            for (key, value) in patch {
                let value = match below.remove(&key) {
                    Some(old) => patched(old, value),
                    None => value,
                };
                below.insert(key, value);
            }
            Value::Dict(tag, below)
        }
        (_, patch) => patch,
    }
}

/// The value as JSON; numbers stay whole or not as they were written.
pub fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::String(_, text) => text.as_str().into(),
        Value::Char(_, c) => c.to_string().into(),
        Value::Bool(_, value) => (*value).into(),
        Value::Num(_, Num::I64(whole)) => (*whole).into(),
        Value::Num(_, num) => num.to_f64().unwrap_or(f64::NAN).into(),
        Value::Empty(..) => serde_json::Value::Null,
        Value::Dict(_, entries) => entries.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
        Value::Array(_, items) => items.iter().map(json).collect(),
    }
}

/// The value in a few words, for messages about values whose text is not at hand.
pub fn found(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("the text \"{}\"", runner_ground::text::clip(text)),
        Value::Char(_, c) => format!("the text \"{c}\""),
        Value::Bool(_, value) => value.to_string(),
        Value::Num(..) => "a number".to_owned(),
        Value::Empty(..) => "nothing".to_owned(),
        Value::Dict(..) => "a mapping".to_owned(),
        Value::Array(_, items) => format!("a list of {}", items.len()),
    }
}
