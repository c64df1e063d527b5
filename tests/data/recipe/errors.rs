//! The exact words for every kind of mistake. `x.yaml` stands for the path as it was given.

use super::language::{Files, GOOD, load};

/// What a recipe with this text in place of another gets.
fn with(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    load(&GOOD.replacen(from, to, 1)).expect_err(to)
}

#[track_caller]
pub fn says(from: &str, to: &str, message: &str) {
    assert_eq!(with(from, to), message);
}

#[test]
fn unknown_keys_are_named_with_the_nearest_or_all() {
    says(
        "epochs: 5",
        "epocs: 5",
        "x.yaml:14:11: trainer.epocs: trainer has no key 'epocs'\n  help: did you mean 'epochs'?",
    );
    says(
        "lr: 1e-3",
        "colour: red",
        "x.yaml:12:26: optimizer.colour: adamw has no key 'colour'\n  help: its keys are lr, betas",
    );
    says(
        "seed: 42",
        "sead: 42",
        "x.yaml:2:1: sead: a classification recipe has no key 'sead'\n  help: did you mean 'seed'?",
    );
    says(
        "seed: 42",
        "epochs: 42",
        "x.yaml:2:1: epochs: a classification recipe has no key 'epochs'\n  help: did you mean 'trainer.epochs'?",
    );
    says(
        "bias: false",
        "bais: false",
        "x.yaml:8:37: network.2.residual.layers.0.linear.bais: linear has no key 'bais'\n  help: did you mean 'bias'?",
    );
    says(
        "- relu",
        "- relu: {p: 1}",
        "x.yaml:6:12: network.1.relu.p: relu has no key 'p'\n  help: it has no keys",
    );
    says(
        "lr: 1e-3",
        "lr:1e-3",
        "x.yaml:12:26: optimizer.lr: 'lr:1e-3' is a single word: there is no blank after the colon\n  help: write 'lr: 1e-3'",
    );
}

#[test]
fn a_missing_blank_hides_nothing() {
    let good = "task: classification\ndataset: {name: csv, path: taxi.csv}\nnetwork: [linear: 3]\n";
    let wrong = |dataset: &str| load(&good.replace("{name: csv, path: taxi.csv}", dataset)).unwrap_err();
    assert_eq!(
        wrong("{name:csv, path:taxi.csv}"),
        "x.yaml:2:11: dataset.name: 'name:csv' is a single word: there is no blank after the colon\n  help: write 'name: csv'\n\
         x.yaml:2:21: dataset.path: 'path:taxi.csv' is a single word: there is no blank after the colon\n  help: write 'path: taxi.csv'"
    );
    let nested = wrong("{name: csv, path: taxi.csv, columns: {fare:number}}");
    assert!(
        nested.starts_with("x.yaml:2:48: dataset.columns.fare: 'fare:number'"),
        "{nested}"
    );
    assert_eq!(nested.lines().count(), 2, "{nested}");
    let line = load(&good.replace("task: classification", "task: classification\nseed:1")).unwrap_err();
    assert!(line.contains("x.yaml:2:1: seed: 'seed:1' is a single word"), "{line}");
    // Who means a colon puts quotes around it.
    let quoted = wrong("{name: csv, path: taxi.csv, columns: {\"a:b\"}}");
    assert!(!quoted.contains("single word"), "{quoted}");
}

#[test]
fn a_misspelt_section_hides_nothing() {
    let error = load(&GOOD.replace(
        "optimizer: {name: adamw, lr: 1e-3,",
        "optimiser: {name: adamw, lrr: 1e-3, eps: -1,",
    ))
    .unwrap_err();
    for part in [
        "optimiser: a classification recipe has no key 'optimiser'\n  help: did you mean 'optimizer'?",
        "optimiser.lrr: adamw has no key 'lrr'\n  help: did you mean 'lr'?",
    ] {
        assert!(error.contains(part), "{error}");
    }
    let required = load(&GOOD.replace("dataset: {name: csv", "datset: {name: csv, tagret: x")).unwrap_err();
    assert!(!required.contains("this key is missing"), "{required}");
    assert!(
        required.contains("datset.tagret: csv has no key 'tagret'"),
        "{required}"
    );
    let files = Files::new(&[("x.yaml", GOOD)]);
    let set = files.load("x.yaml", &["trainr.epoch=3"], &[]).unwrap_err();
    assert!(set.contains("trainr.epoch: trainer has no key 'epoch'"), "{set}");
}

