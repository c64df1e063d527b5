//! Same recipe, seed and program: the same bytes, on any number of threads, and after a kill at any moment.

mod common;

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use common::{Place, assert_same, metrics_without_time, text};

/// Everything that has state: momentum, running statistics, dropout, a plateau, accumulation, a partial
/// last batch, early stopping; and checkpoints in the middle of epochs.
const RECIPE: &str = "
task: classification
seed: 9
dataset: {name: digits, validation_split: 0.2}
network:
  - flatten
  - linear: 200
  - batch_norm
  - relu
  - dropout: 0.3
  - residual:
      layers: [{linear: 200}, tanh, {linear: 200}]
  - linear: 10
optimizer: {name: adamw, lr: 2e-3}
lr_scheduler: {name: reduce_on_plateau, patience: 1, factor: 0.5}
trainer: {epochs: 24, batch_size: 29, accumulate_grad_batches: 3, gradient_clip_norm: 1.0, checkpoint_every_steps: 5}
early_stopping: {patience: 20}
";

fn recipe(place: &Place) -> PathBuf {
    place.write("exact.yaml", RECIPE)
}

#[test]
fn one_two_and_eight_threads_give_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let one = place.train(&recipe, &["--threads", "1"]);
    // Two runs of the same recipe.yaml would have the same digest in their weights, the threads' number
    // apart; so the number must not be part of what the weights say of themselves.
    for threads in ["2", "8"] {
        assert_same(&one, &place.train(&recipe, &["--threads", threads]));
    }
}

#[test]
fn another_seed_gives_other_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let options = ["--set", "trainer.epochs=2"];
    let one = place.train(&recipe, &options);
    let two = place.train(&recipe, &[&options[..], &["--set", "seed=10"]].concat());
    assert_ne!(metrics_without_time(&one), metrics_without_time(&two));
}

/// Who dies first when a machine goes down.
#[derive(Clone, Copy, PartialEq)]
enum First {
    /// The trainer, in the middle of whatever it does; its runner says so.
    Trainer,
    /// The runner; the trainer sees its input end, and is killed while it stops.
    Runner,
}

/// Kills a runner and its trainer with -9.
fn kill(mut runner: Child, run: &Path, first: First) {
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
    trainers_of(run)
        .into_iter()
        .for_each(|trainer| signal(trainer, "-KILL"));
    wait_until(|| !is_locked(run), "the trainer is gone");
}

fn signal(process: u32, name: &str) {
    let sent = std::process::Command::new("kill")
        .args([name, &process.to_string()])
        .status();
    // A process that has just ended takes no signal.
    sent.unwrap();
}

