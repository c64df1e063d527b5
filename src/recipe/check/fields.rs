//! Sections: their keys, the unknown ones, the missing ones, and the defaults.

use figment::value::{Dict, Value as Found};

use crate::diagnostic::{Diagnostic, Fault};
use crate::language::{Approach, MODEL};
use crate::phrase::{expected, found as shown, words_list};
use crate::suggest::{instead, meant, meant_key, names as sections, near, words};
use runner_declare::{Field, KeyPath, Kind, Presence, Problem, Section, Settings, Value};
use runner_ground::text::clip;

use super::{Checker, Era};

impl Checker<'_> {
    pub(super) fn root(&mut self) -> Settings {
        let merged = self.merged;
        let path = KeyPath::root();
        self.record_section(&merged.value, &path);
        let empty = Dict::new();
        let entries = merged.value.as_dict().unwrap_or(&empty);
        let owner = self
            .form
            .task
            .map_or("a recipe".to_owned(), |task| format!("a {} recipe", task.name));
        self.fields(&self.language.fields(self.form), entries, &owner, &path)
    }

    pub(super) fn section(
        &mut self,
        kind: &Kind,
        section: &'static Section,
        found: &Found,
        path: &KeyPath,
    ) -> Option<Value> {
        let Found::Dict(_, entries) = found else {
            return self.mismatch(kind, found, path);
        };
        let before = self.diagnostics.len();
        self.record_section(found, path);
        let fields: Vec<&Field> = section.fields.iter().collect();
        let settings = self.fields(&fields, entries, section.name, path);
        (self.diagnostics.len() == before).then_some(Value::Object(settings))
    }

    /// All keys of one mapping. `owner` is who has these keys, for messages.
    pub(super) fn fields(&mut self, fields: &[&Field], entries: &Dict, owner: &str, path: &KeyPath) -> Settings {
        let mut misspelt: Vec<&str> = Vec::new();
        for (key, found) in entries {
            if !fields.iter().any(|field| field.key == key) && self.unknown_key(fields, found, owner, &path.join(key)) {
                let meant = meant_key(fields, key).inspect(|field| self.inside(field, entries, found, &path.join(key)));
                misspelt.extend(meant.map(|field| field.key));
            }
        }
        let mut settings = Settings::new();
        for field in fields {
            let path = path.join(field.key);
            // What stands there under a misspelt key is not missing.
            if misspelt.contains(&field.key) && matches!(field.presence, Presence::Required) {
                continue;
            }
            if let Some(value) = self.field(field, entries.get(field.key), &path) {
                settings.insert(field.key.to_owned(), value);
            }
        }
        settings
    }

    /// What is wrong with the value under a misspelt key, as far as it is clear what that means.
    fn inside(&mut self, field: &Field, entries: &Dict, found: &Found, path: &KeyPath) {
        if found.as_dict().is_none() && found.as_array().is_none() {
            // A single word or number may be meant for something else.
            return;
        }
        let mut found = found.clone();
        // Which entry it speaks of may stand under the key itself.
        if let (Kind::Variant { .. }, Found::Dict(_, own)) = (&field.kind, &mut found)
            && !own.contains_key("name")
            && let Some(name) = entries
                .get(field.key)
                .and_then(Found::as_dict)
                .and_then(|own| own.get("name"))
        {
            own.insert("name".to_owned(), name.clone());
        }
        let before = self.diagnostics.len();
        self.value(&field.kind, &found, path);
        let told = self.diagnostics.split_off(before);
        let wrong = told.into_iter().filter(|told| told.fault != Fault::Absent);
        self.diagnostics.extend(wrong);
    }

    fn field(&mut self, field: &Field, found: Option<&Found>, path: &KeyPath) -> Option<Value> {
        let value = match (found, &field.presence) {
            (Some(found @ Found::Empty(..)), presence) => self.null(field, presence, found, path),
            (Some(found), _) => self.value(&field.kind, found, path),
            (None, Presence::Optional) => None,
            (None, Presence::Required) => self.missing(field, path),
            (None, presence) => self.default(&field.kind, absent(presence, self.era)?, path),
        };
        let traceless = match field.presence {
            Presence::Changed { before, .. } => value == serde_json::from_str(before).ok(),
            Presence::Aside { .. } => true,
            Presence::Required | Presence::Optional | Presence::Default(_) => false,
        };
        if traceless && value.is_some() {
            self.as_before.push(path.clone());
        }
        value
    }

    /// `null` takes away what a lower layer gave, where a key may be absent or has free keys; a forgotten value does not.
    fn null(&mut self, field: &Field, presence: &Presence, found: &Found, path: &KeyPath) -> Option<Value> {
        let node = self.node(found, path);
        let written = node.is_some_and(|node| shown(node) != "nothing");
        if written && matches!(presence, Presence::Optional) {
            return None;
        }
        // Free keys are merged one by one: nothing else could take them away.
        if let (true, Kind::Map(_), Some(literal)) = (written, &field.kind, absent(presence, self.era)) {
            return self.default(&field.kind, literal, path);
        }
        let help = match (presence, &field.kind) {
            (Presence::Optional, Kind::Section(_)) => {
                Some("write {} for its defaults, or null to turn it off".to_owned())
            }
            (Presence::Optional, _) => Some("write a value, or null for none".to_owned()),
            (presence, _) => presence
                .default()
                .map(|literal| format!("write a value, or remove the key: the default is {literal}")),
        };
        self.mismatch(&field.kind, found, path);
        if let (Some(help), Some(last)) = (help, self.diagnostics.last_mut()) {
            last.problem.help.get_or_insert(help);
        }
        None
    }

    fn missing(&mut self, field: &Field, path: &KeyPath) -> Option<Value> {
        if self.form.task.is_none() && path.0.len() == 1 && self.key_of_some_task(field.key) {
            return None; // Another task may have no such key.
        }
        let mut holder = path.clone();
        holder.0.pop();
        let names = match &field.kind {
            Kind::Variant { of, .. } | Kind::Name(of) => sections(&of()),
            _ => Vec::new(),
        };
        let help = match names.as_slice() {
            [] => {
                let or = self.or_a_model(field).unwrap_or_default();
                format!("add '{}': {}{or}", field.key, expected(&field.kind))
            }
            names => format!("add '{}: {}'", field.key, words_list(names.iter().copied())),
        };
        let problem = Problem::new(path.clone(), "this key is missing").help(help);
        let origin = self.origin_of_section(&holder);
        self.diagnostics
            .push(Diagnostic::new(origin, problem).fault(Fault::Absent));
        None
    }

    /// Reports a key that there is not; gives whether that was all that is to be said of it.
    fn unknown_key(&mut self, fields: &[&Field], found: &Found, owner: &str, path: &KeyPath) -> bool {
        let Some(key) = path.0.last() else { return false };
        let at_root = path.0.len() == 1;
        if at_root && self.form.task.is_none() && self.key_of_some_task(key) {
            return false; // The task itself is wrong, and that is being reported.
        }
        if let Some(problem) = self.of_other_approach(owner, path) {
            self.refuse_key(found, problem);
            return false;
        }
        let own = fields.iter().map(|field| field.key);
        let model = fields.iter().any(|field| at_root && self.or_a_model(field).is_some());
        let keys: Vec<&str> = own.chain(model.then_some(MODEL)).collect();
        let help = match (near(key, &keys), self.elsewhere(key, path)) {
            // Letter by letter many words are near each other.
            (near, _) if !words(key).iter().any(|ours| near == Some(ours)) && instead(key).is_some() => {
                instead(key).unwrap_or_default().to_owned()
            }
            (Some(near), _) => format!("did you mean '{near}'?"),
            (None, Some(place)) => format!("did you mean '{place}'?"),
            (None, None) if keys.is_empty() => "it has no keys".to_owned(),
            (None, None) => format!("its keys are {}", keys.join(", ")),
        };
        let problem = Problem::new(path.clone(), format!("{owner} has no key '{}'", clip(key))).help(help);
        self.refuse_key(found, problem);
        true
    }

    /// A model may stand in the place of a network, in tasks that models can do.
    fn or_a_model(&self, field: &Field) -> Option<String> {
        let other = self.form.other(self.language)?.task?;
        let model = other.fields.iter().find(|field| field.key == MODEL)?;
        match (&field.kind, &model.kind) {
            (Kind::Layers, Kind::Variant { of, .. }) => Some(format!(
                ", or '{MODEL}: {}'",
                words_list(sections(&of()).iter().copied())
            )),
            _ => None,
        }
    }

    /// A key that this recipe would have with a network in the place of its model.
    fn of_other_approach(&self, owner: &str, path: &KeyPath) -> Option<Problem> {
        let fields = self.language.fields(self.form.other(self.language)?);
        let (first, rest) = path.0.split_first()?;
        let field = fields.into_iter().find(|field| field.key == first)?;
        let there = match (rest, &field.kind) {
            ([], _) => field.key != MODEL,
            ([key], Kind::Section(section)) => section.fields.iter().any(|field| field.key == key),
            _ => false,
        };
        let key = path.0.last()?;
        (there && self.form.approach == Approach::Model).then(|| {
            let message = format!("{owner} with a 'model' has no key '{}'", clip(key));
            let help = "remove it: only networks, which learn step by step, have it; a 'model' has its own settings";
            Problem::new(path.clone(), message).help(help)
        })
    }

    fn key_of_some_task(&self, key: &str) -> bool {
        (self.language.tasks)()
            .iter()
            .any(|task| task.fields.iter().any(|field| field.key == key))
    }

    /// Where else a key of this name, or nearly of it, belongs: at the top, or in one of the top's sections.
    fn elsewhere(&self, key: &str, path: &KeyPath) -> Option<String> {
        let fields = self.language.fields(self.form);
        let top = fields.iter().map(|field| (field.key, KeyPath::from(field.key)));
        let inner = fields.iter().flat_map(|field| {
            let keys = self.inner(field).into_iter().map(|inner| inner.key);
            keys.map(|inner| (inner, KeyPath::from(field.key).join(inner)))
        });
        let places: Vec<(&str, KeyPath)> = top.chain(inner).filter(|(_, place)| place != path).collect();
        let keys: Vec<&str> = places.iter().map(|(key, _)| *key).collect();
        let near = near(key, &keys)?;
        let place = places.iter().find(|(key, _)| *key == near);
        place.map(|(_, place)| place.to_string())
    }

    /// The keys of one of the top's sections, with those of the entry that the recipe chooses.
    fn inner(&self, field: &Field) -> Vec<&'static Field> {
        match &field.kind {
            Kind::Section(section) => section.fields.iter().collect(),
            Kind::Variant { of, common } => {
                let chosen = self.merged.value.find_ref(&format!("{}.name", field.key));
                let section = chosen.and_then(Found::as_str).and_then(|name| meant(&of(), name));
                let own = section.map_or(&[] as &[Field], |section| section.fields);
                own.iter().chain(*common).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What stands in for an absent key.
pub const fn absent(presence: &Presence, era: Era) -> Option<&'static str> {
    match (presence, era) {
        (Presence::Changed { before, .. } | Presence::Aside { before, .. }, Era::Kept) => Some(before),
        (presence, _) => presence.default(),
    }
}
