//! The folder of a run that begins, and what its run.json says.

use std::path::Path;

use super::initial::initial;
use super::{Checked, Places};
use runner_compiler::Executable;
use runner_ground::error::Result;
use runner_ground::files::machine;
use runner_recipe::{Recipe, values};
use runner_results::folder::file;
use runner_results::{Group, MetricRecord, ModelRecord, Record, RunFolder, Status, record};
use runner_train::identity;
use runner_train::stopping::Judge;

/// No recipe is larger than this many bytes.
const CAP: u64 = 16 << 20;

/// A run over one of several seeds.
pub struct Member {
    /// What it shares with the others.
    pub group: Group,
    /// Where it is made from another member: what that knows of the recipe's making.
    pub origin: Option<Resolved>,
    /// The source of the other members' data, where it is known: this one's has to be the same.
    pub data: Option<String>,
}

/// A resolved recipe with where its values came from.
pub struct Resolved {
    /// The text of recipe.yaml.
    pub text: String,
    /// As run.json has it.
    pub provenance: Vec<(String, String)>,
}

/// The run's folder with its first files.
///
/// # Errors
/// When it cannot be made.
pub fn create(
    results: &Path,
    experiment: &Checked,
    places: Places,
    program: &Executable,
    member: Option<Member>,
) -> Result<RunFolder> {
    let recipe = &experiment.recipe;
    let git = machine::git_commit(Path::new(&places.recipe_folder));
    let mut record = first_record(experiment, places, program, git)?;
    let mut text = recipe.resolved_yaml();
    if let Some(Member { group, origin, data }) = member {
        record.group = Some(group);
        record.data_source = data;
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
///
/// # Errors
/// When the weights that it begins with cannot be read.
pub fn first_record(experiment: &Checked, places: Places, program: &Executable, git: Option<String>) -> Result<Record> {
    let recipe = &experiment.recipe;
    let judge = Judge::new(recipe, &experiment.plan);
    let initial = initial(recipe, Path::new(&places.recipe_folder))?;
    Ok(Record {
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
        data_source: None,
        initial,
        network: experiment.network_record(),
        model: experiment.plan.model.as_ref().map(|model| ModelRecord {
            name: model.name.clone(),
            step: model.step.to_owned(),
            steps: model.steps,
        }),
        program_digest: program.digest.clone(),
        runner: runner_ground::VERSION.to_owned(),
        build: identity::ID.to_owned(),
        rustc: identity::RUSTC_VERSION.to_owned(),
        machine: machine::machine(),
        threads: experiment.threads(),
        monitor: judge.monitor,
        goal: judge.goal,
        metrics: experiment
            .plan
            .metrics
            .iter()
            .filter_map(|name| MetricRecord::of(name, experiment.plan.positive_class.as_deref()))
            .collect(),
        created: record::now(),
        updated: record::now(),
        summary: None,
        group: None,
    })
}

/// The recipe of another member as this one's, with the comments that say where its values came from.
///
/// # Errors
/// When the other member's recipe cannot be read.
pub fn like(other: &RunFolder, record: &Record, recipe: &Recipe) -> Result<Option<Resolved>> {
    let text = String::from_utf8_lossy(&other.read(file::RECIPE, CAP)?).into_owned();
    let Some(seed) = values(&text).and_then(|values| values["seed"].as_u64()) else {
        return Ok(None);
    };
    let text = text.replacen(&format!("\nseed: {seed} "), &format!("\nseed: {} ", recipe.seed), 1);
    let same = values(&text) == values(&recipe.resolved_yaml());
    let provenance = record.provenance.clone();
    Ok(same.then_some(Resolved { text, provenance }))
}
