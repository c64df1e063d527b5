//! Every layer in its long form before layers are merged, so that `optimizer: adam` and
//! `optimizer: {lr: 1e-3}`, or `linear: 512` and `--set network.0.linear.bias=false`, meet key by key.
//!
//! Whatever does not fit the declarations is left as it is: the check has the words for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use runner_declare::{Field, KeyPath, Kind, Section};

use super::files::{Layer, Standing};
use super::folders::folder;
use super::language::Language;
use super::origin::Source;
use super::spelling;
use super::suggest::{meant, meant_key};
use super::tree::{elements, keep_only, plant, wrap};
use super::yaml::{self, Atom, Data, Node};

/// Brings all layers, lowest first, into long form. Where a layer chooses another optimizer (dataset,
/// layer, …) than a lower one did, the lower one's settings that the new choice does not know go, where that layer
/// [yields](Standing::Yields). Paths of `--set` start from folders `outside`, where
/// there are some.
pub fn normalize(
    language: &Language,
    fields: &[&Field],
    moved: &dyn Fn(&Path) -> Option<PathBuf>,
    outside: &BTreeMap<usize, PathBuf>,
    layers: &mut [Layer],
) {
    let mut normalizer = Normalizer::new(language);
    let folders: Vec<Option<PathBuf>> = layers.iter().map(|layer| folder(layer, layers, moved)).collect();
    // What the layers that yield chose in the end, once one above them has chosen.
    let mut chosen = None;
    let mut last = BTreeMap::new();
    for (index, folder) in folders.into_iter().enumerate() {
        let (below, rest) = layers.split_at_mut(index);
        let Some(layer) = rest.first_mut() else {
            continue;
        };
        normalizer.elements = matches!(layer.source, Source::Environment(_) | Source::Set { .. });
        normalizer.folder = match &layer.source {
            Source::Set { position, .. } => outside.get(position).cloned(),
            _ => folder,
        };
        if layer.standing == Standing::Stays {
            chosen.get_or_insert_with(|| normalizer.names.clone());
        }
        normalizer.fields(fields, &mut layer.tree, &KeyPath::root());
        for change in normalizer.changes.drain(..) {
            match layer.standing {
                Standing::Yields if change.is_other => {
                    below
                        .iter_mut()
                        .for_each(|layer| keep_only(&mut layer.tree, &change.path.0, &change.known));
                }
                Standing::Yields => {}
                // Those that stay speak with one voice: what the last of them chooses is the choice.
                Standing::Stays => drop(last.insert(change.path.clone(), change)),
            }
        }
        for (path, default) in normalizer.defaults.drain(..) {
            let written = below.iter().any(|layer| layer.tree.walk(&path.0).is_some());
            if let Some(lowest) = below.first_mut().filter(|_| !written) {
                plant(&mut lowest.tree, &path.0, default);
            }
        }
    }
    let others = last.into_values().filter(|change| {
        let before = chosen.as_ref().and_then(|chosen| chosen.get(&change.path));
        before.is_some_and(|before| *before != change.name)
    });
    for change in others {
        let yielding = layers.iter_mut().filter(|layer| layer.standing == Standing::Yields);
        yielding.for_each(|layer| keep_only(&mut layer.tree, &change.path.0, &change.known));
    }
}

/// One value alone in long form, as if nothing lay below it.
pub fn long_form(language: &Language, kind: &Kind, mut node: Node) -> Node {
    let mut normalizer = Normalizer::new(language);
    normalizer.value(kind, &mut node, &KeyPath::root());
    node
}

/// At this path an entry was chosen, which knows only these keys.
struct Change {
    path: KeyPath,
    name: String,
    known: Vec<&'static str>,
    /// Whether it is another one than before.
    is_other: bool,
}

struct Normalizer<'a> {
    language: &'a Language,
    /// What the layers so far have chosen, by path.
    names: BTreeMap<KeyPath, String>,
    changes: Vec<Change>,
    /// Defaults of lists of which this layer changes elements.
    defaults: Vec<(KeyPath, Node)>,
    /// Where this layer's paths start from, unless it is the recipe's own folder.
    folder: Option<PathBuf>,
    /// Whether a number in a key means an element of a list.
    elements: bool,
}

impl<'a> Normalizer<'a> {
    fn new(language: &'a Language) -> Self {
        Self {
            language,
            names: BTreeMap::new(),
            changes: Vec::new(),
            defaults: Vec::new(),
            folder: None,
            elements: false,
        }
    }

    fn fields(&mut self, fields: &[&Field], node: &mut Node, path: &KeyPath) {
        let Data::Map(entries) = &mut node.data else {
            return;
        };
        spelling::rename_keys(fields, entries);
        for (key, entry) in entries.iter_mut() {
            if fields.iter().all(|field| field.key != key)
                && let Some(field) = meant_key(fields, key)
            {
                self.value(&field.kind, &mut entry.value, &path.join(key));
            }
        }
        for field in fields {
            let Some(entry) = entries.get_mut(field.key) else {
                continue;
            };
            let path = path.join(field.key);
            self.value(&field.kind, &mut entry.value, &path);
            if let (Data::Elements(_), Some(literal)) = (&entry.value.data, field.presence.default())
                && let (Some(default), _) = yaml::parse(literal)
            {
                self.defaults.push((path, default.nowhere()));
            }
        }
    }