/// Processes whose command line names the run.
fn trainers_of(run: &Path) -> Vec<u32> {
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

fn is_locked(run: &Path) -> bool {
    runner::store::lock::Lock::is_held(&run.join(".lock"))
}

fn wait_until(done: impl Fn() -> bool, what: &str) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "waiting until {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn killed_at_thirty_moments_it_reaches_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let started = Instant::now();
    let whole = place.train(&recipe, &["--threads", "2"]);
    let long = started.elapsed();
    let mut kills = 0;
    let mut interrupted = 0;
    let mut draw = runner::random::Key::new(5);
    while kills < 30 {
        let (mut child, run) = start(&place, &recipe);
        // Kill and resume until it is through; each time after another part of the time that is left.
        for attempt in 0.. {
            draw = draw.at(attempt);
            let moment = long.mul_f64(f64::from(draw.uniform(0)) * 0.6);
            std::thread::sleep(moment);
            if child.try_wait().unwrap().is_some() {
                break;
            }
            kill(child, &run, if kills % 2 == 0 { First::Trainer } else { First::Runner });
            kills += 1;
            interrupted += u32::from(!run.join("predictions.csv").exists());
            child = place.start(["resume", run.to_str().unwrap(), "--offline", "--quiet"]);
            if kills % 6 == 0 {
                break;
            }
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        assert_whole(&whole, &run);
    }
    assert!(
        interrupted >= 20,
        "only {interrupted} of {kills} kills came before the end"
    );
}

/// Starts a training, and waits until its run has a folder.
fn start(place: &Place, recipe: &Path) -> (Child, PathBuf) {
    let known = place.runs();
    let child = place.start([recipe.to_str().unwrap(), "--offline", "--quiet", "--threads", "2"]);
    wait_until(|| place.runs().len() > known.len(), "the run has a folder");
    let run = place.runs().into_iter().find(|run| !known.contains(run)).unwrap();
    (child, run)
}

/// A finished run with the bytes of the other, and nothing half written left in it.
fn assert_whole(expected: &Path, run: &Path) {
    assert_eq!(common::record(run)["status"], "finished");
    assert_same(expected, run);
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

/// What a training writes, in this order: at each checkpoint, then at its end. A kill between two of them leaves
/// the new files before it, and behind it those of the checkpoint before, or none.
const WRITES: [&str; 8] = [
    "checkpoint/best.safetensors",
    "checkpoint/trainer.safetensors",
    "checkpoint/last.safetensors",
    "metrics.csv",
    "predictions.csv",
    "findings.json",
    "report.html",
    "run.json",
];

#[test]
#[cfg(target_os = "linux")]
fn killed_between_any_two_writes_it_reaches_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let (child, run) = start(&place, &recipe);
    let first = std::fs::read(run.join("run.json")).unwrap();
    wait_until(|| run.join("metrics.csv").exists(), "there is a checkpoint");
    kill(child, &run, First::Trainer);
    let read = |run: &Path| WRITES.map(|name| std::fs::read(run.join(name)).ok());
    let (earlier, last) = (read(&run), read(&whole));
    let mut none: [Option<Vec<u8>>; 8] = Default::default();
    none[7] = Some(first);
    for (before, earlier) in [("the first", none), ("a later", earlier)] {
        for cut in 0..WRITES.len() {
            for (index, name) in WRITES.iter().enumerate() {
                let contents = if index < cut { &last[index] } else { &earlier[index] };
                let path = run.join(name);
                match contents {
                    Some(contents) => std::fs::write(path, contents).unwrap(),
                    None => drop(std::fs::remove_file(path)),
                }
            }
            let output = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
            assert!(output.status.success(), "{before} checkpoint, {cut}: {}", text(&output));
            assert_whole(&whole, &run);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn of_two_that_resume_at_once_one_trains() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let (child, run) = start(&place, &recipe);
    wait_until(|| run.join("metrics.csv").exists(), "there is a checkpoint");
    kill(child, &run, First::Trainer);
    let first = place.start(["resume", run.to_str().unwrap(), "--quiet"]);
    wait_until(
        || !trainers_of(&run).is_empty() && is_locked(&run),
        "the first one trains",
    );
    trainers_of(&run)
        .into_iter()
        .for_each(|trainer| signal(trainer, "-STOP"));
    let second = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert_eq!(second.status.code(), Some(7), "{}", text(&second));
    assert!(text(&second).contains("another process"), "{}", text(&second));
    trainers_of(&run)
        .into_iter()
        .for_each(|trainer| signal(trainer, "-CONT"));
    let output = first.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_whole(&whole, &run);
}

#[test]
#[cfg(target_os = "linux")]
fn a_second_ctrl_c_stops_at_once_and_loses_nothing_that_was_saved() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let (child, run) = start(&place, &recipe);
    wait_until(|| run.join("metrics.csv").exists(), "there is a checkpoint");
    // A trainer that stands still takes no notice of the first.
    trainers_of(&run)
        .into_iter()
        .for_each(|trainer| signal(trainer, "-STOP"));
    signal(child.id(), "-INT");
    std::thread::sleep(Duration::from_millis(200));
    signal(child.id(), "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(
        text(&output).contains("goes on from the last checkpoint"),
        "{}",
        text(&output)
    );
    wait_until(|| !is_locked(&run), "the trainer is gone");
    let resumed = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(resumed.status.success(), "{}", text(&resumed));
    assert_whole(&whole, &run);
}

#[test]
#[cfg(unix)]
fn ctrl_c_saves_and_resume_goes_on_to_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &[]);
    let known = place.runs();
    let child = place.start([recipe.to_str().unwrap(), "--offline"]);
    wait_until(|| place.runs().len() > known.len(), "the run has a folder");
    let run = place.runs().into_iter().find(|run| !known.contains(run)).unwrap();
    wait_until(|| is_locked(&run), "the trainer works");
    signal(child.id(), "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(text(&output).contains("runner resume"), "{}", text(&output));
    assert_eq!(common::record(&run)["status"], "interrupted");
    let resumed = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(resumed.status.success(), "{}", text(&resumed));
    assert_same(&whole, &run);
}

#[test]
fn the_reference_engine_learns_the_same() {
    let place = Place::new();
    let recipe = recipe(&place);
    let options = ["--set", "trainer.epochs=3"];
    let fused = place.train(&recipe, &options);
    let reference = place.train(
        &recipe,
        &[&options[..], &["--set", "trainer.engine=reference"]].concat(),
    );
    let losses = |run: &Path| -> Vec<f64> {
        let rows = runner::store::metrics::from_csv(&std::fs::read(run.join("metrics.csv")).unwrap()).unwrap();
        rows.iter().map(|row| row.metric("val_loss").unwrap()).collect()
    };
    for (fused, reference) in losses(&fused).iter().zip(losses(&reference)) {
        assert!((fused - reference).abs() < 2e-3 * fused, "{fused} and {reference}");
    }
}
