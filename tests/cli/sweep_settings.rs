//! What a sweep's values mean to its recipe: settings without use, kinds of numbers, settings that come again, several
//! seeds, paths, metrics.

use std::path::{Path, PathBuf};

use crate::support::place::{Place, record, text};
use crate::sweep::RECIPE;

fn place(sweep: &str) -> Place {
    let place = Place::new();
    place.write("small.yaml", RECIPE);
    place.write("sweep.yaml", format!("recipe: small.yaml\n{sweep}"));
    place
}

fn run(place: &Place, options: &[&str]) -> String {
    let output = place.runner(["sweep", "sweep.yaml", "--jobs", "1"].iter().chain(options));
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

/// What a sweep says that cannot be; nothing is trained then.
fn refused(place: &Place) -> String {
    let output = place.runner(["sweep", "sweep.yaml"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(!place.results().exists());
    text(&output)
}

fn folder(results: &Path) -> PathBuf {
    let names = std::fs::read_dir(results).unwrap().flatten();
    let mut sweeps = names.flat_map(|name| std::fs::read_dir(name.path()).unwrap().flatten());
    sweeps
        .find(|entry| entry.path().join("sweep.json").exists())
        .unwrap()
        .path()
}

fn column(folder: &Path, name: &str) -> Vec<String> {
    let file = std::fs::read(folder.join("trials.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(file.as_slice());
    let at = reader
        .headers()
        .unwrap()
        .iter()
        .position(|head| head == name)
        .unwrap_or_else(|| panic!("{name}"));
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

#[test]
fn a_setting_that_a_choice_has_no_use_for_is_refused_and_when_is_the_remedy() {
    let parameters = |own: &str| {
        format!(
            "method: grid\nmetric: val_loss\nparameters:\n  lr_scheduler.step_size: {{values: [1, 2]{own}}}\n  \
             lr_scheduler.name: {{values: [step, constant]}}\n"
        )
    };
    let wrong = place(&parameters(""));
    wrong.told("a setting of another choice", 3, &["sweep", "sweep.yaml"]);
    assert!(!wrong.results().exists());
    let right = place(&parameters(", when: {lr_scheduler.name: step}"));
    run(&right, &["--quiet"]);
    assert_eq!(
        column(&folder(&right.results()), "lr_scheduler.step_size"),
        ["1", "2", ""]
    );
    // On a command line, in either order; and where the choice is the whole section.
    for values in [
        ["optimizer.momentum=0.5,0.9", "optimizer.name=adam,sgd"],
        ["optimizer=sgd,adam", "optimizer.momentum=0.5,0.9"],
    ] {
        let output = wrong.runner(["small.yaml", "-m"].iter().chain(&values));
        let said = text(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.contains("adam has no key 'momentum'") && said.contains("'when: {optimizer"),
            "{said}"
        );
    }
    // Beside a choice that the command line makes.
    let output = wrong.runner([
        "small.yaml",
        "--set",
        "optimizer.name=sgd",
        "-m",
        "optimizer.betas=[0.8, 0.9]",
    ]);
    assert!(text(&output).contains("sgd has no key 'betas'"), "{}", text(&output));
}

#[test]
fn what_the_call_says_of_a_parameter_is_refused() {
    let place =
        place("method: grid\nparameters: {optimizer.lr: {values: [1e-3, 1e-2]}, network.0.linear: {values: [4]}}\n");
    let told = |name: &str, options: &[&str]| {
        place.told(
            name,
            3,
            &["sweep", "sweep.yaml"]
                .iter()
                .chain(options)
                .copied()
                .collect::<Vec<_>>(),
        );
    };
    told("a key that is set and varied", &["--set", "optimizer.lr=1"]);
    let environment = |name: &str, value: &str| {
        let output = place
            .command(["sweep", "sweep.yaml"])
            .env(name, value)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        text(&output)
    };
    let said = environment("RUNNER__NETWORK__0__LINEAR", "5");
    assert!(
        said.contains("'environment RUNNER__NETWORK__0__LINEAR' has no effect"),
        "{said}"
    );
    run(
        &place,
        &[
            "--quiet",
            "--set",
            "network.0.linear.bias=false",
            "--set",
            "optimizer.eps=1e-7",
        ],
    );
    for values in [
        ["network.0.linear=4,6", "network.0.linear.out_features=5"],
        ["optimizer.name=adam", "optimizer=sgd,adam"],
    ] {
        let output = place.runner(["small.yaml", "-m"].iter().chain(&values));
        assert!(
            text(&output).contains("are the same key of the recipe"),
            "{}",
            text(&output)
        );
    }
    // Elements of one list are keys of their own.
    let output = place.runner([
        "small.yaml",
        "-m",
        "optimizer.betas.0=0.8",
        "optimizer.betas.1=0.9",
        "--quiet",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    // A mapping is merged: beside it a value of the call has its effect, unless the mapping says it too.
    let set = |values: &str| {
        let call = ["small.yaml", "--set", "optimizer.lr=0.5", "-m", values, "--quiet"];
        place.runner(call)
    };
    let output = set("optimizer=[{name: sgd}, {name: adam}]");
    assert!(!output.status.success(), "a list is no optimizer: {}", text(&output));
    assert!(set("optimizer={name: sgd},{name: adam}").status.success());
    let output = set("optimizer={name: sgd, lr: 1},{name: adam, lr: 2}");
    assert!(
        text(&output).contains("'--set optimizer.lr=0.5' has no effect"),
        "{}",
        text(&output)
    );
}

#[test]
fn kinds_of_keys_decide_what_bounds_mean() {
    let fractions = place("method: random\nrun_cap: 5\nparameters: {optimizer.weight_decay: {min: 0, max: 1}}\n");
    let said = run(&fractions, &[]);
    assert!(
        said.contains("optimizer.weight_decay: any number from 0 to 1"),
        "{said}"
    );
    let values = column(&folder(&fractions.results()), "optimizer.weight_decay");
    assert!(
        values.iter().all(|value| value.parse::<f64>().unwrap().fract() != 0.0),
        "{values:?}"
    );
    let whole = place(
        "method: random\nrun_cap: 4\nparameters:\n  optimizer.weight_decay: {min: 0, max: 1, distribution: int_uniform}\n  \
         network.0.linear: {min: 2, max: 40}\n",
    );
    run(&whole, &["--quiet"]);
    for key in ["optimizer.weight_decay", "network.0.linear"] {
        let values = column(&folder(&whole.results()), key);
        assert!(values.iter().all(|value| value.parse::<i64>().is_ok()), "{values:?}");
    }
    for (name, parameters) in [
        (
            "fractions of a key of whole numbers",
            "network.0.linear: {min: 2.0, max: 8.0}",
        ),
        (
            "exponents that look like values",
            "optimizer.lr: {distribution: log_uniform, min: 1e-4, max: 0.1}",
        ),
    ] {
        let place = place(&format!("method: random\nrun_cap: 4\nparameters: {{{parameters}}}\n"));
        place.told(name, 3, &["sweep", "sweep.yaml"]);
    }
    let exponents = place(
        "method: random\nrun_cap: 1\nparameters: {optimizer.lr: {distribution: log_uniform, min: -7, max: -5}}\n",
    );
    let said = run(&exponents, &[]);
    assert!(said.contains("is from 0.000911882 to 0.00673795"), "{said}");
}

#[test]
fn a_setting_is_trained_once() {
    for method in ["random", "bayes"] {
        // One of the settings diverges: that is known as well.
        let sweep = "run_cap: 30\nmetric: val_loss\nparameters: {optimizer.lr: {values: [1e-2, 1e30]}, network.0.linear: {min: 4, max: 6}}\n";
        let rows = ["1", "3"].map(|jobs| {
            let place = place(&format!("method: {method}\n{sweep}"));
            let output = place.runner(["sweep", "sweep.yaml", "--jobs", jobs]);
            assert!(output.status.success(), "{}", text(&output));
            assert!(text(&output).contains("the space has 6 settings"), "{}", text(&output));
            let folder = folder(&place.results());
            let (rates, widths) = (column(&folder, "optimizer.lr"), column(&folder, "network.0.linear"));
            let mut rows: Vec<(String, String)> = rates.into_iter().zip(widths).collect();
            let drawn = rows.clone();
            rows.sort();
            rows.dedup();
            assert_eq!((drawn.len(), rows.len()), (6, 6), "{method}: {drawn:?}");
            drawn
        });
        if method == "random" {
            assert_eq!(rows[0], rows[1], "whoever trains them");
        }
    }
    let twice = place(
        "method: grid\nparameters: {optimizer: {values: [adam, {name: adam}, sgd]}, network.0.linear: {values: [4, 4.0]}}\n",
    );
    let said = run(&twice, &[]);
    assert!(
        said.contains("optimizer: {\"name\":\"adam\"} is the same as \"adam\", and is tried once"),
        "{said}"
    );
    assert_eq!(column(&folder(&twice.results()), "trial"), ["0", "1"]);
}

#[test]
fn a_trial_of_several_seeds_is_their_mean() {
    let place = place("method: grid\nmetric: val_loss\nparameters: {optimizer.lr: {values: [1e-2, 3e-2]}}\n");
    let output = place.runner([
        "small.yaml",
        "-m",
        "optimizer.lr=1e-2,3e-2",
        "--seeds",
        "2",
        "--jobs",
        "2",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("the mean over 2 seeds"), "{}", text(&output));
    let sweep = folder(&place.results());
    let runs = std::fs::read_dir(sweep.join("trials")).unwrap().count();
    assert_eq!(
        (runs, column(&sweep, "seeds")),
        (4, vec!["2".to_owned(), "2".to_owned()])
    );
    // The same as the seeds by themselves.
    for (trial, rate) in ["1e-2", "3e-2"].into_iter().enumerate() {
        let alone = Place::new();
        alone.write("small.yaml", RECIPE);
        let set = format!("optimizer.lr={rate}");
        let output = alone.runner(["small.yaml", "--set", &set, "--seeds", "2"]);
        assert!(output.status.success(), "{}", text(&output));
        let best: Vec<f64> = alone
            .runs()
            .iter()
            .map(|run| record(run)["summary"]["best"].as_f64().unwrap())
            .collect();
        let mean = best.iter().sum::<f64>() / 2.0;
        assert_eq!(column(&sweep, "best")[trial].parse::<f64>().unwrap(), mean);
    }
    let best = std::fs::read_to_string(sweep.join("best.yaml")).unwrap();
    assert!(best.contains("seeds: 2"), "{best}");
    // Without the journal's last lines: what is trained already is not trained again.
    let journal = sweep.join("journal.jsonl");
    let lines = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = lines
        .lines()
        .filter(|line| !(line.contains("\"ended\"") && line.contains("\"trial\":1,")))
        .collect();
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    let before = std::fs::read_to_string(sweep.join("trials.csv")).unwrap();
    let output = place.runner(["sweep", "--resume", sweep.to_str().unwrap(), "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(std::fs::read_to_string(sweep.join("trials.csv")).unwrap(), before);
    place.write(
        "early.yaml",
        "recipe: small.yaml\nmethod: grid\nearly_terminate: asha\nparameters: {trainer.seeds: {values: [2, 3]}}\n",
    );
    place.told("several seeds that end early", 3, &["sweep", "early.yaml"]);
}

const TABLE: &str = "task: classification
dataset: {name: csv, path: a.csv, target: y}
network: [{linear: 2}]
trainer: {epochs: 1, batch_size: 8, threads: 1}
";

fn table(slope: i32) -> String {
    let rows = (0..60).map(|i| format!("{},{}\n", i * slope % 17, if i % 3 == 0 { "no" } else { "yes" }));
    format!("x,y\n{}", rows.collect::<String>())
}

#[test]
fn paths_start_from_the_file_that_says_them_and_are_looked_at_first() {
    let place = Place::new();
    for folder in ["recipes", "sweeps"] {
        std::fs::create_dir(place.path().join(folder)).unwrap();
    }
    place.write("recipes/t.yaml", TABLE);
    place.write("recipes/a.csv", table(5));
    place.write("sweeps/b.csv", table(7));
    let sweep = |paths: &str| {
        format!("recipe: ../recipes/t.yaml\nmethod: grid\nparameters: {{dataset.path: {{values: [{paths}]}}}}\n")
    };
    place.write("sweeps/s.yaml", sweep("b.csv, ../recipes/a.csv"));
    let output = place.runner(["sweep", "sweeps/s.yaml", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    let folder = folder(&place.results());
    assert_eq!(column(&folder, "dataset.path"), ["b.csv", "../recipes/a.csv"]);
    let run = record(&folder.join("trials/0000"));
    assert!(run["data_source"].is_string());
    // The best recipe is run from where it lies.
    place.train(&folder.join("best.yaml"), &["--set", "name=again"]);
    // A base says its own.
    std::fs::create_dir(place.path().join("more")).unwrap();
    place.write(
        "more/x.yaml",
        "extends: ../sweeps/s.yaml\nparameters: {optimizer.lr: {values: [0.1]}}\n",
    );
    let output = place.runner(["sweep", "more/x.yaml", "--quiet", "--results", "more/results"]);
    assert!(output.status.success(), "{}", text(&output));
    place.write("sweeps/s.yaml", sweep("b.csv, c.csv"));
    let output = place.runner(["sweep", "sweeps/s.yaml", "--results", "none"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(
        text(&output).contains("sweeps/s.yaml:3:45: parameters.dataset.path.values.1"),
        "{}",
        text(&output)
    );
    assert!(!place.path().join("none").exists());
}

#[test]
fn a_sweep_goes_on_with_its_own_data_alone() {
    let place = Place::new();
    place.write("t.yaml", TABLE);
    place.write("a.csv", table(5));
    let output = place.runner(["t.yaml", "-m", "optimizer.lr=1e-3,1e-2,1e-1", "--jobs", "1", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    let sweep = folder(&place.results());
    // As if it had been stopped before the last trial.
    let journal = sweep.join("journal.jsonl");
    let lines = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = lines
        .lines()
        .filter(|line| !line.contains("\"trial\":2") && !line.contains("exhausted"))
        .collect();
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    std::fs::remove_dir_all(sweep.join("trials/0002")).unwrap();
    place.write("a.csv", table(7));
    let resume = || place.runner(["sweep", "--resume", sweep.to_str().unwrap(), "--quiet"]);
    let output = resume();
    assert_eq!(output.status.code(), Some(7), "{}", text(&output));
    assert!(
        text(&output).contains("the data of csv is not what trial 0 was trained on"),
        "{}",
        text(&output)
    );
    // Runs of an earlier version know their samples alone.
    for trial in ["0000", "0001"] {
        let file = sweep.join("trials").join(trial).join("run.json");
        let mut run: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        run.as_object_mut().unwrap().remove("data_source");
        std::fs::write(&file, run.to_string()).unwrap();
    }
    assert_eq!(resume().status.code(), Some(7));
    place.write("a.csv", table(5));
    let output = resume();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(column(&sweep, "status"), ["finished"; 3]);
}

#[test]
fn trials_that_are_judged_by_different_metrics_need_one_of_their_own() {
    let parameters = "method: grid\nparameters: {model: {values: [decision_tree]}}\n";
    let tree = place(parameters);
    run(&tree, &["--quiet"]);
    let sweep = folder(&tree.results());
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(sweep.join("sweep.json")).unwrap()).unwrap();
    let run_json = record(&sweep.join("trials/0000"));
    assert_eq!(manifest["metric"]["name"], run_json["monitor"]);
    let both = place("method: grid\nparameters: {early_stopping.monitor: {values: [val_loss, val_accuracy]}}\n");
    both.told("trials of different metrics", 3, &["sweep", "sweep.yaml"]);
    let said = refused(&both);
    let metric = said.split("say '").nth(1).unwrap().split('\'').next().unwrap();
    let named = place(&format!(
        "{metric}\nmethod: grid\nparameters: {{early_stopping.monitor: {{values: [val_loss, val_accuracy]}}}}\n"
    ));
    run(&named, &["--quiet"]);
}
