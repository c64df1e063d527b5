//! From a recipe's file to a checked experiment: what `check`, `run` and `resume` share.

use std::path::{Path, PathBuf};

use super::args::SourceArgs;
use super::places;
use runner_compiler::emit::Backend;
use runner_compiler::{Program, emit, summary};
use runner_data as data;
use runner_data::{DataContext, DataInfo};
use runner_ground::error::Result;
use runner_optim as optim;
use runner_recipe::{Device, Engine, Overrides, Recipe};
use runner_results::{NetworkRecord, RunFolder, SweepFolder};
use runner_sweep::Manifest;
use runner_task as task;
use runner_task::Plan;

/// A recipe that passed all checks.
pub struct Experiment {
    /// The recipe.
    pub recipe: Recipe,
    /// Shapes and names of the data.
    pub info: DataInfo,
    /// The networks and metrics.
    pub plan: Plan,
}

impl Experiment {
    /// Reads and checks a recipe against the data as it is described; `context` says whether that is the
    /// real data or its stand-in.
    ///
    /// # Errors
    /// Every mistake of the recipe, with its place.
    pub fn new(recipe: Recipe, context: &DataContext) -> Result<Self> {
        let info = data::describe(&recipe.dataset, context).map_err(|error| recipe.place(error))?;
        Self::of(recipe, info)
    }

    /// Checks a recipe against data that is described already.
    ///
    /// # Errors
    /// Every mistake of the recipe, with its place.
    pub fn of(recipe: Recipe, info: DataInfo) -> Result<Self> {
        let plan = task::check(&recipe, &info).map_err(|problems| recipe.report(problems))?;
        Ok(Self { recipe, info, plan })
    }

    /// The source of the program that trains it.
    pub fn source(&self) -> String {
        let backend = match (self.recipe.trainer.device, self.recipe.trainer.engine) {
            (Device::Cuda, _) => Backend::Cuda,
            (Device::Cpu, Engine::Reference) => Backend::Reference,
            (Device::Cpu, Engine::Fused) => Backend::Fused,
        };
        emit(&Program {
            task: self.plan.task,
            networks: self
                .plan
                .networks
                .iter()
                .map(|network| network.layers.clone())
                .collect(),
            backend,
        })
    }

    /// The layer table's numbers, over all networks.
    pub fn network_record(&self) -> NetworkRecord {
        let networks = self.plan.networks.iter().map(|network| {
            let state = optim::state_buffers(&network.optimizer(&self.recipe));
            let record = summary::summarize(&network.layers, self.recipe.trainer.batch_size, state);
            (network.key, record)
        });
        NetworkRecord::together(networks.collect())
    }

    /// Threads that will compute: the recipe's, else one for each core.
    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.recipe.trainer.threads.unwrap_or_else(cores)
    }
}

/// Reads a recipe, with what the command line and the environment say over it.
///
/// # Errors
/// Every mistake of the recipe, with its place; where there are some, also those that [`Experiment::new`]
/// would find in the rest.
pub fn load(path: &Path, set: &[String], source: &SourceArgs) -> Result<Recipe> {
    let recipe = Recipe::load_with(
        runner_catalog::language(),
        path,
        &Overrides::from_process(set.to_vec()),
        &moved,
        |recipe| match data::describe(&recipe.dataset, &context(recipe, source)) {
            Ok(info) => task::check(recipe, &info).err().unwrap_or_default(),
            Err(error) => error.problems().to_vec(),
        },
    )?;
    recipe.seeds()?;
    Ok(recipe)
}

/// Where the data of a recipe is looked for.
pub fn context(recipe: &Recipe, source: &SourceArgs) -> DataContext {
    DataContext {
        folder: source.folder.path.clone(),
        recipe_folder: folder_of(&recipe.path),
        seed: recipe.seed,
        offline: source.offline,
        use_stand_in: false,
    }
}

/// The folder that a recipe's relative paths start from: its own, or for a run's resolved recipe the one
/// that the original's started from.
pub fn folder_of(recipe: &Path) -> PathBuf {
    let folder = own_folder(recipe);
    recorded(&folder).unwrap_or(folder)
}

/// The folder that the paths of a run's recipe start from; none for other recipes, whose own folder it is.
pub fn moved(recipe: &Path) -> Option<PathBuf> {
    recorded(&own_folder(recipe))
}

fn own_folder(recipe: &Path) -> PathBuf {
    let absolute = std::path::absolute(recipe).unwrap_or_else(|_| recipe.to_owned());
    let folder = absolute.parent().map(Path::to_owned).unwrap_or_default();
    places::settled(&folder).unwrap_or(folder)
}

/// The folder that a run's or a sweep's recipe started from; none where the folder is neither's.
fn recorded(folder: &Path) -> Option<PathBuf> {
    if let Ok(sweep) = SweepFolder::open(folder) {
        return Manifest::read(&sweep).ok().map(|manifest| manifest.recipe_folder());
    }
    let record = RunFolder::open(folder).and_then(|run| run.record()).ok()?;
    Some(record.recipe_folder.into())
}
