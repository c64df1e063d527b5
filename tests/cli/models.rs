//! Recipes with a model in the place of a network, through every command.

use std::process::Command;

use crate::support::place::{Place, assert_same, package, record, test_metric, text};

const TREE: &str = "
task: classification
seed: 3
dataset: {name: iris, validation_split: 0.2, test_split: 0.2}
model: {name: decision_tree, max_depth: 3}
";

fn tree(place: &Place) -> std::path::PathBuf {
    place.write("tree.yaml", TREE)
}

#[test]
fn a_model_is_checked_and_shown() {
    let place = Place::new();
    tree(&place);
    let said = text(&place.runner(["check", "tree.yaml"]));
    assert!(
        said.contains("classification on iris") && said.contains("  model       decision_tree"),
        "{said}"
    );
    assert!(!said.contains("parameters") && !said.contains("FLOPs"), "{said}");
    let json: serde_json::Value =
        serde_json::from_slice(&place.runner(["check", "tree.yaml", "--json"]).stdout).unwrap();
    assert_eq!(json[0]["model"]["settings"]["max_depth"], 3);
    place.write("wrong.yaml", TREE.replace("max_depth: 3", "max_features: 5"));
    let output = place.runner(["check", "wrong.yaml"]);
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output);
    assert!(
        said.contains("wrong.yaml:5:44: model.max_features: max_features is 5, but a sample has 4 numbers"),
        "{said}"
    );
}

/// Without a compiler and without a cache of networks.
#[test]
fn nothing_is_compiled_for_a_model() {
    let place = Place::new();
    tree(&place);
    let mut command = place.command(["tree.yaml"]);
    command
        .env("RUNNER_RUSTC", "/nowhere/rustc")
        .env("RUNNER_CACHE", place.path().join("cache"))
        .env("PATH", "");
    let output = command.output().unwrap();
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("fit 1/1  train_accuracy 97.92 %  val_accuracy 91.67 %"),
        "{said}"
    );
    assert!(
        said.contains("  fit         decision_tree (val_accuracy 91.67 %)"),
        "{said}"
    );
    assert!(!place.path().join("cache").exists());
    let run = place.runs().pop().unwrap();
    assert_eq!(record(&run)["model"]["name"], "decision_tree");
    assert!(test_metric(&run, "test_accuracy") > 0.8);
    let metrics = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    assert!(
        metrics.starts_with("epoch,step,lr,train_accuracy,") && metrics.contains("\n1,1,,0.97"),
        "{metrics}"
    );
}

