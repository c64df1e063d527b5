//! Killed at any moment, a run goes on to the same bytes.

use std::path::Path;
use std::time::Instant;

use super::processes::{First, assert_whole, is_locked, kill, signal_trainers, start, trainers_of, wait_until};
use super::recipe;
use crate::support::place::{Place, text};

#[test]
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
fn killed_between_any_two_writes_it_reaches_the_same_bytes() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let (child, run) = start(&place, &recipe);
    wait_until(|| run.join("run.json").exists(), "the run has a record");
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
    signal_trainers(&run, "-STOP");
    place.told(
        "a run that is being trained",
        7,
        &["resume", run.to_str().unwrap(), "--quiet"],
    );
    signal_trainers(&run, "-CONT");
    let output = first.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_whole(&whole, &run);
}
