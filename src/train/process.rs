//! The trainer's process: what a compiled network's `main` comes to.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;

use super::event::Event;
use super::finish::{best_on_test, finish};
use super::origin::{self, Origin};
use super::state::{Course, State};
use super::stopping::Judge;
use super::trainer::{Ending, Trainer};
use crate::build;
use crate::data::loader::Order;
use crate::data::{self, DataContext, Dataset};
use crate::error::{Error, Kind, Result};
use crate::optim::schedule::Horizon;
use crate::random::{Key, Purpose};
use crate::recipe::{Device, Recipe};
use crate::report::{self, format};
use crate::store::{Record, RunFolder, Status};
use crate::task::{self, Setup, Task};

/// What the trainer is started with. Started by `runner`, which has checked everything; it can also be
/// started by hand.
#[derive(Debug, Parser)]
#[command(name = "network", version = build::VERSION, about = "Trains the network that it was compiled from.")]
struct Arguments {
    /// The run's folder.
    run: PathBuf,
    /// Stop when standard input says `stop` or ends: the way in which `runner` passes on Ctrl-C, and in
    /// which a trainer whose runner was killed notices.
    #[arg(long)]
    supervised: bool,
}

/// Makes the task with its networks.
pub type MakeTask = fn(&Setup<'_>) -> Result<Box<dyn Task>>;

/// The `main` of every compiled network: events go to standard output, one line of JSON each.
pub fn main(make: MakeTask) -> ExitCode {
    let arguments = Arguments::parse();
    let stop = Arc::new(AtomicBool::new(false));
    if arguments.supervised {
        listen(stop.clone());
    }
    match train(&arguments, make, &stop) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Interrupted) => ExitCode::from(Kind::Interrupted as u8),
        Err(error) => {
            send(&Event::Failed {
                code: error.exit_code(),
                message: error.to_string(),
            });
            ExitCode::from(error.exit_code())
        }
    }
}

/// Writes an event. Whoever read them may be gone; the training does not depend on it.
fn send(event: &Event) {
    if let Ok(mut line) = serde_json::to_vec(event) {
        line.push(b'\n');
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(&line).and_then(|()| out.flush());
    }
}

fn listen(stop: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            match line.as_deref() {
                Ok("stop") | Err(_) => break,
                Ok(_) => {}
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}

fn train(arguments: &Arguments, make: MakeTask, stop: &AtomicBool) -> Result<Ending> {
    let folder = RunFolder::open(&arguments.run)?;
    let _lock = folder.lock()?;
    let mut record = folder.record()?;
    let mut stage = Stage::of(&record);
    let result = train_locked(&folder, &mut record, &mut stage, make, stop);
    if stage == Stage::Resuming {
        return result;
    }
    match &result {
        Ok(Ending::Done) => return result,
        Ok(Ending::Interrupted) => record.status = Status::Interrupted,
        Err(error) => record.fail(error),
    }
    record.touch();
    // The first error is the one to tell; a full disk is often the reason for both.
    let written = folder.write_record(&record);
    // A page is nothing that a training could fail for; `runner report` makes it later, and says what is wrong.
    let _ = report::from_files(&folder);
    result.and_then(|ending| written.map(|()| ending))
}

/// How far a process has come with its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It prepares a run that has never been trained.
    Starting,
    /// It prepares one that has: what stops it now leaves the run as it was.
    Resuming,
    /// It trains.
    Training,
}

impl Stage {
    fn of(record: &Record) -> Self {
        match record.data_digest {
            None => Self::Starting,
            Some(_) => Self::Resuming,
        }
    }
}

fn train_locked(
    folder: &RunFolder,
    record: &mut Record,
    stage: &mut Stage,
    make: MakeTask,
    stop: &AtomicBool,
) -> Result<Ending> {
    let recipe = origin::recipe(folder, record)?;
    let dataset = load_data(&recipe, record)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(record.threads)
        .build()
        .map_err(|error| {
            Error::new(
                Kind::Failure,
                format!("{} threads cannot be started: {error}", record.threads),
            )
        })?;
    // Inside the pool: a loop outside it would pay for waking the pool at every product.
    pool.install(|| train_on(folder, record, stage, &recipe, &dataset, make, stop))
}

