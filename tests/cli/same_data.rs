//! Data and recipes have an identity: what is averaged, ranked or taken for the newest is of the same.

use crate::support::place::{Place, record, text};

const TABLE: &str = "task: classification
dataset: {name: csv, path: a.csv, target: y}
network: [{linear: 2}]
trainer: {epochs: 2, batch_size: 8, threads: 1}
";

fn table(slope: i32) -> String {
    let rows = (0..60).map(|i| format!("{},{}\n", i * slope % 17, if i % 3 == 0 { "no" } else { "yes" }));
    format!("x,y\n{}", rows.collect::<String>())
}

#[test]
fn runs_of_other_data_are_other_settings_whatever_their_seeds() {
    let place = Place::new();
    let recipe = place.write("t.yaml", TABLE);
    place.write("a.csv", table(5));
    for seed in ["seed=1", "seed=2"] {
        place.train(&recipe, &["--set", seed]);
    }
    place.write("a.csv", table(7));
    for seed in ["seed=2", "seed=3"] {
        place.train(&recipe, &["--set", seed]);
    }
    let compare = || {
        let output = place.runner(["compare", "t", "--json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let seeds = |entry: &serde_json::Value| {
            let runs = entry["runs"].as_array().unwrap().iter();
            let mut seeds: Vec<u64> = runs.map(|run| run["seed"].as_u64().unwrap()).collect();
            seeds.sort_unstable();
            seeds
        };
        let mut entries: Vec<Vec<u64>> = json["entries"].as_array().unwrap().iter().map(seeds).collect();
        entries.sort();
        (entries, json)
    };
    let (entries, json) = compare();
    assert_eq!(entries, [[1, 2], [2, 3]]);
    assert_eq!(json["differs"], serde_json::json!(["data_digest"]));
    let notes = json["notes"].to_string();
    assert!(
        notes.contains("the data differs: csv was not the same for all runs"),
        "{notes}"
    );
    let list = text(&place.runner(["list"]));
    assert!(
        list.contains("the data differs between runs of the same recipe"),
        "{list}"
    );
    assert_eq!(list.lines().filter(|line| line.contains("t/2")).count(), 4, "{list}");
    // Bytes that change no sample change nothing for the same seed.
    place.write("a.csv", table(7).replace('\n', "\r\n"));
    place.train(&recipe, &["--set", "seed=3"]);
    let (entries, _) = compare();
    assert_eq!(entries, [vec![1, 2], vec![2, 3, 3]]);
}

#[test]
fn seeds_are_trained_on_one_and_the_same_data() {
    let place = Place::new();
    place.write("t.yaml", TABLE);
    place.write("a.csv", table(5));
    let output = place.runner(["t.yaml", "--seeds", "2", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    let runs = place.runs();
    // As if the second one had never begun.
    std::fs::remove_dir_all(&runs[1]).unwrap();
    place.write("a.csv", table(7));
    let resume = || place.runner(["resume", runs[0].to_str().unwrap(), "--quiet"]);
    let output = resume();
    assert_eq!(output.status.code(), Some(7), "{}", text(&output));
    assert!(
        text(&output).contains("the data of csv is not what t/"),
        "{}",
        text(&output)
    );
    assert_eq!(place.runs().len(), 1);
    place.write("a.csv", table(5));
    assert!(resume().status.success());
    let sources: Vec<_> = place
        .runs()
        .iter()
        .map(|run| record(run)["data_source"].clone())
        .collect();
    assert!(
        sources.len() == 2 && sources[0] == sources[1] && sources[0].is_string(),
        "{sources:?}"
    );
}

#[test]
fn recipes_of_one_name_are_told_apart() {
    let place = Place::new();
    for folder in ["one", "two"] {
        std::fs::create_dir(place.path().join(folder)).unwrap();
        place.write(&format!("{folder}/t.yaml"), TABLE);
        place.write(&format!("{folder}/a.csv"), table(5));
    }
    let train = |folder: &str| {
        let output = place.runner([&format!("{folder}/t.yaml")]);
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    assert!(!train("one").contains("as well"));
    let said = train("two");
    assert!(
        said.contains("has runs of") && said.contains("one/t.yaml as well; another 'name'"),
        "{said}"
    );
    let first = place.runs()[0].clone();
    for command in [
        &["resume", "t"][..],
        &["report", "t"],
        &["baseline", "save", "t"],
        &["verify", "t"],
    ] {
        let output = place.runner(command);
        assert_eq!(output.status.code(), Some(7), "{command:?}: {}", text(&output));
        let said = text(&output);
        assert!(
            said.contains("'t' has runs of 2 recipes") && said.contains("name one of the runs: t/"),
            "{said}"
        );
    }
    assert!(place.runner(["report", first.to_str().unwrap()]).status.success());
    let compared = text(&place.runner(["compare", "t"]));
    assert!(
        compared.contains("the runs called t are of several recipes"),
        "{compared}"
    );
    // A recipe that was moved is the same one.
    std::fs::rename(place.path().join("one"), place.path().join("three")).unwrap();
    let output = place.runner(["report", "t"]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_baseline_of_another_recipe_is_not_replaced() {
    let place = Place::new();
    place.write("a.csv", table(5));
    for file in ["t.yaml", "u.yaml"] {
        place.write(file, format!("name: t\n{TABLE}"));
        let output = place.runner([file]);
        assert!(output.status.success(), "{}", text(&output));
    }
    let runs = place.runs();
    let save = |run: &std::path::Path| place.runner(["baseline", "save", run.to_str().unwrap()]);
    assert!(save(&runs[0]).status.success() && save(&runs[0]).status.success());
    let output = save(&runs[1]);
    assert_eq!(output.status.code(), Some(7), "{}", text(&output));
    assert!(
        text(&output).contains("is the baseline of") && text(&output).contains("--output FILE"),
        "{}",
        text(&output)
    );
}

#[test]
fn names_of_any_script_have_folders_of_their_own() {
    let place = Place::new();
    place.write("a.csv", table(5));
    for file in ["опыт.yaml", "проба.yaml", "my run.yaml", "my+run.yaml"] {
        let recipe = place.write(file, TABLE);
        let output = place.runner([recipe.to_str().unwrap(), "--quiet"]);
        assert!(output.status.success(), "{}", text(&output));
    }
    let names = std::fs::read_dir(place.results()).unwrap().flatten();
    let names: Vec<String> = names.map(|name| name.file_name().into_string().unwrap()).collect();
    assert!(names.len() == 4 && names.contains(&"опыт".to_owned()), "{names:?}");
    let list = text(&place.runner(["list", "ПРОБА"]));
    assert!(list.contains("проба/"), "{list}");
    assert!(place.runner(["resume", "проба"]).status.success());
}
