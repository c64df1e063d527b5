//! Runs under odd names, called from other folders, in places that take none, and with very short epochs.

use std::path::Path;

use crate::support::place::{Place, package, record, text};

const RECIPE: &str = "
task: classification
dataset: {name: iris}
network: [{linear: 8}, relu, {linear: 3}]
trainer: {epochs: 1}
";

/// Makes a finished run one that can be resumed.
fn interrupt(run: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let mut record = record(run);
    record["status"] = "interrupted".into();
    change(&mut record);
    std::fs::write(run.join("run.json"), record.to_string()).unwrap();
}

#[test]
fn a_run_knows_where_its_data_was() {
    let place = Place::new();
    let run = place.train(&place.write("x.yaml", RECIPE), &["--data", "my data"]);
    let data = std::path::absolute(place.path().join("my data")).unwrap();
    assert_eq!(record(&run)["data_folder"], data.to_str().unwrap());
    interrupt(&run, |_| {});
    let output = place.runner(["resume", run.to_str().unwrap(), "--quiet", "--data", "moved"]);
    assert!(output.status.success(), "{}", text(&output));
    let moved = std::path::absolute(place.path().join("moved")).unwrap();
    assert_eq!(record(&run)["data_folder"], moved.to_str().unwrap());
}

#[test]
fn a_run_is_resumed_from_any_folder() {
    let Some(data) = crate::support::place::real_data("mnist") else {
        return;
    };
    let place = Place::new();
    let recipe = RECIPE
        .replace("iris", "mnist, stand_in: digits")
        .replace("linear: 3", "linear: 10");
    let recipe = place.write("x.yaml", recipe);
    let run = place.train(&recipe, &["--data", data.to_str().unwrap()]);
    interrupt(&run, |_| {});
    let resume = || {
        let mut command = place.command(["resume", run.to_str().unwrap(), "--quiet", "--offline"]);
        command.current_dir("/").output().unwrap()
    };
    let output = resume();
    assert!(output.status.success(), "{}", text(&output));
    interrupt(&run, |record| record["data_folder"] = "/nowhere".into());
    let output = resume();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    let expected = "the real mnist, with which the run began, is not in /nowhere\n  help: pass --data DIR";
    assert!(text(&output).contains(expected), "{}", text(&output));
}

#[test]
fn data_that_is_gone_is_found_by_its_variable_or_looked_for_aloud() {
    let Some(data) = crate::support::place::real_data("mnist") else {
        return;
    };
    let place = Place::new();
    let recipe = RECIPE.replace("iris", "mnist").replace("linear: 3", "linear: 10");
    let run = place.train(&place.write("x.yaml", recipe), &["--data", data.to_str().unwrap()]);
    let empty = place.path().join("empty");
    interrupt(&run, |record| record["data_folder"] = empty.to_str().unwrap().into());
    let resume = |variable: &Path| {
        let mut command = place.command(["resume", run.to_str().unwrap()]);
        command
            .env("RUNNER_DATA", variable)
            .env("RUNNER_MIRRORS", "http://127.0.0.1:1/");
        command.output().unwrap()
    };
    let output = resume(&empty);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    let aloud = "looking for the files; mirrors asked: 1";
    assert!(text(&output).contains(aloud), "{}", text(&output));
    let output = resume(&data);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("taken from RUNNER_DATA"), "{}", text(&output));
    let found = data.canonicalize().unwrap();
    assert_eq!(record(&run)["data_folder"], found.to_str().unwrap());
}

const TABLE: &str = "
task: classification
dataset: {name: csv, path: data/points.csv, target: kind}
network: [{linear: 4}, relu, {linear: 2}]
trainer: {epochs: 1, batch_size: 8}
";

/// A folder with a recipe of a table, and the table.
fn table(place: &Place) {
    let row = |i: u32| {
        format!(
            "{},{},{}\n",
            i % 7,
            i % 5,
            if i.is_multiple_of(2) { "even" } else { "odd" }
        )
    };
    let rows: String = (0..60).map(row).collect();
    std::fs::create_dir_all(place.path().join("recipes/data")).unwrap();
    place.write("recipes/data/points.csv", format!("a,b,kind\n{rows}"));
    place.write("recipes/table.yaml", TABLE);
}

