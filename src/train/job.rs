//! What a network or a model can be asked to do with a run besides training it.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::bench;
use super::event::Event;
use super::predict::{Predict, predict};
use super::process::Make;
use super::range_test::RangeTest;
use super::{initial, ready, replay};
use runner_data::Dataset;
use runner_ground::error::{Error, Kind, Result};
use runner_recipe::Recipe;
use runner_results::{Record, RunFolder};
use runner_task as task;
use runner_task::{Generate, Learning, Setup, Trained};

/// A job, as the runner hands it to the network's process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Times training steps, and trains nothing that is kept.
    Bench {
        /// For so long, at least.
        seconds: f64,
    },
    /// Learns given batches from given weights, and reports the losses.
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
    /// Does it, and reports the result. The run's folder stays as it is.
    ///
    /// # Errors
    /// When recipe or data do not fit, and those of the job.
    pub(super) fn run(
        &self,
        run: &Path,
        make: Make<'_>,
        stop: &AtomicBool,
        send: &(dyn Fn(&Event) + Sync),
    ) -> Result<()> {
        let folder = RunFolder::open(run)?;
        let mut record = folder.record()?;
        match self {
            Self::Bench { seconds } => {
                let (recipe, dataset) = ready::load(&folder, &mut record)?;
                with_task(&record, &recipe, &dataset, make, |setup, learning| {
                    let task = self.networks(setup, learning)?;
                    send(&Event::Benched(bench::bench(setup, task, *seconds, stop)?));
                    Ok(())
                })
            }
            Self::Replay { file } => {
                let (recipe, dataset) = ready::load(&folder, &mut record)?;
                with_task(&record, &recipe, &dataset, make, |setup, learning| {
                    let task = self.networks(setup, learning)?;
                    send(&Event::Replayed(replay::replay(setup, task, file)?));
                    Ok(())
                })
            }
            Self::RangeTest { request } => {
                let (recipe, dataset) = ready::load(&folder, &mut record)?;
                with_task(&record, &request.recipe(&recipe), &dataset, make, |setup, learning| {
                    initial::begin(&record, learning.model())?;
                    let task = self.networks(setup, learning)?;
                    send(&Event::RangeTested(request.run(setup, task, stop)?));
                    Ok(())
                })
            }
            Self::Predict { request } => {
                let (recipe, dataset, weights) = ready::best(&folder, &record)?;
                with_task(&record, &recipe, &dataset, make, |setup, learning| {
                    let task = learning.model();
                    task.import(&weights)?;
                    send(&predict(setup, task, request)?);
                    Ok(())
                })
            }
            Self::Generate { request } => {
                let (recipe, dataset, weights) = ready::best(&folder, &record)?;
                with_task(&record, &recipe, &dataset, make, |_, learning| {
                    let task = learning.model();
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

impl Job {
    /// The networks, for jobs that only they can do.
    fn networks<'a>(&self, setup: &Setup<'_>, learning: &'a mut Learning<'static>) -> Result<&'a mut dyn Trained> {
        match learning {
            Learning::Trained(networks) => Ok(&mut **networks),
            Learning::Fitted(_) => Err(self.refuse(setup.plan.model.as_ref().map_or("model", |model| &model.name))),
        }
    }

    /// What is said of a job that a model cannot do.
    pub fn refuse(&self, model: &str) -> Error {
        let (message, help) = match self {
            Self::Bench { .. } => (
                format!("a {model} has no training steps to time"),
                "`runner run` shows how long its fit takes",
            ),
            Self::Replay { .. } => (
                format!("a {model} does not learn batch by batch from given weights"),
                "only recipes with a 'network' can be replayed",
            ),
            Self::RangeTest { .. } => (
                format!("a {model} has no learning rate"),
                "a sweep over the settings of 'model' shows which serve best",
            ),
            Self::Predict { .. } | Self::Generate { .. } => (
                format!("a {model} makes neither texts nor pictures"),
                "`runner predict` says what it predicts of new inputs",
            ),
        };
        Error::new(Kind::Usage, message).help(help)
    }
}

/// Makes the recipe's task on the run's threads, and does something with it there.
fn with_task(
    record: &Record,
    recipe: &Recipe,
    dataset: &Dataset,
    make: Make<'_>,
    work: impl FnOnce(&Setup<'_>, &mut Learning<'static>) -> Result<()> + Send,
) -> Result<()> {
    ready::team(record)?.install(|| {
        let plan = task::check(recipe, &dataset.info).map_err(|problems| recipe.report(problems))?;
        ready::reserve(record.network.memory, plan.program())?;
        let setup = Setup {
            recipe,
            dataset,
            plan: &plan,
            horizon: plan.horizon(recipe, dataset.info.rows[0]),
        };
        work(&setup, &mut make(&setup)?)
    })
}
