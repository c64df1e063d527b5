//! Which keys of recipes differ. What is the same everywhere is left out, and so is what only follows from another
//! difference: a default that some recipes do not even have.

use std::collections::BTreeSet;

use serde_json::Value;

use super::data::{Relation, mark, relation, say_the_same};
use super::run::Run;

/// A key that differs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Key {
    /// Its path, such as `optimizer.lr`.
    pub path: String,
    /// Its value in each of the recipes; `None` where the key is not there.
    pub values: Vec<Option<String>>,
}

/// Keys that say what a recipe is called or how it is run, not what is trained.
pub const NAMES: [&str; 2] = ["name", "description"];

/// The keys that differ between these runs' recipes, in the order of a recipe's sections; `without` names keys at the
/// top that are not looked at. A run whose recipe cannot be read is asked for nothing.
pub fn differing(runs: &[&Run], without: &[&str]) -> Vec<Key> {
    let values: Vec<Option<&Value>> = runs
        .iter()
        .map(|run| Some(&run.settings).filter(|value| value.is_object()))
        .collect();
    let mut walk = Walk { runs, keys: Vec::new() };
    for key in keys_of(&values).into_iter().filter(|key| !without.contains(key)) {
        let below: Vec<_> = values
            .iter()
            .map(|value| value.and_then(|value| value.get(key)))
            .collect();
        walk.visit(key, &below, &values);
    }
    let mut keys = walk.keys;
    keys.extend(data(runs));
    keys.extend(contents(runs));
    keys.sort_by_key(|key| order(&key.path));
    keys
}

/// The data differs without the recipe's saying so where a stand-in took its place.
fn data(runs: &[&Run]) -> Option<Key> {
    let same = runs.windows(2).all(|pair| pair[0].data == pair[1].data);
    let stands_in = runs.iter().any(|run| run.stands_in);
    (!same && stands_in).then(|| Key {
        path: "data".to_owned(),
        values: runs.iter().map(|run| Some(run.data.clone())).collect(),
    })
}

/// The data's own digest, where recipes say the same of it and it is another one all the same.
fn contents(runs: &[&Run]) -> Option<Key> {
    let differs = runs.iter().enumerate().any(|(index, one)| {
        let mut others = runs[index + 1..].iter().filter(|other| say_the_same(one, other));
        others.any(|other| relation(one, other) != Relation::Same)
    });
    differs.then(|| Key {
        path: "data_digest".to_owned(),
        values: runs.iter().map(|run| mark(run)).collect(),
    })
}

/// The order of sections as recipes show them.
fn order(path: &str) -> usize {
    const SECTIONS: [&str; 6] = ["task", "data", "data_digest", "dataset", "network", "loss"];
    const LAST: [&str; 5] = ["optimizer", "lr_scheduler", "trainer", "early_stopping", "seed"];
    let section = path.split('.').next().unwrap_or(path);
    let place = |list: &[&str]| list.iter().position(|known| *known == section);
    place(&SECTIONS).or_else(|| Some(place(&LAST)? + 100)).unwrap_or(50)
}

struct Walk<'a> {
    runs: &'a [&'a Run],
    keys: Vec<Key>,
}

