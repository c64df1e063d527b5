//! The schema of one field, one kind, one section.

use serde_json::{Map, Value, json};

use runner_declare::{Bound, Field, Kind, Presence, Range, Section};

use super::required;
use crate::suggest::{keys_of, names_of};

/// Whether keys may come from another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A base may give what is missing here.
    Mergeable,
    /// Inside a list: all must be here.
    Complete,
}

/// A field's schema with its doc and default.
pub fn field(field: &Field, scope: Scope) -> Value {
    let mut schema = of(&field.kind, scope);
    if matches!(field.presence, Presence::Optional) && scope == Scope::Mergeable {
        schema = json!({"anyOf": [schema, {"type": "null", "description": "None, whatever a base says."}]});
    }
    schema["description"] = Value::from(field.doc);
    if let Some(literal) = field.presence.default()
        && let Ok(default) = serde_json::from_str::<Value>(literal)
    {
        schema["default"] = default;
    }
    schema
}

/// A layer of a network: its name alone, or its name over its settings.
pub fn layer(layers: &[&'static Section]) -> Value {
    let bare = layers
        .iter()
        .filter(|layer| !needs_settings(layer))
        .map(|layer| described_name(layer));
    let long = layers.iter().enumerate().map(|(place, layer)| {
        let mut settings = with_shorthand(layer, Scope::Complete);
        if !needs_settings(layer) {
            settings = json!({"anyOf": [settings, {"type": "null"}]});
        }
        settings["description"] = Value::from(layer.doc);
        let mut properties = Map::from_iter([(layer.name.to_owned(), settings)]);
        // The first alternative is that of bare names.
        let same = format!("#/$defs/layer/anyOf/{}/properties/{}", place + 1, layer.name);
        properties.extend(names_of(layer.name).map(|theirs| (theirs.to_owned(), json!({"$ref": same}))));
        json!({
            "type": "object",
            "description": layer.doc,
            "properties": properties,
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false,
        })
    });
    let bare = json!({"oneOf": bare.collect::<Vec<_>>()});
    json!({"description": "A layer.", "anyOf": std::iter::once(bare).chain(long).collect::<Vec<_>>()})
}

/// The schema of a kind's values.
pub fn of(kind: &Kind, scope: Scope) -> Value {
    match kind {
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Integer { min, max } => integer(*min, *max),
        Kind::Number(range) => number(*range),
        Kind::Any => json!({}),
        Kind::Text | Kind::Path => json!({"type": "string"}),
        Kind::Name(of) => json!({"oneOf": of().into_iter().map(described_name).collect::<Vec<_>>()}),
        Kind::Choice(words) => {
            let word = |(word, doc): &(&str, &str)| json!({"const": word, "description": doc});
            json!({"oneOf": words.iter().map(word).collect::<Vec<_>>()})
        }
        Kind::List { of, min, max } => list(of, *min, *max),
        Kind::Map(of) => json!({"type": "object", "additionalProperties": self::of(of, scope)}),
        Kind::Either(kinds) => json!({"anyOf": kinds.iter().map(|kind| self::of(kind, scope)).collect::<Vec<_>>()}),
        Kind::Section(section) => with_shorthand(section, scope),
        Kind::Variant { of, common } => variant(&of(), common, scope),
        Kind::Layers => json!({"type": "array", "items": {"$ref": "#/$defs/layer"}}),
    }
}

fn integer(min: i64, max: i64) -> Value {
    let mut schema = json!({"type": "integer"});
    if min != i64::MIN {
        schema["minimum"] = Value::from(min);
    }
    if max != i64::MAX {
        schema["maximum"] = Value::from(max);
    }
    schema
}

fn number(range: Range) -> Value {
    let mut schema = json!({"type": "number"});
    match range.low {
        Bound::None => {}
        Bound::Including(low) => schema["minimum"] = Value::from(low),
        Bound::Excluding(low) => schema["exclusiveMinimum"] = Value::from(low),
    }
    match range.high {
        Bound::None => {}
        Bound::Including(high) => schema["maximum"] = Value::from(high),
        Bound::Excluding(high) => schema["exclusiveMaximum"] = Value::from(high),
    }
    schema
}

fn list(of: &Kind, min: usize, max: usize) -> Value {
    let mut schema = json!({"type": "array", "items": self::of(of, Scope::Complete), "minItems": min});
    if max != usize::MAX {
        schema["maxItems"] = Value::from(max);
    }
    schema
}

fn with_shorthand(section: &Section, scope: Scope) -> Value {
    let long = object(section.fields.iter(), Map::new(), Vec::new(), scope);
    let short = section
        .shorthand
        .and_then(|key| section.fields.iter().find(|field| field.key == key));
    match short {
        Some(short) => json!({"anyOf": [field(short, Scope::Complete), long]}),
        None => long,
    }
}

/// A name alone where nothing else is demanded, or a mapping with one.
fn variant(of: &[&'static Section], common: &[Field], scope: Scope) -> Value {
    let bare: Vec<Value> = of
        .iter()
        .filter(|section| scope == Scope::Mergeable || !needs_settings(section))
        .map(|s| described_name(s))
        .collect();
    let mut forms = Vec::new();
    if !bare.is_empty() {
        forms.push(json!({"oneOf": bare}));
    }
    for section in of {
        let name = Map::from_iter([("name".to_owned(), described_name(section))]);
        let demanded = if scope == Scope::Complete {
            vec!["name"]
        } else {
            Vec::new()
        };
        let mut form = object(section.fields.iter().chain(common), name, demanded, scope);
        form["description"] = Value::from(section.doc);
        forms.push(form);
    }
    forms.extend(as_layers(of, scope));
    json!({"anyOf": forms})
}

/// A name over its settings, or over the value that stands for them, as layers are written. What the settings are is said
/// once, in the form with `name`.
fn as_layers(of: &[&'static Section], scope: Scope) -> Option<Value> {
    let mut properties = Map::new();
    for section in of {
        let short = section
            .shorthand
            .and_then(|key| section.fields.iter().find(|f| f.key == key));
        let mut forms: Vec<Value> = short.map(|short| field(short, Scope::Complete)).into_iter().collect();
        forms.push(json!({"type": "object"}));
        if scope == Scope::Mergeable || !needs_settings(section) {
            forms.push(json!({"type": "null"}));
        }
        let settings = json!({"anyOf": forms, "description": section.doc});
        for name in std::iter::once(section.name).chain(names_of(section.name)) {
            properties.insert(name.to_owned(), settings.clone());
        }
    }
    let form = json!({
        "type": "object",
        "properties": properties,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
    });
    (!of.is_empty()).then_some(form)
}

fn object<'a>(
    fields: impl Iterator<Item = &'a Field> + Clone,
    mut properties: Map<String, Value>,
    mut demanded: Vec<&'a str>,
    scope: Scope,
) -> Value {
    properties.extend(fields.clone().map(|f| (f.key.to_owned(), field(f, scope))));
    for f in fields.clone() {
        properties.extend(keys_of(f.key).map(|theirs| (theirs.to_owned(), field(f, scope))));
    }
    if scope == Scope::Complete {
        demanded.extend(required(fields));
    }
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !demanded.is_empty() {
        schema["required"] = Value::from(demanded);
    }
    schema
}

fn described_name(section: &Section) -> Value {
    let names: Vec<&str> = std::iter::once(section.name).chain(names_of(section.name)).collect();
    match names.as_slice() {
        [name] => json!({"const": name, "description": section.doc}),
        names => json!({"enum": names, "description": section.doc}),
    }
}

fn needs_settings(section: &Section) -> bool {
    section
        .fields
        .iter()
        .any(|field| matches!(field.presence, Presence::Required))
}
