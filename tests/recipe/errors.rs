//! The exact words for every kind of mistake. `x.yaml` stands for the path as it was given.

use super::language::{Files, GOOD, load};

/// What a recipe with this text in place of another gets.
fn with(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    load(&GOOD.replacen(from, to, 1)).expect_err(to)
}

#[track_caller]
fn says(from: &str, to: &str, message: &str) {
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
        "x.yaml:3:28: dataset.path: expected text, found the number 2024\n  help: put it in quotes: \"2024\"",
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
        "x.yaml:3:1: dataset.path: this key is missing\n  help: add 'path': text",
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
fn nothing_is_not_a_value() {
    says(
        "lr: 1e-3",
        "lr: ",
        "x.yaml:12:28: optimizer.lr: expected a number greater than 0, found nothing\n  help: write a value, or remove the key: the default is 1e-3",
    );
    says(
        "early_stopping: {patience: 2}",
        "early_stopping:",
        "x.yaml:15:15: early_stopping: expected a mapping, found nothing\n  help: write {} for its defaults, or null to turn it off",
    );
    assert_eq!(
        load(&GOOD.replace("early_stopping: {patience: 2}", "early_stopping: null"))
            .unwrap()
            .early_stopping,
        None
    );
    assert_eq!(
        load(&GOOD.replace("early_stopping: {patience: 2}", "early_stopping: {}"))
            .unwrap()
            .early_stopping
            .unwrap()
            .patience,
        3
    );
}

#[test]
fn yaml_itself() {
    says(
        "seed: 42",
        "seed: 42\nseed: 43",
        "x.yaml:3:1: seed: this key is already given at line 2\n  help: remove one of the two",
    );
    says(
        "epochs: 5",
        "epochs: 5, epochs: 6",
        "x.yaml:14:22: trainer.epochs: this key is already given at line 14\n  help: remove one of the two",
    );
    says(
        "seed: 42",
        "seed: !!int 42",
        "x.yaml:2:7: the tag '!!int' is not part of the recipe language\n  help: remove it; quotes make a value text",
    );
    says(
        "seed: 42",
        "---\nseed: 42",
        "x.yaml:2:1: a second document starts here; a recipe is one document\n  help: remove the '---', or put each recipe into a file of its own",
    );
    assert_eq!(
        load("").unwrap_err(),
        "x.yaml:1:1: the recipe is empty\n  help: a recipe starts with its task, such as 'task: classification'"
    );
    assert_eq!(
        load("# nothing\n").unwrap_err(),
        "x.yaml:1:1: the recipe is empty\n  help: a recipe starts with its task, such as 'task: classification'"
    );
    assert_eq!(
        load("- a\n- b\n").unwrap_err(),
        "x.yaml:1:1: a recipe is a mapping of keys to values, found a list\n  help: write 'key: value', one a line"
    );
    assert!(
        load("a:\n\tb: 1\n")
            .unwrap_err()
            .contains("a tab in the indentation; YAML takes spaces only\n  help: replace each tab by spaces")
    );
    assert!(
        load("a: b: c\n")
            .unwrap_err()
            .starts_with("x.yaml:1:5: not valid YAML: "),
        "{}",
        load("a: b: c\n").unwrap_err()
    );
}

#[test]
fn names_and_descriptions() {
    says(
        "seed: 42",
        "name: ../up",
        "x.yaml:2:7: name: the name cannot be that of a folder\n  help: use letters, digits, '_', '-' and '.', at most 100 of them, the first a letter or digit",
    );
    says(
        "seed: 42",
        "description: \"a\\nb\"",
        "x.yaml:2:14: description: expected one line of text\n  help: say the rest in comments",
    );
}

#[test]
fn overrides_are_named_in_place_of_a_line() {
    let files = Files::new(&[("x.yaml", GOOD)]);
    let set = |text: &str| files.load("x.yaml", &[text], &[]).unwrap_err();
    assert_eq!(
        set("optimizer.lr=abc"),
        "--set optimizer.lr=abc: optimizer.lr: expected a number greater than 0, found the text \"abc\""
    );
    assert_eq!(
        set("optimizer.lr=\"2\""),
        "--set optimizer.lr=\"2\": optimizer.lr: expected a number greater than 0, found the text \"2\"\n  help: remove the quotes"
    );
    assert_eq!(
        set("optimizer.lrr=1"),
        "--set optimizer.lrr=1: optimizer.lrr: adamw has no key 'lrr'\n  help: did you mean 'lr'?"
    );
    assert_eq!(
        set("optimizer.lr"),
        "--set optimizer.lr: expected KEY=VALUE\n  help: such as --set optimizer.lr=3e-4"
    );
    assert_eq!(
        set("optimizer..lr=1"),
        "--set optimizer..lr=1: expected keys joined by dots, such as 'optimizer.lr'"
    );
    assert_eq!(
        set("extends=a.yaml"),
        "--set extends=a.yaml: extends: only a file can say what it extends"
    );
    assert_eq!(
        set("network.9.linear=1"),
        "--set network.9.linear=1: network.9: there is no such element: the list has 4, counted from 0"
    );
    assert_eq!(
        set("network.1.reluu=1"),
        "--set network.1.reluu=1: network.1: expected one layer, found 2 keys: relu, reluu\n  help: start each layer with its own '- '"
    );
    assert!(
        set("optimizer.lr=[1").starts_with("--set optimizer.lr=[1: optimizer.lr: not valid YAML: "),
        "{}",
        set("optimizer.lr=[1")
    );
    let env = files
        .load("x.yaml", &[], &[("RUNNER__OPTIMIZER__LR", "fast")])
        .unwrap_err();
    assert_eq!(
        env,
        "environment RUNNER__OPTIMIZER__LR: optimizer.lr: expected a number greater than 0, found the text \"fast\""
    );
}

#[test]
fn all_mistakes_at_once_in_order_of_place() {
    let files = Files::new(&[
        ("base.yaml", "task: classification\ndataset: iris\noptimizer: {lr: 0}\n"),
        (
            "x.yaml",
            "extends: base.yaml\nnetwork: [relu, lineer: 3]\nseed: -1\nseed: 2\ntrainer: {epochs: none}\n",
        ),
    ]);
    let error = files
        .load("x.yaml", &["loss=hinge"], &[("RUNNER__TRAINER__THREADS", "0")])
        .unwrap_err();
    let places: Vec<&str> = error
        .lines()
        .filter(|line| !line.starts_with("  help"))
        .map(|l| l.split(": ").nth(1).unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "network.1.lineer",
            "seed",
            "seed",
            "trainer.epochs",
            "optimizer.lr",
            "trainer.threads",
            "loss.name"
        ],
        "{error}"
    );
    assert!(
        error.contains("base.yaml:3:17: optimizer.lr: expected a number greater than 0, found the number 0"),
        "{error}"
    );
}

#[test]
fn many_mistakes_are_counted() {
    let text: String = (0..200).map(|i| format!("key_{i}: 1\n")).collect();
    let error = load(&format!("{GOOD}{text}")).unwrap_err();
    assert!(error.ends_with("… and 150 more mistakes"), "{error}");
}
