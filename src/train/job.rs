//! What a compiled network can be asked to do with a run besides training it.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::bench;
use super::event::Event;
use super::predict::{Predict, predict};
use super::process::MakeTask;
use super::range_test::RangeTest;
use super::{ready, replay};
use runner_data::Dataset;
use runner_ground::error::Result;
use runner_recipe::Recipe;
use runner_results::{Record, RunFolder};
use runner_task as task;
use runner_task::{Generate, Setup, Task};

/// A job, as the runner hands it to the network's process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Times training steps, and trains nothing that is kept.
    Bench {
        /// For so long, at least.
        seconds: f64,
    },
    /// Learns given batches from given weights, and tells the losses.
    Replay {
        /// A safetensors file with both.
        file: PathBuf,
    },
    /// Tries growing learning rates, and trains nothing that is kept.
    RangeTest {
        /// Which ones.
        request: RangeTest,
    },
    /// Predicts of new inputs with the best weights.
    Predict {
        /// What is asked for.
        request: Predict,
    },
    /// Makes texts or pictures with the best weights.
    Generate {
        /// What is asked for.
        request: Generate,
    },
}

impl Job {
    /// Does it, and tells what came of it. The run's folder stays as it is.
    ///
    /// # Errors
    /// When recipe or data do not fit, and those of the job.
    pub(super) fn run(
        &self,
        run: &Path,
        make: MakeTask,
        stop: &AtomicBool,
        send: &(dyn Fn(&Event) + Sync),
    ) -> Result<()> {
        let folder = RunFolder::open(run)?;
        let mut record = folder.record()?;
        match self {
            Self::Bench { seconds } => {
                let (recipe, dataset) = ready::load(&folder, &mut record)?;
                with_task(&record, &recipe, &dataset, make, |setup, task| {
                    send(&Event::Benched(bench::bench(setup, task, *seconds, stop)?));
                    Ok(())
                })
            }
            Self::Replay { file } => {
                let (recipe, dataset) = ready::load(&folder, &mut record)?;
                with_task(&record, &recipe, &dataset, make, |setup, task| {
                    send(&Event::Replayed(replay::replay(setup, task, file)?));
                    Ok(())
                })
            }
            Self::RangeTest { request } => {
                let (recipe, dataset) = ready::load(&folder, &mut record)?;
                with_task(&record, &request.recipe(&recipe), &dataset, make, |setup, task| {
                    send(&Event::RangeTested(request.run(setup, task, stop)?));
                    Ok(())
                })
            }
            Self::Predict { request } => {
                let (recipe, dataset, weights) = ready::best(&folder, &record)?;
                with_task(&record, &recipe, &dataset, make, |setup, task| {
                    task.import(&weights)?;
                    let (rows, notes) = predict(setup, task, request)?;
                    send(&Event::Predicted { rows, notes });
                    Ok(())
                })
            }
            Self::Generate { request } => {
                let (recipe, dataset, weights) = ready::best(&folder, &record)?;
                with_task(&record, &recipe, &dataset, make, |_, task| {
                    task.import(&weights)?;
                    let made = task.generate(request);
                    let made = made.map_err(|error| error.context(&recipe.task.name))?;
                    send(&Event::Generated { made });
                    Ok(())
                })
            }
        }
    }
}

/// Makes the recipe's task on the run's threads, and does something with it there.
fn with_task(
    record: &Record,
    recipe: &Recipe,
    dataset: &Dataset,
    make: MakeTask,
    work: impl FnOnce(&Setup<'_>, &mut dyn Task) -> Result<()> + Send,
) -> Result<()> {
    ready::team(record)?.install(|| {
        let plan = task::check(recipe, &dataset.info).map_err(|problems| recipe.report(problems))?;
        ready::reserve(record.network.memory)?;
        let setup = Setup {
            recipe,
            dataset,
            plan: &plan,
            horizon: task::horizon(recipe, dataset.info.rows[0]),
        };
        work(&setup, &mut *make(&setup)?)
    })
}
