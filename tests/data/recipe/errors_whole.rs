//! The exact words for mistakes that concern YAML, names, overrides, and many mistakes together.

use super::errors::says;
use super::language::{Files, GOOD, load};

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
    for (text, place, what) in [
        (
            "trainer:\n  epochs: 3\n  \tbatch_size: 4\n",
            "3:3",
            "a tab in the indentation; YAML takes spaces only",
        ),
        (
            "trainer:\n  epochs: 3\n\n\tbatch_size: 4\n",
            "4:1",
            "a tab in the indentation; YAML takes spaces only",
        ),
        ("trainer: {epochs:\t3}\n", "1:18", "a tab; YAML takes spaces only here"),
    ] {
        let message = format!("x.yaml:{place}: {what}\n  help: replace each tab by spaces");
        assert_eq!(load(text).unwrap_err(), message);
    }
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
    for name in ["nul", "a\u{202e}b", "a.", "实/验"] {
        let error = load(&GOOD.replace("seed: 42", &format!("name: \"{name}\""))).unwrap_err();
        assert!(error.contains("the name cannot be that of a folder"), "{name}: {error}");
    }
    assert_eq!(
        load(&GOOD.replace("seed: 42", "name: größe_2")).unwrap().name,
        "größe_2"
    );
    says(
        "seed: 42",
        "name: ../up",
        "x.yaml:2:7: name: the name cannot be that of a folder\n  help: use letters, digits, '_', '-' and '.', at most 100 of them (200 bytes), the first a letter or digit, the last no '.'; Windows keeps names such as con and nul for itself",
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
        set("dataset.columns.\"a.b=1"),
        "--set dataset.columns.\"a.b=1: expected KEY=VALUE\n  help: such as --set optimizer.lr=3e-4"
    );
    assert!(set("dataset.columns.\"a\"b=1").contains("help: keys with dots of their own stand in quotes"));
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
    for place in ["-1", "first"] {
        let text = format!("network.{place}.linear=4");
        let message = format!(
            "--set {text}: network: expected a list of layers, found a mapping\n  \
             help: write a number in place of '{place}': elements are counted from 0"
        );
        assert_eq!(set(&text), message);
    }
    let env = files.load("x.yaml", &[], &[("RUNNER__OPTIMIZER____LR", "1")]);
    assert_eq!(
        env.unwrap_err(),
        "environment RUNNER__OPTIMIZER____LR: expected keys joined by '__', such as RUNNER__OPTIMIZER__LR"
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
fn a_base_that_cannot_be_read_hides_no_mistake_of_the_file() {
    let text = "extends: nope.yaml\nlineer: 3\noptimizer: {lr: -1, momentum: 0.9}\ntrainer: {epochs: 0}\n";
    let error = Files::new(&[("x.yaml", text)]).load("x.yaml", &["network.0.linear=4", "seed=-1"], &[]);
    assert_eq!(
        error.unwrap_err(),
        "x.yaml:1:10: extends: nope.yaml: there is no such file\n\
         x.yaml:2:1: lineer: a recipe has no key 'lineer'\n  help: its keys are extends, name, description, task, \
         seed, dataset, network, generator, discriminator, optimizer, lr_scheduler, trainer, early_stopping, logging\n\
         x.yaml:4:19: trainer.epochs: expected a whole number from 1 to 100000, found the number 0\n\
         --set seed=-1: seed: expected a whole number from 0 to 9007199254740992, found the number -1"
    );
    let broken = Files::new(&[
        ("base.yaml", "task: [\n"),
        ("x.yaml", "extends: base.yaml\nseed: 1\nnetwork: [lineer: 3]\n"),
    ]);
    let error = broken.load("x.yaml", &[], &[]).unwrap_err();
    assert!(error.contains("base.yaml:1:"), "{error}");
    assert!(
        error.contains("x.yaml:3:11: network.0.lineer: there is no layer"),
        "{error}"
    );
    assert!(!error.contains("missing"), "{error}");
}

#[test]
fn many_mistakes_are_counted() {
    let text: String = (0..200).map(|i| format!("key_{i}: 1\n")).collect();
    let error = load(&format!("{GOOD}{text}")).unwrap_err();
    assert!(error.ends_with("… and 150 more mistakes"), "{error}");
}
