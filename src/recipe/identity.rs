//! What a recipe is called and what it is: its name, and the digest of what it trains.

use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use runner_declare::{KeyPath, Problem, Settings, Value};

use super::check::{Checked, Era};
use super::diagnostic::Diagnostic;
use super::name;
use super::origin::{Origin, Source};
use super::yaml::Place;

/// Checks the name and the description, and gives a name to the recipe that has none.
pub fn check(path: &Path, era: Era, checked: &mut Checked, diagnostics: &mut Vec<Diagnostic>) {
    let mut refuse = |key: &str, message: &str, help: &str| {
        if let Some(origin) = checked.origins.get(&KeyPath::from(key)) {
            let problem = Problem::new(key.into(), message).help(help);
            diagnostics.push(Diagnostic::new(origin.clone(), problem));
        }
    };
    if let Some(description) = checked.settings.get("description").and_then(Value::as_str)
        && description.contains(char::is_control)
    {
        refuse("description", "expected one line of text", "say the rest in comments");
    }
    match checked.settings.get("name").and_then(Value::as_str) {
        Some(name) if name::is_name(name) || (era == Era::Kept && name::was_name(name)) => {}
        Some(_) => refuse("name", "the name cannot be that of a folder", name::RULE),
        None => {
            let name = Value::from(name::of_file(path));
            checked.settings.insert("name".to_owned(), name);
            let origin = Origin {
                source: Source::Default,
                at: Place::default(),
            };
            checked.origins.insert(KeyPath::from("name"), origin);
        }
    }
}

/// SHA-256 of the settings as JSON with sorted keys, without what trains nothing: name, description, logging; and
/// without what a recipe could not say once, where it means what was meant then.
pub fn digest(checked: &Checked) -> String {
    let mut canonical = String::new();
    let mut trained: Settings = checked
        .settings
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "name" | "description" | "logging"))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    for path in &checked.as_before {
        remove(&mut trained, &path.0);
    }
    write_canonical(&Value::Object(trained), &mut canonical);
    Sha256::digest(canonical.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Takes a value away. The settings of an entry of a registry lie beside its name.
fn remove(settings: &mut Settings, path: &[String]) {
    match path {
        [] => {}
        [key] => {
            settings.remove(key);
        }
        [key, rest @ ..] => {
            let Some(mut inner) = settings.get_mut(key).and_then(Value::as_object_mut) else {
                return;
            };
            if inner.contains_key("name") && inner.get("settings").is_some_and(Value::is_object) {
                let Some(Value::Object(own)) = inner.get_mut("settings") else {
                    return;
                };
                inner = own;
            }
            remove(inner, rest);
        }
    }
}

/// JSON with keys in order, whatever order the map keeps.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for key in keys {
                let _ = write!(out, "{}:", Value::from(key.as_str()));
                write_canonical(&map[key], out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, as_before: &[&str]) -> Checked {
        Checked {
            settings: serde_json::from_str(text).unwrap(),
            origins: std::collections::BTreeMap::default(),
            as_before: as_before.iter().map(|path| KeyPath::from(*path)).collect(),
        }
    }

    #[test]
    fn the_digest_looks_at_values_only() {
        let parse = |text: &str| of(text, &[]);
        let one = digest(&parse(
            r#"{"name": "a", "seed": 1, "trainer": {"epochs": 2, "lr": 0.1}}"#,
        ));
        assert_eq!(
            one,
            digest(&parse(
                r#"{"trainer": {"lr": 0.1, "epochs": 2}, "seed": 1, "name": "b"}"#
            ))
        );
        assert_ne!(
            one,
            digest(&parse(r#"{"trainer": {"lr": 0.2, "epochs": 2}, "seed": 1}"#))
        );
        // echo -n '{"seed":1,}' | sha256sum
        assert_eq!(
            digest(&parse(r#"{"seed": 1}"#)),
            "23bf917c82de8d7eeebd8a6d03d9ecab67be40a9ca237d449a83046c7723ddda"
        );
    }

    #[test]
    fn what_means_the_same_as_ever_leaves_no_trace() {
        let without = digest(&of(
            r#"{"dataset": {"name": "csv", "settings": {"path": "a"}}, "trainer": {}}"#,
            &[],
        ));
        let with = r#"{"dataset": {"name": "csv", "settings": {"path": "a", "cells": "f32"}}, "trainer": {"drop_last": false}}"#;
        assert_eq!(digest(&of(with, &["dataset.cells", "trainer.drop_last"])), without);
        assert_ne!(digest(&of(with, &["dataset.cells"])), without);
    }
}
