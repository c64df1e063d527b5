//! Everything that resuming needs, in one file: a file that is written whole or not at all can be
//! trusted whole.

use serde::{Deserialize, Serialize};

use super::row::Row;
use super::stopping::Best;
use crate::error::{Error, Kind, Result};
use crate::store::tensors::Tensors;
use crate::store::{RunFolder, folder::file};
use crate::task::Task;

/// The largest checkpoint that is read.
pub const CHECKPOINT_CAP: u64 = 16 << 30;
const FORMAT: u32 = 1;

/// Where a training stands. Together with the task's tensors it decides every later byte.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Epochs that are done.
    pub epoch: u64,
    /// Batches done in the epoch under way.
    pub batch: u64,
    /// Optimizer steps done in all.
    pub step: u64,
    /// One row for each epoch that is done.
    pub rows: Vec<Row>,
    /// The best epoch so far.
    pub best: Best,
    /// Why the training ended before its last epoch, if it did.
    pub stopped: Option<String>,
    /// Seconds of training so far, and of the epoch under way.
    pub seconds: [f64; 2],
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    recipe: String,
    data: String,
    state: State,
    task: serde_json::Value,
}

/// What a run is made from: a checkpoint of another recipe or other data is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// SHA-256 of the resolved recipe.
    pub recipe: String,
    /// SHA-256 of the data.
    pub data: String,
}

impl State {
    /// Writes the checkpoint.
    ///
    /// # Errors
    /// When the disk is full or the folder read-only; the old checkpoint stays then.
    pub fn save(&self, folder: &RunFolder, origin: &Origin, task: &dyn Task) -> Result<()> {
        let mut tensors = Tensors::default();
        let file = File {
            format: FORMAT,
            recipe: origin.recipe.clone(),
            data: origin.data.clone(),
            task: task.save(&mut tensors),
            state: self.clone(),
        };
        tensors.about = serde_json::to_string(&file)
            .map_err(|error| Error::new(Kind::Failure, format!("the state of the training: {error}")))?;
        folder.write(file::TRAINER, &tensors.to_bytes()?)
    }

    /// Reads the checkpoint and brings the task back to it; `None` where there is none yet.
    ///
    /// # Errors
    /// When it is damaged or belongs to another recipe, other data or another network.
    pub fn load(folder: &RunFolder, origin: &Origin, task: &mut dyn Task) -> Result<Option<Self>> {
        let path = folder.file(file::TRAINER);
        if !path.exists() {
            return Ok(None);
        }
        let tensors = Tensors::from_bytes(&folder.read(file::TRAINER, CHECKPOINT_CAP)?, &path)?;
        let wrong = |what: &str| Error::new(Kind::Run, format!("{}: {what}", path.display()));
        let file: File = serde_json::from_str(&tensors.about).map_err(|error| wrong(&error.to_string()))?;
        if file.format != FORMAT {
            return Err(wrong("written by another version of runner"));
        }
        if file.recipe != origin.recipe {
            return Err(wrong("the run's recipe.yaml was changed since").help("start a new run for a new recipe"));
        }
        if file.data != origin.data {
            return Err(
                wrong("the data is not what the run started with").help("bring the data back, or start a new run")
            );
        }
        task.restore(&tensors, &file.task)?;
        Ok(Some(file.state))
    }
}
