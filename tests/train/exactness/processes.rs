//! Runs as processes: started, found, stopped and killed.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use runner::results::metrics::from_csv;
use runner::results::{RunFolder, event_file};
use runner::train::state::State;
use runner::train::trace::Trace;

use crate::support::place::{Place, assert_same, record, text};

/// Who dies first when a machine goes down.
#[derive(Clone, Copy, PartialEq)]
pub enum First {
    /// The trainer, in the middle of whatever it does; its runner says so.
    Trainer,
    /// The runner; the trainer sees its input end, and is killed while it stops.
    Runner,
}

/// Kills a runner and its trainer with -9.
pub fn kill(mut runner: Child, run: &Path, first: First) {
    if first == First::Trainer {
        let trainers = trainers_of(run);
        trainers.iter().for_each(|&trainer| signal(trainer, "-KILL"));
        if !trainers.is_empty() {
            let output = runner.wait_with_output().unwrap();
            // It may have been through just before.
            assert!(
                output.status.success() || text(&output).contains("ended without a word"),
                "{}",
                text(&output)
            );
            return;
        }
    }
    runner.kill().unwrap();
    runner.wait().unwrap();
    signal_trainers(run, "-KILL");
    wait_until(|| !is_locked(run), "the trainer is gone");
}

pub fn signal(process: u32, name: &str) {
    let sent = std::process::Command::new("kill")
        .args([name, &process.to_string()])
        .status();
    // A process that has just ended takes no signal.
    sent.unwrap();
}

/// Sends a signal to the run's trainer.
pub fn signal_trainers(run: &Path, name: &str) {
    trainers_of(run).into_iter().for_each(|trainer| signal(trainer, name));
}

/// Processes whose command line names the run.
pub fn trainers_of(run: &Path) -> Vec<u32> {
    let name = run.to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|process| process.file_name().to_string_lossy().parse::<u32>().ok());
    ids.filter(|id| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        line.contains(&name) && line.contains("--supervised")
    })
    .collect()
}

pub fn is_locked(run: &Path) -> bool {
    runner::files::lock::Lock::is_held(&run.join(".lock"))
}

pub fn wait_until(done: impl Fn() -> bool, what: &str) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "waiting until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Starts a training, and waits until its run has a folder.
pub fn start(place: &Place, recipe: &Path) -> (Child, PathBuf) {
    let known = place.runs();
    let child = place.start([recipe.to_str().unwrap(), "--offline", "--quiet", "--threads", "2"]);
    wait_until(|| place.runs().len() > known.len(), "the run has a folder");
    let run = place.runs().into_iter().find(|run| !known.contains(run)).unwrap();
    (child, run)
}

/// What its checkpoint knows of the tensors along the way.
fn trace(run: &Path) -> Trace {
    let trace = State::peek(&RunFolder::open(run).unwrap()).unwrap().unwrap().trace;
    assert!(trace.marks.len() > 10);
    trace
}

/// The file for TensorBoard says what metrics.csv says, and each step once.
fn follows_from_metrics(run: &Path) {
    let rows = from_csv(&std::fs::read(run.join("metrics.csv")).unwrap()).unwrap();
    let record = record(run);
    let created = record["created"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let created = created.as_second() as f64;
    let events = std::fs::read(run.join(event_file::name(created))).unwrap();
    let stand_in = record["data"]["stand_in"]["sentence"].as_str();
    assert!(events == event_file::to_events(&rows, created, stand_in));
}

/// A finished run with the bytes of the other, and nothing half written left in it.
pub fn assert_whole(expected: &Path, run: &Path) {
    assert_eq!(record(run)["status"], "finished");
    assert_same(expected, run);
    assert_eq!(trace(expected), trace(run));
    follows_from_metrics(run);
    assert!(run.join("report.html").exists());
    for folder in [run.to_owned(), run.join("checkpoint")] {
        let files = std::fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name());
        let leftovers: Vec<_> = files
            .filter(|name| name.to_string_lossy().starts_with(".tmp-"))
            .collect();
        assert!(leftovers.is_empty(), "{leftovers:?}");
    }
}

/// A run that is killed at up to four of its checkpoints, and resumed each time.
pub fn killed_again_and_again(place: &Place, recipe: &Path) -> PathBuf {
    let (mut child, run) = start(place, recipe);
    let checkpoint = run.join("checkpoint/trainer.safetensors");
    for stay in 0..4 {
        let before = std::fs::read(&checkpoint).ok();
        wait_until(
            || std::fs::read(&checkpoint).ok() != before || run.join("predictions.csv").exists(),
            "there is a new checkpoint",
        );
        if run.join("predictions.csv").exists() {
            break;
        }
        kill(child, &run, if stay % 2 == 0 { First::Trainer } else { First::Runner });
        child = place.start(["resume", run.to_str().unwrap(), "--offline", "--quiet"]);
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    run
}
