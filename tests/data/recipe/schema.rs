//! The schema accepts what the check accepts and refuses the mistakes that it can know of.

use runner::recipe::{schema, yaml};
use serde_json::{Value, json};

use super::language::{GOOD, load, small};

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema::json(small())).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("a schema");
    jsonschema::validator_for(&schema).unwrap()
}

/// YAML as an editor's language server hands it to the schema.
pub fn instance(node: &yaml::Node) -> Value {
    match &node.data {
        yaml::Data::Scalar(scalar) => match scalar.atom {
            yaml::Atom::Null => Value::Null,
            yaml::Atom::Bool(value) => json!(value),
            yaml::Atom::Integer(value) => json!(value),
            yaml::Atom::Number(value) => json!(value),
            yaml::Atom::Text => json!(scalar.raw),
        },
        yaml::Data::List(items) => items.iter().map(instance).collect(),
        yaml::Data::Map(entries) => entries
            .iter()
            .map(|(key, entry)| (key.clone(), instance(&entry.value)))
            .collect(),
        yaml::Data::Elements(_) => unreachable!("not in files"),
    }
}

fn valid(validator: &jsonschema::Validator, text: &str) -> bool {
    validator.is_valid(&instance(&yaml::parse(text).0.unwrap()))
}

#[test]
fn good_recipes_are_good() {
    let validator = validator();
    let recipes = [
        GOOD.to_owned(),
        load(GOOD).unwrap().resolved_yaml(),
        "task: classification\ndataset: iris\nnetwork: [relu, relu: , {relu: {}}, linear: 3, {linear: {out_features: 3}}]\n".to_owned(),
        "task: gan\ndataset: {name: iris, normalize: none}\ngenerator: []\ndiscriminator: [dropout]\nlr_scheduler: null\n".to_owned(),
        GOOD.replace("loss: cross_entropy", "loss: {name: cross_entropy, class_weights: [1, 2]}"),
        GOOD.replace("{name: adamw, lr: 1e-3, betas: [0.9, 0.99]}", "{lr: 1e-3}"),
    ];
    for text in recipes {
        assert!(load(&text).is_ok(), "{:?}\n{text}", load(&text).err());
        assert!(valid(&validator, &text), "{text}");
    }
    assert!(
        valid(&validator, "extends: base.yaml\noptimizer: {lr: 1}\n"),
        "a base gives the rest"
    );
}

#[test]
fn bad_recipes_are_bad() {
    let validator = validator();
    let mistakes = [
        ("seed: 42", "sead: 42"),
        ("seed: 42", "seed: -1"),
        ("seed: 42", "seed: \"42\""),
        ("epochs: 5", "epochs: 0"),
        ("epochs: 5", "epocs: 5"),
        ("lr: 1e-3", "lr: 0"),
        ("lr: 1e-3", "momentum: 0.9"),
        ("betas: [0.9, 0.99]", "betas: [0.9]"),
        ("name: adamw", "name: adamm"),
        ("loss: cross_entropy", "loss: hinge"),
        ("- linear: 512", "- linear"),
        ("- linear: 512", "- linear: 0"),
        ("- linear: 10", "- linear: 10\n    relu:"),
        ("bias: false", "bais: false"),
        ("dropout: 0.2", "dropout: 1"),
        ("out_features: 512, ", ""),
        ("task: classification\n", ""),
        ("task: classification", "task: clasification"),
        ("task: classification", "task: gan"),
        ("fare: number", "fare: numbr"),
        ("lr_scheduler:", "generator: []\nlr_scheduler:"),
    ];
    for (from, to) in mistakes {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        assert!(load(&text).is_err(), "{to}");
        assert!(!valid(&validator, &text), "{to}");
    }
}

#[test]
fn docs_and_defaults_are_there_and_the_text_never_changes() {
    let text = schema::json(small());
    assert_eq!(text, schema::json(small()));
    let schema: Value = serde_json::from_str(&text).unwrap();
    let epochs = &schema["properties"]["trainer"]["properties"]["epochs"];
    assert_eq!(
        epochs,
        &json!({"type": "integer", "minimum": 1, "maximum": 100_000, "default": 10, "description": "Passes over the training data."})
    );
}
