//! Other ways to write the same: PyTorch's names, and entries of registries written as layers are.

use std::collections::BTreeMap;

use runner_declare::{Field, Section};

use super::suggest::{torch_key, torch_name};
use super::tree::wrap;
use super::yaml::{Data, Entry, Node};

/// An entry under our name, and in the form `{name: NAME, …}` where it is written as `{NAME: {settings}}` or
/// `{NAME: VALUE}`. A key that is one of `known`, those of the entry that is chosen so far, is that key.
pub fn long_entry(of: &[&'static Section], known: &[&Field], node: &mut Node) {
    let is_key = |name: &str| known.iter().any(|field| field.key == name);
    if let Data::Map(entries) = &mut node.data
        && entries.len() == 1
        && !entries.keys().any(|name| is_key(name))
    {
        rename_only_key(of, entries);
        if let Some(settings) = named(of, entries) {
            node.data = Data::Map(settings);
        }
    }
    rename_value(of, node);
}

/// The settings under an entry's name, with the name among them.
fn named(of: &[&'static Section], entries: &BTreeMap<String, Entry>) -> Option<BTreeMap<String, Entry>> {
    let (name, entry) = entries.iter().next()?;
    let section = of.iter().find(|section| section.name == name)?;
    let mut settings = entry.value.clone();
    if settings.is_null() {
        settings = Node::empty_map(settings.at);
    }
    match (&settings.data, section.shorthand) {
        (Data::Map(_), _) => {}
        (_, Some(key)) => wrap(key, &mut settings),
        (_, None) => return None,
    }
    let Data::Map(mut settings) = settings.data else {
        return None;
    };
    let key_at = entry.key_at;
    let value = Node::text_at(section.name, key_at);
    let taken = settings.insert("name".to_owned(), Entry { key_at, value });
    taken.is_none().then_some(settings)
}

/// Keys that are spelt as PyTorch's.
pub fn rename_keys(fields: &[&Field], entries: &mut BTreeMap<String, Entry>) {
    let theirs = entries.keys().filter_map(|key| Some((key.clone(), torch_key(key)?)));
    let known = |ours: &str| fields.iter().any(|field| field.key == ours) && !entries.contains_key(ours);
    let renamed: Vec<_> = theirs.filter(|(_, ours)| known(ours)).collect();
    for (theirs, ours) in renamed {
        if let Some(entry) = entries.remove(&theirs) {
            entries.insert(ours.to_owned(), entry);
        }
    }
}

/// The name of an entry, where PyTorch's stands there.
fn ours(of: &[&'static Section], theirs: &str) -> Option<&'static str> {
    torch_name(theirs).filter(|ours| of.iter().any(|section| section.name == *ours))
}

/// The same where the only key is a name.
pub fn rename_only_key(of: &[&'static Section], entries: &mut BTreeMap<String, Entry>) {
    let theirs = entries.keys().find_map(|key| Some((key.clone(), ours(of, key)?)));
    if let Some((theirs, ours)) = theirs
        && let Some(entry) = entries.remove(&theirs)
    {
        entries.insert(ours.to_owned(), entry);
    }
}

/// The same where `name` says it.
fn rename_value(of: &[&'static Section], node: &mut Node) {
    if let Data::Map(entries) = &mut node.data
        && let Some(entry) = entries.get_mut("name")
        && let Some(ours) = entry.value.text().and_then(|theirs| ours(of, theirs))
        && let Data::Scalar(scalar) = &mut entry.value.data
    {
        scalar.raw = ours.to_owned();
    }
}