#[test]
fn wrong_types_say_what_was_expected_and_found() {
    says(
        "lr: 1e-3",
        "lr: 1e-3x",
        "x.yaml:12:30: optimizer.lr: expected a number greater than 0, found the text \"1e-3x\"",
    );
    says(
        "lr: 1e-3",
        "lr: \"2\"",
        "x.yaml:12:30: optimizer.lr: expected a number greater than 0, found the text \"2\"\n  help: remove the quotes",
    );
    says(
        "epochs: 5",
        "epochs: 1_000",
        "x.yaml:14:19: trainer.epochs: expected a whole number from 1 to 100000, found the text \"1_000\"\n  help: write 1000",
    );
    says(
        "epochs: 5",
        "epochs: 1.5",
        "x.yaml:14:19: trainer.epochs: expected a whole number from 1 to 100000, found the number 1.5",
    );
    says(
        "dropout: 0.2",
        "dropout: 20%",
        "x.yaml:9:18: network.2.residual.layers.1.dropout.p: expected a number from 0 up to, but not including, 1, found the text \"20%\"\n  help: write 0.2",
    );
    says(
        "bias: false",
        "bias: no",
        "x.yaml:8:43: network.2.residual.layers.0.linear.bias: expected true or false, found the text \"no\"\n  help: write false",
    );
    says(
        "path: taxi.csv",
        "path: 2024",
        "x.yaml:3:28: dataset.path: expected the path of a file, found the number 2024\n  help: put it in quotes: \"2024\"",
    );
    says(
        "betas: [0.9, 0.99]",
        "betas: 0.9",
        "x.yaml:12:43: optimizer.betas: expected a list of 2, each a number from 0 up to, but not including, 1, found the number 0.9",
    );
    says(
        "betas: [0.9, 0.99]",
        "betas: [0.9]",
        "x.yaml:12:43: optimizer.betas: expected a list of 2, each a number from 0 up to, but not including, 1, found a list of 1",
    );
    says(
        "{epochs: 5, gradient_clip_norm: 1.0}",
        "fast",
        "x.yaml:14:10: trainer: expected a mapping, found the text \"fast\"",
    );
    says(
        "optimizer: {name: adamw, lr: 1e-3, betas: [0.9, 0.99]}",
        "optimizer: 7",
        "x.yaml:12:12: optimizer: expected a name, or a mapping with a name, found the number 7",
    );
    says(
        "fare: number",
        "fare: numbr",
        "x.yaml:3:54: dataset.columns.fare: expected number or category, found the text \"numbr\"\n  help: did you mean 'number'?",
    );
    says(
        "columns: {fare: number}",
        "columns: [fare]",
        "x.yaml:3:47: dataset.columns: expected a mapping from names to values, each number or category, found a list",
    );
}

#[test]
fn alternatives_are_all_named() {
    let weights = |value: &str| {
        with(
            "loss: cross_entropy",
            &format!("loss: {{name: cross_entropy, class_weights: {value}}}"),
        )
    };
    assert_eq!(
        weights("equal"),
        "x.yaml:11:44: loss.class_weights: expected balanced, or a list of 1 or more, each a number greater than 0, found the text \"equal\""
    );
    assert_eq!(
        weights("2"),
        "x.yaml:11:44: loss.class_weights: expected balanced, or a list of 1 or more, each a number greater than 0, found the number 2\n  help: write [2]"
    );
    assert_eq!(
        weights("[1, -1]"),
        "x.yaml:11:48: loss.class_weights.1: expected a number greater than 0, found the number -1"
    );
}

