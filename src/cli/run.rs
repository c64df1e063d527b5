//! `runner run RECIPE`: check, fetch, compile, train.

use std::path::{Path, PathBuf};

use super::experiment::{self, DataOptions, Experiment};
use super::launch::launch;
use super::progress::{self, Progress, Style};
use crate::build;
use crate::data;
use crate::error::{Error, Kind, Result};
use crate::network::cache::Cache;
use crate::network::{Compiled, compile};
use crate::recipe::Recipe;
use crate::store::folder::file;
use crate::store::{Record, RunFolder, Status, machine, record};
use crate::train::event::Event;

/// What `run` is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The recipe's file.
    pub recipe: PathBuf,
    /// `--set`, in order.
    pub set: Vec<String>,
    /// The folder of results.
    pub results: PathBuf,
    /// The folder of data.
    pub data: DataOptions,
    /// How to show what happens.
    pub style: Style,
}

/// Trains a recipe.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, a diverged or interrupted training.
pub fn run(options: &Options) -> Result<()> {
    let recipe = experiment::load(&options.recipe, &options.set)?;
    let mut progress = progress::choose(options.style);
    let experiment = checked(recipe, &options.data, &mut *progress)?;
    introduce(&experiment, &mut *progress);
    let compiled = compiled(&experiment, &mut *progress)?;
    let folder = create(&options.results, &experiment, &compiled)?;
    progress.begin(&experiment.recipe.name, folder.path());
    let summary = launch(&compiled.program, folder.path(), &options.data.folder, &mut *progress)?;
    progress.summary(&folder, &folder.record()?, &summary);
    Ok(())
}

/// Checks the recipe against the data that it will really see: the real one where it is there or can be
/// had, else its stand-in.
fn checked(recipe: Recipe, options: &DataOptions, progress: &mut dyn Progress) -> Result<Experiment> {
    let mut context = experiment::context(&recipe, options);
    // What can be said without the data is said before any download.
    Experiment::new(recipe.clone(), &context)?;
    let prepared = data::prepare(&recipe.dataset, &context, &mut |step| progress.download(&step))?;
    context.use_stand_in = prepared.use_stand_in.is_some();
    Experiment::new(recipe, &context)
}

fn introduce(experiment: &Experiment, progress: &mut dyn Progress) {
    for text in experiment.info.notes.iter().chain(&experiment.plan.notes) {
        progress.event(&Event::Notice { text: text.clone() });
    }
    if let Some(stand_in) = &experiment.info.stand_in {
        progress.warning(stand_in);
    }
}

/// The compiled network, with a spinner while the compiler runs.
pub(super) fn compiled(experiment: &Experiment, progress: &mut dyn Progress) -> Result<Compiled> {
    let source = experiment.source();
    let compiled = compile(&source, &Cache::open(), || progress.compiling());
    progress.compiled();
    compiled
}

fn create(results: &Path, experiment: &Experiment, compiled: &Compiled) -> Result<RunFolder> {
    let recipe = &experiment.recipe;
    let folder = RunFolder::create(results, &recipe.name)?;
    folder.write(file::RECIPE, recipe.resolved_yaml().as_bytes())?;
    folder.write_record(&first_record(experiment, compiled)?)?;
    Ok(folder)
}

fn first_record(experiment: &Experiment, compiled: &Compiled) -> Result<Record> {
    let recipe = &experiment.recipe;
    let path = std::path::absolute(&recipe.path)
        .map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", recipe.path.display())))?;
    Ok(Record {
        format: 1,
        status: Status::Running,
        failure: None,
        name: recipe.name.clone(),
        task: recipe.task.name.clone(),
        recipe_path: path.display().to_string(),
        recipe_digest: recipe.digest(),
        provenance: recipe.provenance().map(|(path, origin)| (path.to_string(), origin.to_string())).collect(),
        data: experiment.info.clone(),
        data_digest: None,
        network: experiment.network_record(),
        program_digest: compiled.digest.clone(),
        runner: build::VERSION.to_owned(),
        build: build::ID.to_owned(),
        rustc: build::RUSTC_VERSION.to_owned(),
        git: machine::git_commit(&experiment::folder_of(&recipe.path)),
        machine: machine::machine(),
        threads: experiment.threads(),
        created: record::now(),
        updated: record::now(),
        summary: None,
    })
}
