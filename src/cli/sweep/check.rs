//! What a sweep's values mean to its recipe, found out before anything is trained.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::place;
use super::trial_builder::{self, Ground};
use runner_data as data;
use runner_data::DataInfo;
use runner_declare::{KeyPath, Problem, Value};
use runner_experiment::{Checked, Source, temporary};
use runner_ground::error::{Error, Kind, Result};
use runner_recipe::{Declared, Recipe};
use runner_sweep::suggest::Ahead;
use runner_sweep::{Manifest, State, Sweep, Values};

/// This many whole trials are looked at ahead: more, and the first would have to wait.
const TRIALS: u64 = 200;
/// And the data of so many recipes that say something else of it than the sweep's own.
const DATA: usize = 50;

/// Makes recipes of values as trials will, before there is a sweep's folder.
pub struct Checks<'a> {
    /// The sweep's file.
    pub declared: &'a Declared,
    /// The recipe that trials begin with, on its data.
    pub base: &'a Checked,
    source: &'a Source,
    recipe_folder: PathBuf,
    values_folder: Option<String>,
    file: PathBuf,
    known: RefCell<BTreeMap<String, DataInfo>>,
    sources: RefCell<BTreeMap<String, String>>,
    _folder: tempfile::TempDir,
}

impl<'a> Checks<'a> {
    /// For a sweep's file, its recipe, and the folder that the recipe's paths start from.
    ///
    /// # Errors
    /// When there is no room for a temporary file.
    pub fn new(
        declared: &'a Declared,
        base: &'a Checked,
        source: &'a Source,
        recipe_folder: &str,
        values_folder: Option<String>,
    ) -> Result<Self> {
        let folder = temporary()?;
        let file = folder.path().join("recipe.yaml");
        std::fs::write(&file, base.recipe.resolved_yaml())
            .map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", file.display())))?;
        let checks = Self {
            declared,
            base,
            source,
            recipe_folder: recipe_folder.into(),
            values_folder,
            file,
            known: RefCell::default(),
            sources: RefCell::default(),
            _folder: folder,
        };
        checks.note_source(&base.recipe, base.info.stand_in.is_some())?;
        Ok(checks)
    }

    /// The recipe that values make.
    ///
    /// # Errors
    /// When it does not take them.
    pub fn recipe(&self, sweep: &Sweep, values: &Values) -> Result<Recipe> {
        let ground = Ground {
            rules: sweep.rules,
            recipe_folder: &self.recipe_folder,
            values_folder: self.values_folder.as_deref().map(Path::new),
        };
        let recipe = trial_builder::recipe(&self.file, values, &ground)?;
        recipe.seeds()?;
        Ok(recipe)
    }

    /// Digests of the files that all data looked at so far is read from.
    pub fn sources(self) -> BTreeMap<String, String> {
        self.sources.into_inner()
    }

    /// What a recipe's data looks like. `None` where it is not looked at ahead: it has to be fetched first, or there is
    /// too much of it.
    ///
    /// # Errors
    /// When it is not there, or not what it should be.
    pub fn data(&self, recipe: &Recipe) -> Result<Option<DataInfo>> {
        if recipe.dataset == self.base.recipe.dataset {
            return Ok(Some(self.base.info.clone()));
        }
        let key = Manifest::source_key(&recipe.dataset);
        if let Some(info) = self.known.borrow().get(&key) {
            return Ok(Some(info.clone()));
        }
        if data::is_downloaded(&recipe.dataset) || self.known.borrow().len() >= DATA {
            return Ok(None);
        }
        let mut context = self.source.context(recipe);
        context.recipe_folder.clone_from(&self.recipe_folder);
        let info = data::describe(&recipe.dataset, &context).map_err(|error| recipe.place(error))?;
        self.note_source(recipe, false)?;
        self.known.borrow_mut().insert(key, info.clone());
        Ok(Some(info))
    }

