//! From a trial's values to a run that can be trained: recipe, data, program, folder. What trials share is made once:
//! the data's description, and each distinct program.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::progress::{Show, Style};
use runner_compiler::Executable;
use runner_compiler::cache::Cache;
use runner_data as data;
use runner_data::DataInfo;
use runner_experiment::{Checked, Places, Source, bring_up, first_record, places, prepared};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::lock::Lock;
use runner_recipe::{Overrides, Recipe, Standing};
use runner_results::sweep::file;
use runner_results::{RunFolder, SweepFolder, folder};
use runner_sweep::{Manifest, Rules, Values};
use runner_task::Program;
use runner_train::origin;

/// What a program is compiled into, once for all that need it.
type Slot = Arc<Mutex<Option<Arc<Executable>>>>;

/// Makes runs of trials.
pub struct TrialBuilder {
    /// The sweep's folder.
    pub folder: SweepFolder,
    /// What it is.
    pub manifest: Manifest,
    source: Source,
    threads: usize,
    style: Style,
    cache: Cache,
    data: Mutex<HashMap<String, DataInfo>>,
    programs: Mutex<HashMap<String, Slot>>,
}

impl TrialBuilder {
    /// A builder whose trials compute on `threads` threads each, unless the recipe says otherwise.
    pub fn new(folder: SweepFolder, manifest: Manifest, source: &Source, threads: usize, style: Style) -> Self {
        Self {
            folder,
            manifest,
            source: source.clone(),
            threads,
            style,
            cache: Cache::open(),
            data: Mutex::default(),
            programs: Mutex::default(),
        }
    }

    /// The recipe of a trial.
    ///
    /// # Errors
    /// When the recipe does not take the values.
    pub fn recipe(&self, values: &Values) -> Result<Recipe> {
        recipe(
            &self.folder.file(file::RECIPE),
            values,
            &Ground {
                rules: self.manifest.sweep.rules,
                recipe_folder: &self.manifest.recipe_folder(),
                folders: &self.manifest.folders,
            },
        )
    }

    /// The experiments of a trial, one for each of its seeds.
    ///
    /// # Errors
    /// When the recipe does not take the values, or the data is missing.
    pub fn experiments(&self, values: &Values) -> Result<Vec<Checked>> {
        let recipe = self.recipe(values)?;
        let recipes = match self.manifest.sweep.rules {
            Rules::Earlier => vec![recipe],
            Rules::Present => recipe.seeds()?.iter().map(|seed| recipe.with_seed(*seed)).collect(),
        };
        let checked = |recipe: Recipe| {
            let info = self.data(&recipe)?;
            Checked::of(recipe, info)
        };
        recipes.into_iter().map(checked).collect()
    }

    fn data(&self, recipe: &Recipe) -> Result<DataInfo> {
        let key = serde_json::json!([recipe.dataset, recipe.seed]).to_string();
        // Held while data is fetched: trials that need the same wait for it.
        let mut known = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(info) = known.get(&key) {
            return Ok(info.clone());
        }
        let mut context = self.source.context(recipe);
        context.recipe_folder = self.manifest.recipe_folder();
        // What the sweep began with holds for all its trials, whatever data another machine has.
        let stand_in = self.manifest.stand_in.is_some();
        if stand_in && recipe.dataset.name == self.manifest.dataset {
            context.use_stand_in = true;
            let info = data::describe(&recipe.dataset, &context).map_err(|error| recipe.place(error))?;
            known.insert(key, info.clone());
            return Ok(info);
        }
        let prepared = prepared(recipe, &context, &mut Show::new(self.style)).map_err(|error| recipe.place(error))?;
        if prepared.use_stand_in.is_some() {
            let (name, folder) = (&recipe.dataset.name, context.folder.display());
            let message = format!("the real {name}, with which the sweep began, is not in {folder}");
            return Err(Error::new(Kind::Data, message).help("pass --data DIR, the folder where it is now"));
        }
        known.insert(key, prepared.info.clone());
        Ok(prepared.info)
    }

