//! Entries of registries: variants such as `optimizer`, and the layers of a network.

use figment::value::{Dict, Value as Found};

use crate::recipe::phrase::{clip, found as shown};
use crate::recipe::suggest::closest;
use crate::spec::{Field, KeyPath, Kind, Problem, Section, Settings, Value};

use super::Checker;

impl Checker<'_> {
    pub(super) fn variant(
        &mut self,
        kind: &Kind,
        of: &[&'static Section],
        common: &'static [Field],
        found: &Found,
        path: &KeyPath,
    ) -> Option<Value> {
        let Found::Dict(_, entries) = found else {
            return self.mismatch(kind, found, path);
        };
        let names: Vec<&str> = of.iter().map(|section| section.name).collect();
        let Some(name) = entries.get("name") else {
            let problem =
                Problem::new(path.join("name"), "this key is missing").help(format!("add 'name': {}", list(&names)));
            let origin = self.origin_of_section(path);
            self.diagnostics.push(super::Diagnostic::new(origin, problem));
            return None;
        };
        let section = name
            .as_str()
            .and_then(|name| of.iter().find(|section| section.name == name));
        let Some(section) = section else {
            self.unknown_name(&names, name, path);
            return None;
        };
        let before = self.diagnostics.len();
        self.record_section(found, path);
        self.record(name, &path.join("name"));
        let fields: Vec<&Field> = section.fields.iter().chain(common).collect();
        let mut own = entries.clone();
        own.remove("name");
        let settings = self.fields(&fields, &own, section.name, path);
        (self.diagnostics.len() == before).then(|| chosen(section.name, settings))
    }

    pub(super) fn layers(&mut self, kind: &Kind, found: &Found, path: &KeyPath) -> Option<Value> {
        let Found::Array(_, items) = found else {
            return self.mismatch(kind, found, path);
        };
        self.record_section(found, path);
        let layers: Vec<Option<Value>> = items
            .iter()
            .enumerate()
            .map(|(i, item)| self.layer(item, &path.join(i)))
            .collect();
        layers.into_iter().collect::<Option<Vec<Value>>>().map(Value::Array)
    }

    fn layer(&mut self, found: &Found, path: &KeyPath) -> Option<Value> {
        let entries = match found {
            Found::Dict(_, entries) if !entries.is_empty() => entries,
            _ => {
                let shown = self
                    .node(found, path)
                    .map_or_else(|| crate::recipe::merge::found(found), shown);
                let message = format!("expected a layer, such as 'relu' or 'linear: 512', found {shown}");
                self.refuse(found, Problem::new(path.clone(), message));
                return None;
            }
        };
        let mut keys = entries.iter();
        let (Some((name, settings)), None) = (keys.next(), keys.next()) else {
            self.two_layers(found, entries, path);
            return None;
        };
        let path = path.join(name);
        let Some(section) = self.language.layer(name) else {
            let layers = (self.language.layers)();
            let names: Vec<&str> = layers.iter().map(|section| section.name).collect();
            let problem = Problem::new(path, format!("there is no layer named '{}'", clip(name)));
            self.refuse_key(settings, problem.help(did_you_mean(name, &names)));
            return None;
        };
        match self.value(&Kind::Section(section), settings, &path)? {
            Value::Object(settings) => Some(chosen(section.name, settings)),
            _ => None,
        }
    }

    /// An item with several keys: two layers under one dash, or settings that are not indented enough.
    fn two_layers(&mut self, found: &Found, entries: &Dict, path: &KeyPath) {
        let (mut names, mut others): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for key in entries.keys() {
            if self.language.layer(key).is_some() {
                names.push(key)
            } else {
                others.push(key)
            }
        }
        let help = match (names.as_slice(), others.as_slice()) {
            ([name], [key, ..]) if self.has_key(name, key) => {
                let known = self.language.layer(name).and_then(|section| section.shorthand);
                let head = known.map_or(String::new(), |key| format!("{key}: …, "));
                format!("write '{name}: {{{head}{key}: …}}', or indent '{key}' deeper than '{name}'")
            }
            _ => "start each layer with its own '- '".to_owned(),
        };
        let keys: Vec<String> = entries.keys().take(4).map(|key| clip(key)).collect();
        let message = format!("expected one layer, found {} keys: {}", entries.len(), keys.join(", "));
        self.refuse(found, Problem::new(path.clone(), message).help(help));
    }

    fn has_key(&self, layer: &str, key: &str) -> bool {
        self.language
            .layer(layer)
            .is_some_and(|section| section.fields.iter().any(|field| field.key == key))
    }

    fn unknown_name(&mut self, names: &[&str], found: &Found, path: &KeyPath) {
        let name_path = path.join("name");
        let (message, help) = match found.as_str() {
            Some(name) => (
                format!("there is no {} named '{}'", noun(path), clip(name)),
                did_you_mean(name, names),
            ),
            None => {
                let shown = self
                    .node(found, &name_path)
                    .map_or_else(|| crate::recipe::merge::found(found), shown);
                (format!("expected a name, found {shown}"), list(names))
            }
        };
        self.refuse(found, Problem::new(name_path, message).help(help));
    }
}

fn chosen(name: &str, settings: Settings) -> Value {
    Value::Object(Settings::from_iter([
        ("name".to_owned(), Value::from(name)),
        ("settings".to_owned(), Value::Object(settings)),
    ]))
}

/// What the entries of a variant are called: its key, `optimizer` or `lr_scheduler`.
fn noun(path: &KeyPath) -> &str {
    path.0
        .iter()
        .rev()
        .find(|key| key.parse::<usize>().is_err())
        .map_or("entry", String::as_str)
}

/// The nearest of the names, or all of them.
pub fn did_you_mean(word: &str, names: &[&str]) -> String {
    closest(word, names).map_or_else(|| list(names), |near| format!("did you mean '{near}'?"))
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "there are none to choose from".to_owned(),
        names => format!("one of {}", names.join(", ")),
    }
}
