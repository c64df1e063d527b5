//! A file that is no recipe but speaks as one: its keys are those of one section.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use runner_declare::{KeyPath, Problem, Section, Settings};
use runner_ground::error::{Error, Result};

use super::diagnostic::{Diagnostic, into_error};
use super::files::{self, Chain};
use super::language::{Approach, Form, Language, Models};
use super::origin::{Origin, Source};
use super::yaml::Place;
use super::{check, merge, normalize};

static LANGUAGE: Language = Language {
    head: &[],
    tail: &[],
    tasks: Vec::new,
    layers: Vec::new,
    models: Models::NONE,
};

/// A file's values: checked against a section, complete, with their places.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The file, as it was given.
    pub path: PathBuf,
    /// Every key that has a value, defaults filled in.
    pub settings: Settings,
    origins: BTreeMap<KeyPath, Origin>,
}

impl Declared {
    /// Reads and checks a file; `extends` brings a base in, as in a recipe.
    ///
    /// # Errors
    /// All its mistakes in one error of kind [`Recipe`](runner_ground::error::Kind::Recipe), each with its place.
    pub fn load(section: &'static Section, path: &Path) -> Result<Self> {
        let Chain {
            layers: files,
            mut diagnostics,
            ..
        } = files::read_chain(path);
        if files.is_empty() {
            return Err(into_error(diagnostics));
        }
        let mut layers: Vec<_> = files.into_iter().rev().collect();
        let form = Form {
            task: Some(section),
            approach: Approach::Network,
        };
        let fields = LANGUAGE.fields(form);
        normalize::normalize(&LANGUAGE, &fields, &|_| None, None, &mut layers);
        let merged = merge::merge(layers, &mut diagnostics);
        let checked = check::check(&LANGUAGE, form, check::Era::New, &merged, &mut diagnostics);
        if !diagnostics.is_empty() {
            return Err(into_error(diagnostics));
        }
        Ok(Self {
            path: path.to_owned(),
            settings: checked.settings,
            origins: checked.origins,
        })
    }

    /// Values that no file says, such as those of a command line.
    #[must_use]
    pub fn unwritten(settings: Settings) -> Self {
        Self {
            path: PathBuf::new(),
            settings,
            origins: BTreeMap::new(),
        }
    }

    /// Mistakes that were found later, shown like those of the file itself.
    #[must_use]
    pub fn report(&self, problems: Vec<Problem>) -> Error {
        let diagnostics = problems.into_iter();
        into_error(
            diagnostics
                .map(|problem| Diagnostic::new(self.locate(&problem.path), problem))
                .collect(),
        )
    }

    /// Where a key was written; for one that is not there, where what holds it was.
    #[must_use]
    pub fn locate(&self, path: &KeyPath) -> Origin {
        let mut path = path.clone();
        loop {
            match self.origins.get(&path) {
                Some(origin) if origin.source != Source::Default => return origin.clone(),
                _ if path.0.is_empty() => break,
                _ => path.0.pop(),
            };
        }
        let source = if self.path.as_os_str().is_empty() {
            Source::Default
        } else {
            Source::File {
                depth: 0,
                path: self.path.clone(),
            }
        };
        Origin {
            source,
            at: Place { line: 1, column: 1 },
        }
    }
}
