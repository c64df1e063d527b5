//! The complete recipe as YAML text, in declared order, each line with the origin of its value.

use std::collections::BTreeMap;
use std::fmt::Write;

use runner_declare::{Field, KeyPath, Kind, Section, Settings, Value};

use super::check::Checked;
use super::language::Language;
use super::origin::Origin;
use super::yaml::{self, Data, Scalar};

/// Writes the settings of these fields.
pub fn write(language: &'static Language, recipe: &Checked, fields: &[&'static Field]) -> String {
    let Checked { settings, origins } = recipe;
    let mut writer = Writer {
        language,
        origins,
        lines: Vec::new(),
    };
    writer.fields(fields, settings, 0, &KeyPath::root());
    let width = writer
        .lines
        .iter()
        .map(|(text, _)| text.chars().count())
        .filter(|w| *w <= 48)
        .max()
        .unwrap_or(0);
    writer.lines.iter().fold(String::new(), |mut out, (text, comment)| {
        let _ = match comment {
            Some(comment) => writeln!(out, "{text:width$}  # {comment}"),
            None => writeln!(out, "{text}"),
        };
        out
    })
}

struct Writer<'a> {
    language: &'static Language,
    origins: &'a BTreeMap<KeyPath, Origin>,
    lines: Vec<(String, Option<String>)>,
}

impl Writer<'_> {
    fn fields(&mut self, fields: &[&'static Field], settings: &Settings, indent: usize, path: &KeyPath) {
        for field in fields {
            if let Some(value) = settings.get(field.key) {
                self.entry(field.key, &field.kind, value, indent, &path.join(field.key));
            }
        }
    }

    /// `key: value`, the value on the same line or below it.
    fn entry(&mut self, key: &str, kind: &'static Kind, value: &Value, indent: usize, path: &KeyPath) {
        let head = format!("{:indent$}{}:", "", word(key));
        if let Some(text) = self.on_one_line(value, path) {
            return self.line(format!("{head} {text}"), Some(path));
        }
        self.line(head, None);
        self.block(kind, value, indent + 2, path);
    }

    /// A list or mapping over several lines.
    fn block(&mut self, kind: &'static Kind, value: &Value, indent: usize, path: &KeyPath) {
        match (kind, value) {
            (Kind::Section(section), Value::Object(settings)) => {
                self.fields(&section.fields.iter().collect::<Vec<_>>(), settings, indent, path);
            }
            (Kind::Variant { of, common }, Value::Object(chosen)) => self.variant(&of(), common, chosen, indent, path),
            (Kind::Map(of), Value::Object(entries)) => {
                for (key, value) in entries {
                    self.entry(key, of, value, indent, &path.join(key));
                }
            }
            (Kind::Layers, Value::Array(layers)) => {
                layers
                    .iter()
                    .enumerate()
                    .for_each(|(i, layer)| self.layer(layer, indent, &path.join(i)));
            }
            (Kind::List { of, .. }, Value::Array(items)) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(i, item)| self.item(of, item, indent, &path.join(i)));
            }
            (Kind::Either(kinds), value) => {
                if let Some(kind) = kinds.iter().find(|kind| holds(kind, value)) {
                    self.block(kind, value, indent, path);
                }
            }
            _ => {}
        }
    }

    fn variant(
        &mut self,
        of: &[&'static Section],
        common: &'static [Field],
        chosen: &Settings,
        indent: usize,
        path: &KeyPath,
    ) {
        let Some((name, settings)) = parts(chosen) else {
            return;
        };
        self.line(format!("{:indent$}name: {}", "", word(name)), Some(&path.join("name")));
        if let Some(section) = of.iter().find(|section| section.name == name) {
            let fields: Vec<&'static Field> = section.fields.iter().chain(common).collect();
            self.fields(&fields, settings, indent, path);
        }
    }

    fn layer(&mut self, layer: &Value, indent: usize, path: &KeyPath) {
        let Some((name, settings)) = layer.as_object().and_then(parts) else {
            return;
        };
        let path = path.join(name);
        if settings.is_empty() {
            return self.line(format!("{:indent$}- {}", "", word(name)), Some(&path));
        }
        self.line(format!("{:indent$}- {}:", "", word(name)), None);
        if let Some(section) = self.language.layer(name) {
            self.fields(&section.fields.iter().collect::<Vec<_>>(), settings, indent + 6, &path);
        }
    }

    /// A list's item that takes several lines hangs below a lone dash.
    fn item(&mut self, kind: &'static Kind, value: &Value, indent: usize, path: &KeyPath) {
        match self.on_one_line(value, path) {
            Some(text) => self.line(format!("{:indent$}- {text}", ""), Some(path)),
            None => {
                self.line(format!("{:indent$}-", ""), None);
                self.block(kind, value, indent + 2, path);
            }
        }
    }

    fn line(&mut self, text: String, path: Option<&KeyPath>) {
        let comment = path.and_then(|path| self.origins.get(path)).map(Origin::short);
        self.lines.push((text, comment));
    }

    /// Scalars, empty collections, and lists of scalars that one line of the recipe gave.
    fn on_one_line(&self, value: &Value, path: &KeyPath) -> Option<String> {
        match value {
            Value::Object(entries) => entries.is_empty().then(|| "{}".to_owned()),
            Value::Array(items) => {
                let origin = |i: usize| self.origins.get(&path.join(i)).map(Origin::short);
                let scalars = items.iter().all(|item| !item.is_object() && !item.is_array());
                let together = (1..items.len()).all(|i| origin(i) == origin(0));
                let texts: Vec<String> = items.iter().map(scalar).collect();
                (scalars && together).then(|| format!("[{}]", texts.join(", ")))
            }
            value => Some(scalar(value)),
        }
    }
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

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => word(text),
        other => other.to_string(),
    }
}

/// Text, in quotes unless it is a plain word that reads back as itself.
fn word(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    if plain
        && matches!(
            yaml::parse(text).0.map(|node| node.data),
            Some(Data::Scalar(Scalar {
                atom: yaml::Atom::Text,
                ..
            }))
        )
    {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if !runner_ground::text::is_printable(c) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
