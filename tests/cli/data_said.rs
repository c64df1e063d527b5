//! What is said of the data on the way: where a recipe's settings do not fit them, what stands in for them, and
//! which of their rows a prediction is about.

use crate::support::place::{Place, text};
use runner::error::{Error, Kind};
use serde_json::Value;

/// A table of 40 rows with a gap in each tenth.
fn table() -> String {
    let mut text = String::from("n,size,kind,y\n");
    for i in 0..40 {
        let size = if i % 10 == 3 {
            String::new()
        } else {
            format!("{}.5", i % 7)
        };
        text.push_str(&format!("{i},{size},{},{}\n", ["a", "b", "c"][i % 3], i % 2));
    }
    text
}

/// A recipe on that table with these settings besides its path.
fn on_table(place: &Place, task: &str, settings: &str) -> std::path::PathBuf {
    place.write("t.csv", table());
    let recipe = format!(
        "task: {task}\ndataset:\n  name: csv\n  path: t.csv\n{settings}network:\n  - linear: 2\n\
         trainer: {{epochs: 1, batch_size: 8}}\n"
    );
    place.write("x.yaml", recipe)
}

#[test]
fn settings_that_do_not_fit_the_file_have_their_places() {
    let place = Place::new();
    on_table(
        &place,
        "classification",
        "  target: z\n  drop: [n, nothing]\n  columns:\n    kinds: {drop: true}\n",
    );
    for command in ["check", "run"] {
        place.told("columns that are not there", 3, &[command, "x.yaml"]);
    }
    // With another mistake in the recipe they are reported together.
    let other = ["check", "x.yaml", "--set", "optimizer.lr=-1"];
    place.told("columns that are not there and another mistake", 3, &other);
    on_table(&place, "classification", "  drop: [-1]\n");
    place.told("a target that is dropped", 3, &["check", "x.yaml"]);
}

#[test]
fn a_task_that_does_not_fit_inferred_targets_says_how_to_declare_them() {
    let place = Place::new();
    let rules = "  columns: {size: {missing: median}, kind: {categories: one_hot}}\n";
    for (task, other, name) in [
        ("regression", "classes", "classes for a regression"),
        ("classification", "values", "values for a classification"),
    ] {
        on_table(&place, task, &format!("{rules}  target_type: {other}\n"));
        place.told(name, 3, &["check", "x.yaml"]);
    }
}

#[test]
fn predictions_name_rows_and_weights_know_their_columns() {
    let place = Place::new();
    let rules = "  columns: {size: {missing: median}, kind: {categories: one_hot}}\n";
    let recipe = on_table(&place, "classification", rules);
    let run = place.train(&recipe, &[]);
    let mut reader = csv::Reader::from_path(run.join("predictions.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..3], ["index", "row", "target"]);
    let mut rows = 0;
    for record in reader.records().map(Result::unwrap) {
        let row: usize = record[1].parse().unwrap();
        assert_eq!(record[2], (row % 2).to_string(), "the target of row {row}");
        rows += 1;
    }
    assert_eq!(rows, 8);
    let findings: Value = serde_json::from_slice(&std::fs::read(run.join("findings.json")).unwrap()).unwrap();
    for mistake in findings["mistakes"].as_array().unwrap() {
        assert_eq!(mistake["features"][0][1].as_f64(), mistake["row"].as_f64());
    }
    let bytes = std::fs::read(run.join("checkpoint/best.safetensors")).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let about = header
        .metadata()
        .as_ref()
        .unwrap()
        .values()
        .find(|v| v.contains("\"columns\""));
    let about: Value = serde_json::from_str(about.expect("what the weights say of themselves")).unwrap();
    assert_eq!(about["features"][2], "kind=a");
    assert_eq!(about["columns"][1]["name"], "size");
    assert!(about["columns"][1]["fill"].is_number());
    assert_eq!(about["columns"], crate::support::place::record(&run)["data"]["columns"]);
}

/// In the events, in every prediction, at the start and when it is resumed, also where it is to be quiet.
#[test]
fn a_stand_in_is_never_silent() {
    let place = Place::new();
    place.write(
        "x.yaml",
        "task: classification\ndataset: {name: mnist, stand_in: digits}\nnetwork: [flatten, {linear: 10}]\ntrainer: {epochs: 1}\n",
    );
    let output = place.runner(["x.yaml", "--offline", "--json"]);
    assert!(output.status.success(), "{}", text(&output));
    let run = place.runs().remove(0);
    let events: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for name in ["started", "finished"] {
        let event = events.iter().find(|event| event["event"] == name).unwrap();
        assert_eq!(event["stand_in"]["name"], "digits", "{event}");
        assert!(run.ends_with(event["run"].as_str().unwrap()), "{event}");
    }
    let predictions = std::fs::read_to_string(run.join("predictions.csv")).unwrap();
    assert!(predictions.starts_with("index,row,stand_in,target,"), "{predictions}");
    assert!(
        predictions
            .lines()
            .skip(1)
            .all(|line| line.split(',').nth(2) == Some("digits"))
    );
    let mut record = crate::support::place::record(&run);
    record["status"] = "interrupted".into();
    std::fs::write(run.join("run.json"), record.to_string()).unwrap();
    place.told("a stand-in", 0, &["resume", run.to_str().unwrap(), "--quiet"]);
    let output = place.runner(["x.yaml", "--offline"]);
    let said = text(&output);
    assert!(
        said.contains("classification on digits, standing in for mnist"),
        "{said}"
    );
}

#[test]
fn damaged_data_is_never_as_published() {
    let place = Place::new();
    std::fs::create_dir_all(place.path().join("data/mnist")).unwrap();
    place.write("data/mnist/t10k-labels-idx1-ubyte.gz", vec![0; 4542]);
    std::fs::create_dir_all(place.path().join("data/fashion_mnist")).unwrap();
    place.write("data/fashion_mnist/t10k-labels-idx1-ubyte.gz.part", "some");
    let said = place.told("damaged files", Kind::Data as i32, &["data", "verify"]);
    assert!(!said.contains("as published"), "{said}");
    // By hand unpacked files of which no hash is published count as none.
    let unpacked = place.path().join("data/fashion_mnist/t10k-labels-idx1-ubyte");
    std::fs::write(unpacked, vec![0; 10_008]).unwrap();
    let unpacked = ["data", "verify", "fashion_mnist"];
    place.told("files of which no hash is published", Kind::Data as i32, &unpacked);
}

#[test]
fn a_download_says_what_it_does() {
    let place = Place::new();
    let fetch = |style: &[&str]| {
        let mut command = place.command(["data", "fetch", "mnist"].iter().chain(style));
        command.env("RUNNER_MIRRORS", "http://127.0.0.1:1/").output().unwrap()
    };
    let output = fetch(&["--json"]);
    assert_eq!(output.status.code(), Some(Kind::Data as i32));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "{\"event\":\"asking\",\"mirrors\":1}\n"
    );
    let fetched = ("runner data fetch mnist", &fetch(&[]));
    place.tells("no mirror can be reached", Kind::Data as i32, fetched, &[]);
}

#[test]
fn errors_keep_the_keys_they_are_about() {
    let error: Error = runner::declare::Problem::new("dataset.target".into(), "is wrong")
        .help("mend it")
        .into();
    assert_eq!(error.to_string(), "dataset.target: is wrong\n  help: mend it");
    assert_eq!((error.problems().len(), error.kind()), (1, Kind::Recipe));
}
