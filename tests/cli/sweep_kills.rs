//! Sweeps whose workers are killed: every trial once, no torn line, and the same table in the end.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::place::{Place, text};
use runner::random::Key;
use runner::sweep::{Event, State};

const RECIPE: &str = "
task: classification
seed: 3
dataset: {name: blobs, n_samples: 400}
network: [{linear: 8}, relu, {linear: 3}]
optimizer: {name: adam, lr: 1e-2}
trainer: {epochs: 60, batch_size: 4, threads: 1}
";

fn place(sweep: &str) -> (Place, PathBuf) {
    let place = Place::new();
    place.write("small.yaml", RECIPE);
    let sweep = place.write("sweep.yaml", format!("recipe: small.yaml\n{sweep}"));
    (place, sweep)
}

fn start(place: &Place, arguments: &[&str]) -> Child {
    let mut command = place.command(["sweep"].iter().chain(arguments));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The sweep's folder, once it is there.
fn folder(results: &Path) -> Option<PathBuf> {
    let sweeps = std::fs::read_dir(results.join("small")).ok()?;
    let named = sweeps.flatten().map(|entry| entry.path());
    named
        .filter(|path| path.join("sweep.json").exists())
        .find(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
}

fn wait_for_folder(results: &Path) -> PathBuf {
    let started = Instant::now();
    loop {
        if let Some(folder) = folder(results) {
            return folder;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "no sweep begins");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn journal(folder: &Path) -> Vec<Event> {
    let text = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    assert!(text.ends_with('\n'), "the last line is whole");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// How many trials have ended so far.
fn ended(folder: &Path) -> usize {
    let text = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap_or_default();
    text.matches("\"event\":\"ended\"").count()
}

/// trials.csv without its time column.
fn trials(folder: &Path) -> Vec<String> {
    let file = std::fs::read_to_string(folder.join("trials.csv")).unwrap();
    file.lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_owned())
        .collect()
}

fn whole(place: &Place, file: &Path, results: &str) -> PathBuf {
    let results = place.path().join(results);
    let output = place.runner(["sweep", file.to_str().unwrap(), "--results", results.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    folder(&results).unwrap()
}

#[test]
fn sixteen_workers_with_kills_train_every_trial_once() {
    let (place, file) = place(
        "method: random
seed: 8
run_cap: 40
metric: val_loss
parameters:
  optimizer.lr: {distribution: log_uniform_values, min: 1e-4, max: 1e-1}
",
    );
    let expected = whole(&place, &file, "whole");
    let results = place.results();
    let mut workers = vec![start(&place, &[file.to_str().unwrap(), "--jobs", "1"])];
    let folder = wait_for_folder(&results);
    let join = || {
        start(
            &place,
            &["--resume", folder.to_str().unwrap(), "--workers-only", "--jobs", "1"],
        )
    };
    workers.extend((0..15).map(|_| join()));
    let chance = Key::new(16);
    for kill in 0..24 {
        std::thread::sleep(Duration::from_millis(u64::from(chance.bits(2 * kill) as u32 % 200)));
        let at = chance.bits(2 * kill + 1) as usize % workers.len();
        let _ = workers[at].kill();
        let _ = workers[at].wait();
        if ended(&folder) < 40 {
            workers[at] = join();
        }
    }
    for mut worker in workers {
        let _ = worker.wait();
    }
    let output = place.runner(["sweep", "--resume", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trials(&folder), trials(&expected));
    let mut state = State::default();
    for event in journal(&folder) {
        assert!(state.take(&event), "every line counts: {event:?}");
    }
    let all = journal(&folder);
    let ends = all.iter().filter(|event| matches!(event, Event::Ended { .. })).count();
    assert_eq!((ends, state.trials.len()), (40, 40));
    let taken_over = all
        .iter()
        .filter(|event| matches!(event, Event::Claimed { attempt, .. } if *attempt > 1))
        .count();
    assert!(taken_over > 0, "no kill hit a trial");
    // Not the table alone: the runs are the same, to the byte.
    for trial in ["0000", "0017", "0039"] {
        let [one, other] = [&folder, &expected].map(|folder| folder.join("trials").join(trial));
        crate::support::place::assert_same(&one, &other);
    }
}

#[test]
fn killed_ten_times_an_adaptive_sweep_comes_to_the_same() {
    let (place, file) = place(
        "method: bayes
seed: 4
run_cap: 30
metric: val_loss
early_terminate: {type: asha, min_iter: 2, eta: 2}
parameters:
  optimizer.lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}
  trainer.gradient_clip_norm: {values: [0.1, 1.0]}
",
    );
    let expected = whole(&place, &file, "whole");
    let results = place.results();
    let chance = Key::new(10);
    let mut kills = 0;
    for kill in 0..10 {
        let mut worker = match folder(&results) {
            None => start(&place, &[file.to_str().unwrap()]),
            Some(folder) => start(&place, &["--resume", folder.to_str().unwrap()]),
        };
        let folder = wait_for_folder(&results);
        // Wherever it is by then: a kill may come in a claim, in a training, at a rung.
        let before = ended(&folder);
        let started = Instant::now();
        while ended(&folder) <= before
            && started.elapsed() < Duration::from_secs(20)
            && worker.try_wait().unwrap().is_none()
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(u64::from(chance.bits(kill) as u32 % 20)));
        kills += u32::from(worker.try_wait().unwrap().is_none());
        let _ = worker.kill();
        let _ = worker.wait();
    }
    assert!(kills >= 8, "{kills} kills came in time");
    let folder = folder(&results).unwrap();
    let output = place.runner(["sweep", "--resume", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trials(&folder), trials(&expected));
    // The decisions are the same ones, in the same order.
    let decided = |folder: &Path| -> Vec<String> {
        let told = |event: &Event| match event {
            Event::Claimed {
                trial,
                values: Some(values),
                ..
            } => Some(format!("{trial}: {values:?}")),
            Event::Rung {
                trial,
                epoch,
                value,
                pruned,
                ..
            } => Some(format!("{trial} at {epoch}: {value:?} {pruned}")),
            Event::Ended { trial, ended, .. } => Some(format!("{trial} ended: {:?} {:?}", ended.status, ended.value)),
            _ => None,
        };
        journal(folder).iter().filter_map(told).collect()
    };
    assert_eq!(decided(&folder), decided(&expected));
    assert!(
        trials(&folder).iter().any(|line| line.contains("pruned")),
        "asha has ended some"
    );
}

#[test]
fn a_trainer_that_is_killed_fails_alone() {
    let (place, file) = place(
        "method: grid\nmetric: val_loss\nparameters: {optimizer.lr: {values: [1e-3, 1e-2]}, trainer.epochs: {value: 100000}}\n",
    );
    let results = place.results();
    let mut worker = start(
        &place,
        &[
            file.to_str().unwrap(),
            "--jobs",
            "1",
            "--results",
            results.to_str().unwrap(),
        ],
    );
    let folder = wait_for_folder(&place.results());
    for trial in 0..2 {
        let started = Instant::now();
        let trainer = loop {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "no trainer of trial {trial}"
            );
            match trainer_of(&folder.join(format!("trials/000{trial}"))) {
                Some(pid) => break pid,
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let killed = std::process::Command::new("kill")
            .args(["-9", &trainer.to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }
    assert_eq!(worker.wait().unwrap().code(), Some(1));
    let ends = journal(&folder).into_iter().filter_map(|event| match event {
        Event::Ended { ended, .. } => ended.failure,
        _ => None,
    });
    let ends: Vec<String> = ends.collect();
    assert_eq!(ends, ["the trainer was killed by signal 9"; 2]);
}

/// The process that trains in a folder.
fn trainer_of(run: &Path) -> Option<u32> {
    let run = run.to_str()?;
    std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        (words.iter().any(|word| *word == b"--trial") && words.iter().any(|word| word.ends_with(run.as_bytes())))
            .then_some(pid)
    })
}
