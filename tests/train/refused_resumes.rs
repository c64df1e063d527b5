//! What resuming refuses: damaged or made-up checkpoints, changed recipes and data, runs that are worked on. Each gets
//! a message and a documented exit code, and stays as it was.

use std::path::{Path, PathBuf};

use crate::support::place::{Place, text};
use runner::files::tensors::Tensors;

const RECIPE: &str = "
task: classification
dataset: {name: iris}
network: [{linear: 8}, relu, {linear: 3}]
trainer: {epochs: 3}
";

/// A run whose record says that it was interrupted, so that `resume` takes it up again.
fn interrupted(place: &Place) -> PathBuf {
    let recipe = place.write("recipe.yaml", RECIPE);
    let run = place.train(&recipe, &[]);
    let mut record = crate::support::place::record(&run);
    record["status"] = "interrupted".into();
    std::fs::write(run.join("run.json"), record.to_string()).unwrap();
    run
}

fn resume(place: &Place, run: &Path) -> (i32, String) {
    let output = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    let message = text(&output);
    assert!(!message.contains("panicked"), "{message}");
    (output.status.code().unwrap_or(-1), message)
}

/// The message is held against the entry of this name.
#[track_caller]
fn refused(place: &Place, run: &Path, name: &str) {
    place.told(name, 7, &["resume", run.to_str().unwrap(), "--quiet"]);
}

#[test]
fn damaged_checkpoints_are_refused_with_their_name() {
    let place = Place::new();
    let run = interrupted(&place);
    let path = run.join("checkpoint/trainer.safetensors");
    let whole = std::fs::read(&path).unwrap();
    for end in [0, 1, 7, 8, 9, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..end]).unwrap();
        let (code, message) = resume(&place, &run);
        assert_eq!(code, 7, "cut at {end}: {message}");
        assert!(message.contains("trainer.safetensors"), "{message}");
    }
    let mut noise = whole.clone();
    noise[20..60].fill(b'x');
    std::fs::write(&path, &noise).unwrap();
    assert_eq!(resume(&place, &run).0, 7);
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(resume(&place, &run).0, 0, "the whole one is taken");
}

#[test]
fn checkpoints_of_another_shape_or_type_are_refused() {
    let place = Place::new();
    let run = interrupted(&place);
    let path = run.join("checkpoint/trainer.safetensors");
    let whole = Tensors::from_bytes(&std::fs::read(&path).unwrap(), &path).unwrap();
    let save = |tensors: &Tensors| std::fs::write(&path, tensors.to_bytes().unwrap()).unwrap();

    let mut shape = whole.clone();
    shape.push("0.weight", &[4, 8], vec![0.0; 32]);
    save(&shape);
    refused(&place, &run, "a weight of another shape");

    let mut kind = whole.clone();
    kind.push_integers("0.bias", &[8], vec![0; 8]);
    save(&kind);
    refused(&place, &run, "a weight of another type");

    let mut optimizer = whole.clone();
    optimizer.push("optimizer.exp_avg", &[3], vec![0.0; 3]);
    save(&optimizer);
    refused(&place, &run, "an optimizer's tensor of another shape");

    let mut steps = whole.clone();
    steps.push_integers("optimizer.steps", &[], vec![-1]);
    save(&steps);
    refused(&place, &run, "negative steps");

    let mut other = Tensors::default();
    other.push_text("state", whole.text("state").unwrap().to_owned());
    other.push("5.weight", &[1], vec![0.0]);
    save(&other);
    refused(&place, &run, "tensors of another network");
}

/// Changes the JSON in a checkpoint.
fn edit_state(run: &Path, edit: impl Fn(&mut serde_json::Value)) {
    let path = run.join("checkpoint/trainer.safetensors");
    let mut tensors = Tensors::from_bytes(&std::fs::read(&path).unwrap(), &path).unwrap();
    let mut state = serde_json::from_str(tensors.text("state").unwrap()).unwrap();
    edit(&mut state);
    tensors.push_text("state", state.to_string());
    std::fs::write(&path, tensors.to_bytes().unwrap()).unwrap();
}