#[test]
fn the_report_shows_the_model_in_the_place_of_curves_and_layers() {
    let place = Place::new();
    let run = place.train(&tree(&place), &[]);
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    for there in [
        "petal length",
        "petal length (cm) ≤ 2.45?",
        "class=\"tree\"",
        "leaves",
        "nodes",
        "depth",
        "id=\"confusion\"",
        "id=\"metrics\"",
        "id=\"model\"",
    ] {
        assert!(page.contains(there), "{there}");
    }
    for absent in ["id=\"curves\"", "id=\"network\"", "0 parameters", "best epoch"] {
        assert!(!page.contains(absent), "{absent}");
    }
    let output = place.runner(["report", run.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(
        std::fs::read_to_string(run.join("report.html")).unwrap(),
        page,
        "made again without the data"
    );
}

#[test]
fn a_model_is_the_same_on_any_number_of_threads_and_whenever_it_is_gone_on_with() {
    let place = Place::new();
    let text_of = |threads: usize| format!("{TREE}trainer: {{threads: {threads}}}\n").replace("iris", "digits");
    let one = place.train(&place.write("one.yaml", text_of(1)), &[]);
    let three = place.train(&place.write("three.yaml", text_of(3)), &[]);
    assert_same(&one, &three);
    let said = text(&place.runner(["verify", one.to_str().unwrap(), "--threads", "2"]));
    assert!(said.contains("the same to the byte"), "{said}");
    // As one that was killed before its fit was done, and one killed after it.
    for left in [
        &[][..],
        &["checkpoint/trainer.safetensors", "checkpoint/best.safetensors"],
    ] {
        for name in ["trainer", "best", "last"].map(|name| format!("checkpoint/{name}.safetensors")) {
            if !left.contains(&name.as_str()) {
                std::fs::remove_file(one.join(name)).unwrap();
            }
        }
        for name in ["metrics.csv", "predictions.csv", "findings.json", "report.html"] {
            std::fs::remove_file(one.join(name)).unwrap();
        }
        let mut found = record(&one);
        found["status"] = "interrupted".into();
        std::fs::write(one.join("run.json"), found.to_string()).unwrap();
        let output = place.runner(["resume", one.to_str().unwrap(), "--quiet"]);
        assert!(output.status.success(), "{}", text(&output));
        assert_same(&one, &three);
    }
}

/// A fit of seconds, stopped in its middle.
#[cfg(unix)]
#[test]
fn a_fit_stops_when_it_is_told_to() {
    use std::io::{BufRead, BufReader};
    let place = Place::new();
    place.write(
        "long.yaml",
        "task: classification\ndataset: {name: blobs, n_samples: 100000, n_features: 30, centers: 20, cluster_std: 30}\n\
         model: decision_tree\n",
    );
    let mut child = place.start(["long.yaml", "--json"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    lines.find(|line| line.contains("\"started\"")).expect("it starts");
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    assert!(
        lines.any(|line| line.contains("\"interrupted\"")),
        "it says that it was stopped"
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let run = place.runs().pop().unwrap();
    assert_eq!(record(&run)["status"], "interrupted");
    assert!(
        !run.join("checkpoint/best.safetensors").exists(),
        "nothing was fitted yet"
    );
    let output = place.runner(["resume", run.to_str().unwrap(), "--quiet"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(record(&run)["status"], "finished");
}

#[test]
fn new_rows_are_predicted_without_the_data() {
    let place = Place::new();
    let row = |i: i32| {
        let (colour, price) = if i % 2 == 0 { ("red", i % 10) } else { ("blue", -5) };
        format!("{},{colour},{price}\n", i % 10)
    };
    let rows: String = (0..60).map(row).collect();
    let table = place.write("table.csv", format!("size,colour,price\n{rows}"));
    place.write(
        "price.yaml",
        "task: regression\ndataset: {name: csv, path: table.csv, target: price, target_type: values, categories: one_hot}\nmodel: decision_tree\n",
    );
    let run = place.train(&place.path().join("price.yaml"), &[]);
    assert_eq!(
        test_metric(&run, "test_rmse"),
        0.0,
        "it asks for the colour, then for the size"
    );
    std::fs::remove_file(table).unwrap();
    place.write("new.csv", "colour,size\nblue,3\nred,4\n");
    let output = place.runner(["predict", run.to_str().unwrap(), "--input", "new.csv", "--output", "-"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "input,predicted_price\n0,-5\n1,4\n"
    );
}

#[test]
fn jobs_of_networks_are_refused_in_words() {
    let place = Place::new();
    let run = place.train(&tree(&place), &[]);
    for (arguments, why) in [
        (
            &["bench", "tree.yaml"][..],
            "a decision_tree has no training steps to time",
        ),
        (&["lr-find", "tree.yaml"], "a decision_tree has no learning rate"),
        (
            &["replay", "tree.yaml", "x.safetensors"],
            "a decision_tree does not learn batch by batch",
        ),
        (
            &["generate", run.to_str().unwrap()],
            "a decision_tree makes neither texts nor pictures",
        ),
    ] {
        let output = place.runner(arguments);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why) && said.contains("help: "), "{said}");
    }
}

#[test]
fn seeds_sweeps_and_comparisons_take_models() {
    let place = Place::new();
    let said = text(&place.runner([tree(&place).to_str().unwrap(), "--seeds", "3"]));
    assert!(said.contains("finished 3 seeds of tree"), "{said}");
    let said = text(&place.runner(["compare", "tree"]));
    assert!(said.contains("seeds 3-5") && said.contains('–'), "{said}");
    let said = text(&place.runner(["list"]));
    assert_eq!(said.matches("finished").count(), 3, "{said}");
    let sweep = |rest: &str| {
        let text =
            format!("recipe: tree.yaml\nname: swept\nparameters:\n  model.max_depth: {{values: [1, 2, 4]}}\n{rest}");
        place.write("sweep.yaml", text);
        place.runner(["sweep", "sweep.yaml"])
    };
    let output = sweep("method: grid\n");
    let said = text(&output);
    assert!(
        output.status.success() && said.matches("finished").count() == 6,
        "{said}"
    );
    let output = sweep("method: random\nrun_cap: 2\nearly_terminate: {type: median}\n");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("early_terminate: a decision_tree is fitted at once"),
        "{said}"
    );
}

/// A network's recipe with another approach named over it.
#[test]
fn a_recipe_with_a_network_becomes_one_with_a_model() {
    let place = Place::new();
    let recipe = package().join("recipes/breast_cancer.yaml");
    let run = place.train(&recipe, &["--set", "model=decision_tree"]);
    let resolved = std::fs::read_to_string(run.join("recipe.yaml")).unwrap();
    assert!(
        !resolved.contains("optimizer") && resolved.contains("roc_auc"),
        "{resolved}"
    );
    assert!(test_metric(&run, "test_roc_auc") > 0.8);
    let images = package().join("recipes/cifar10_resnet8.yaml");
    let said = text(&place.runner(["check", images.to_str().unwrap(), "--set", "model=decision_tree"]));
    assert!(
        said.contains("dataset.augment: a model sees all samples at once"),
        "{said}"
    );
}
