//! One trial in a process of its own: what it says is followed, and how it ended told. Nothing that happens to the
//! process (a loss that is no number, a panic, a kill) reaches another trial.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::time::Duration;

use super::watch::{Held, Verdict, Watch};
use super::worker::Worker;
use runner_compiler::Executable;
use runner_experiment::{Checked, trainer};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::one_line;
use runner_results::Summary;
use runner_results::folder::file;
use runner_results::row::Row;
use runner_results::{RunFolder, Status as RunStatus, metrics};
use runner_sweep::{Ended, Status, Values};
use runner_train::event::Event;

/// metrics.csv of more bytes is not read.
const CAP: u64 = 256 << 20;
/// So often a run whose last trainer has not quite ended is tried again, and the pause between.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// How a trial ended.
pub enum TrialOutcome {
    /// It is done.
    Ended(Ended),
    /// It was stopped before it was done.
    Stopped,
    /// Somebody else holds it by now.
    Lost,
}

/// Trains a trial, from wherever it is: a run, or one for each of its seeds.
///
/// # Errors
/// When the journal cannot be read or written: what is wrong with the trial itself is how it ended.
pub fn train(worker: &Worker, held: Held, values: &Values) -> Result<TrialOutcome> {
    let folder = &worker.builder.folder;
    let experiments = match worker.builder.experiments(values) {
        Ok(experiments) => experiments,
        Err(error) => return Ok(failed(worker, held, &error)),
    };
    if let [experiment] = experiments.as_slice() {
        return train_run(worker, held, &folder.trial(held.trial), experiment);
    }
    let mut seeds = Vec::with_capacity(experiments.len());
    for experiment in &experiments {
        let seed = experiment.recipe.seed;
        match train_run(worker, held, &folder.trial_of_seed(held.trial, seed), experiment)? {
            TrialOutcome::Ended(ended) if ended.status == Status::Finished => seeds.push((seed, ended)),
            // A mean over some of the seeds would be another figure than that of other trials.
            TrialOutcome::Ended(ended) => {
                let failure = ended.failure.as_deref().unwrap_or("it did not finish");
                return Ok(TrialOutcome::Ended(Ended {
                    value: None,
                    failure: Some(format!("seed {seed}: {failure}")),
                    ..ended
                }));
            }
            other => return Ok(other),
        }
    }
    Ok(TrialOutcome::Ended(Ended::over(seeds)))
}

/// A trial that could not be begun.
fn failed(worker: &Worker, held: Held, error: &Error) -> TrialOutcome {
    let watch = Watch::new(&worker.log, &worker.builder.manifest, held, 0);
    TrialOutcome::Ended(watch.conclude(Status::Failed, &[], Some(error.to_string())))
}

fn train_run(worker: &Worker, held: Held, path: &Path, experiment: &Checked) -> Result<TrialOutcome> {
    let builder = &worker.builder;
    let ready = builder.program(experiment).and_then(|compiled| {
        let run = builder.run(path, experiment, &compiled)?;
        Ok((compiled, run))
    });
    let (compiled, run) = match ready {
        Ok(ready) => ready,
        Err(error) => return Ok(failed(worker, held, &error)),
    };
    let mut watch = Watch::new(
        &worker.log,
        &builder.manifest,
        held,
        experiment
            .plan
            .horizon(&experiment.recipe, experiment.info.rows[0])
            .epochs,
    );
    // What an earlier attempt trained counts, whether or not it could report it.
    match catch_up(&run, &mut watch)? {
        Verdict::GoesOn => {}
        Verdict::Ends => return Ok(TrialOutcome::Ended(watch.conclude(Status::Pruned, &[], None))),
        Verdict::Lost => return Ok(TrialOutcome::Lost),
    }
    if let Some(summary) = finished(&run) {
        return Ok(TrialOutcome::Ended(watch.conclude(
            Status::Finished,
            &summary.test,
            None,
        )));
    }
    for _ in 0..ATTEMPTS {
        let outcome = follow(worker, held, &run, &compiled, &mut watch)?;
        match outcome {
            // The trainer of a worker that was killed saves before it ends, and holds its run until then.
            TrialOutcome::Ended(ended)
                if ended
                    .failure
                    .as_deref()
                    .is_some_and(|why| why.contains(runner_ground::files::lock::HELD)) =>
            {
                std::thread::sleep(PAUSE);
            }
            outcome => return Ok(outcome),
        }
    }
    let failure = format!("{}: {}", run.path().display(), runner_ground::files::lock::HELD);
    Ok(TrialOutcome::Ended(watch.conclude(Status::Failed, &[], Some(failure))))
}

fn catch_up(run: &RunFolder, watch: &mut Watch) -> Result<Verdict> {
    for row in rows(run) {
        match watch.look(&row)? {
            Verdict::GoesOn => {}
            other => return Ok(other),
        }
    }
    Ok(Verdict::GoesOn)
}

/// What metrics.csv holds; nothing where there is none yet.
fn rows(run: &RunFolder) -> Vec<Row> {
    let bytes = run.read(file::METRICS, CAP).unwrap_or_default();
    metrics::from_csv(&bytes).unwrap_or_default()
}