impl Walk<'_> {
    /// Looks at one key: `values` are its values, `recipes` says which runs have a recipe at all.
    fn visit(&mut self, path: &str, values: &[Option<&Value>], recipes: &[Option<&Value>]) {
        let there: Vec<&Value> = values.iter().flatten().copied().collect();
        if there.len() == recipes.iter().flatten().count() && there.windows(2).all(|pair| pair[0] == pair[1]) {
            return;
        }
        if there.iter().all(|value| value.is_object()) {
            for key in keys_of(values) {
                let below: Vec<_> = values
                    .iter()
                    .map(|value| value.and_then(|value| value.get(key)))
                    .collect();
                self.visit(&format!("{path}.{key}"), &below, recipes);
            }
            return;
        }
        if let Some(length) = alike(&there) {
            for index in 0..length {
                let below: Vec<_> = values
                    .iter()
                    .map(|value| value.and_then(|value| value.get(index)))
                    .collect();
                self.visit(&format!("{path}.{index}"), &below, recipes);
            }
            return;
        }
        if !self.follows(path, values) {
            let shown = |(value, run): (&Option<&Value>, &&Run)| value.map(|value| text(&run.set_of(path, value)));
            let values = values.iter().zip(self.runs).map(shown).collect();
            self.keys.push(Key {
                path: path.to_owned(),
                values,
            });
        }
    }

    /// Whether a key is missing in some recipes, and nobody set it in the others.
    fn follows(&self, path: &str, values: &[Option<&Value>]) -> bool {
        let unset = |run: &Run| {
            let prefixes = path.match_indices('.').map(|(at, _)| &path[..at]).chain([path]);
            prefixes.into_iter().any(|key| run.defaults.contains(key)) || {
                // Of a list, the elements have sources.
                let first = format!("{path}.0");
                run.defaults.contains(&first)
            }
        };
        let missing = values
            .iter()
            .zip(self.runs)
            .any(|(value, run)| value.is_none() && !run.settings.is_null());
        missing
            && values
                .iter()
                .zip(self.runs)
                .all(|(value, run)| value.is_none() || unset(run))
    }
}

/// The length of lists whose elements can be held against each other one by one: as many everywhere, and layers of the
/// same kinds in the same order. A layer more would otherwise look like a change of all that follow it.
fn alike(values: &[&Value]) -> Option<usize> {
    let lists: Option<Vec<&Vec<Value>>> = values.iter().map(|value| value.as_array()).collect();
    let lists = lists?;
    let first = lists.first()?;
    let kinds =
        |list: &&Vec<Value>| list.len() == first.len() && list.iter().zip(*first).all(|(a, b)| kind(a) == kind(b));
    // Lists of plain numbers, such as a shape or betas, are read as a whole.
    (lists.iter().all(kinds) && first.iter().any(Value::is_object)).then_some(first.len())
}

/// What a layer is: its name, with parameters or without.
fn kind(value: &Value) -> Option<&str> {
    match value {
        Value::String(name) => Some(name),
        Value::Object(layer) => layer.keys().next().map(String::as_str),
        _ => None,
    }
}

fn keys_of<'a>(values: &[Option<&'a Value>]) -> BTreeSet<&'a str> {
    let objects = values.iter().flatten().filter_map(|value| value.as_object());
    objects.flat_map(|object| object.keys().map(String::as_str)).collect()
}

impl Run {
    /// The value under a path without what nobody set in it.
    fn set_of(&self, path: &str, value: &Value) -> Value {
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(i, item)| self.set_of(&format!("{path}.{i}"), item))
                .collect(),
            Value::Object(entries) => {
                let path = |key: &String| format!("{path}.{key}");
                let set = entries.iter().filter(|(key, _)| !self.defaults.contains(&path(key)));
                Value::Object(
                    set.map(|(key, value)| (key.clone(), self.set_of(&path(key), value)))
                        .collect(),
                )
            }
            other => other.clone(),
        }
    }
}

/// A value on one line, as short as it can be read: `[linear 128, relu, linear 10]`.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<(&String, &Value)> = entries.iter().collect();
            match entries.as_slice() {
                // A layer with its one or few parameters.
                [(name, Value::Object(parameters))] => match parameters.values().collect::<Vec<_>>().as_slice() {
                    [] => (*name).clone(),
                    [only] => format!("{name} {}", text(only)),
                    _ => format!("{name} {}", pairs(parameters.iter())),
                },
                _ => pairs(entries.into_iter()),
            }
        }
        Value::Number(number) => number
            .as_f64()
            .filter(|_| !number.is_i64() && !number.is_u64())
            .map_or_else(
                || number.to_string(),
                // The shorter of both ways to write it, with all its digits.
                |x| {
                    [format!("{x}"), format!("{x:e}")]
                        .into_iter()
                        .min_by_key(String::len)
                        .unwrap_or_default()
                },
            ),
        other => other.to_string(),
    }
}

fn pairs<'a>(entries: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let pairs: Vec<String> = entries.map(|(key, value)| format!("{key} {}", text(value))).collect();
    format!("({})", pairs.join(", "))
}
