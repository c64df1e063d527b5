//! The merged values held against the declarations: every mistake is found, every default filled in.

mod choose;
mod collection;
mod fields;
pub mod lint;
mod remedy;
mod scalar;

pub use fields::absent;

use std::collections::BTreeMap;

use figment::value::Value as Found;

use runner_declare::{KeyPath, Kind, Problem, Settings, Value};

use super::diagnostic::Diagnostic;
use super::language::{Form, Language};
use super::merge::{self, Merged};
use super::normalize;
use super::origin::{Origin, Source};
use super::phrase;
use super::yaml::{self, Node, Place};

/// A complete recipe's values, and where each came from.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Every key that has a value, defaults filled in; variants and layers are `{name, settings}`.
    pub settings: Settings,
    /// The origin of each value, section and layer, by its path in the recipe.
    pub origins: BTreeMap<KeyPath, Origin>,
    /// The keys that were added after runs were kept, and mean what those meant that lack them, or train nothing: no
    /// digest has them.
    pub as_before: Vec<KeyPath>,
}

/// What an absent key means that has not always been there, or has not always meant the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// What it means today.
    New,
    /// What it meant to the program that kept the recipe: whatever that knew, it wrote.
    Kept,
}

/// Checks a recipe of this form; an unknown task has only the keys that all tasks have.
pub fn check(
    language: &'static Language,
    form: Form,
    era: Era,
    merged: &Merged,
    diagnostics: &mut Vec<Diagnostic>,
) -> Checked {
    let mut checker = Checker {
        language,
        form,
        merged,
        diagnostics: Vec::new(),
        era,
        origins: BTreeMap::new(),
        as_before: Vec::new(),
    };
    let settings = checker.root();
    diagnostics.append(&mut checker.diagnostics);
    Checked {
        settings,
        origins: checker.origins,
        as_before: checker.as_before,
    }
}

struct Checker<'a> {
    language: &'static Language,
    form: Form,
    merged: &'a Merged,
    diagnostics: Vec<Diagnostic>,
    era: Era,
    origins: BTreeMap<KeyPath, Origin>,
    as_before: Vec<KeyPath>,
}

impl Checker<'_> {
    /// The value of a kind, or `None` after a mistake that has been noted.
    fn value(&mut self, kind: &Kind, found: &Found, path: &KeyPath) -> Option<Value> {
        match kind {
            Kind::Bool | Kind::Integer { .. } | Kind::Number(_) | Kind::Text | Kind::Path | Kind::Choice(_) => {
                self.scalar(kind, found, path)
            }
            Kind::Any => {
                self.record(found, path);
                Some(merge::json(found))
            }
            Kind::Name(of) => self.name(*of, found, path),
            Kind::List { of, min, max } => self.list(kind, of, *min..=*max, found, path),
            Kind::Map(of) => self.map(kind, of, found, path),
            Kind::Either(kinds) => self.either(kind, kinds, found, path),
            Kind::Section(section) => self.section(kind, section, found, path),
            Kind::Variant { of, common } => self.variant(kind, *of, common, found, path),
            Kind::Layers => self.layers(kind, found, path),
        }
    }

    /// A default's value. That every default fits its own declaration is tested, not hoped.
    fn default(&mut self, kind: &Kind, literal: &str, path: &KeyPath) -> Option<Value> {
        let (node, _) = yaml::parse(literal);
        let found = merge::untagged(&normalize::long_form(self.language, kind, node?));
        self.value(kind, &found, path)
    }

    /// Notes where a value came from.
    fn record(&mut self, found: &Found, path: &KeyPath) {
        let origin = match self.merged.written(found.tag(), path) {
            Some((source, _, node)) => Origin {
                source: source.clone(),
                at: node.at,
            },
            None => self.unwritten(found),
        };
        self.origins.insert(path.clone(), origin);
    }

    /// Notes where a section, variant or layer begins.
    fn record_section(&mut self, found: &Found, path: &KeyPath) {
        let origin = self.merged.section(path).unwrap_or_else(|| self.unwritten(found));
        self.origins.insert(path.clone(), origin);
    }

    fn origin_of_section(&self, path: &KeyPath) -> Origin {
        let default = Origin {
            source: Source::Default,
            at: Place::default(),
        };
        let mut path = path.clone();
        loop {
            match self.merged.section(&path) {
                Some(origin) if origin.source != Source::Default => return origin,
                found if path.0.is_empty() => return found.unwrap_or(default),
                _ => path.0.pop(),
            };
        }
    }

    fn unwritten(&self, found: &Found) -> Origin {
        let source = self
            .merged
            .layer(found.tag())
            .map_or(Source::Default, |layer| layer.source.clone());
        Origin {
            source,
            at: Place::default(),
        }
    }

    /// A mistake at a value.
    fn refuse(&mut self, found: &Found, problem: Problem) {
        let origin = match self.merged.written(found.tag(), &problem.path) {
            Some((source, _, node)) => Origin {
                source: source.clone(),
                at: node.at,
            },
            None => self.unwritten(found),
        };
        self.diagnostics.push(Diagnostic::new(origin, problem));
    }

    /// A mistake at a key.
    fn refuse_key(&mut self, found: &Found, problem: Problem) {
        let origin = match self.merged.written(found.tag(), &problem.path) {
            Some((source, key_at, _)) => Origin {
                source: source.clone(),
                at: key_at,
            },
            None => self.unwritten(found),
        };
        self.diagnostics.push(Diagnostic::new(origin, problem));
    }

    /// The wrong kind of value: says what was expected, what was found, and the remedy if it is known.
    fn mismatch(&mut self, kind: &Kind, found: &Found, path: &KeyPath) -> Option<Value> {
        let node = self.node(found, path);
        let shown = node.map_or_else(|| merge::found(found), phrase::found);
        let source = self.merged.layer(found.tag()).map(|layer| &layer.source);
        let help = node.and_then(|node| remedy::remedy(kind, node, source));
        let mut problem = Problem::new(
            path.clone(),
            format!("expected {}, found {shown}", phrase::expected(kind)),
        );
        problem.help = help;
        self.refuse(found, problem);
        None
    }

    fn node(&self, found: &Found, path: &KeyPath) -> Option<&Node> {
        self.merged.written(found.tag(), path).map(|(_, _, node)| node)
    }
}