    /// The program of an experiment, compiled by the first who asks for it.
    ///
    /// # Errors
    /// When it cannot be compiled.
    pub fn program(&self, experiment: &Checked) -> Result<Arc<Executable>> {
        if experiment.plan.program() == Program::Builtin {
            return experiment.program(&self.cache, || {}).map(Arc::new);
        }
        let source = experiment.source();
        let slot = {
            let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
            programs.entry(source.clone()).or_default().clone()
        };
        let mut program = slot.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody may have removed it in the meantime.
        if let Some(program) = program.as_ref().filter(|compiled| compiled.program.exists()) {
            return Ok(program.clone());
        }
        let compiled = Arc::new(experiment.program(&self.cache, || {})?.let_go());
        *program = Some(compiled.clone());
        Ok(compiled)
    }

    /// The run of a trial in its folder: a new one, or the one that an earlier attempt began.
    ///
    /// # Errors
    /// When its folder cannot be made or read.
    pub fn run(&self, path: &Path, experiment: &Checked, compiled: &Executable) -> Result<RunFolder> {
        if RunFolder::is_at(path).unwrap_or(false) {
            let run = RunFolder::open(path)?.of_trial();
            {
                // The trainer of a worker that was killed holds it until it has saved.
                let _lock = Lock::wait(&run.file(".lock")).map_err(|error| {
                    let message = format!("{}: it cannot be locked: {error}", run.path().display());
                    Error::new(Kind::Failure, message)
                })?;
                match self.bring_up(&run, compiled) {
                    Ok(()) => return Ok(run),
                    // What a machine's death, or a hand, left of it cannot be gone on with: it is begun again.
                    Err(error) if error.kind() == Kind::Run => run.remove()?,
                    Err(error) => return Err(error),
                }
            }
        }
        let places = Places {
            recipe: self.manifest.recipe_path.clone(),
            recipe_folder: self.manifest.recipe_folder.clone(),
            data_folder: places::absolute(&self.source.data)?,
        };
        let mut record = first_record(experiment, places, compiled, self.manifest.git.clone())?;
        record.threads = experiment.recipe.trainer.threads.unwrap_or(self.threads);
        record.data_source = self.manifest.source(&experiment.recipe.dataset).cloned();
        RunFolder::create_trial(path, |run| {
            run.write(folder::file::RECIPE, experiment.recipe.resolved_yaml().as_bytes())?;
            run.write_record(&record)
        })
    }

    /// What another machine, or another build, has to change in a run that was begun elsewhere. To be called with its
    /// lock held.
    fn bring_up(&self, run: &RunFolder, compiled: &Executable) -> Result<()> {
        let before = run.record()?;
        origin::recipe(run, &before)?;
        let mut record = before.clone();
        record.data_folder = places::absolute(&self.source.data)?;
        bring_up(&mut record, compiled);
        if record != before {
            run.write_record(&record)?;
        }
        Ok(())
    }
}

/// What the recipe of a trial stands on besides its file.
pub struct Ground<'a> {
    /// What the sweep's trials go by.
    pub rules: Rules,
    /// The folder that the recipe's relative paths start from.
    pub recipe_folder: &'a Path,
    /// The folders that those among the values start from, by the parameters' keys, seen from there.
    pub folders: &'a BTreeMap<String, String>,
}

/// The recipe of a trial: the sweep's, with the trial's values over it. Neither the environment nor a command line
/// changes it: it is the same for every worker.
///
/// # Errors
/// When the recipe does not take the values.
pub fn recipe(path: &Path, values: &Values, ground: &Ground) -> Result<Recipe> {
    let overrides = Overrides {
        set: values.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        env: Vec::new(),
        standing: match ground.rules {
            Rules::Earlier => Standing::Yields,
            Rules::Present => Standing::Stays,
        },
        folders: values
            .keys()
            .enumerate()
            .filter_map(|(place, key)| Some((place, ground.folders.get(key)?.into())))
            .collect(),
    };
    Recipe::trial(runner_catalog::language(), path, &overrides, ground.recipe_folder)
}
