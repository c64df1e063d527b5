//! `--seeds N`: a recipe over seeds as ordinary runs that know of each other.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::place::{Place, assert_same, recipe, record, text};

fn arguments<'a>(recipe: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![recipe.to_str().unwrap(), "--offline", "--threads", "1"];
    all.extend(more);
    all
}

#[test]
fn each_seed_is_an_ordinary_run_and_what_is_missing_is_made_up_for() {
    let (place, iris) = (Place::new(), recipe("iris.yaml"));
    let cache = place.path().join("cache");
    let run = |more: &[&str]| {
        let mut command = place.command(arguments(&iris, more));
        command.env("RUNNER_CACHE", &cache).output().unwrap()
    };
    let output = run(&["--set", "trainer.epochs=3", "--seeds", "3"]);
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    for expected in [
        "seed 3 (1 of 3)",
        "seed 5 (3 of 3)",
        "finished 3 seeds of iris in",
        "test accuracy",
        " ± ",
    ] {
        assert!(said.contains(expected), "{expected} is missing:\n{said}");
    }
    let networks = std::fs::read_dir(cache.join("networks")).unwrap().flatten();
    let networks = networks.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    assert_eq!(networks.count(), 1, "compiled once");

    let runs = place.runs();
    let groups: Vec<_> = runs.iter().map(|run| record(run)["group"].clone()).collect();
    assert_eq!(
        groups
            .iter()
            .map(|group| group["seed"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [3, 4, 5]
    );
    assert!(
        groups
            .iter()
            .all(|group| group["id"] == groups[0]["id"] && group["seeds"] == serde_json::json!([3, 4, 5]))
    );
    let own = std::fs::read_to_string(runs[1].join("recipe.yaml")).unwrap();
    assert!(own.contains("\nseed: 4 ") && !own.contains("seeds:"), "{own}");
    let list = text(&place.runner(["list"]));
    assert!(list.contains("4 (2 of 3)"), "{list}");

    // The same as if nobody had asked for more of them.
    let alone = Place::new();
    let single = alone.train(
        &iris,
        &["--set", "trainer.epochs=3", "--set", "seed=4", "--threads", "1"],
    );
    assert_same(&runs[1], &single);
    assert_eq!(record(&runs[1])["recipe_digest"], record(&single)["recipe_digest"]);

    // One that was killed before it noted anything, and one that had not begun.
    let kept = place.path().join("kept");
    std::fs::rename(&runs[2], &kept).unwrap();
    let list = text(&place.runner(["list"]));
    assert!(list.contains("to go on: runner resume "), "{list}");
    let mut killed = record(&runs[1]);
    killed["status"] = "running".into();
    killed["summary"] = serde_json::Value::Null;
    std::fs::write(runs[1].join("run.json"), killed.to_string()).unwrap();
    std::fs::remove_dir_all(runs[1].join("checkpoint")).unwrap();
    std::fs::create_dir(runs[1].join("checkpoint")).unwrap();
    let output = place.runner(["resume", runs[0].to_str().unwrap(), "--offline"]);
    let said = text(&output);
    assert!(output.status.success() && said.contains("finished 3 seeds"), "{said}");
    assert!(!said.contains("seed 3 (1 of 3)"), "it was finished: {said}");
    let again = place.runs();
    assert_eq!(again.len(), 3);
    assert_same(&again[1], &single);
    assert_same(&again[2], &kept);
    let provenance = |run: &Path| {
        let mut all = record(run)["provenance"].as_array().unwrap().clone();
        all.retain(|value| value[0] != "seed");
        all
    };
    assert_eq!(provenance(&again[2]), provenance(&kept));
    // But for the seed's own line, which says who asked for it.
    let recipe_of = |run: &Path| {
        let text = std::fs::read_to_string(run.join("recipe.yaml")).unwrap();
        let (seed, others): (Vec<_>, Vec<_>) = text
            .lines()
            .map(str::to_owned)
            .partition(|line| line.starts_with("seed: 5 "));
        assert_eq!(seed.len(), 1, "{text}");
        others
    };
    assert_eq!(recipe_of(&again[2]), recipe_of(&kept));
    let compared = text(&place.runner(["compare", "iris"]));
    assert!(
        compared.contains("3 runs of iris that differ in their seeds alone"),
        "{compared}"
    );
}

#[test]
fn a_member_that_fails_loses_no_other() {
    let place = Place::new();
    let recipe = place.write(
        "far.yaml",
        "
task: regression
dataset: {name: diabetes}
network: [{linear: 64}, relu, {linear: 1}]
optimizer: {name: sgd, lr: 1e6}
trainer: {epochs: 2, seeds: 2}
",
    );
    let output = place.runner(arguments(&recipe, &[]));
    let said = text(&output);
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(
        said.contains("error: seed 0: ") && said.contains("2 of 2 seeds failed: 0, 1"),
        "{said}"
    );
    let statuses = || {
        place
            .runs()
            .iter()
            .map(|run| record(run)["status"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(), ["diverged", "diverged"]);
    // Trained again they would diverge again.
    let output = place.runner(["resume", "far"]);
    assert!(output.status.success() && statuses().len() == 2, "{}", text(&output));
}

#[test]
fn ctrl_c_reaches_the_second_member_and_the_rest_is_gone_on_with() {
    let (place, iris) = (Place::new(), recipe("iris.yaml"));
    let set = [
        "--set",
        "trainer.epochs=4000",
        "--set",
        "early_stopping.patience=4000",
        "--seeds",
        "3",
        "--json",
    ];
    let mut child = place
        .command(arguments(&iris, &set))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let mut started = started.filter(|line| line.contains("\"event\":\"started\""));
    assert!(started.nth(1).is_some(), "a second member");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    // Read to the end, or the trainer would wait for a reader.
    assert_eq!(started.count(), 0);
    let output = child.wait_with_output().unwrap();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(
        said.contains("stopped after 1 of 3 seeds") && said.contains("runner resume "),
        "{said}"
    );
    let runs = place.runs();
    assert_eq!(
        runs.iter().map(|run| record(run)["status"].clone()).collect::<Vec<_>>(),
        ["finished", "interrupted"]
    );
    let output = place.runner(["resume", "iris", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    let runs = place.runs();
    assert!(runs.len() == 3 && runs.iter().all(|run| record(run)["status"] == "finished"));
}

#[test]
fn seeds_that_cannot_be_are_refused() {
    let (place, iris) = (Place::new(), recipe("iris.yaml"));
    let last = arguments(&iris, &["--set", "seed=9007199254740992", "--seeds", "2"]);
    place.told("a last seed that is too large", 3, &last);
    place.told("no seeds", 3, &arguments(&iris, &["--set", "trainer.seeds=0"]));
    assert!(place.runs().is_empty());
}
