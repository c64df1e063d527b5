//! `runner baseline`: figures that are kept, and recipes that still come to them or not.

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
/// `runner tests/regression/TASK.yaml`, then `runner baseline save TASK`, with the tolerances that the file has.
#[test]
fn every_task_comes_to_its_baseline() {
    let folder = package().join("tests/regression");
    let (code, said) = baseline(&Place::new(), &["check", folder.to_str().unwrap(), "--offline"]);
    assert_eq!(code, Some(0), "{said}");
    for task in TASKS {
        assert!(said.contains(&format!("{}: holds", task.section.name)), "{said}");
    }
    assert!(said.contains("decision_tree: holds"), "{said}");
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
    for named in [&["iris.yaml"][..], &["baselines/iris.json"], &["."], &["baselines"]] {
        let (code, said) = baseline(&place, &[&["check"], named].concat());
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("iris: holds") && said.contains("to the bit: the same program"),
            "{said}"
        );
        assert!(said.contains("none moved"), "{said}");
    }
    let mut changed = made;
    let column = changed["columns"].as_array().unwrap().len() - 1;
    let figure = changed["rows"][3][column].as_f64().unwrap();
    changed["rows"][3][column] = f64::from_bits(figure.to_bits() + 1).into();
    std::fs::write(&file, changed.to_string()).unwrap();
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert_eq!(code, Some(1), "the last bit counts: {said}");
    assert!(
        said.contains("1 of ") && said.contains("1 of 1 baselines do not hold"),
        "{said}"
    );
    assert_eq!(place.runs().len(), 1, "a check leaves no run");
}

#[test]
fn one_percent_is_caught_and_noise_is_not() {
    let place = Place::new();
    let file = saved(&place);
    let whole = std::fs::read(&file).unwrap();
    of_another_build(&file, 1.0 / 1.01);
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("within 0.5 %: another build of runner"), "{said}");
    let line = said.lines().find(|line| line.contains("val_loss")).unwrap();
    assert!(
        line.contains("0.99 %") && line.contains("0.50 %") && line.trim_start().starts_with('2'),
        "{said}"
    );
    for options in [&["--tolerance", "2%"][..], &["--tolerance", "val_loss=0.02"]] {
        let (code, said) = baseline(&place, &[&["check", "iris.yaml"], options].concat());
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("furthest moved val_loss (2), by 0.99 %"), "{said}");
    }
    let (code, _) = baseline(&place, &["check", "iris.yaml", "--tolerance", "train_loss=0.02"]);
    assert_eq!(code, Some(1), "another figure's tolerance");

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
    let (_, said) = baseline(&place, &["check", "iris.yaml"]);
    assert!(
        said.lines().any(|line| line.contains("epoch") && line.contains("none")),
        "{said}"
    );
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
    let (code, said) = baseline(&place, &["check", "kept"]);
    assert!(code == Some(0) && said.contains("short: holds"), "{said}");

    let mut command = place.command([recipe.to_str().unwrap(), "--offline", "--quiet"]);
    assert!(command.env("RUNNER__TRAINER__EPOCHS", "1").status().unwrap().success());
    let (code, said) = baseline(&place, &["save", "iris"]);
    assert!(
        code == Some(7) && said.contains("values came from the environment"),
        "{said}"
    );
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
    for (arguments, code, expected) in [
        (&["check"][..], 2, "recipes: no such recipe, baseline or folder"),
        (&["check", "nowhere.yaml"], 2, "nowhere.yaml: no such"),
        (&["check", "nowhere.json"], 2, "nowhere.json: no such"),
        (&["check", "iris.yaml", "--tolerance", "-1"], 2, "expected a share"),
        (&["save", "nothing"], 7, "no run 'nothing'"),
    ] {
        let (found, said) = baseline(&place, arguments);
        assert!(found == Some(code) && said.contains(expected), "{arguments:?}: {said}");
    }
    place.write("other.yaml", RECIPE);
    let (code, said) = baseline(&place, &["check", "other.yaml"]);
    assert!(code == Some(2) && said.contains("it has no baseline"), "{said}");

    let mut made = json(&file);
    made["made_of"]["data_digest"] = "0123456789abcdef".into();
    std::fs::write(&file, made.to_string()).unwrap();
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert!(
        code == Some(1) && said.contains("the data is not that of the baseline: iris (0123456789ab)"),
        "{said}"
    );

    std::fs::write(&file, "{}").unwrap();
    let (code, said) = baseline(&place, &["check", "iris.yaml"]);
    assert!(
        code == Some(7) && said.contains("iris.json: no baseline: missing field"),
        "{said}"
    );

    std::fs::remove_file(place.path().join("iris.yaml")).unwrap();
    let (code, said) = baseline(&place, &["save", "iris"]);
    assert!(code == Some(7) && said.contains("iris.yaml is gone"), "{said}");
}
