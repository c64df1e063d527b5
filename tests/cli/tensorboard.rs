//! `logging: [csv, tensorboard]`: an event file that says what metrics.csv says, read back by TensorBoard itself.
//! That runs where a Python with tensorboard is present (`RUNNER_PYTHON` names it), and says so where it is not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::place::{Place, record, text};
use runner::results::event_file;
use runner::results::metrics::from_csv;

const RECIPE: &str = "
task: regression
seed: 7
dataset: {name: diabetes, validation_split: 0.15, test_split: 0.2}
network: [{linear: 1}]
optimizer: {name: sgd, lr: 0.02, momentum: 0.9}
lr_scheduler: {name: exponential, gamma: 0.9}
trainer: {epochs: 5, batch_size: 32}
logging: [csv, tensorboard]
";

fn trained(place: &Place) -> PathBuf {
    let recipe = place.write("diabetes.yaml", RECIPE);
    place.train(&recipe, &[])
}

/// The run's event file; there is one.
fn event_file(run: &Path) -> PathBuf {
    let files = fs::read_dir(run).unwrap().flatten().map(|file| file.path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.to_string_lossy().contains("tfevents"))
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// What the event file has to hold.
fn expected(run: &Path) -> Vec<u8> {
    let rows = from_csv(&fs::read(run.join("metrics.csv")).unwrap()).unwrap();
    let created = record(run)["created"]
        .as_str()
        .unwrap()
        .parse::<jiff::Timestamp>()
        .unwrap();
    event_file::to_events(&rows, created.as_second() as f64, None)
}

#[test]
fn the_file_follows_from_metrics_whatever_becomes_of_it() {
    let place = Place::new();
    let run = trained(&place);
    let file = event_file(&run);
    let whole = fs::read(&file).unwrap();
    assert!(whole == expected(&run));
    // As a kill in the middle of a write leaves it; with a row that no checkpoint counts; gone; something else.
    let torn = whole[..whole.len() - 7].to_vec();
    let longer = [&whole[..], &whole[whole.len() - 50..]].concat();
    for damaged in [Some(torn), Some(longer), Some(b"nonsense".to_vec()), None] {
        let metrics = fs::read(run.join("metrics.csv")).unwrap();
        match damaged {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
        let mut json = record(&run);
        json["status"] = "interrupted".into();
        fs::write(run.join("run.json"), json.to_string()).unwrap();
        let output = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
        assert!(output.status.success(), "{}", text(&output));
        assert!(fs::read(&file).unwrap() == whole);
        assert_eq!(fs::read(run.join("metrics.csv")).unwrap(), metrics);
    }
}

#[test]
fn logging_is_no_part_of_what_is_trained() {
    let place = Place::new();
    let with = trained(&place);
    let recipe = place.write("plain.yaml", RECIPE.replace("logging: [csv, tensorboard]\n", ""));
    let without = place.train(&recipe, &[]);
    assert_eq!(record(&with)["recipe_digest"], record(&without)["recipe_digest"]);
    crate::support::place::assert_same(&with, &without);
    let files = fs::read_dir(&without).unwrap().flatten();
    assert!(
        files
            .into_iter()
            .all(|file| !file.file_name().to_string_lossy().contains("tfevents"))
    );
    let only = place.write("only.yaml", RECIPE.replace("[csv, tensorboard]", "[tensorboard]"));
    assert!(
        place.train(&only, &[]).join("metrics.csv").exists(),
        "metrics.csv is the truth"
    );
    let wrong = [recipe.to_str().unwrap(), "--set", "logging=[wandb]"];
    place.told("an unknown form of metrics", 3, &wrong);
}

const READ: &str = r#"
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
events.Reload()
for tag in sorted(events.Tags()["scalars"]):
    for point in events.Scalars(tag):
        print(tag, point.step, repr(point.value), repr(point.wall_time))
for tag in events.Tags()["tensors"]:
    for point in events.Tensors(tag):
        print(tag, point.step, point.tensor_proto.string_val[0].decode())
"#;

fn python() -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import tensorboard"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    crate::support::place::skipped(&format!(
        "{python} has no tensorboard; RUNNER_PYTHON names one that has"
    ));
    None
}

/// What TensorBoard reads in a run's folder.
fn read_back(python: &str, run: &Path) -> String {
    let output = Command::new(python).args(["-c", READ]).arg(run).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn tensorboard_reads_the_same_figures() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let run = trained(&place);
    let said = read_back(&python, &run);
    let rows = from_csv(&fs::read(run.join("metrics.csv")).unwrap()).unwrap();
    let points: Vec<Vec<&str>> = said.lines().map(|line| line.split(' ').collect()).collect();
    for row in &rows {
        let mut figures = row.metrics.clone();
        figures.push(("lr".to_owned(), row.lr.unwrap()));
        figures.push(("epoch".to_owned(), row.epoch as f64));
        figures.push(("samples_per_second".to_owned(), row.samples_per_second));
        for (name, value) in figures {
            let step = row.step.to_string();
            let found: Vec<_> = points
                .iter()
                .filter(|point| point[0] == name && point[1] == step)
                .collect();
            assert_eq!(found.len(), 1, "{name} at step {step}: {said}");
            assert_eq!(
                found[0][2].parse::<f64>().unwrap() as f32,
                value as f32,
                "{name} at step {step}"
            );
        }
    }
    let metrics = rows[0].metrics.len();
    assert_eq!(points.len(), rows.len() * (metrics + 3), "{said}");
    let times: Vec<f64> = points
        .iter()
        .filter(|point| point[0] == "lr")
        .map(|point| point[3].parse().unwrap())
        .collect();
    assert!(times.is_sorted() && times[0] > 1.5e9, "{times:?}");
}

#[test]
fn tensorboard_shows_a_stand_in() {
    let Some(python) = python() else { return };
    let place = Place::new();
    let recipe = place.write(
        "standing.yaml",
        "task: classification\ndataset: {name: mnist, validation_split: 0.1, stand_in: digits}\n\
         network: [{linear: 10}]\ntrainer: {epochs: 1, batch_size: 64}\nlogging: [csv, tensorboard]\n",
    );
    let run = place.train(&recipe, &[]);
    let said = read_back(&python, &run);
    let sentence = record(&run)["data"]["stand_in"]["sentence"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(said.contains(&format!("stand_in 0 {sentence}")), "{said}");
}
