//! The trainer's process: what the `main` of a compiled network does, and the runner itself where a model is fitted.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;

use super::event::Event;
use super::job::Job;
use super::ready;
use super::trainer::Ending;
use super::training::{Stage, train_on};
use runner_data::csv_file::SharedTables;
use runner_ground::error::{Kind, Result};
use runner_report as report;
use runner_results::{Record, RunFolder, Status};
use runner_task::{Learning, Setup, Trained};

/// What the trainer is started with. Started by `runner`, which has checked everything; it can also be
/// started by hand.
#[derive(Debug, Parser)]
#[command(name = "network", version = runner_ground::VERSION, about = "Trains the network that it was compiled from.")]
pub struct Arguments {
    /// The run's folder.
    pub run: PathBuf,
    /// Stop when standard input says `stop` or ends: the way in which `runner` passes on Ctrl-C, and in
    /// which a trainer whose runner was killed notices.
    #[arg(long)]
    pub supervised: bool,
    /// The run is a trial of a sweep: nothing is synced, and no page is made.
    #[arg(long)]
    pub trial: bool,
    /// Do this with the run instead of training it: a [`Job`] as JSON.
    #[arg(long, value_name = "JSON", value_parser = job)]
    pub job: Option<Job>,
}

fn job(text: &str) -> std::result::Result<Job, serde_json::Error> {
    serde_json::from_str(text)
}

/// Makes what the process trains.
pub(super) type Make<'a> = &'a (dyn Fn(&Setup<'_>) -> Result<Learning<'static>> + Sync);

/// The `main` of every compiled network: events go to standard output, one line of JSON each.
pub fn main(make: fn(&Setup<'_>) -> Result<Box<dyn Trained>>) -> ExitCode {
    run(&Arguments::parse(), &|setup| make(setup).map(Learning::Trained))
}

/// The same for a recipe with a model, which is part of the runner: nothing was compiled for it.
pub fn builtin(arguments: &Arguments) -> ExitCode {
    run(arguments, &|setup| runner_task::by_model(setup).map(Learning::Fitted))
}

fn run(arguments: &Arguments, make: Make<'_>) -> ExitCode {
    SharedTables::join();
    let stop = Arc::new(AtomicBool::new(false));
    if arguments.supervised {
        listen(stop.clone());
    }
    let ending = match &arguments.job {
        None => train(arguments, make, &stop),
        Some(job) => job.run(&arguments.run, make, &stop, &send).map(|()| Ending::Done),
    };
    match ending {
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

/// Writes an event. The reader may be gone; the training does not depend on it.
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

fn train(arguments: &Arguments, make: Make<'_>, stop: &AtomicBool) -> Result<Ending> {
    let mut folder = RunFolder::open(&arguments.run)?;
    if arguments.trial {
        folder = folder.of_trial();
    }
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
    // The first error is the one to report; a full disk is often the reason for both.
    let written = folder.write_record(&record);
    // A page is nothing that a training could fail for; `runner report` makes it later, and says what is wrong.
    if !folder.is_trial() {
        let _ = report::from_files(&folder);
    }
    result.and_then(|ending| written.map(|()| ending))
}

fn train_locked(
    folder: &RunFolder,
    record: &mut Record,
    stage: &mut Stage,
    make: Make<'_>,
    stop: &AtomicBool,
) -> Result<Ending> {
    let (recipe, dataset) = ready::load(folder, record)?;
    ready::team(record)?.install(|| train_on(folder, record, stage, &recipe, &dataset, make, stop, &send))
}
