//! Entries of registries: variants such as `optimizer`, and the layers of a network.

use figment::value::{Dict, Value as Found};

use crate::diagnostic::{Diagnostic, Fault};
use crate::language::Registry;
use crate::phrase::found as shown;
use crate::suggest::{meant, names};
use runner_declare::{Field, KeyPath, Kind, Problem, Section, Settings, Value};
use runner_ground::text::clip;

use super::Checker;

impl Checker<'_> {
    /// A name alone.
    pub(super) fn name(&mut self, of: Registry, found: &Found, path: &KeyPath) -> Option<Value> {
        let section = self.entry(of, found, path)?;
        if found.as_str() != Some(section.name) {
            return None;
        }
        self.record(found, path);
        Some(Value::from(section.name))
    }

    pub(super) fn variant(
        &mut self,
        kind: &Kind,
        of: Registry,
        common: &'static [Field],
        found: &Found,
        path: &KeyPath,
    ) -> Option<Value> {
        let Found::Dict(_, entries) = found else {
            return self.mismatch(kind, found, path);
        };
        let Some(name) = entries.get("name") else {
            let help = unnamed(&of(), common, entries);
            let problem = Problem::new(path.join("name"), "this key is missing").help(help);
            let origin = self.origin_of_section(path);
            self.diagnostics
                .push(Diagnostic::new(origin, problem).fault(Fault::Absent));
            return None;
        };
        let before = self.diagnostics.len();
        let section = self.entry(of, name, &path.join("name"))?;
        self.record_section(found, path);
        self.record(name, &path.join("name"));
        let fields: Vec<&Field> = section.fields.iter().chain(common).collect();
        let mut own = entries.clone();
        own.remove("name");
        let settings = self.fields(&fields, &own, section.name, path);
        (self.diagnostics.len() == before).then(|| chosen(section.name, settings))
    }

    /// The entry that a name means. A misspelt one is reported and looked at as what was probably meant, so
    /// that it does not hide the mistakes beside it.
    fn entry(&mut self, of: Registry, found: &Found, path: &KeyPath) -> Option<&'static Section> {
        let Some(name) = found.as_str() else {
            self.mismatch(&Kind::Name(of), found, path);
            return None;
        };
        if let Some(problem) = glued(name, path, &["name"]) {
            self.refuse(found, problem);
            return None;
        }
        let meant = meant(&of(), name);
        if meant.is_none_or(|section| section.name != name) {
            let message = format!("there is no {} named '{}'", noun(path), clip(name));
            self.refuse(
                found,
                Problem::new(path.clone(), message).help(did_you_mean(meant, &of())),
            );
            if let (Some(section), Some(told)) = (meant, self.diagnostics.last_mut()) {
                told.fault = Fault::Misspelt(section.name);
            }
        }
        meant
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
                let shown = self.node(found, path).map_or_else(|| crate::merge::found(found), shown);
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
        let section = self.layer_section(name, settings, &path)?;
        match self.value(&Kind::Section(section), settings, &path)? {
            Value::Object(settings) if section.name == name => Some(chosen(section.name, settings)),
            _ => None,
        }
    }

    /// The layer that a key means; a misspelt one as in [`Checker::entry`].
    fn layer_section(&mut self, name: &str, settings: &Found, path: &KeyPath) -> Option<&'static Section> {
        let layers = (self.language.layers)();
        if let Some(problem) = glued(name, path, &names(&layers)) {
            self.refuse_key(settings, problem);
            return None;
        }
        let meant = meant(&layers, name);
        if meant.is_none_or(|section| section.name != name) {
            let problem = Problem::new(path.clone(), format!("there is no layer named '{}'", clip(name)));
            self.refuse_key(settings, problem.help(did_you_mean(meant, &layers)));
        }
        meant
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
}

/// What to do about settings of which nothing says whose they are: perhaps a key does.
fn unnamed(of: &[&'static Section], common: &[Field], entries: &Dict) -> String {
    let is_key = |name: &str| common.iter().any(|field| field.key == name);
    let mut keys = entries.keys().filter(|key| !is_key(key));
    let Some((key, section)) = keys.find_map(|key| Some((key, meant(of, key)?))) else {
        return format!("add 'name': {}", list(&names(of)));
    };
    match section.shorthand {
        _ if entries.len() == 1 && *key != section.name => format!("did you mean '{}'?", section.name),
        Some(own) if entries.len() > 1 => format!("write '{{name: {}, {own}: …, …}}'", section.name),
        _ => format!("write '{{name: {}, …}}'", section.name),
    }
}

/// A key and its value without a blank between them, where that is a word of its own: a line `linear:64`.
fn glued(word: &str, path: &KeyPath, keys: &[&str]) -> Option<Problem> {
    let (key, value) = word
        .split_once(':')
        .filter(|(key, value)| keys.contains(key) && !value.is_empty())?;
    let message = format!("'{}' is a single word: there is no blank after the colon", clip(word));
    Some(Problem::new(path.clone(), message).help(format!("write '{key}: {}'", clip(value))))
}

fn chosen(name: &str, settings: Settings) -> Value {
    Value::Object(Settings::from_iter([
        ("name".to_owned(), Value::from(name)),
        ("settings".to_owned(), Value::Object(settings)),
    ]))
}

/// What is called by a name: the key that holds it, `optimizer` or `lr_scheduler` or `task`.
fn noun(path: &KeyPath) -> &str {
    path.0
        .iter()
        .rev()
        .find(|key| *key != "name" && key.parse::<usize>().is_err())
        .map_or("entry", String::as_str)
}

/// What was probably meant, or all that there is.
fn did_you_mean(meant: Option<&Section>, of: &[&'static Section]) -> String {
    meant.map_or_else(|| list(&names(of)), |near| format!("did you mean '{}'?", near.name))
}

pub(super) fn list(names: &[&str]) -> String {
    match names {
        [] => "there are none to choose from".to_owned(),
        names => format!("one of {}", names.join(", ")),
    }
}
