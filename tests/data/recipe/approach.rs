//! A network or a model: which keys go with which, and who wins where a recipe and its base differ in that.

use runner::recipe::{Approach, schema, yaml};
use serde_json::Value;

use super::language::{Files, GOOD, load, small};
use super::schema::instance;

const MODEL: &str = "task: classification\ndataset: iris\nmodel: {name: forest, trees: 7}\ntrainer: {threads: 2}\n";

fn refused(text: &str) -> String {
    load(text).unwrap_err()
}

#[test]
fn a_recipe_with_a_model_has_none_of_the_networks_keys() {
    let recipe = load(MODEL).unwrap();
    assert_eq!(recipe.approach, Approach::Model);
    assert_eq!((recipe.optimizer.as_ref(), recipe.trainer.threads), (None, Some(2)));
    assert_eq!(recipe.chosen("model").unwrap().settings["trees"], 7);
    let text = recipe.resolved_yaml();
    for key in [
        "network",
        "loss",
        "optimizer",
        "lr_scheduler",
        "early_stopping",
        "epochs",
        "batch_size",
    ] {
        assert!(!text.contains(key), "{key}\n{text}");
    }
    let again = load(&text).unwrap();
    assert_eq!((again.digest(), again == recipe), (recipe.digest(), true));
}

#[test]
fn keys_of_networks_are_refused_beside_a_model_all_at_once() {
    let error = refused(&format!(
        "{}loss: mse\noptimizer: adam\nlr_scheduler: constant\nearly_stopping: {{}}\n",
        MODEL.replace("threads: 2", "threads: 2, epochs: 3, batch_size: 8")
    ));
    for (place, key) in [
        ("4:23: trainer", "epochs"),
        ("4:34: trainer", "batch_size"),
        ("5:1: loss", "loss"),
        ("6:1: optimizer", "optimizer"),
        ("7:1: lr_scheduler", "lr_scheduler"),
        ("8:1: early_stopping", "early_stopping"),
    ] {
        let said = error.lines().find(|line| line.contains(&format!("x.yaml:{place}")));
        let said = said.unwrap_or_else(|| panic!("{place}\n{error}"));
        assert!(said.ends_with(&format!("with a 'model' has no key '{key}'")), "{said}");
    }
    assert!(error.contains("remove it: only networks"), "{error}");
}

#[test]
fn both_or_neither_is_told_with_the_place() {
    let both = refused(&format!("{MODEL}network: [relu]\n"));
    assert!(
        both.contains("x.yaml:3:1: model: a recipe has a 'network' or a 'model', not both"),
        "{both}"
    );
    assert!(both.contains("help: remove one of the two"), "{both}");
    let neither = refused("task: classification\ndataset: iris\n");
    assert!(neither.contains("network: this key is missing"), "{neither}");
    assert!(
        neither.contains("add 'network': a list of layers, or 'model: forest or neighbours'"),
        "{neither}"
    );
    let misspelt = refused(&MODEL.replace("model:", "modle:"));
    assert!(misspelt.contains("did you mean 'model'?"), "{misspelt}");
}

#[test]
fn a_model_that_is_a_list_of_layers_is_a_network() {
    let error = refused("task: classification\ndataset: iris\nmodel: [{linear: 3}]\n");
    assert!(
        error.contains("x.yaml:3:1: model: a classification recipe has no key 'model'"),
        "{error}"
    );
    assert!(error.contains("did you mean 'network'?"), "{error}");
}

#[test]
fn null_takes_a_model_or_a_network_away() {
    let files = Files::new(&[("net.yaml", GOOD), ("tree.yaml", MODEL)]);
    let load = |name: &str, set: &[&str]| files.load(name, set, &[]);
    let recipe = load("tree.yaml", &["model=null", "network=[{linear: 3}]"]).unwrap();
    assert_eq!(recipe.approach, Approach::Network);
    let recipe = load("net.yaml", &["network=null", "model=forest"]).unwrap();
    assert_eq!(recipe.approach, Approach::Model);
    let error = load("tree.yaml", &["model=null"]).unwrap_err();
    assert!(error.contains("network: this key is missing"), "{error}");
    let error = load("net.yaml", &["model=null"]).unwrap_err();
    assert_eq!(
        error,
        "--set model=null: model: there is no 'model' to take away\n  help: remove it"
    );
    let error = load("tree.yaml", &["model=[{linear: 3}]"]).unwrap_err();
    assert!(error.contains("a list of layers is a 'network'"), "{error}");
    let error = load("tree.yaml", &["model=[forest, neighbours]"]).unwrap_err();
    assert!(
        error.contains("write one of them; 'runner RECIPE -m KEY=VALUE,VALUE' tries each"),
        "{error}"
    );
}

#[test]
fn a_task_that_no_model_can_do_has_no_such_key() {
    let error = refused("task: gan\ndataset: iris\ngenerator: [relu]\ndiscriminator: [relu]\nmodel: forest\n");
    assert!(
        error.contains("x.yaml:5:1: model: a gan recipe has no key 'model'"),
        "{error}"
    );
}

#[test]
fn a_model_over_a_base_with_a_network_drops_what_only_networks_have() {
    let files = Files::new(&[
        ("base.yaml", GOOD),
        ("x.yaml", "extends: base.yaml\nmodel: forest\ntrainer: {seeds: 3}\n"),
        ("network.yaml", "extends: x.yaml\nnetwork: [{linear: 2}]\n"),
    ]);
    let recipe = files.load("x.yaml", &[], &[]).unwrap();
    assert_eq!(
        (recipe.approach, recipe.seed, recipe.trainer.seeds),
        (Approach::Model, 42, Some(3))
    );
    let back = files.load("network.yaml", &[], &[]).unwrap();
    assert_eq!((back.approach, back.trainer.seeds), (Approach::Network, Some(3)));
    assert_eq!(back.layers("network").len(), 1);
    let set = files.load("base.yaml", &["model=neighbours"], &[]).unwrap();
    assert_eq!(set.chosen("model").unwrap().name, "neighbours");
    // What a command line says is never passed over.
    let error = files
        .load("base.yaml", &["optimizer.lr=1", "model=neighbours"], &[])
        .unwrap_err();
    assert!(error.contains("with a 'model' has no key 'optimizer'"), "{error}");
}

#[test]
fn the_schema_knows_both_approaches() {
    let schema: Value = serde_json::from_str(&schema::json(small())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = |text: &str| validator.is_valid(&instance(&yaml::parse(text).0.unwrap()));
    assert!(valid(MODEL) && valid(GOOD));
    for wrong in [
        format!("{MODEL}network: [relu]\n"),
        format!("{MODEL}optimizer: adam\n"),
        MODEL.replace("threads: 2", "epochs: 2"),
        MODEL.replace("forest", "florest"),
        "task: classification\ndataset: iris\n".to_owned(),
    ] {
        assert!(!valid(&wrong), "{wrong}");
    }
}