#[test]
fn out_of_range_and_not_finite() {
    says(
        "lr: 1e-3",
        "lr: -1",
        "x.yaml:12:30: optimizer.lr: expected a number greater than 0, found the number -1",
    );
    says(
        "lr: 1e-3",
        "lr: .inf",
        "x.yaml:12:30: optimizer.lr: expected a number greater than 0, found the number .inf",
    );
    says(
        "lr: 1e-3",
        "lr: 1e999",
        "x.yaml:12:30: optimizer.lr: expected a number greater than 0, found the number 1e999",
    );
    says(
        "dropout: 0.2",
        "dropout: 1",
        "x.yaml:9:18: network.2.residual.layers.1.dropout.p: expected a number from 0 up to, but not including, 1, found the number 1",
    );
    says(
        "linear: 10",
        "linear: 0",
        "x.yaml:10:13: network.3.linear.out_features: expected a whole number from 1 to 65536, found the number 0",
    );
    says(
        "seed: 42",
        "seed: 99999999999999999999",
        "x.yaml:2:7: seed: expected a whole number from 0 to 9007199254740992, found the number 99999999999999999999",
    );
}

#[test]
fn missing_keys_are_told_at_their_section() {
    says(
        "task: classification\n",
        "",
        "x.yaml:1:1: task: this key is missing\n  help: add 'task: classification or gan'",
    );
    says(
        "dataset: {name: csv, path: taxi.csv, columns: {fare: number}}\n",
        "",
        "x.yaml:1:1: dataset: this key is missing\n  help: add 'dataset: csv or iris'",
    );
    says(
        "path: taxi.csv, ",
        "",
        "x.yaml:3:1: dataset.path: this key is missing\n  help: add 'path': the path of a file",
    );
    says(
        "name: csv, ",
        "",
        "x.yaml:3:1: dataset.name: this key is missing\n  help: add 'name': one of csv, iris",
    );
    says(
        "- linear: 512",
        "- linear",
        "x.yaml:5:5: network.0.linear.out_features: this key is missing\n  help: add 'out_features': a whole number from 1 to 65536",
    );
    says(
        "{out_features: 512, bias: false}",
        "{bias: false}",
        "x.yaml:8:9: network.2.residual.layers.0.linear.out_features: this key is missing\n  help: add 'out_features': a whole number from 1 to 65536",
    );
}

#[test]
fn wrong_names_of_entries() {
    says(
        "name: adamw",
        "name: adamm",
        "x.yaml:12:19: optimizer.name: there is no optimizer named 'adamm'\n  help: did you mean 'adam'?",
    );
    says(
        "loss: cross_entropy",
        "loss: hinge",
        "x.yaml:11:7: loss.name: there is no loss named 'hinge'\n  help: one of cross_entropy, mse",
    );
    says(
        "task: classification",
        "task: clasification",
        "x.yaml:1:7: task: there is no task named 'clasification'\n  help: did you mean 'classification'?",
    );
    says(
        "- relu",
        "- rellu",
        "x.yaml:6:5: network.1.rellu: there is no layer named 'rellu'\n  help: did you mean 'relu'?",
    );
    says(
        "name: adamw",
        "name: 3",
        "x.yaml:12:19: optimizer.name: expected a name, found the number 3\n  help: one of adam, adamw, sgd",
    );
}

#[test]
fn layers_are_one_name_each() {
    says(
        "- linear: 10",
        "- linear: 10\n    relu:",
        "x.yaml:10:5: network.3: expected one layer, found 2 keys: linear, relu\n  help: start each layer with its own '- '",
    );
    says(
        "- linear: 10",
        "- linear: 10\n    bias: false",
        "x.yaml:10:5: network.3: expected one layer, found 2 keys: bias, linear\n  help: write 'linear: {out_features: …, bias: …}', or indent 'bias' deeper than 'linear'",
    );
    says(
        "- relu",
        "- 5",
        "x.yaml:6:5: network.1: expected a layer, such as 'relu' or 'linear: 512', found the number 5",
    );
    says(
        "- relu",
        "-",
        "x.yaml:6:4: network.1: expected a layer, such as 'relu' or 'linear: 512', found nothing",
    );
    let mapping = with("network:\n  - linear: 512\n  - relu\n", "network:\n  linear: 512\n")
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert!(
        mapping.contains("not valid YAML") || mapping.contains("expected a list of layers"),
        "{mapping}"
    );
}

#[test]
fn a_patience_of_nothing_is_refused() {
    let one = load(&GOOD.replace("{patience: 2}", "{patience: 1}")).unwrap();
    assert_eq!(one.early_stopping.unwrap().patience, 1);
    assert!(with("{patience: 2}", "{patience: 0}").contains("early_stopping.patience"));
}
