//! JSON Schema (draft 2020-12) of recipes, made from the same declarations as their checks, so that
//! editors complete names, show docs and mark mistakes while a recipe is written.
//!
//! The schema is a little more lenient than the check where a recipe extends another one: keys that the
//! base may give are not demanded outside of lists, which are never merged.

mod kind;

use serde_json::{Map, Value, json};

use runner_declare::{Field, Presence, Section};

use super::language::{Approach, Language, MODEL};
use kind::Scope;

/// The schema as indented text with a line break at its end. The same declarations give the same bytes.
#[must_use]
pub fn json(language: &Language) -> String {
    let mut text = format!("{:#}", sorted(root(language)));
    text.push('\n');
    text
}

/// The schema of a file whose keys are those of one section, such as a sweep.
#[must_use]
pub fn json_of(section: &'static Section) -> String {
    let mut properties = Map::new();
    properties.insert(
        "extends".to_owned(),
        json!({"type": "string", "description": "Another such file to start from: a path relative to this one."}),
    );
    for field in section.fields {
        properties.insert(field.key.to_owned(), kind::field(field, Scope::Mergeable));
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": section.name,
        "description": section.doc,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "if": {"required": ["extends"]},
        "else": {"required": required(section.fields.iter())},
    });
    let mut text = format!("{:#}", sorted(schema));
    text.push('\n');
    text
}

fn root(language: &Language) -> Value {
    let forms = forms(language);
    let mut properties = Map::new();
    for field in language.head.iter().chain(language.tail) {
        properties.insert(field.key.to_owned(), kind::field(field, Scope::Mergeable));
    }
    for field in forms.iter().flat_map(|(task, _)| task.fields) {
        // What it may hold depends on the task; see `allOf`.
        properties
            .entry(field.key)
            .or_insert_with(|| json!({"description": field.doc}));
    }
    let required: Vec<&str> = required(language.head.iter().chain(language.tail));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "recipe",
        "description": "One experiment: its data, its network or model, training and evaluation.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "if": {"required": ["extends"]},
        "else": {"required": required},
        "allOf": forms.iter().map(|&(task, approach)| rules(language, task, approach)).collect::<Vec<_>>(),
        "$defs": {"layer": kind::layer(&(language.layers)())},
    })
}

/// Every task, and with it again those that models can do.
fn forms(language: &Language) -> Vec<(&'static Section, Approach)> {
    let by_networks = (language.tasks)().into_iter().map(|task| (task, Approach::Network));
    let by_models = (language.models.tasks)()
        .into_iter()
        .map(|task| (task, Approach::Model));
    by_networks.chain(by_models).collect()
}

/// What a recipe of this task and approach holds besides, and that it holds nothing of the others.
fn rules(language: &Language, task: &Section, approach: Approach) -> Value {
    let mut properties = Map::new();
    let mut own: Vec<&Field> = task.fields.iter().collect();
    if approach == Approach::Model {
        own.extend(language.models.tail);
    }
    let forms = forms(language);
    let others = forms.iter().flat_map(|(task, _)| task.fields);
    let tail = (approach == Approach::Model).then_some(language.tail);
    for field in others.chain(tail.into_iter().flatten()) {
        properties.insert(field.key.to_owned(), Value::Bool(false));
    }
    for field in own {
        properties.insert(field.key.to_owned(), kind::field(field, Scope::Mergeable));
    }
    let mut then = json!({"properties": properties});
    let required = required(task.fields.iter());
    if !required.is_empty() {
        then["if"] = json!({"required": ["extends"]});
        then["else"] = json!({"required": required});
    }
    let mut condition = json!({"properties": {"task": {"const": task.name}}, "required": ["task"]});
    match approach {
        Approach::Model => condition["required"] = json!(["task", MODEL]),
        Approach::Network if language.task(task.name, Approach::Model).is_some() => {
            condition["not"] = json!({"required": [MODEL]});
        }
        Approach::Network => {}
    }
    json!({"if": condition, "then": then})
}

fn required<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<&'a str> {
    fields
        .filter(|field| matches!(field.presence, Presence::Required))
        .map(|field| field.key)
        .collect()
}

/// With keys in order, whatever order the JSON library keeps: other crates can change that.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}