#[test]
fn counters_and_metrics_that_cannot_be_are_refused() {
    let place = Place::new();
    let run = interrupted(&place);
    let path = run.join("checkpoint/trainer.safetensors");
    let whole = std::fs::read(&path).unwrap();
    type Edit = fn(&mut serde_json::Value);
    let edits: [(&str, Edit); 4] = [
        ("an epoch that cannot be", |file| {
            file["state"]["epoch"] = 1_000_000_000_000_000_000u64.into();
        }),
        ("a step that cannot be", |file| file["state"]["step"] = u64::MAX.into()),
        ("classes that cannot be", |file| {
            file["task"]["meter"]["confusion"]["classes"] = 1_000_000_000.into();
        }),
        ("counts that cannot be", |file| {
            file["task"]["meter"]["confusion"]["counts"] = serde_json::json!([[0, 0, u64::MAX], [1, 1, 1]]);
        }),
    ];
    for (name, edit) in edits {
        std::fs::write(&path, &whole).unwrap();
        edit_state(&run, edit);
        refused(&place, &run, name);
    }
}

#[test]
fn a_changed_recipe_or_record_is_refused_and_the_run_stays_as_it_was() {
    let place = Place::new();
    let run = interrupted(&place);
    let record = std::fs::read(run.join("run.json")).unwrap();
    let path = run.join("recipe.yaml");
    let recipe = std::fs::read_to_string(&path).unwrap();
    for (name, other) in [
        ("a changed recipe.yaml", recipe.replace("epochs: 3", "epochs: 4")),
        ("a damaged recipe.yaml", "task: [".to_owned()),
    ] {
        std::fs::write(&path, other).unwrap();
        refused(&place, &run, name);
    }
    std::fs::remove_file(&path).unwrap();
    refused(&place, &run, "no recipe.yaml");
    std::fs::write(&path, recipe).unwrap();
    assert_eq!(std::fs::read(run.join("run.json")).unwrap(), record);

    let mut format = crate::support::place::record(&run);
    format["format"] = 2.into();
    for (name, other) in [
        ("run.json of another format", format.to_string()),
        ("a damaged run.json", "{\"format\":".to_owned()),
    ] {
        std::fs::write(run.join("run.json"), other).unwrap();
        refused(&place, &run, name);
    }
}

#[test]
fn changed_data_is_refused_and_the_run_stays_as_it_was() {
    let place = Place::new();
    let rows = |last: u32| -> String {
        let rows = (0..60).map(|i| format!("{i},{}\n", i * 2));
        "x,y\n".to_owned() + &rows.collect::<String>() + &format!("60,{last}\n")
    };
    let data = place.write("table.csv", rows(120));
    let recipe = place.write(
        "recipe.yaml",
        "
task: regression
dataset: {name: csv, path: table.csv, target: y}
network: [{linear: 1}]
trainer: {epochs: 2, batch_size: 8}
",
    );
    let run = place.train(&recipe, &[]);
    let mut record = crate::support::place::record(&run);
    record["status"] = "interrupted".into();
    std::fs::write(run.join("run.json"), record.to_string()).unwrap();
    std::fs::write(&data, rows(121)).unwrap();
    refused(&place, &run, "changed data");
    assert_eq!(crate::support::place::record(&run), record);
    std::fs::write(&data, rows(120)).unwrap();
    assert_eq!(resume(&place, &run).0, 0);
}

#[test]
fn a_run_that_is_worked_on_is_left_alone() {
    let place = Place::new();
    let run = interrupted(&place);
    let before = std::fs::read(run.join("findings.json")).unwrap();
    std::fs::remove_file(run.join("report.html")).unwrap();
    let lock = runner::files::lock::Lock::take(&run.join(".lock")).unwrap();
    let report = |place: &Place| place.runner(["report", run.to_str().unwrap()]);
    place.told("a run that is worked on", 7, &["report", run.to_str().unwrap()]);
    refused(&place, &run, "a run that is worked on");
    assert!(!run.join("report.html").exists());
    drop(lock);
    std::fs::remove_file(run.join("findings.json")).unwrap();
    assert!(report(&place).status.success() && run.join("report.html").exists());
    assert!(!run.join("findings.json").exists(), "a report makes no findings");
    std::fs::write(run.join("findings.json"), before).unwrap();
}

#[test]
fn no_run_is_a_clear_error() {
    let place = Place::new();
    refused(&place, &place.path().join("nothing"), "no such run");
}

#[test]
fn a_finished_run_has_nothing_to_resume() {
    let place = Place::new();
    let run = place.train(&place.write("recipe.yaml", RECIPE), &[]);
    assert_eq!(resume(&place, &run).0, 0);
}
