//! `runner check`: impossible combinations are found before anything runs, all of them at once.

use crate::support::place::{Place, package, recipe, text};

const GOOD: &str = "\
task: classification
seed: 42
dataset: {name: iris, validation_split: 0.1}
network:
  - linear: 16
  - relu
  - dropout: 0.5
  - linear: 3
loss: {name: cross_entropy, label_smoothing: 0.1}
optimizer: {name: adam, lr: 1e-3}
lr_scheduler: {name: step, step_size: 5}
trainer: {epochs: 10, batch_size: 16}
early_stopping: {monitor: val_accuracy}
";

/// What `check` says of the recipe above with some words replaced.
fn check(changes: &[(&str, &str)]) -> String {
    let mut recipe = GOOD.to_owned();
    for (from, to) in changes {
        assert!(recipe.contains(from), "{from}");
        recipe = recipe.replacen(from, to, 1);
    }
    let place = Place::new();
    place.write("x.yaml", recipe);
    let output = place.runner(["check", "x.yaml"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(!place.results().exists());
    String::from_utf8(output.stderr).unwrap()
}

#[track_caller]
fn says(changes: &[(&str, &str)], mistakes: &[&str]) {
    let told = check(changes);
    let told = told.strip_prefix("error: ").unwrap_or(&told);
    let told = told
        .strip_suffix("error: 1 of 1 recipes cannot run\n")
        .unwrap_or_else(|| panic!("{told}"));
    let heads: Vec<&str> = told.lines().filter(|line| !line.starts_with("  help: ")).collect();
    assert_eq!(heads, mistakes, "{told}");
}

#[test]
fn impossible_combinations() {
    says(
        &[("val_accuracy", "val_r2")],
        &[r#"x.yaml:13:27: early_stopping.monitor: this experiment does not produce the metric "val_r2""#],
    );
    says(
        &[("validation_split: 0.1", "validation_split: 0")],
        &[
            "x.yaml:13:27: early_stopping.monitor: this experiment does not produce the metric \"val_accuracy\"; \
           it has no validation part",
        ],
    );
    says(
        &[("batch_size: 16", "batch_size: 109")],
        &["x.yaml:12:35: trainer.batch_size: a batch of 109 is larger than the training part (108 samples)"],
    );
    says(
        &[("linear: 3", "linear: 4")],
        &["x.yaml:8:5: network.3.linear: the network gives 4 numbers a sample, but cross_entropy on iris needs 3"],
    );
    says(
        &[("dropout: 0.5", "dropout: 1")],
        &[
            "x.yaml:7:14: network.2.dropout.p: expected a number from 0 up to, but not including, 1, \
           found the number 1",
        ],
    );
    says(
        &[("linear: 3", "linear: 3\n  - softmax")],
        &["x.yaml:9:5: network.4.softmax: cross_entropy takes the outputs before softmax, which it has in it"],
    );
    // At the end of each way through a block too, and behind it what changes no number.
    says(
        &[(
            "linear: 3",
            "linear: 3\n  - residual: [linear: 3, log_softmax]\n  - flatten",
        )],
        &[
            "x.yaml:9:27: network.4.residual.layers.1.log_softmax: cross_entropy takes the outputs before log_softmax, which it has in it",
        ],
    );
    says(
        &[(
            "linear: 3",
            "parallel: {join: sum, branches: [[linear: 3, softmax], [linear: 3], [{residual: {layers: [linear: 4, linear: 3, sigmoid], shortcut: [linear: 3]}}]]}",
        )],
        &[
            "x.yaml:8:50: network.3.parallel.branches.0.1.softmax: cross_entropy takes the outputs before softmax, which it has in it",
            "x.yaml:8:117: network.3.parallel.branches.2.0.residual.layers.2.sigmoid: cross_entropy takes outputs of any size, and after sigmoid they are not",
        ],
    );
    says(
        &[("seed: 42", "top_k: 3")],
        &["x.yaml:2:8: top_k: top_k is 3, but there are only 3 classes"],
    );
    says(
        &[("name: iris", "name: diabetes"), ("val_accuracy", "val_loss")],
        &[
            "x.yaml:1:7: task: classification needs classes, but diabetes has numbers as targets",
            "x.yaml:9:1: loss: cross_entropy does not fit diabetes: it needs classes, but the targets are numbers; use mse",
        ],
    );
}

#[test]
fn a_regression_standardizes_what_binary_cross_entropy_needs_between_0_and_1() {
    let place = Place::new();
    let output = place.runner([
        "check",
        recipe("diabetes.yaml").to_str().unwrap(),
        "--set",
        "loss=binary_cross_entropy",
    ]);
    assert_eq!(output.status.code(), Some(3));
    let told = text(&output);
    assert!(
        told.contains(
            "loss: binary_cross_entropy takes targets from 0 to 1, but those of a regression are standardized"
        ),
        "{told}"
    );
}

#[test]
fn mistakes_that_only_the_whole_shows_are_told_together() {
    let monitor = r#"x.yaml:13:27: early_stopping.monitor: this experiment does not produce the metric "val_r2""#;
    let batch = "x.yaml:12:35: trainer.batch_size: a batch of 999 is larger than the training part (108 samples)";
    let whole = [
        ("batch_size: 16", "batch_size: 999"),
        ("val_accuracy", "val_r2"),
        ("linear: 3", "linear: 4"),
    ];
    says(
        &whole,
        &[
            "x.yaml:8:5: network.3.linear: the network gives 4 numbers a sample, but cross_entropy on iris needs 3",
            batch,
            monitor,
        ],
    );
    // A value of the wrong kind, an unknown key or layer hides none of them that does not follow from it.
    says(
        &[whole[0], whole[1], ("step_size: 5", "step_size: 5, size: 1")],
        &[
            "x.yaml:11:42: lr_scheduler.size: step has no key 'size'",
            batch,
            monitor,
        ],
    );
    says(
        &[
            whole[0],
            whole[1],
            whole[2],
            ("- relu", "- conv9: 3"),
            ("lr: 1e-3", "lr: fast"),
        ],
        &[
            "x.yaml:6:5: network.1.conv9: there is no layer named 'conv9'",
            r#"x.yaml:10:29: optimizer.lr: expected a number greater than 0, found the text "fast""#,
            batch,
            monitor,
        ],
    );
}

#[test]
fn json_holds_the_wrong_recipes_too() {
    let place = Place::new();
    place.write("good.yaml", GOOD);
    place.write("x.yaml", GOOD.replace("lr: 1e-3", "lr: -1"));
    let output = place.runner([
        "check",
        "--json",
        "x.yaml",
        "good.yaml",
        "none.yaml",
        "--set",
        "seed=-1",
    ]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = "expected a number greater than 0, found the number -1";
    assert_eq!(
        all[0],
        serde_json::json!({"recipe": "x.yaml", "errors": [
            {"file": "x.yaml", "line": 10, "column": 29, "path": "optimizer.lr", "message": expected, "help": null},
            {"file": null, "line": null, "column": null, "path": "seed", "help": null,
             "message": "--set seed=-1: expected a whole number from 0 to 9007199254740992, found the number -1"},
        ]})
    );
    assert_eq!(all[1]["errors"].as_array().unwrap().len(), 1);
    assert_eq!(all[2]["errors"][0]["file"], "none.yaml");
    let output = place.runner(["check", "--json", "good.yaml"]);
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all[0]["recipe"], "good.yaml");
    assert!(all[0]["errors"].is_null() && all[0]["network"].is_object());
}

#[test]
fn what_may_only_follow_from_a_mistake_is_not_told() {
    // With the default of 64 samples, an epoch would have fewer batches than are accumulated.
    says(
        &[("batch_size: 16", "batch_sise: 16, accumulate_grad_batches: 5")],
        &["x.yaml:12:23: trainer.batch_sise: trainer has no key 'batch_sise'"],
    );
    // Without its last layer, the network would give 16 numbers.
    says(
        &[("linear: 3", "linera: 3")],
        &["x.yaml:8:5: network.3.linera: there is no layer named 'linera'"],
    );
    // Without the data there is nothing to be said about batches.
    says(
        &[("name: iris", "name: irsi"), ("batch_size: 16", "batch_size: 999")],
        &["x.yaml:3:17: dataset.name: there is no dataset named 'irsi'"],
    );
}

#[test]
fn every_shipped_recipe_checks_and_starts_nothing() {
    let place = Place::new();
    let folder = std::fs::read_dir(package().join("recipes")).unwrap();
    let recipes: Vec<_> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    let mut arguments = vec!["check".into()];
    arguments.extend(recipes.iter().map(|path| path.as_os_str().to_owned()));
    let output = place.runner(arguments);
    assert!(output.status.success(), "{}", text(&output));
    let tables = String::from_utf8(output.stdout).unwrap();
    assert_eq!(tables.matches("468,874").count(), 2, "both MNIST perceptrons: {tables}");
    assert!(!place.results().exists());
}

#[test]
fn what_a_language_model_needs_is_asked_of_branches_too() {
    let place = Place::new();
    place.write("text.txt", "the quick brown fox jumps over the lazy dog; ".repeat(20));
    let said = |network: &str| {
        let recipe = format!(
            "task: language_model\ndataset: {{name: text, path: text.txt, sequence_length: 8, validation_split: 0.1}}\n\
             network: {network}\noptimizer: sgd\n"
        );
        let recipe = place.write("x.yaml", recipe);
        text(&place.runner(["check", recipe.to_str().unwrap()]))
    };
    let small = "[{parallel: [[{embedding: {num_embeddings: 12, embedding_dim: 5}}], \
                 [{embedding: {num_embeddings: 28, embedding_dim: 5}}]]}, {linear: 28}]";
    let found = said(small);
    assert!(
        found.contains("network.0.parallel.branches.0.0.embedding.num_embeddings: the text has 28 distinct"),
        "{found}"
    );
    let backwards = small.replace(
        "12, embedding_dim: 5}}]",
        "28, embedding_dim: 5}}, {lstm: {hidden_size: 4, bidirectional: true}}]",
    );
    let found = said(&backwards);
    assert!(
        found.contains("network.0.parallel.branches.0.1.lstm.bidirectional: a language model reads forwards"),
        "{found}"
    );
}
