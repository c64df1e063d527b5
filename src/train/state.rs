//! Everything that resuming needs, in one file: a file that is written whole or not at all can be
//! trusted whole.

use serde::{Deserialize, Serialize};

use super::origin::Origin;
use super::stopping::Best;
use super::trace::Trace;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_optim::schedule::Horizon;
use runner_results::CHECKPOINT_CAP;
use runner_results::row::Row;
use runner_results::{RunFolder, folder::file};
use runner_task::Model;
const FORMAT: u32 = 1;
/// The checkpoint's JSON is kept as a tensor of this name.
const STATE: &str = "state";

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
    /// What the tensors were along the way. A tensor of the checkpoint, not of its JSON: it may be long.
    #[serde(skip)]
    pub trace: Trace,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    recipe: String,
    data: String,
    state: State,
    task: serde_json::Value,
}

impl File {
    fn read(tensors: &Tensors) -> Result<Self> {
        serde_json::from_str(tensors.text(STATE)?).map_err(|error| tensors.error(&error.to_string()))
    }
}

impl State {
    /// Writes the checkpoint.
    ///
    /// # Errors
    /// When the disk is full or the folder read-only; the old checkpoint stays then.
    pub fn save(&self, folder: &RunFolder, origin: &Origin, task: &dyn Model) -> Result<()> {
        let mut tensors = Tensors::default();
        let file = File {
            format: FORMAT,
            recipe: origin.recipe.clone(),
            data: origin.data.clone(),
            task: task.save(&mut tensors),
            state: self.clone(),
        };
        let json = serde_json::to_string(&file)
            .map_err(|error| Error::new(Kind::Failure, format!("the state of the training: {error}")))?;
        // A tensor, not the header's text: the rows of many epochs are longer than a header may be.
        tensors.push_text(STATE, json);
        self.trace.save(&mut tensors);
        folder.write(file::TRAINER, &tensors.to_bytes()?)
    }

    /// Reads the checkpoint and brings the task back to it; `None` where there is none yet.
    ///
    /// # Errors
    /// When it is damaged or belongs to another recipe, other data or another network.
    pub fn load(folder: &RunFolder, origin: &Origin, course: &Course, task: &mut dyn Model) -> Result<Option<Self>> {
        let path = folder.file(file::TRAINER);
        if !path.exists() {
            return Ok(None);
        }
        let tensors = Tensors::from_bytes(&folder.read(file::TRAINER, CHECKPOINT_CAP)?, &path)?;
        let mut file = File::read(&tensors)?;
        let wrong = |what: &str| Error::new(Kind::Run, format!("{}: {what}", path.display()));
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
        if !file.state.can_be(course) {
            return Err(tensors.error("its counters are not those of a training of this recipe"));
        }
        task.restore(&tensors, &file.task)?;
        file.state.trace = Trace::load(&tensors, file.state.step)?;
        Ok(Some(file.state))
    }

    /// The checkpoint without its tensors, whatever it belongs to; `None` where there is none.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn peek(folder: &RunFolder) -> Result<Option<Self>> {
        let path = folder.file(file::TRAINER);
        if !path.exists() {
            return Ok(None);
        }
        let tensors = Tensors::from_bytes(&folder.read(file::TRAINER, CHECKPOINT_CAP)?, &path)?;
        let mut state = File::read(&tensors)?.state;
        state.trace = Trace::load(&tensors, state.step)?;
        Ok(Some(state))
    }

    /// Whether a training of this course comes through the state.
    fn can_be(&self, course: &Course) -> bool {
        let Course {
            horizon,
            batches,
            accumulate,
        } = *course;
        let under_way = self.batch > 0;
        let ended = self.epoch == horizon.epochs || self.stopped.is_some();
        let steps = self.epoch.checked_mul(horizon.steps_per_epoch);
        let steps = steps.and_then(|steps| steps.checked_add(self.batch / accumulate));
        self.epoch <= horizon.epochs
            && !(under_way && ended)
            && self.batch < batches
            && self.batch.is_multiple_of(accumulate)
            && steps == Some(self.step)
            && self.rows.iter().map(|row| row.epoch).eq(1..=self.epoch)
            && self.best.can_be(self.epoch)
    }
}

/// How long a training is, and in what pieces.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Epochs and optimizer steps.
    pub horizon: Horizon,
    /// Batches of an epoch.
    pub batches: u64,
    /// Batches of an optimizer step.
    pub accumulate: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURSE: Course = Course {
        horizon: Horizon {
            epochs: 4,
            steps_per_epoch: 3,
        },
        batches: 8,
        accumulate: 3,
    };

    fn row(epoch: u64) -> Row {
        Row {
            epoch,
            step: epoch * 3,
            lr: Some(0.1),
            metrics: Vec::new(),
            seconds: 1.0,
            samples_per_second: 1.0,
        }
    }

    fn state() -> State {
        State {
            epoch: 2,
            batch: 6,
            step: 8,
            rows: vec![row(1), row(2)],
            best: Best {
                epoch: 1,
                value: Some(1.0),
                waited: 1,
                improved: None,
            },
            ..State::default()
        }
    }

    #[test]
    fn counters_that_no_training_comes_through_are_refused() {
        assert!(state().can_be(&COURSE) && State::default().can_be(&COURSE));
        let wrong: [fn(&mut State); 9] = [
            |state| state.epoch = 1_000_000_000_000_000_000,
            |state| state.batch = 1_000_000_000,
            |state| state.batch = 7,
            |state| state.batch = 9,
            |state| state.step = u64::MAX,
            |state| state.rows.truncate(1),
            |state| state.best.epoch = u64::MAX,
            |state| state.best.waited = 3,
            |state| state.stopped = Some("early".to_owned()),
        ];
        for (index, change) in wrong.into_iter().enumerate() {
            let mut state = state();
            change(&mut state);
            assert!(!state.can_be(&COURSE), "{index}");
        }
    }
}
