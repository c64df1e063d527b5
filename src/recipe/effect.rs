//! No setting is without effect: what a command line, the environment or a sweep says and another of its settings
//! replaces as a whole, and mappings that are merged and have nothing in them.

use runner_declare::{Field, KeyPath, Kind, Presence, Problem};

use super::declaration::declaration;
use super::diagnostic::Diagnostic;
use super::files::{Layer, Standing};
use super::language::Language;
use super::origin::Origin;
use super::yaml::{Data, Node};

/// Refuses empty mappings over what is there; to be called before layers have their long form, in which a layer without
/// settings is one.
pub fn empty_mappings(language: &Language, fields: &[&'static Field], layers: &[Layer], told: &mut Vec<Diagnostic>) {
    for (index, layer) in layers.iter().enumerate() {
        let below = &layers[..index];
        for (path, node) in leaves(&layer.tree) {
            let is_empty = matches!(&node.data, Data::Map(entries) if entries.is_empty());
            if !is_empty || path.is_empty() || !below.iter().any(|layer| says(layer, &path)) {
                continue;
            }
            let name = |path: &[String]| {
                let named = |layer: &Layer| {
                    let (_, node) = layer.tree.walk(path)?;
                    let name = node.text().or_else(|| node.get("name").and_then(Node::text));
                    name.map(str::to_owned)
                };
                layers.iter().rev().find_map(named)
            };
            let key = KeyPath(path);
            let removable = declaration(language, fields, &key.0, &name).is_some_and(|found| {
                let presence = found.presence;
                let free =
                    matches!(found.kind, Kind::Map(_)) && presence.is_some_and(|given| given.default().is_some());
                free || matches!(presence, Some(Presence::Optional))
            });
            let help = match removable {
                true => "write null to take away what is there, or the keys that are to change",
                false => "write the keys that are to change",
            };
            let problem = Problem::new(key, "an empty mapping has no effect here: mappings are merged by key");
            told.push(Diagnostic::new(origin(layer, node), problem.help(help)));
        }
    }
}

/// Refuses values that another one from outside the files replaces together with what they are in. Of two values of the
/// very same key the later one holds.
pub fn replaced(layers: &[Layer], told: &mut Vec<Diagnostic>) {
    for (index, layer) in layers.iter().enumerate() {
        for (path, node) in leaves(&layer.tree) {
            let later = layers.iter().skip(index + 1);
            let replaces = |other: &&Layer| other.standing == Standing::Stays && replaces(&other.tree, &path);
            if layer.standing == Standing::Yields || node.is_null() {
                continue;
            }
            if let Some(other) = later.into_iter().find(replaces) {
                let message = format!("this has no effect: '{}' replaces it", other.source);
                let problem = Problem::new(KeyPath(path), message).help("remove one of the two");
                told.push(Diagnostic::new(origin(layer, node), problem));
            }
        }
    }
}

fn origin(layer: &Layer, node: &Node) -> Origin {
    Origin {
        source: layer.source.clone(),
        at: node.at,
    }
}

/// Whether a layer has more than an empty mapping at a path.
fn says(layer: &Layer, path: &[String]) -> bool {
    let found = layer.tree.walk(path).map(|(_, node)| node);
    found.is_some_and(|node| !node.is_null() && !matches!(&node.data, Data::Map(entries) if entries.is_empty()))
}

/// Whether a tree has a single value or a list where the path goes on.
fn replaces(tree: &Node, path: &[String]) -> bool {
    let mut node = tree;
    for step in path {
        match &node.data {
            Data::List(_) | Data::Scalar(_) => return true,
            Data::Map(_) | Data::Elements(_) => match node.step(step) {
                Some((_, next)) => node = next,
                None => return false,
            },
        }
    }
    false
}

/// Single values, whole lists and empty mappings, with their paths.
fn leaves(tree: &Node) -> Vec<(Vec<String>, &Node)> {
    let mut found = Vec::new();
    gather(tree, &mut Vec::new(), &mut found);
    found
}

fn gather<'a>(node: &'a Node, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, &'a Node)>) {
    let mut below = |key: String, node: &'a Node| {
        path.push(key);
        gather(node, path, found);
        path.pop();
    };
    match &node.data {
        Data::Map(entries) if !entries.is_empty() => {
            entries.iter().for_each(|(key, entry)| below(key.clone(), &entry.value));
        }
        Data::Elements(items) => items.iter().for_each(|(index, item)| below(index.to_string(), item)),
        _ => found.push((path.clone(), node)),
    }
}