    fn value(&mut self, kind: &Kind, node: &mut Node, path: &KeyPath) {
        match kind {
            Kind::Section(section) => self.section(section, node, path),
            Kind::Variant { of, common } => self.variant(&of(), common, node, path),
            Kind::Layers => self.items(node, path, &mut |this, item, path| this.layer(item, path)),
            Kind::List { of, .. } => self.items(node, path, &mut |this, item, path| this.value(of, item, path)),
            Kind::Map(of) => {
                if let Data::Map(entries) = &mut node.data {
                    entries
                        .iter_mut()
                        .for_each(|(key, entry)| self.value(of, &mut entry.value, &path.join(key)));
                }
            }
            Kind::Either(kinds) => {
                if let Some(kind) = kinds.iter().find(|kind| fits(kind, node)) {
                    self.value(kind, node, path);
                }
            }
            Kind::Path => self.path(node),
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number(_)
            | Kind::Text
            | Kind::Any
            | Kind::Name(_)
            | Kind::Choice(_) => {}
        }
    }

    /// A path that a base says starts from the base's folder, wherever the recipe lies.
    fn path(&self, node: &mut Node) {
        if let (Some(folder), Data::Scalar(scalar)) = (&self.folder, &mut node.data)
            && scalar.atom == Atom::Text
            && let Some(path) = folder.join(&scalar.raw).to_str()
        {
            scalar.raw = path.to_owned();
        }
    }

    fn section(&mut self, section: &Section, node: &mut Node, path: &KeyPath) {
        if let Some(key) = section.shorthand
            && !matches!(node.data, Data::Map(_))
            && !node.is_null()
        {
            wrap(key, node);
        }
        self.fields(&section.fields.iter().collect::<Vec<_>>(), node, path);
    }

    fn variant(&mut self, of: &[&'static Section], common: &'static [Field], node: &mut Node, path: &KeyPath) {
        if node.text().is_some() {
            wrap("name", node);
        }
        let before = self.names.get(path).and_then(|name| of.iter().find(|s| s.name == name));
        let own = before.map_or(&[] as &[Field], |section| section.fields);
        spelling::long_entry(of, &own.iter().chain(common).collect::<Vec<_>>(), node);
        let named = node.get("name").and_then(Node::text).and_then(|name| meant(of, name));
        if let Some(section) = named {
            let keys = section.fields.iter().chain(common).map(|field| field.key);
            self.choose(path, section.name, std::iter::once("name").chain(keys).collect());
        }
        let chosen = self.names.get(path).and_then(|name| of.iter().find(|s| s.name == name));
        let own = chosen.map_or(&[] as &[Field], |section| section.fields);
        self.fields(&own.iter().chain(common).collect::<Vec<_>>(), node, path);
    }

    fn layer(&mut self, node: &mut Node, path: &KeyPath) {
        if let Some(name) = node.text().map(str::to_owned) {
            *node = Node::singleton(name, node.at, Node::empty_map(node.at));
        }
        let Data::Map(entries) = &mut node.data else {
            return;
        };
        if entries.len() != 1 {
            return;
        }
        spelling::rename_only_key(&(self.language.layers)(), entries);
        for (name, entry) in entries {
            if entry.value.is_null() {
                entry.value = Node::empty_map(entry.value.at);
            }
            if let Some(section) = meant(&(self.language.layers)(), name) {
                self.choose(path, section.name, vec![section.name]);
                self.section(section, &mut entry.value, &path.join(name));
            }
        }
    }

    fn items(&mut self, node: &mut Node, path: &KeyPath, each: &mut dyn FnMut(&mut Self, &mut Node, &KeyPath)) {
        if self.elements
            && let Data::Map(entries) = &node.data
            && let Some(items) = elements(entries)
        {
            node.data = Data::Elements(items);
        }
        match &mut node.data {
            Data::List(items) => items
                .iter_mut()
                .enumerate()
                .for_each(|(i, item)| each(self, item, &path.join(i))),
            Data::Elements(items) => items.iter_mut().for_each(|(i, item)| each(self, item, &path.join(i))),
            Data::Scalar(_) | Data::Map(_) => {}
        }
    }

    fn choose(&mut self, path: &KeyPath, name: &str, known: Vec<&'static str>) {
        let before = self.names.insert(path.clone(), name.to_owned());
        self.changes.push(Change {
            path: path.clone(),
            name: name.to_owned(),
            known,
            is_other: before.is_some_and(|before| before != name),
        });
    }
}

/// Whether a value has the shape of a kind; which alternative's long form it is brought into.
pub fn fits(kind: &Kind, node: &Node) -> bool {
    let atom = match &node.data {
        Data::Scalar(scalar) => Some(scalar.atom),
        _ => None,
    };
    let is_map = matches!(node.data, Data::Map(_));
    match kind {
        Kind::Any => true,
        Kind::Bool => matches!(atom, Some(Atom::Bool(_))),
        Kind::Integer { .. } => matches!(atom, Some(Atom::Integer(_))),
        Kind::Number(_) => matches!(atom, Some(Atom::Integer(_) | Atom::Number(_))),
        Kind::Text | Kind::Path | Kind::Name(_) => node.text().is_some(),
        Kind::Choice(words) => node
            .text()
            .is_some_and(|text| words.iter().any(|(word, _)| *word == text)),
        Kind::List { .. } | Kind::Layers => matches!(node.data, Data::List(_) | Data::Elements(_)),
        Kind::Map(_) => is_map,
        Kind::Section(section) => is_map || (section.shorthand.is_some() && !node.is_null()),
        Kind::Variant { of, .. } => is_map || node.text().is_some_and(|text| of().iter().any(|s| s.name == text)),
        Kind::Either(kinds) => kinds.iter().any(|kind| fits(kind, node)),
    }
}
