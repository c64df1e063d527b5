//! Changes of trees on the way to their long form.

use std::collections::BTreeMap;

use super::yaml::{Data, Entry, Node, Place};

/// Puts a value into the lowest layer. An element of a list has no place there.
pub fn plant(tree: &mut Node, path: &[String], value: Node) {
    let Data::Map(entries) = &mut tree.data else { return };
    let Some((key, rest)) = path.split_first() else { return };
    if path.iter().any(|key| key.parse::<usize>().is_ok()) {
        return;
    }
    let entry = entries.entry(key.clone()).or_insert_with(|| Entry {
        key_at: Place::default(),
        value: Node::empty_map(Place::default()),
    });
    match rest {
        [] => entry.value = value,
        rest => plant(&mut entry.value, rest, value),
    }
}

/// Makes `value` to `{key: value}`.
pub fn wrap(key: &str, node: &mut Node) {
    let value = std::mem::replace(node, Node::empty_map(node.at));
    *node = Node::singleton(key, value.at, value);
}

/// A mapping whose keys are all indices.
pub fn elements(entries: &BTreeMap<String, Entry>) -> Option<BTreeMap<usize, Node>> {
    if entries.is_empty() {
        return None;
    }
    entries
        .iter()
        .map(|(key, entry)| Some((key.parse().ok()?, entry.value.clone())))
        .collect()
}

/// Leaves only these keys of the mapping at a path.
pub fn keep_only(tree: &mut Node, path: &[String], known: &[&str]) {
    let mut node = tree;
    for step in path {
        let next = match &mut node.data {
            Data::Map(entries) => entries.get_mut(step).map(|entry| &mut entry.value),
            Data::List(items) => step.parse::<usize>().ok().and_then(|i| items.get_mut(i)),
            Data::Elements(items) => step.parse::<usize>().ok().and_then(|i| items.get_mut(&i)),
            Data::Scalar(_) => None,
        };
        let Some(next) = next else { return };
        node = next;
    }
    if let Data::Map(entries) = &mut node.data {
        entries.retain(|key, _| known.contains(&key.as_str()));
    }
}
