//! `runner run RECIPE`: check, fetch, compile, train.

use std::path::Path;

use super::args::{RunArgs, SourceArgs};
use super::experiment::{self, Experiment};
use super::launch::launch;
use super::output;
use super::places::Places;
use super::progress::{Download, Spinner, Style};
use super::seeds;
use super::summary::summary;
use runner_compiler::cache::Cache;
use runner_compiler::{Compiled, compile};
use runner_data as data;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::machine;
use runner_ground::text::format;
use runner_recipe::Recipe;
use runner_results::folder::file;
use runner_results::{Group, Record, RunFolder, Status, record};
use runner_train::identity;
use runner_train::stopping::Judge;

/// Trains a recipe.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, a diverged or interrupted training.
pub fn run(args: &RunArgs) -> Result<()> {
    let style = Style::choose(&args.show);
    let recipe = experiment::load(&args.recipe, &args.overrides(), &args.source)?;
    let recipe = match recipe.seeds()?.as_slice() {
        seeds @ [_, _, ..] => return seeds::run(args, &recipe, seeds, style),
        _ => recipe.with_seed(recipe.seed),
    };
    // What would stop it only at the end of a download or a compilation is looked at before.
    let places = Places::of(&recipe, &args.source)?;
    RunFolder::probe(&args.results.results, &recipe.name)?;
    let experiment = checked(recipe, &args.source, style)?;
    introduce(&experiment, style);
    let compiled = compiled(&experiment, style)?;
    let folder = create(&args.results.results, &experiment, places, &compiled, None)?;
    learn(&folder, compiled, style)?;
    tell(&folder, style)
}

/// Shows what a run reached.
pub(super) fn tell(folder: &RunFolder, style: Style) -> Result<()> {
    if style.for_people() {
        output::print(&summary(folder, &folder.record()?))?;
    }
    Ok(())
}

/// Trains a run that is ready.
pub(super) fn learn(folder: &RunFolder, compiled: Compiled, style: Style) -> Result<()> {
    let mut progress = style.consumer();
    launch(compiled, folder, &mut *progress)
}

/// Checks the recipe against the data that it will really see: the real one where it is there or can be
/// had, else its stand-in.
pub(super) fn checked(recipe: Recipe, source: &SourceArgs, style: Style) -> Result<Experiment> {
    let context = experiment::context(&recipe, source);
    if data::is_downloaded(&recipe.dataset) {
        // What can be said without the data is said before any download.
        Experiment::new(recipe.clone(), &context)?;
    }
    let mut download = Download::new(style);
    let prepared = data::prepare(&recipe.dataset, &context, &mut |step| download.step(&step));
    drop(download);
    let prepared = prepared.map_err(|error| recipe.place(error))?;
    if let Some(sentence) = &prepared.use_stand_in {
        output::note(sentence);
    }
    Experiment::of(recipe, prepared.info)
}

/// What the user should know before it starts.
pub(super) fn introduce(experiment: &Experiment, style: Style) {
    if !style.for_people() {
        return;
    }
    let (recipe, info) = (&experiment.recipe, &experiment.info);
    let [train, validation, test] = info.rows.map(|rows| format::count(rows as u64));
    let parameters = format::count(experiment.network_record().parameters);
    let data = match &info.stand_in {
        Some(stand_in) => format!("{}, standing in for {}", stand_in.name, info.name),
        None => info.name.clone(),
    };
    output::say(&format!(
        "{}: {} on {data}, {parameters} parameters",
        recipe.name, recipe.task.name
    ));
    output::say(&format!(
        "  {train} train, {validation} validation, {test} test samples"
    ));
    for text in info.notes.iter().chain(&experiment.plan.notes) {
        output::say(&format!("  {text}"));
    }
}

/// The compiled network, with a spinner while the compiler runs.
pub(super) fn compiled(experiment: &Experiment, style: Style) -> Result<Compiled> {
    fits(experiment.network_record().memory)?;
    let mut spinner = None;
    let compiled = compile(&experiment.source(), &Cache::open(), || {
        spinner = Some(Spinner::start(style, "compiling the network"));
    })?;
    if let Some(spinner) = spinner {
        spinner.finish("compiled the network");
    }
    Ok(compiled)
}

/// Refuses a training that needs more memory than there is, before anything is compiled for it.
pub(super) fn fits(needed: u64) -> Result<()> {
    match machine::memory() {
        Some(there) if needed > there => {
            let (needed, there) = (format::bytes(needed), format::bytes(there));
            let message = format!("this training needs {needed} of memory, and this machine has {there}");
            Err(Error::new(Kind::Failure, message).help("make the layers narrower, or trainer.batch_size smaller"))
        }
        _ => Ok(()),
    }
}

/// A run over one of several seeds.
pub(super) struct Member {
    /// What it shares with the others.
    pub group: Group,
    /// Where it is made from another member: what that knows of the recipe's making.
    pub origin: Option<Resolved>,
}

/// A resolved recipe with where its values came from.
pub(super) struct Resolved {
    /// The text of recipe.yaml.
    pub text: String,
    /// As run.json has it.
    pub provenance: Vec<(String, String)>,
}

/// The run's folder with its first files.
pub(super) fn create(
    results: &Path,
    experiment: &Experiment,
    places: Places,
    compiled: &Compiled,
    member: Option<Member>,
) -> Result<RunFolder> {
    let recipe = &experiment.recipe;
    let git = machine::git_commit(Path::new(&places.recipe_folder));
    let mut record = first_record(experiment, places, compiled, git);
    let mut text = recipe.resolved_yaml();
    if let Some(Member { group, origin }) = member {
        record.group = Some(group);
        if let Some(origin) = origin {
            text = origin.text;
            record.provenance = origin.provenance;
        }
    }
    RunFolder::create(results, &recipe.name, |folder| {
        folder.write(file::RECIPE, text.as_bytes())?;
        folder.write_record(&record)
    })
}

/// What run.json says of a run that has not begun.
pub(super) fn first_record(
    experiment: &Experiment,
    places: Places,
    compiled: &Compiled,
    git: Option<String>,
) -> Record {
    let recipe = &experiment.recipe;
    let judge = Judge::new(recipe, &experiment.plan);
    Record {
        format: Record::FORMAT,
        status: Status::Running,
        failure: None,
        name: recipe.name.clone(),
        task: recipe.task.name.clone(),
        git,
        recipe_path: places.recipe,
        recipe_folder: places.recipe_folder,
        data_folder: places.data_folder,
        recipe_digest: recipe.digest(),
        provenance: recipe
            .provenance()
            .map(|(path, origin)| (path.to_string(), origin.to_string()))
            .collect(),
        data: experiment.info.clone(),
        data_digest: None,
        network: experiment.network_record(),
        program_digest: compiled.digest.clone(),
        runner: runner_ground::VERSION.to_owned(),
        build: identity::ID.to_owned(),
        rustc: identity::RUSTC_VERSION.to_owned(),
        machine: machine::machine(),
        threads: experiment.threads(),
        monitor: judge.monitor,
        goal: judge.goal,
        created: record::now(),
        updated: record::now(),
        summary: None,
        group: None,
    }
}