fn finished(run: &RunFolder) -> Option<Summary> {
    let record = run.record().ok()?;
    record.summary.filter(|_| record.status == RunStatus::Finished)
}

/// What the trainer said in the end.
#[derive(Default)]
struct Said {
    summary: Option<Summary>,
    failure: Option<(u8, String)>,
    lost: bool,
}

fn follow(
    worker: &Worker,
    held: Held,
    run: &RunFolder,
    compiled: &Executable,
    watch: &mut Watch,
) -> Result<TrialOutcome> {
    let mut complaints = tempfile::tempfile().ok();
    let started = start(run, compiled, complaints.as_ref());
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            let failure = format!("{}: {error}", compiled.program.display());
            return Ok(TrialOutcome::Ended(watch.conclude(Status::Failed, &[], Some(failure))));
        }
    };
    let output = child.stdout.take();
    worker.holds_input(held.trial, child.stdin.take());
    let said = output.map_or_else(
        || Ok(Said::default()),
        |output| listen(worker, held, run, BufReader::new(output), watch),
    );
    let input = worker.lets_input_go(held.trial);
    drop::<Option<ChildStdin>>(input);
    let status = child.wait();
    let said = said?;
    if said.lost {
        return Ok(TrialOutcome::Lost);
    }
    // The end of the last epochs is in the file, should a process have come too late to say it.
    if catch_up(run, watch)? == Verdict::Lost {
        return Ok(TrialOutcome::Lost);
    }
    if watch.is_ended() {
        return Ok(TrialOutcome::Ended(watch.conclude(Status::Pruned, &[], None)));
    }
    if let Some(summary) = said.summary {
        return Ok(TrialOutcome::Ended(watch.conclude(
            Status::Finished,
            &summary.test,
            None,
        )));
    }
    if let Some((code, message)) = said.failure {
        let kind = Kind::from_exit_code(code);
        let status = if kind == Kind::Diverged {
            Status::Diverged
        } else {
            Status::Failed
        };
        return Ok(TrialOutcome::Ended(watch.conclude(status, &[], Some(message))));
    }
    let failure = match status {
        Ok(status) if status.code() == Some(Kind::Interrupted as i32) && worker.is_stopping() => {
            return Ok(TrialOutcome::Stopped);
        }
        Ok(status) => ending(status, complaints.as_mut()),
        Err(error) => format!("the trainer: {error}"),
    };
    if worker.is_stopping() {
        return Ok(TrialOutcome::Stopped);
    }
    Ok(TrialOutcome::Ended(watch.conclude(Status::Failed, &[], Some(failure))))
}

fn start(run: &RunFolder, compiled: &Executable, complaints: Option<&std::fs::File>) -> std::io::Result<Child> {
    trainer(compiled, &["--trial"], run.path())
        // A panic's words are shown with the trial, not into the middle of the table.
        .stderr(
            complaints
                .and_then(|file| file.try_clone().ok())
                .map_or_else(Stdio::null, Stdio::from),
        )
        .spawn()
}

fn listen(worker: &Worker, held: Held, run: &RunFolder, output: impl BufRead, watch: &mut Watch) -> Result<Said> {
    let mut said = Said::default();
    for line in output.lines().map_while(std::result::Result::ok) {
        let Ok(event) = serde_json::from_str::<Event>(&line) else {
            continue;
        };
        match event {
            Event::Epoch { row, .. } => {
                // A training that goes on from a checkpoint does not report the epochs before it again.
                let mut verdict = Verdict::GoesOn;
                if row.epoch > watch.seen() + 1 {
                    verdict = catch_up(run, watch)?;
                }
                if verdict == Verdict::GoesOn {
                    verdict = watch.look(&row)?;
                }
                worker.shows(held.trial, row.epoch, watch.best());
                match verdict {
                    Verdict::GoesOn => {}
                    Verdict::Ends => worker.stop_trial(held.trial),
                    Verdict::Lost => {
                        said.lost = true;
                        worker.stop_trial(held.trial);
                    }
                }
            }
            Event::Finished { summary, .. } => said.summary = Some(summary),
            Event::Failed { code, message } => said.failure = Some((code, message)),
            _ => {}
        }
    }
    Ok(said)
}

/// How a process ended that said nothing of it.
fn ending(status: ExitStatus, complaints: Option<&mut std::fs::File>) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("the trainer was killed by signal {signal}");
    }
    let words = complaints.and_then(|file| {
        file.seek(SeekFrom::Start(0)).ok()?;
        let mut words = Vec::new();
        file.take(4096).read_to_end(&mut words).ok()?;
        let words = String::from_utf8_lossy(&words).into_owned();
        Some(one_line(words.trim().lines().next().unwrap_or_default()))
    });
    match words.filter(|words| !words.is_empty()) {
        Some(words) => format!("the trainer ended without a word ({status}): {words}"),
        None => format!("the trainer ended without a word ({status})"),
    }
}

/// The error of a sweep's worker whose thread ended by itself.
pub fn broken() -> Error {
    Error::new(Kind::Failure, "a worker's thread ended by itself")
}
