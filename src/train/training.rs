//! A run's training in its process: from what is in its folder to its end.

use std::sync::atomic::AtomicBool;

use super::event::Event;
use super::event_file::EventFile;
use super::finish::{best_on_test, finish};
use super::origin::Origin;
use super::process::Make;
use super::ready;
use super::state::{Course, State};
use super::stopping::Judge;
use super::trainer::{Ending, Trainer};
use crate::{identity, initial};
use runner_data::Dataset;
use runner_data::loader::Order;
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};
use runner_kernel::team;
use runner_optim::schedule::Horizon;
use runner_recipe::{Device, Recipe};
use runner_results::metrics::{POSITIVE_CLASS, STAND_IN};
use runner_results::{Record, RunFolder, Status};
use runner_task as task;
use runner_task::{Program, Setup};

/// How far a process has come with its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It prepares a run that has never been trained.
    Starting,
    /// It prepares one that has: what stops it now leaves the run as it was.
    Resuming,
    /// It trains.
    Training,
}

impl Stage {
    pub(super) fn of(record: &Record) -> Self {
        match record.data_digest {
            None => Self::Starting,
            Some(_) => Self::Resuming,
        }
    }
}

/// Brings a run to its end, from wherever it is.
#[allow(clippy::too_many_arguments)]
pub(super) fn train_on(
    folder: &RunFolder,
    record: &mut Record,
    stage: &mut Stage,
    recipe: &Recipe,
    dataset: &Dataset,
    make: Make<'_>,
    stop: &AtomicBool,
    send: &(dyn Fn(&Event) + Sync),
) -> Result<Ending> {
    let plan = task::check(recipe, &dataset.info).map_err(|problems| recipe.report(problems))?;
    let horizon = plan.horizon(recipe, dataset.train.len());
    let batch_size = recipe.trainer.batch_size;
    let order = match plan.program() {
        Program::Compiled => Order::Shuffled {
            key: Key::new(recipe.seed).purpose(Purpose::Shuffle),
        },
        // Its batches are only looked at.
        Program::Builtin => Order::Sequential,
    };
    let train = dataset
        .loader(&dataset.train, batch_size, order)?
        .drop_last(recipe.trainer.drop_last);
    ready::reserve(record.network.memory, plan.program())?;
    let mut learning = make(&Setup {
        recipe,
        dataset,
        plan: &plan,
        horizon,
    })?;
    let origin = Origin {
        recipe: record.recipe_digest.clone(),
        data: dataset.digest.clone(),
    };
    let course = Course {
        horizon,
        batches: match plan.program() {
            Program::Compiled => train.batches() as u64,
            Program::Builtin => 1,
        },
        accumulate: recipe.trainer.accumulate_grad_batches as u64,
    };
    let saved = State::load(folder, &origin, &course, learning.model())?;
    let resumed = saved.is_some();
    if !resumed {
        initial::begin(record, learning.model())?;
    }
    let mut state = saved.unwrap_or_default();
    *stage = Stage::Training;
    record.status = Status::Running;
    record.failure = None;
    record.touch();
    folder.write_record(record)?;
    send(&started(folder, record, recipe, dataset, &horizon, &state));
    let in_order = |part: &Option<_>| {
        part.as_ref()
            .map(|part| dataset.loader(part, batch_size, Order::Sequential))
            .transpose()
    };
    let (validation, test) = (in_order(&dataset.validation)?, in_order(&dataset.test)?);
    let stand_in = dataset.info.stand_in.as_ref().map(|stand_in| stand_in.name.as_str());
    let marks = [(STAND_IN, stand_in), (POSITIVE_CLASS, plan.positive_class.as_deref())];
    let trainer = Trainer {
        folder,
        origin,
        marks: marks
            .into_iter()
            .filter_map(|(column, value)| Some((column, value?)))
            .collect(),
        events: EventFile::of(recipe, record),
        train: &train,
        validation: validation.as_ref(),
        seed: recipe.seed,
        settings: &recipe.trainer,
        horizon,
        judge: Judge::new(recipe, &plan),
        stop,
        send,
    };
    if resumed {
        trainer.write_what_follows(learning.model(), &state)?;
    }
    if trainer.run(&mut learning, &mut state)? == Ending::Interrupted {
        return Ok(Ending::Interrupted);
    }
    let outcome = best_on_test(folder, learning.model(), test.as_ref())?;
    let summary = finish(folder, record, &trainer.judge, &state, outcome)?;
    send(&Event::Finished {
        run: folder.path().display().to_string(),
        stand_in: dataset.info.stand_in.clone(),
        summary,
    });
    Ok(Ending::Done)
}

fn started(
    folder: &RunFolder,
    record: &Record,
    recipe: &Recipe,
    dataset: &Dataset,
    horizon: &Horizon,
    state: &State,
) -> Event {
    Event::Started {
        run: folder.path().display().to_string(),
        stand_in: dataset.info.stand_in.clone(),
        build: identity::ID.to_owned(),
        epochs: horizon.epochs,
        steps_per_epoch: horizon.steps_per_epoch,
        epoch: state.epoch + 1,
        step: state.step,
        parameters: record.network.parameters,
        rows: dataset.info.rows,
        threads: team::threads(),
        row: record.step_name().to_owned(),
        device: match recipe.trainer.device {
            Device::Cpu => "cpu".to_owned(),
            Device::Cuda => "cuda".to_owned(),
        },
    }
}
