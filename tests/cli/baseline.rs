//! `runner baseline`: figures that are kept, and recipes that still reproduce them or not.

use std::path::{Path, PathBuf};

use crate::support::place::{IRIS as RECIPE, Place, package, text};
use runner::task::TASKS;
use serde_json::Value;

fn baseline(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let output = place.runner([&["baseline"], arguments].concat());
    (output.status.code(), text(&output))
}

/// A trained recipe with its baseline.
fn saved(place: &Place) -> PathBuf {
    let recipe = place.write("iris.yaml", RECIPE);
    place.train(&recipe, &[]);
    let (code, said) = baseline(place, &["save", "iris"]);
    assert_eq!(code, Some(0), "{said}");
    place.path().join("baselines/iris.json")
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// The baseline as another build of runner would have made it, with one figure times `factor`.
fn of_another_build(file: &Path, factor: f64) {
    let mut json = json(file);
    json["made_of"]["program"]["build"] = "another".into();
    let column = json["columns"]
        .as_array()
        .unwrap()
        .iter()
        .position(|name| name == "val_loss")
        .unwrap();
    let loss = &mut json["rows"][1][column];
    *loss = (loss.as_f64().unwrap() * factor).into();
    std::fs::write(file, json.to_string()).unwrap();
}

/// What this project promises of its own short recipes; after a change that is meant to change figures:
/// `runner tests/baselines/TASK.yaml`, then `runner baseline save TASK`, with the tolerances that the file has.
#[test]
fn every_task_comes_to_its_baseline() {
    let folder = package().join("tests/baselines");
    let (code, said) = baseline(&Place::new(), &["check", folder.to_str().unwrap(), "--offline"]);
    assert_eq!(code, Some(0), "{said}");
    for task in TASKS {
        assert!(said.contains(&format!("{}: holds", task.section.name)), "{said}");
    }
    assert!(said.contains("decision_tree: holds"), "{said}");
}

#[test]
fn one_of_several_seeds_is_kept_with_its_seed() {
    let place = Place::new();
    let recipe = place.write("iris.yaml", RECIPE);
    let output = place.runner([recipe.to_str().unwrap(), "--seeds", "2", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    let (code, said) = baseline(&place, &["save", "iris"]);
    assert_eq!(code, Some(0), "{said}");
    let made = json(&place.path().join("baselines/iris.json"));
    assert!(made["set"][0].as_str().unwrap().starts_with("seed="), "{made}");
    let (code, said) = baseline(&place, &["check", "baselines"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn the_same_program_on_the_same_machine_is_held_to_the_bit() {
    let place = Place::new();
    let file = saved(&place);
    let made = json(&file);
    assert_eq!(
        (&made["recipe"], &made["made_of"]["data"]),
        (&"../iris.yaml".into(), &"iris".into())
    );
    assert!(made["made_of"]["machine"].get("host").is_none(), "nothing private");
    for (named, name) in [
        ("iris.yaml", "by its recipe"),
        ("baselines/iris.json", "by its file"),
        (".", "by the recipe's folder"),
        ("baselines", "by its folder"),
    ] {
        place.told(name, 0, &["baseline", "check", named]);
    }
    let mut changed = made;
    let column = changed["columns"].as_array().unwrap().len() - 1;
    let figure = changed["rows"][3][column].as_f64().unwrap();
    changed["rows"][3][column] = f64::from_bits(figure.to_bits() + 1).into();
    std::fs::write(&file, changed.to_string()).unwrap();
    place.told("the last bit", 1, &["baseline", "check", "iris.yaml"]);
    assert_eq!(place.runs().len(), 1, "a check leaves no run");
}

#[test]
fn one_percent_is_caught_and_noise_is_not() {
    let place = Place::new();
    let file = saved(&place);
    let whole = std::fs::read(&file).unwrap();
    of_another_build(&file, 1.0 / 1.01);
    let check = ["baseline", "check", "iris.yaml", "--tolerance"];
    place.told("one percent", 1, &check[..3]);
    place.told("a wider tolerance", 0, &[&check[..], &["2%"]].concat());
    place.told(
        "the figure's own tolerance",
        0,
        &[&check[..], &["val_loss=0.02"]].concat(),
    );
    place.told(
        "another figure's tolerance",
        1,
        &[&check[..], &["train_loss=0.02"]].concat(),
    );

    std::fs::write(&file, whole).unwrap();
    of_another_build(&file, 1.003);
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = baseline(&place, &["check", "iris.yaml", "--exact", "--json"]);
    let found: Value = serde_json::from_str(said.split("\nerror:").next().unwrap()).unwrap();
    assert_eq!(
        (code, &found[0]["holds"], &found[0]["judgement"]["measure"]),
        (Some(1), &false.into(), &"exact".into())
    );
    assert_eq!(found[0]["judgement"]["moved"][0]["column"], "val_loss");
}

#[test]
fn other_sums_are_noise_and_another_rate_is_a_change() {
    let place = Place::new();
    saved(&place);
    // The same network through other operations: real rounding noise.
    place.write(
        "iris.yaml",
        RECIPE.replace("batch_size: 20", "batch_size: 20, engine: reference"),
    );
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("within 0.5 %: the recipe changed"), "{said}");
    assert!(said.contains("furthest moved"), "some bits differ: {said}");
    place.write("iris.yaml", RECIPE.replace("lr: 0.02", "lr: 0.019"));
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("figures moved too far") && said.contains("val_loss"),
        "{said}"
    );
    place.write("iris.yaml", RECIPE.replace("epochs: 4", "epochs: 3"));
    place.told("an epoch less", 1, &["baseline", "check", "iris.yaml"]);
}

#[test]
fn what_the_command_line_set_is_kept() {
    let place = Place::new();
    let recipe = place.write("iris.yaml", RECIPE);
    place.train(&recipe, &["--set", "trainer.epochs=2", "--set", "optimizer.lr=0.1"]);
    let (code, said) = baseline(
        &place,
        &[
            "save",
            "iris",
            "-o",
            "kept/short.json",
            "--tolerance",
            "val_accuracy=3%",
        ],
    );
    assert_eq!(code, Some(0), "{said}");
    let file = place.path().join("kept/short.json");
    let made = json(&file);
    assert_eq!(made["recipe"], "../iris.yaml");
    assert_eq!(made["tolerance"]["val_accuracy"], 0.03);
    assert_eq!(made["rows"].as_array().unwrap().len(), 2);
    place.told("what the command line set", 0, &["baseline", "check", "kept"]);

    let mut command = place.command([recipe.to_str().unwrap(), "--offline", "--quiet"]);
    assert!(command.env("RUNNER__TRAINER__EPOCHS", "1").status().unwrap().success());
    place.told("values of the environment", 7, &["baseline", "save", "iris"]);
}

#[test]
fn ctrl_c_stops_a_check_in_any_of_its_trainings() {
    let place = Place::new();
    for name in ["a", "b"] {
        let recipe = place.write(&format!("{name}.yaml"), RECIPE);
        place.train(&recipe, &[]);
        assert_eq!(baseline(&place, &["save", name]).0, Some(0));
    }
    // The first training is short, the second one would take hours.
    place.write(
        "b.yaml",
        RECIPE
            .replace("epochs: 4", "epochs: 100000")
            .replace("batch_size: 20", "batch_size: 1"),
    );
    let mut child = place.start(["baseline", "check", "a.yaml", "b.yaml"]);
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut line).unwrap();
    assert_eq!(line, "a: holds\n");
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
    };
    assert_eq!(status.code(), Some(130));
}

#[test]
fn what_cannot_be_checked_is_told() {
    let place = Place::new();
    let file = saved(&place);
    place.told("no recipes", 2, &["baseline", "check"]);
    place.told("no such recipe", 2, &["baseline", "check", "nowhere.yaml"]);
    place.told("no such file", 2, &["baseline", "check", "nowhere.json"]);
    place.told(
        "a negative tolerance",
        2,
        &["baseline", "check", "iris.yaml", "--tolerance", "-1"],
    );
    place.told("no such run", 7, &["baseline", "save", "nothing"]);
    place.write("other.yaml", RECIPE);
    place.told("a recipe without a baseline", 2, &["baseline", "check", "other.yaml"]);

    let mut made = json(&file);
    made["made_of"]["data_digest"] = "0123456789abcdef".into();
    std::fs::write(&file, made.to_string()).unwrap();
    let said = place.told("other data", 1, &["baseline", "check", "iris.yaml"]);
    assert!(said.contains("iris (0123456789ab)"), "{said}");

    std::fs::write(&file, "{}").unwrap();
    place.told("a file that is no baseline", 7, &["baseline", "check", "iris.yaml"]);

    std::fs::remove_file(place.path().join("iris.yaml")).unwrap();
    place.told("a run whose recipe is gone", 7, &["baseline", "save", "iris"]);
}