    fn note_source(&self, recipe: &Recipe, use_stand_in: bool) -> Result<()> {
        let mut context = self.source.context(recipe);
        context.recipe_folder.clone_from(&self.recipe_folder);
        context.use_stand_in = use_stand_in;
        if let Some(source) = data::source(&recipe.dataset, &context)? {
            let key = Manifest::source_key(&recipe.dataset);
            self.sources.borrow_mut().insert(key, source);
        }
        Ok(())
    }

    /// The first trials as a whole, as far as they can be looked at.
    ///
    /// # Errors
    /// The first that cannot be trained, with the place of the value that it is wrong for, where that is known.
    pub fn trials(&self, sweep: &Sweep) -> Result<Vec<(Values, Checked)>> {
        let mut whole = Vec::new();
        let mut ahead = Ahead::of(sweep, &State::default());
        while ahead.trial() < TRIALS {
            let trial = ahead.trial();
            let Some(values) = ahead.next() else { break };
            let checked = self.recipe(sweep, &values).and_then(|recipe| {
                let info = self.data(&recipe)?;
                info.map(|info| Checked::of(recipe, info)).transpose()
            });
            match checked {
                Ok(checked) => whole.extend(checked.map(|checked| (values, checked))),
                Err(error) => return Err(self.declared.report(self.of_trial(sweep, trial, &values, &error))),
            }
        }
        Ok(whole)
    }

    fn of_trial(&self, sweep: &Sweep, trial: u64, values: &Values, error: &Error) -> Vec<Problem> {
        let given: Vec<String> = values.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let found = error.located().into_iter().map(|found| {
            let own = sweep.space.parameters.iter().find(|parameter| {
                let below = |rest: &str| rest.is_empty() || rest.starts_with('.');
                values.contains_key(&parameter.key) && found.path.strip_prefix(&parameter.key).is_some_and(below)
            });
            let at = own.map_or(KeyPath::from("parameters"), |own| {
                place::of(self.declared, own, None, 0)
            });
            let path = if found.path.is_empty() {
                String::new()
            } else {
                format!("{}: ", found.path)
            };
            let message = format!(
                "trial {trial} ({}): {path}{}",
                given.join(", "),
                without_set(&found.message)
            );
            Problem {
                help: found.help,
                ..Problem::new(at, message)
            }
        });
        found.collect()
    }
}

/// What the command line, or the environment, says of a key that the sweep changes from trial to trial.
pub fn overruled(recipe: &Recipe, sweep: &Sweep, declared: &Declared) -> Vec<Problem> {
    let mut problems = Vec::new();
    for parameter in &sweep.space.parameters {
        let Ok(keys) = runner_recipe::keys(&parameter.key) else {
            continue;
        };
        let kind = |path: &[String]| recipe.declaration(path).map(|found| std::ptr::from_ref(found.kind));
        let replaces = |path: &KeyPath| {
            let (all, rest) = (path.0.starts_with(&keys), path.0.len() - keys.len().min(path.0.len()));
            all && match rest {
                0 => true,
                1 if path.0.last().is_some_and(|key| key == "name") => true,
                // A list changes as a whole; a layer's number alone is one of its settings.
                1 => !parameter.is_scalar() || kind(&path.0) == kind(&keys),
                _ => !parameter.is_scalar(),
            }
        };
        let outside = recipe.provenance().find(|(path, origin)| {
            let source = &origin.source;
            let outside = matches!(
                source,
                runner_recipe::Source::Set { .. } | runner_recipe::Source::Environment(_)
            );
            outside && replaces(path)
        });
        if let Some((_, origin)) = outside {
            let message = format!(
                "'{}' has no effect: each trial has a value of its own for '{}'",
                origin.source, parameter.key
            );
            let problem = Problem::new(place::of(declared, parameter, None, 0), message);
            problems.push(problem.help("remove one of the two"));
        }
    }
    problems
}

/// The recipe's message names `--set key=value`, which nobody has written.
pub fn without_set(message: &str) -> &str {
    let told = message
        .split_once(": ")
        .filter(|(before, _)| before.starts_with("--set "));
    told.map_or(message, |(_, rest)| rest)
}

/// A value as a message names it: `key=value`.
pub fn shown(key: &str, value: &Value) -> String {
    format!("{key}={value}")
}
