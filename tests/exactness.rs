//! Same recipe, seed and program: the same bytes, on any number of threads, and after a kill at any moment.

mod common;

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use common::{Place, assert_same, metrics_without_time};

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

/// Kills the whole family, as a machine that goes down would: the trainer first or its runner first.
fn kill(mut runner: Child, run: Option<&Path>) {
    runner.kill().unwrap();
    runner.wait().unwrap();
    // The trainer sees its input end and stops after its step; it is given no time for that.
    if let Some(run) = run {
        for trainer in trainers_of(run) {
            let _ = std::process::Command::new("kill")
                .args(["-9", &trainer.to_string()])
                .status();
        }
        wait_until(|| !is_locked(run), "the trainer is gone");
    }
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
    let options = ["--offline", "--quiet", "--threads", "2"];
    let mut kills = 0;
    let mut interrupted = 0;
    let mut draw = runner::random::Key::new(5);
    while kills < 30 {
        let known = place.runs();
        let first = place.start([recipe.to_str().unwrap()].iter().chain(&options));
        wait_until(|| place.runs().len() > known.len(), "the run has a folder");
        let run = place.runs().into_iter().find(|run| !known.contains(run)).unwrap();
        let mut child = first;
        // Kill and resume until it is through; each time after another part of the time that is left.
        for attempt in 0.. {
            draw = draw.at(attempt);
            let moment = long.mul_f64(f64::from(draw.uniform(0)) * 0.6);
            std::thread::sleep(moment);
            if child.try_wait().unwrap().is_some() {
                break;
            }
            kill(child, Some(&run));
            kills += 1;
            interrupted += u32::from(!run.join("predictions.csv").exists());
            child = place.start(["resume", run.to_str().unwrap(), "--offline", "--quiet"]);
            if kills % 6 == 0 {
                break;
            }
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", common::text(&output));
        assert_eq!(common::record(&run)["status"], "finished");
        assert_same(&whole, &run);
        let leftovers = std::fs::read_dir(run.join("checkpoint")).unwrap().flatten();
        let leftovers: Vec<_> = leftovers
            .map(|entry| entry.file_name())
            .filter(|name| name.to_string_lossy().starts_with('.'))
            .collect();
        assert!(leftovers.is_empty(), "{leftovers:?}");
    }
    assert!(
        interrupted >= 20,
        "only {interrupted} of {kills} kills came before the end"
    );
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
    let signal = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(signal.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", common::text(&output));
    assert!(
        common::text(&output).contains("runner resume"),
        "{}",
        common::text(&output)
    );
    assert_eq!(common::record(&run)["status"], "interrupted");
    let resumed = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(resumed.status.success(), "{}", common::text(&resumed));
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