#[test]
fn a_run_outlives_the_folder_that_it_was_started_in() {
    let place = Place::new();
    table(&place);
    let gone = place.path().join("gone");
    std::fs::create_dir(&gone).unwrap();
    let arguments = [
        "../recipes/table.yaml",
        "--quiet",
        "--results=../results",
        "--data=../none",
    ];
    let output = place.command(arguments).current_dir(&gone).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    std::fs::remove_dir(&gone).unwrap();
    let run = place.runs().remove(0);
    let root = place.path().canonicalize().unwrap();
    for (key, path) in [
        ("recipe_path", "recipes/table.yaml"),
        ("recipe_folder", "recipes"),
        ("data_folder", "none"),
    ] {
        assert_eq!(record(&run)[key], root.join(path).to_str().unwrap(), "{key}");
    }
    interrupt(&run, |_| {});
    let output = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_runs_recipe_finds_its_data_also_as_a_base() {
    let place = Place::new();
    table(&place);
    let run = place.train(&place.path().join("recipes/table.yaml"), &[]);
    let base = run.join("recipe.yaml");
    let child = place.write("child.yaml", format!("extends: {}\nseed: 3\n", base.display()));
    for recipe in [&base, &child] {
        let output = place.runner(["check", recipe.to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output));
    }
}

#[test]
fn a_run_has_its_name_inside_its_own_folder() {
    let place = Place::new();
    let run = place.train(&place.write("x.yaml", RECIPE), &[]);
    let output = place.command(["resume", "."]).current_dir(&run).output().unwrap();
    let id = format!("x/{}", run.file_name().unwrap().to_str().unwrap());
    let said = format!("{id} is finished; there is nothing to resume\n");
    assert!(text(&output).starts_with(&said), "{}", text(&output));
}

#[test]
fn names_that_look_like_something_else_do_no_harm() {
    let place = Place::new();
    let recipe = place.write("a\u{feff}b\u{2028}c.yaml", RECIPE);
    let output = place.runner([recipe.to_str().unwrap(), "--quiet", "--results=-x", "--data=-y"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(place.path().join("-x").is_dir());
}

/// `runner` with a compiler that is not there, so that whatever comes before it is seen.
fn before_compiling(place: &Place, arguments: &[&std::ffi::OsStr]) -> (Option<i32>, String) {
    let mut command = place.command(arguments);
    command.env("RUNNER_CACHE", place.path().join("cache"));
    let output = command.env("RUNNER_RUSTC", "/nowhere/rustc").output().unwrap();
    (output.status.code(), text(&output))
}

#[test]
fn results_are_tried_before_anything_is_compiled() {
    let place = Place::new();
    let recipe = place.write("x.yaml", RECIPE);
    let file = place.write("file", "");
    let arguments = [recipe.as_os_str(), "--results".as_ref(), file.as_os_str()];
    let (code, message) = before_compiling(&place, &arguments);
    assert_eq!(code, Some(1), "{message}");
    assert!(
        message.contains("--results DIR puts the results elsewhere"),
        "{message}"
    );
    let (code, message) = before_compiling(&place, &[recipe.as_os_str()]);
    assert_eq!(code, Some(5), "{message}");
    assert!(!place.results().exists(), "a start that is refused leaves nothing");
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_no_run_could_name_is_refused_at_once() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let folder = place.path().join(std::ffi::OsStr::from_bytes(b"dir\xfe"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("x.yaml"), RECIPE).unwrap();
    let (code, message) = before_compiling(&place, &[folder.join("x.yaml").as_os_str()]);
    assert_eq!(code, Some(2), "{message}");
    assert!(message.contains("this path is not UTF-8"), "{message}");
}

#[test]
fn a_recipe_named_without_its_folder_is_shown() {
    let place = Place::new();
    let output = place.command(["mnist_mlp"]).current_dir(package()).output().unwrap();
    place.tells("a recipe without its folder", 2, ("runner mnist_mlp", &output), &[]);
}

#[test]
fn a_variable_that_is_set_to_nothing_counts_as_not_set() {
    let place = Place::new();
    let output = place.command(["list"]).env("RUNNER_RESULTS", "").output().unwrap();
    assert_eq!(text(&output), "note: no runs in results\n");
    assert!(output.status.success());
    let output = place.command(["data", "list"]).env("RUNNER_DATA", "").output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn short_epochs_tell_of_steps() {
    let place = Place::new();
    place.write("x.yaml", RECIPE);
    let arguments = ["x.yaml", "--json", "--threads", "1", "--set", "trainer.epochs=4000"];
    let output = place.runner(arguments);
    assert!(output.status.success(), "{}", text(&output));
    let steps = text(&output).matches(r#"{"event":"step""#).count();
    assert!(steps > 0, "a few times a second");
}
