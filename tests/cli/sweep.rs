//! Sweeps by the real binary: grids, conditions, constraints, failures, early ends, the files that they leave.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::place::{Place, text};

pub const RECIPE: &str = "
task: classification
seed: 3
dataset: {name: iris}
network: [{linear: 8}, relu, {linear: 3}]
optimizer: {name: adam, lr: 1e-2}
trainer: {epochs: 3, threads: 1}
";

fn place(sweep: &str) -> (Place, PathBuf) {
    let place = Place::new();
    place.write("small.yaml", RECIPE);
    let sweep = place.write("sweep.yaml", format!("recipe: small.yaml\n{sweep}"));
    (place, sweep)
}

fn sweep(place: &Place, file: &Path, options: &[&str]) -> Output {
    place.runner(["sweep", file.to_str().unwrap()].iter().chain(options))
}

/// The one sweep's folder under these results.
fn folder(results: &Path) -> PathBuf {
    let sweeps = std::fs::read_dir(results.join("small")).unwrap();
    let mut sweeps: Vec<PathBuf> = sweeps.flatten().map(|entry| entry.path()).collect();
    assert_eq!(sweeps.len(), 1, "{sweeps:?}");
    sweeps.remove(0)
}

/// trials.csv without its time column.
fn trials(folder: &Path) -> Vec<Vec<String>> {
    let file = std::fs::read_to_string(folder.join("trials.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.as_bytes());
    let row = |row: csv::StringRecord| {
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        cells.pop();
        cells
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn column(folder: &Path, name: &str) -> Vec<String> {
    let rows = trials(folder);
    let at = rows[0]
        .iter()
        .position(|head| head == name)
        .unwrap_or_else(|| panic!("{name} in {:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn a_grid_is_the_same_for_any_number_of_jobs() {
    let (place, file) = place(
        "method: grid
metric: val_loss
parameters:
  optimizer:
    parameters:
      name: {values: [adam, sgd]}
      momentum: {values: [0.0, 0.9], when: {optimizer.name: sgd}}
  network.0.linear: {values: [4, 8]}
  trainer.batch_size: {value: 16}
constraints: [network.0.linear + trainer.batch_size >= 20]
",
    );
    let folders: Vec<PathBuf> = ["1", "3"]
        .into_iter()
        .map(|jobs| {
            let results = place.path().join(format!("jobs{jobs}"));
            let output = sweep(&place, &file, &["--jobs", jobs, "--results", results.to_str().unwrap()]);
            assert!(output.status.success(), "{}", text(&output));
            folder(&results)
        })
        .collect();
    assert_eq!(trials(&folders[0]), trials(&folders[1]));
    let one = &folders[0];
    assert_eq!(
        column(one, "optimizer.name"),
        ["adam", "adam", "sgd", "sgd", "sgd", "sgd"]
    );
    assert_eq!(column(one, "optimizer.momentum"), ["", "", "0.0", "0.0", "0.9", "0.9"]);
    assert_eq!(column(one, "network.0.linear"), ["4", "8", "4", "8", "4", "8"]);
    assert!(column(one, "status").iter().all(|status| status == "finished"));
    assert!(
        column(one, "test_accuracy")
            .iter()
            .all(|value| value.parse::<f64>().is_ok())
    );
    // The best one's recipe gives its figure again.
    let best = std::fs::read_to_string(one.join("best.yaml")).unwrap();
    let run = place.train(&one.join("best.yaml"), &[]);
    let values: Vec<f64> = column(one, "best").iter().map(|value| value.parse().unwrap()).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let row = crate::support::place::record(&run)["summary"]["best"].as_f64().unwrap();
    assert_eq!(row, least, "{best}");
    // The page loads nothing, and shows every part.
    let page = std::fs::read_to_string(one.join("report.html")).unwrap();
    assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("src=\"http"));
    for part in [
        "id=\"progress\"",
        "id=\"importance\"",
        "id=\"parallel\"",
        "class=\"way top\"",
        "network.0.linear",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(one.join("trials").read_dir().unwrap().count() == 6);
}

#[test]
fn the_shorthand_is_a_grid() {
    let place = Place::new();
    let recipe = place.write("small.yaml", RECIPE);
    let arguments = [
        recipe.to_str().unwrap(),
        "-m",
        "optimizer.lr=1e-3,1e-2",
        "network.0.linear=4,6",
        "--jobs",
        "2",
    ];
    let output = place.runner(arguments);
    assert!(output.status.success(), "{}", text(&output));
    let folder = folder(&place.results());
    assert_eq!(column(&folder, "optimizer.lr"), ["0.001", "0.001", "0.01", "0.01"]);
    assert_eq!(column(&folder, "network.0.linear"), ["4", "6", "4", "6"]);
    let recipe = recipe.to_str().unwrap();
    place.told(
        "a value of -m that cannot be",
        3,
        &[recipe, "-m", "optimizer.lr=1e-3,-1"],
    );
    place.told("values of -m that are no YAML", 2, &[recipe, "-m", "optimizer.lr=[1"]);
}

#[test]
fn mistakes_are_told_with_their_places() {
    let cases = [
        (
            "a value that cannot be",
            "method: grid\nparameters: {optimizer.lr: {values: [1e-3, -1]}}",
        ),
        (
            "a misspelt key",
            "method: grid\nparamters: {optimizer.lr: {values: [1]}}",
        ),
        (
            "a random search without an end",
            "method: random\nparameters: {optimizer.lr: {values: [1e-3]}}",
        ),
        (
            "a grid over a range",
            "method: grid\nparameters: {optimizer.lr: {min: 0.1, max: 0.2}}",
        ),
        (
            "a metric without a goal",
            "method: grid\nmetric: val_acuracy\nparameters: {optimizer.lr: {values: [1e-3]}}",
        ),
        (
            "a misspelt metric",
            "method: grid\nmetric: {name: val_acuracy, goal: maximize}\nparameters: {optimizer.lr: {values: [1e-3]}}",
        ),
        (
            "a metric of the test part",
            "method: grid\nmetric: test_loss\nparameters: {optimizer.lr: {values: [1e-3]}}",
        ),
        (
            "a layer that is not there",
            "method: grid\nparameters: {network.7.linear: {values: [4]}}",
        ),
        (
            "a condition on a misspelt parameter",
            "method: grid\nparameters: {optimizer.lr: {values: [1e-3], when: {optimizer.nam: adam}}}",
        ),
        (
            "a constraint on a misspelt parameter",
            "method: grid\nparameters: {optimizer.lr: {values: [1e-3]}}\nconstraints: [optimizer.lx < 1]",
        ),
        (
            "a misspelt rule",
            "method: grid\nparameters: {optimizer.lr: {values: [1e-3]}}\nearly_terminate: {type: ash}",
        ),
        (
            "a trial that cannot run",
            "method: grid\nparameters: {trainer.batch_size: {values: [1000]}}",
        ),
    ];
    for (name, text) in cases {
        let (place, _) = place(text);
        place.told(name, 3, &["sweep", "sweep.yaml"]);
        assert!(!place.results().exists(), "{name}");
    }
}

#[test]
fn one_trials_failure_touches_no_other() {
    let (place, file) =
        place("method: grid\nparameters: {optimizer.lr: {values: [1e-2, 1e30, 1e-3]}}\nmetric: val_loss\n");
    let output = sweep(&place, &file, &["--jobs", "2", "--retries", "1"]);
    assert!(output.status.success(), "{}", text(&output));
    let folder = folder(&place.results());
    assert_eq!(column(&folder, "status"), ["finished", "diverged", "finished"]);
    assert!(column(&folder, "failure")[1].contains("not a finite number") || !column(&folder, "failure")[1].is_empty());
    let journal = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    let tried = journal
        .lines()
        .filter(|line| line.contains("\"claimed\"") && line.contains("\"trial\":1,"));
    assert_eq!(tried.count(), 2, "it is tried again once: {journal}");
    // A sweep none of whose trials finishes has failed.
    let (place, file) = self::place("method: grid\nparameters: {optimizer.lr: {values: [1e30, 1e31]}}\n");
    let output = sweep(&place, &file, &[]);
    assert_eq!(output.status.code(), Some(6), "{}", text(&output));
    assert!(text(&output).contains("all 2 trials failed"), "{}", text(&output));
}

#[test]
fn trials_that_fall_behind_end_early_and_keep_what_they_had_reached() {
    let (place, file) = place(
        "method: random
seed: 5
run_cap: 9
metric: val_loss
early_terminate: {type: asha, min_iter: 1, eta: 2}
parameters:
  optimizer.lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}
  trainer.epochs: {value: 8}
",
    );
    let output = sweep(&place, &file, &[]);
    assert!(output.status.success(), "{}", text(&output));
    let folder = folder(&place.results());
    let (status, epochs) = (column(&folder, "status"), column(&folder, "epochs"));
    assert!(status.iter().any(|status| status == "pruned"), "{status:?}");
    assert!(status.iter().any(|status| status == "finished"), "{status:?}");
    for (status, epochs) in status.iter().zip(&epochs) {
        let at_rung = ["1", "2", "4"].contains(&epochs.as_str());
        assert!(
            if status == "pruned" { at_rung } else { epochs == "8" },
            "{status} after {epochs}"
        );
    }
    // Every decision follows from the lines before it: read again, they decide the same.
    let journal = std::fs::read_to_string(folder.join("journal.jsonl")).unwrap();
    let mut state = runner::sweep::State::default();
    let rule = runner::sweep::terminate::Rule::Asha { min_iter: 1, eta: 2.0 };
    for line in journal.lines() {
        let event: runner::sweep::Event = serde_json::from_str(line).unwrap();
        if let runner::sweep::Event::Rung {
            trial,
            epoch,
            value,
            pruned,
            ..
        } = &event
        {
            assert_eq!(
                rule.prunes(&state, *trial, *epoch, *value, runner::metric::Goal::Min),
                *pruned,
                "{line}"
            );
        }
        assert!(state.take(&event), "{line}");
    }
}

#[test]
fn a_sweep_is_gone_on_with_by_its_folder_alone() {
    let (place, file) =
        place("method: random\nrun_cap: 3\nseed: 1\nparameters: {optimizer.lr: {min: 0.001, max: 0.1}}\n");
    assert!(sweep(&place, &file, &["--quiet"]).status.success());
    let folder = folder(&place.results());
    let before = trials(&folder);
    // As if it had been killed while it wrote the last trial's end.
    let journal = folder.join("journal.jsonl");
    let text_before = std::fs::read_to_string(&journal).unwrap();
    let last = text_before
        .lines()
        .position(|line| line.contains("\"ended\"") && line.contains("\"trial\":2,"))
        .unwrap();
    let kept: Vec<&str> = text_before
        .lines()
        .filter(|line| !(line.contains("\"ended\"") && line.contains("\"trial\":2,")))
        .collect();
    let torn = &text_before.lines().nth(last).unwrap()[..25];
    std::fs::write(&journal, kept.join("\n") + "\n" + torn).unwrap();
    for name in ["trials.csv", "report.html", "best.yaml"] {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    std::fs::remove_file(&file).unwrap();
    let resume = |options: &[&str]| place.runner(["sweep", "--resume", folder.to_str().unwrap()].iter().chain(options));
    let output = resume(&["--workers-only"]);
    assert!(
        output.status.success() && !folder.join("trials.csv").exists(),
        "{}",
        text(&output)
    );
    let output = resume(&[]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(trials(&folder), before);
    for line in std::fs::read_to_string(&journal).unwrap().lines() {
        serde_json::from_str::<runner::sweep::Event>(line).unwrap();
    }
    let nothing = place.runner(["sweep", "--resume", place.path().to_str().unwrap()]);
    assert_eq!(nothing.status.code(), Some(7), "{}", text(&nothing));
}

#[test]
fn bayes_learns_and_its_trials_are_the_same_again() {
    let (place, file) = place(
        "method: bayes
run_cap: 14
seed: 2
metric: val_loss
parameters: {optimizer.lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}}
",
    );
    let rows: Vec<Vec<Vec<String>>> = ["a", "b"]
        .into_iter()
        .map(|name| {
            let results = place.path().join(name);
            let output = sweep(&place, &file, &["--quiet", "--results", results.to_str().unwrap()]);
            assert!(output.status.success(), "{}", text(&output));
            trials(&folder(&results))
        })
        .collect();
    assert_eq!(rows[0], rows[1]);
}

#[test]
fn the_schema_is_up_to_date_and_takes_the_sweeps_that_come_with_runner() {
    let place = Place::new();
    let output = place.runner(["schema", "sweep"]);
    let kept = std::fs::read_to_string(crate::support::place::package().join("schema/sweep.json")).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        kept,
        "runner schema sweep > schema/sweep.json"
    );
    let schema = jsonschema::validator_for(&serde_json::from_str(&kept).unwrap()).unwrap();
    for file in std::fs::read_dir(crate::support::place::recipe("sweeps"))
        .unwrap()
        .flatten()
    {
        let text = std::fs::read_to_string(file.path()).unwrap();
        let tree = runner::recipe::yaml::parse(&text).0.unwrap().json();
        assert!(
            schema.is_valid(&tree),
            "{}: {:?}",
            file.path().display(),
            schema.iter_errors(&tree).next()
        );
        runner::sweep::Sweep::load(&file.path()).unwrap();
    }
    let wrong = serde_json::json!({"recipe": "x.yaml", "method": "gird", "parameters": {}});
    assert!(!schema.is_valid(&wrong));
}
