//! From a path to a recipe: read, merge, check, and give the parts their types.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use runner_declare as declare;
use runner_declare::{Chosen, Field, KeyPath, Problem, Section, Settings, Value};
use runner_ground::error::{Error, Kind, Result};

use super::check::{self, Checked, Era};
use super::diagnostic::{Diagnostic, Fault, into_error};
use super::files::{self, Chain, End, Layer, Standing};
use super::mend::{mend, rests_on};
use super::merge::{self, Merged};
use super::origin::Source;
use super::yaml::{self, Node, Place};
use super::{Approach, Language, Log, Overrides, Recipe, effect, form, identity, normalize};

/// Reads a recipe. Where it has mistakes, `further` is asked for those of the recipe without them, and all
/// are reported at once. `moved` gives the folder that a file's paths start from, where it is not the file's own: it
/// is a recipe that a run or a sweep kept, which also decides the era where that is not given.
pub fn load(
    language: &'static Language,
    path: &Path,
    era: Option<Era>,
    overrides: &Overrides,
    moved: &dyn Fn(&Path) -> Option<PathBuf>,
    further: impl FnOnce(&Recipe) -> Vec<Problem>,
) -> Result<Recipe> {
    let Chain {
        layers: files,
        mut diagnostics,
        end,
    } = files::read_chain(path);
    if files.is_empty() {
        return Err(into_error(diagnostics));
    }
    let mut layers: Vec<Layer> = files.into_iter().rev().collect();
    let kept = |layer: &Layer| matches!(&layer.source, Source::File { path, .. } if moved(path).is_some());
    let era = era.unwrap_or(if layers.iter().any(kept) { Era::Kept } else { Era::New });
    layers.extend(overrides.layers(&mut diagnostics));

    let form = form::settle(language, &mut layers, &mut diagnostics);
    let fields = language.fields(form);
    effect::empty_mappings(language, &fields, &layers, &mut diagnostics);
    layers.insert(0, defaults(language, form.approach, era, end));
    normalize::normalize(language, &fields, moved, &overrides.folders, &mut layers);
    effect::replaced(&layers, &mut diagnostics);
    let mut merged = merge::merge(layers, &mut diagnostics);
    let check = |merged: &Merged, diagnostics: &mut Vec<Diagnostic>| {
        let mut checked = check::check(language, form, era, merged, diagnostics);
        identity::check(path, era, &mut checked, diagnostics);
        checked
    };
    let checked = check(&merged, &mut diagnostics);
    if end == End::Broken {
        diagnostics.retain(|mistake| mistake.fault != Fault::Absent);
        return Err(into_error(diagnostics));
    }
    let Some(task) = form.task else {
        return Err(into_error(diagnostics));
    };
    if diagnostics.is_empty() {
        return recipe(language, path, task, form.approach, checked);
    }
    let mended = mend(&mut merged, &diagnostics, check)
        .and_then(|checked| recipe(language, path, task, form.approach, checked).ok());
    if let Some(mended) = mended {
        let found = independent(further(&mended), &diagnostics, &fields);
        diagnostics.extend(found.into_iter().map(|problem| mended.diagnose(problem)));
    }
    Err(into_error(diagnostics))
}

/// The problems that do not follow from what is reported already.
fn independent(found: Vec<Problem>, told: &[Diagnostic], fields: &[&Field]) -> Vec<Problem> {
    let sections = told.iter().filter_map(|told| told.problem.path.section());
    let known = |key: &&str| fields.iter().any(|field| field.key == *key);
    let wrong: Vec<&str> = sections.filter(known).collect();
    let found = found.into_iter().filter(|problem| !rests_on(problem, &wrong));
    found.collect()
}

/// The lowest layer: what the root's keys are when nobody says anything. Which entry of a registry a base
/// that cannot be read chooses is not known.
fn defaults(language: &Language, approach: Approach, era: Era, end: End) -> Layer {
    let nowhere = Place::default();
    let mut tree = Node::empty_map(nowhere);
    let known = |field: &&Field| end == End::Whole || !matches!(field.kind, declare::Kind::Variant { .. });
    if let yaml::Data::Map(entries) = &mut tree.data {
        for field in language.head.iter().chain(language.tail(approach)).filter(known) {
            if let Some(literal) = check::absent(&field.presence, era)
                && let (Some(value), _) = yaml::parse(literal)
            {
                entries.insert(field.key.to_owned(), yaml::Entry { key_at: nowhere, value });
            }
        }
    }
    Layer {
        source: Source::Default,
        standing: Standing::Yields,
        tree,
    }
}

fn recipe(
    language: &'static Language,
    path: &Path,
    task: &Section,
    approach: Approach,
    checked: Checked,
) -> Result<Recipe> {
    let settings = &checked.settings;
    let own = task
        .fields
        .iter()
        .filter_map(|field| Some((field.key.to_owned(), settings.get(field.key)?.clone())));
    Ok(Recipe {
        path: path.to_owned(),
        name: part(settings, "name")?,
        description: part(settings, "description")?,
        task: Chosen {
            name: task.name.to_owned(),
            settings: own.collect(),
        },
        seed: part(settings, "seed")?,
        dataset: part(settings, "dataset")?,
        approach,
        optimizer: part(settings, "optimizer")?,
        lr_scheduler: part(settings, "lr_scheduler")?,
        trainer: part(settings, "trainer")?,
        early_stopping: part(settings, "early_stopping")?,
        logging: part::<Option<Vec<Log>>>(settings, "logging")?.unwrap_or_default(),
        language,
        checked,
        of_run: false,
    })
}

/// One part with its type. It can only fail where a struct and its declaration disagree.
fn part<T: DeserializeOwned>(settings: &Settings, key: &str) -> Result<T> {
    let value = settings.get(key).cloned().unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|error| Error::new(Kind::Recipe, format!("{}: {error}", KeyPath::from(key))))
}
