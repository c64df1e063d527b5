//! The declarations of all registries, held against their own rules.

use std::collections::BTreeSet;

use super::*;
use crate::language::Approach;
use crate::merge::merge;
use runner_declare::{Field, Presence, Section};

/// What is wrong with the declarations of a language: a default that does not fit its field, a key that stands there
/// twice, a missing doc.
#[must_use]
pub fn faults(language: &'static Language) -> Vec<String> {
    let merged = merge(Vec::new(), &mut Vec::new());
    let mut lint = Lint {
        language,
        merged: &merged,
        faults: Vec::new(),
    };
    let form = |task, approach| Form { task, approach };
    let mut forms = vec![form(None, Approach::Network)];
    forms.extend(
        (language.tasks)()
            .into_iter()
            .map(|task| form(Some(task), Approach::Network)),
    );
    forms.extend(
        (language.models.tasks)()
            .into_iter()
            .map(|task| form(Some(task), Approach::Model)),
    );
    for form in forms {
        let owner = form.task.map_or("recipe", |task| task.name);
        lint.fields(owner, language.fields(form).into_iter());
    }
    (language.layers)().iter().for_each(|layer| lint.section(layer));
    lint.faults
}

struct Lint<'a> {
    language: &'static Language,
    merged: &'a Merged,
    faults: Vec<String>,
}

impl Lint<'_> {
    fn section(&mut self, section: &'static Section) {
        self.fields(section.name, section.fields.iter());
        if section
            .shorthand
            .is_some_and(|key| !section.fields.iter().any(|field| field.key == key))
        {
            self.faults
                .push(format!("{}: its shorthand is no key of it", section.name));
        }
        if section.doc.is_empty() {
            self.faults.push(format!("{}: no doc", section.name));
        }
    }

    fn fields(&mut self, owner: &str, fields: impl Iterator<Item = &'static Field>) {
        let mut seen = BTreeSet::new();
        for field in fields {
            if !seen.insert(field.key) || field.doc.is_empty() {
                self.faults
                    .push(format!("{owner}.{}: twice, or without a doc", field.key));
            }
            self.default(owner, field);
            self.kind(&field.kind);
        }
    }

    fn default(&mut self, owner: &str, field: &'static Field) {
        let literals = match field.presence {
            Presence::Required | Presence::Optional => vec![],
            Presence::Default(literal) => vec![literal],
            Presence::Changed { now, before } | Presence::Aside { now, before } => vec![now, before],
        };
        literals
            .into_iter()
            .for_each(|literal| self.literal(owner, field, literal));
    }

    fn literal(&mut self, owner: &str, field: &'static Field, literal: &str) {
        let mut checker = Checker {
            language: self.language,
            form: Form {
                task: None,
                approach: Approach::Network,
            },
            merged: self.merged,
            diagnostics: Vec::new(),
            era: Era::New,
            origins: BTreeMap::new(),
            as_before: Vec::new(),
        };
        let value = checker.default(&field.kind, literal, &KeyPath::from(field.key));
        let is_json = serde_json::from_str::<Value>(literal).is_ok();
        // A registry that is empty cannot hold the default of what chooses from it.
        let empty = matches!(&field.kind, Kind::Variant { of, .. } if of().is_empty());
        if (value.is_none() || !is_json) && !empty {
            let told: Vec<String> = checker.diagnostics.iter().map(ToString::to_string).collect();
            self.faults.push(format!(
                "{owner}.{}: its default {literal} does not fit: {told:?}",
                field.key
            ));
        }
    }

    fn kind(&mut self, kind: &'static Kind) {
        match kind {
            Kind::Section(section) => self.section(section),
            Kind::List { of, .. } | Kind::Map(of) => self.kind(of),
            Kind::Either(kinds) => kinds.iter().for_each(|kind| self.kind(kind)),
            Kind::Variant { of, common } => {
                for section in of() {
                    self.section(section);
                    self.fields(section.name, section.fields.iter().chain(*common));
                    if section.fields.iter().chain(*common).any(|field| field.key == "name") {
                        self.faults.push(format!("{}: 'name' is taken", section.name));
                    }
                }
            }
            _ => {}
        }
    }
}
