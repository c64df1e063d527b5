//! The complete recipe as YAML text, in declared order, each line with the origin of its value.

use std::collections::BTreeMap;
use std::fmt::Write;

use runner_declare::{Field, KeyPath, Kind, Section, Settings, Value};
use serde_yaml::{Mapping, Value as Yaml};

use super::check::Checked;
use super::language::Language;
use super::origin::Origin;
use super::yaml::{self, Data, Node};

/// Comments stand below one another, behind lines of at most this many characters.
const COLUMN: usize = 48;

/// Writes the settings of these fields.
pub fn write(language: &'static Language, recipe: &Checked, fields: &[&'static Field]) -> String {
    let text = yaml::write(section(language, fields, &recipe.settings));
    let mut comments = BTreeMap::new();
    if let (Some(tree), _) = yaml::parse(&text) {
        comment(&tree, &KeyPath::root(), &recipe.origins, &mut comments);
    }
    beside(&text, &comments)
}

/// Each line with its comment, counted from 1.
fn beside(text: &str, comments: &BTreeMap<usize, String>) -> String {
    let lengths = text.lines().map(|line| line.chars().count());
    let width = lengths.filter(|length| *length <= COLUMN).max().unwrap_or(0);
    (1..).zip(text.lines()).fold(String::new(), |mut out, (number, line)| {
        let _ = match comments.get(&number) {
            Some(comment) => writeln!(out, "{line:width$}  # {comment}"),
            None => writeln!(out, "{line}"),
        };
        out
    })
}

/// Where the values of a written tree came from, by their lines.
fn comment(node: &Node, path: &KeyPath, origins: &BTreeMap<KeyPath, Origin>, comments: &mut BTreeMap<usize, String>) {
    match &node.data {
        Data::Map(entries) if !entries.is_empty() => {
            for (key, entry) in entries {
                comment(&entry.value, &path.join(key), origins, comments);
            }
        }
        Data::List(items) if !items.is_empty() => {
            for (i, item) in items.iter().enumerate() {
                comment(item, &path.join(i), origins, comments);
            }
        }
        _ => {
            // A layer without settings is its name alone.
            let layer = || origins.get(&path.join(node.text()?));
            if let Some(origin) = origins.get(path).or_else(layer) {
                comments.insert(node.at.line, origin.short());
            }
        }
    }
}

/// The settings of these fields as recipes write them.
fn section(language: &'static Language, fields: &[&'static Field], settings: &Settings) -> Yaml {
    let written = fields.iter().filter_map(|field| {
        let value = settings.get(field.key)?;
        Some((field.key.into(), form(language, &field.kind, value)))
    });
    Yaml::Mapping(written.collect())
}

/// A checked value as recipes write it.
fn form(language: &'static Language, kind: &'static Kind, value: &Value) -> Yaml {
    match (kind, value) {
        (Kind::Section(of), Value::Object(settings)) => section(language, &fields(of, &[]), settings),
        (Kind::Variant { of, common }, Value::Object(chosen)) => variant(language, &of(), common, chosen),
        (Kind::Map(of), Value::Object(entries)) => {
            let entries = entries.iter();
            Yaml::Mapping(
                entries
                    .map(|(key, value)| (key.as_str().into(), form(language, of, value)))
                    .collect(),
            )
        }
        (Kind::Layers, Value::Array(layers)) => layers.iter().map(|value| layer(language, value)).collect(),
        (Kind::List { of, .. }, Value::Array(items)) => items.iter().map(|item| form(language, of, item)).collect(),
        (Kind::Either(kinds), value) => match kinds.iter().find(|kind| holds(kind, value)) {
            Some(kind) => form(language, kind, value),
            None => plain(value),
        },
        (_, value) => plain(value),
    }
}

fn variant(language: &'static Language, of: &[&'static Section], common: &'static [Field], chosen: &Settings) -> Yaml {
    let Some((name, settings)) = parts(chosen) else {
        return plain(&Value::Object(chosen.clone()));
    };
    let mut written = Mapping::from_iter([("name".into(), name.into())]);
    if let Some(of) = of.iter().find(|section| section.name == name)
        && let Yaml::Mapping(settings) = section(language, &fields(of, common), settings)
    {
        written.extend(settings);
    }
    Yaml::Mapping(written)
}

fn layer(language: &'static Language, value: &Value) -> Yaml {
    match value.as_object().and_then(parts) {
        Some((name, settings)) => match language.layer(name) {
            Some(of) if !settings.is_empty() => {
                let settings = section(language, &fields(of, &[]), settings);
                Yaml::Mapping(Mapping::from_iter([(name.into(), settings)]))
            }
            _ => name.into(),
        },
        None => plain(value),
    }
}

fn fields(of: &'static Section, common: &'static [Field]) -> Vec<&'static Field> {
    of.fields.iter().chain(common).collect()
}

fn parts(chosen: &Settings) -> Option<(&str, &Settings)> {
    Some((chosen.get("name")?.as_str()?, chosen.get("settings")?.as_object()?))
}

/// Whether a checked value can be one of this kind's.
fn holds(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::List { .. } | Kind::Layers => value.is_array(),
        Kind::Variant { .. } => value.as_object().and_then(parts).is_some(),
        Kind::Section(_) | Kind::Map(_) => value.is_object(),
        Kind::Either(kinds) => kinds.iter().any(|kind| holds(kind, value)),
        Kind::Bool
        | Kind::Integer { .. }
        | Kind::Number(_)
        | Kind::Text
        | Kind::Any
        | Kind::Path
        | Kind::Name(_)
        | Kind::Choice(_) => false,
    }
}

/// A value that has the same form in recipes and after their check.
fn plain(value: &Value) -> Yaml {
    // Plain values have no tag, and nothing else could fail.
    serde_yaml::to_value(value).unwrap_or_default()
}
