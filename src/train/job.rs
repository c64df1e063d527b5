//! What a compiled network can be asked to do with a run besides training it.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::bench;
use super::event::Event;
use super::process::MakeTask;
use super::{ready, replay};
use crate::error::Result;
use crate::store::RunFolder;
use crate::task::{self, Setup};

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
        let (recipe, dataset) = ready::load(&folder, &mut record)?;
        ready::pool(&record)?.install(|| {
            let plan = task::check(&recipe, &dataset.info).map_err(|problems| recipe.report(problems))?;
            ready::reserve(record.network.memory)?;
            let setup = Setup {
                recipe: &recipe,
                dataset: &dataset,
                plan: &plan,
                horizon: task::horizon(&recipe, dataset.train.len()),
            };
            let mut task = make(&setup)?;
            match self {
                Self::Bench { seconds } => send(&Event::Benched(bench::bench(&setup, &mut *task, *seconds, stop)?)),
                Self::Replay { file } => send(&Event::Replayed(replay::replay(&setup, &mut *task, file)?)),
            }
            Ok(())
        })
    }
}