fn load_data(recipe: &Recipe, record: &mut Record) -> Result<Dataset> {
    let context = DataContext {
        folder: PathBuf::from(&record.data_folder),
        recipe_folder: PathBuf::from(&record.recipe_folder),
        seed: recipe.seed,
        offline: true,
        use_stand_in: record.data.stand_in.is_some(),
    };
    let dataset = data::load(&recipe.dataset, &context)?;
    match &record.data_digest {
        Some(digest) if *digest != dataset.digest => {
            let error = Error::new(
                Kind::Run,
                format!("the data of {} is not what the run began with", record.data.name),
            );
            Err(error.help("bring the data back, or start a new run"))
        }
        _ => {
            record.data_digest = Some(dataset.digest.clone());
            Ok(dataset)
        }
    }
}

fn train_on(
    folder: &RunFolder,
    record: &mut Record,
    stage: &mut Stage,
    recipe: &Recipe,
    dataset: &Dataset,
    make: MakeTask,
    stop: &AtomicBool,
) -> Result<Ending> {
    let plan = task::check(recipe, &dataset.info).map_err(|problems| recipe.report(problems))?;
    let horizon = task::horizon(recipe, dataset.train.len());
    let batch_size = recipe.trainer.batch_size;
    let order = Order::Shuffled {
        key: Key::new(recipe.seed).purpose(Purpose::Shuffle),
    };
    let train = dataset.loader(&dataset.train, batch_size, order)?;
    reserve(record.network.memory)?;
    let mut task = make(&Setup {
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
        batches: train.batches() as u64,
        accumulate: recipe.trainer.accumulate_grad_batches as u64,
    };
    let saved = State::load(folder, &origin, &course, &mut *task)?;
    let resumed = saved.is_some();
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
    let trainer = Trainer {
        folder,
        origin,
        stand_in: dataset.info.stand_in.as_ref().map(|stand_in| stand_in.name.as_str()),
        train: &train,
        validation: validation.as_ref(),
        seed: recipe.seed,
        settings: &recipe.trainer,
        horizon,
        judge: Judge::new(recipe, &plan),
        stop,
        send: &send,
    };
    if resumed {
        trainer.write_what_follows(&*task, &state)?;
    }
    if trainer.run(&mut *task, &mut state)? == Ending::Interrupted {
        return Ok(Ending::Interrupted);
    }
    let outcome = best_on_test(folder, &mut *task, test.as_ref())?;
    let summary = finish(folder, record, &trainer.judge, &state, outcome)?;
    send(&Event::Finished {
        run: folder.path().display().to_string(),
        stand_in: dataset.info.stand_in.clone(),
        summary,
    });
    Ok(Ending::Done)
}

/// Asks for the training's memory as a whole and gives it back, so that a process that may not have so much ends
/// with a message rather than in the middle of its work.
fn reserve(bytes: u64) -> Result<()> {
    let mut whole = Vec::<u8>::new();
    let there = usize::try_from(bytes).is_ok_and(|bytes| whole.try_reserve_exact(bytes).is_ok());
    if there {
        return Ok(());
    }
    let message = format!(
        "there is no room for the {} of memory that this training needs",
        format::bytes(bytes)
    );
    Err(Error::new(Kind::Failure, message).help("make the layers narrower, or trainer.batch_size smaller"))
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
        build: build::ID.to_owned(),
        epochs: horizon.epochs,
        steps_per_epoch: horizon.steps_per_epoch,
        epoch: state.epoch + 1,
        step: state.step,
        parameters: record.network.parameters,
        rows: dataset.info.rows,
        threads: rayon::current_num_threads(),
        device: match recipe.trainer.device {
            Device::Cpu => "cpu".to_owned(),
            Device::Cuda => "cuda".to_owned(),
        },
    }
}
