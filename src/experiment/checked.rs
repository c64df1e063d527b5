//! A recipe that passed all checks, held against its data.

use runner_compiler::emit::Backend;
use runner_compiler::{Program, emit, summary};
use runner_data as data;
use runner_data::{DataContext, DataInfo};
use runner_declare::Problem;
use runner_ground::error::{Located, Result};
use runner_optim as optim;
use runner_recipe::{Device, Engine, Recipe};
use runner_results::NetworkRecord;
use runner_task as task;
use runner_task::Plan;

/// A recipe that passed all checks.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The recipe.
    pub recipe: Recipe,
    /// Shapes and names of the data.
    pub info: DataInfo,
    /// The networks and metrics.
    pub plan: Plan,
}

impl Checked {
    /// Reads and checks a recipe against the data as it is described; `context` says whether that is the
    /// real data or its stand-in.
    ///
    /// # Errors
    /// Every mistake of the recipe, with its place.
    pub fn new(recipe: Recipe, context: &DataContext) -> Result<Self> {
        Self::distinct_files(&recipe, context)?;
        let info = data::describe(&recipe.dataset, context).map_err(|error| recipe.place(error))?;
        Self::of(recipe, info)?.with_initial(&context.recipe_folder)
    }

    /// Refuses parts of the data that are the same file. What trained once goes on as it began.
    pub(super) fn distinct_files(recipe: &Recipe, context: &DataContext) -> Result<()> {
        if recipe.is_of_run() {
            return Ok(());
        }
        data::distinct_files(&recipe.dataset, context).map_err(|error| recipe.place(error))
    }

    /// Checks a recipe against data that is described already.
    ///
    /// # Errors
    /// Every mistake of the recipe, with its place.
    pub fn of(recipe: Recipe, info: DataInfo) -> Result<Self> {
        let asked = recipe.trainer.batch_size;
        let recipe = recipe.fitted(info.rows[0]);
        let mut plan = task::check(&recipe, &info).map_err(|problems| recipe.report(problems))?;
        if recipe.trainer.batch_size < asked {
            plan.notes.push(format!(
                "a batch has all {} training samples: they are fewer than the {asked} that it has by default",
                recipe.trainer.batch_size
            ));
        }
        Ok(Self { recipe, info, plan })
    }

    /// What the user should look at before it trains, with its places: what has no effect, or not the one that it seems
    /// to have.
    pub fn warnings(&self) -> Vec<Located> {
        if self.plan.warnings.is_empty() {
            return Vec::new();
        }
        self.recipe.report(self.plan.warnings.clone()).located()
    }

    /// The same in words, a line each.
    pub fn warning_lines(&self) -> Vec<String> {
        let line = |warning: &Problem| {
            let told = self.recipe.report(vec![warning.clone()]).to_string();
            told.replace("\n  help: ", "; ")
        };
        self.plan.warnings.iter().map(line).collect()
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
        let mut record = NetworkRecord::together(networks.collect());
        // Of a model only what its fit needs is known before it is made.
        record.memory += self.plan.model.as_ref().map_or(0, |model| model.memory);
        record
    }

    /// Threads that will compute: the recipe's, else one for each core.
    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.recipe.trainer.threads.unwrap_or_else(cores)
    }
}
