//! Runs as a training would leave them, and `runner compare` of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::messages;
use runner::compare::{Comparison, Run};
use runner::results::metrics::to_csv;
use runner::results::row::Row;
use runner::results::{RunFolder, Status};

use crate::support::fixture;

pub const RECIPE: &str = "\
name: demo                     # default
task: classification           # demo.yaml:1
seed: SEED                     # --set
dataset:
  name: mnist                  # demo.yaml:2
network:
- linear:
      out_features: WIDTH      # demo.yaml:4
      bias: true               # default
- relu                         # demo.yaml:5
optimizer:
  name: OPTIMIZER              # demo.yaml:6
  lr: LR                       # demo.yaml:7
";

/// How a run is made.
#[derive(Clone, Copy)]
pub struct Made<'a> {
    pub recipe: &'a str,
    pub id: &'a str,
    pub seed: u64,
    pub lr: &'a str,
    /// The validation loss of the last epoch.
    pub loss: f64,
    pub status: Status,
}

pub const MADE: Made = Made {
    recipe: "demo",
    id: "1",
    seed: 0,
    lr: "1e-3",
    loss: 0.5,
    status: Status::Finished,
};

pub fn recipe(made: &Made) -> String {
    RECIPE
        .replace("SEED", &made.seed.to_string())
        .replace("WIDTH", "128")
        .replace("OPTIMIZER", "adam")
        .replace("LR", made.lr)
}

pub fn rows(loss: f64) -> Vec<Row> {
    let row = |epoch: u64| Row {
        epoch,
        step: epoch * 10,
        lr: Some(1e-3),
        metrics: [
            ("train_loss", loss * 0.9),
            ("val_loss", loss + 0.1 * (4 - epoch) as f64),
            ("val_accuracy", 1.0 - loss / 5.0),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec(),
        seconds: 1.0,
        samples_per_second: 100.0,
    };
    (1..=4).map(row).collect()
}

pub fn put(results: &Path, made: Made) -> RunFolder {
    put_as(results, made, &recipe(&made), &rows(made.loss))
}

pub fn put_as(results: &Path, made: Made, recipe: &str, rows: &[Row]) -> RunFolder {
    let mut record = fixture::record(made.status);
    record.name = made.recipe.into();
    record.created = format!("2026-01-31T12:00:{:02}Z", made.id.len());
    record.provenance = vec![
        ("network.0.linear.bias".into(), "default".into()),
        ("optimizer.momentum".into(), "default".into()),
    ];
    if let Some(summary) = &mut record.summary {
        summary.test = vec![("accuracy".into(), 1.0 - made.loss / 4.0), ("loss".into(), made.loss)];
        summary.seconds = 4.0;
        summary.epochs = 4;
    }
    let folder = fixture::run(results, made.recipe, &record);
    let path = results.join(made.recipe).join(made.id);
    fs::rename(folder.path(), &path).unwrap();
    let folder = RunFolder::open(path).unwrap();
    folder.write("recipe.yaml", recipe.as_bytes()).unwrap();
    folder.write("metrics.csv", &to_csv(rows, &[])).unwrap();
    folder
}

/// Two learning rates over five seeds each; the first is better by about 0.1 in each seed.
pub fn two_groups(results: &Path) {
    for (seed, noise) in [0.012, -0.031, 0.022, 0.041, -0.027].into_iter().enumerate() {
        let seed = seed as u64;
        let wobble = [0.004, -0.003, 0.001, 0.002, -0.005][seed as usize];
        put(
            results,
            Made {
                id: &format!("a{seed}"),
                seed,
                loss: 0.4 + noise,
                ..MADE
            },
        );
        put(
            results,
            Made {
                id: &format!("b{seed}"),
                seed,
                loss: 0.5 + noise + wobble,
                lr: "1e-2",
                ..MADE
            },
        );
    }
}

pub fn read(folders: &[RunFolder]) -> Vec<Run> {
    folders.iter().map(|folder| Run::read(folder).unwrap()).collect()
}

pub fn all(results: &Path) -> Vec<Run> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for recipe in fs::read_dir(results).unwrap().flatten() {
        paths.extend(fs::read_dir(recipe.path()).unwrap().flatten().map(|run| run.path()));
    }
    paths.sort();
    read(
        &paths
            .into_iter()
            .map(|path| RunFolder::open(path).unwrap())
            .collect::<Vec<_>>(),
    )
}

pub fn compare(results: &Path, metric: Option<&str>) -> Comparison {
    Comparison::new(all(results), metric).unwrap()
}

pub fn runner(results: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command
        .arg("compare")
        .args(arguments)
        .arg("--results")
        .arg(results)
        .current_dir(results);
    command.env_remove("RUNNER_RESULTS").output().unwrap()
}

/// What it says, held against its entry.
#[track_caller]
pub fn told(results: &Path, name: &str, code: i32, arguments: &[&str]) {
    let output = runner(results, arguments);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    let said = said.replace(&results.display().to_string(), "<results>");
    let call = format!("$ runner compare {}\nexit {code}\n", arguments.join(" "));
    messages::hold("compare", name, &(call + &said));
}

pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
