//! Optimizers and clipping against PyTorch (`tests/peers/optimizers.py`), and what they promise
//! about their state and about threads.

use proptest::prelude::*;
use runner::declare::{Chosen, Settings};
use runner::kernel::team::Team;
use runner::optim::clip::{self, Clip};
use runner::optim::{self, OPTIMIZERS, Optimizer};
use serde_json::Value;

fn figures() -> Value {
    serde_json::from_str(include_str!("../figures/optimizers.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    serde_json::from_value(value.clone()).unwrap()
}

/// The entry with its defaults, as a validated recipe gives it.
fn chosen(name: &str, written: &Value) -> Chosen {
    let def = optim::find(name).unwrap();
    let mut settings = Settings::new();
    for field in def.section.fields {
        if let Some(json) = field.presence.default() {
            settings.insert(field.key.to_owned(), serde_json::from_str(json).unwrap());
        }
    }
    for (key, value) in written.as_object().unwrap() {
        assert!(
            settings.insert(key.clone(), value.clone()).is_some(),
            "{name} has no field {key}"
        );
    }
    Chosen {
        name: name.to_owned(),
        settings,
    }
}

fn build(chosen: &Chosen, parameters: usize) -> Box<dyn Optimizer> {
    (optim::find(&chosen.name).unwrap().build)(chosen, parameters).unwrap()
}

fn assert_close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!(
            (a - b).abs() <= 1e-6 * b.abs().max(1.0),
            "{what}, parameter {i}: {a}, PyTorch {b}"
        );
    }
}

#[test]
fn thirty_steps_agree_with_pytorch() {
    let figures = figures();
    let gradients: Vec<Vec<f32>> = serde_json::from_value(figures["gradients"].clone()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for case in figures["optimizers"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let mut optimizer = build(&chosen(name, &case["settings"]), 8);
        let mut parameters = floats(&case["initial"]);
        assert_eq!(case["after"].as_array().unwrap().len(), 30);
        for (step, (gradient, after)) in gradients.iter().zip(case["after"].as_array().unwrap()).enumerate() {
            // Doubled and halved again: both are exact, and the scale is put to work.
            let doubled: Vec<f32> = gradient.iter().map(|g| 2.0 * g).collect();
            let lr = optimizer.base_lr();
            optimizer.step(lr, 0.5, &mut parameters, &doubled);
            assert_close(
                &parameters,
                &floats(after),
                &format!("{name} {}, step {step}", case["settings"]),
            );
        }
        seen.insert(name.to_owned());
    }
    let registered = OPTIMIZERS.iter().map(|def| def.section.name.to_owned()).collect();
    assert_eq!(seen, registered, "every optimizer has figures");
}

#[test]
fn clipping_agrees_with_pytorch() {
    for case in figures()["clipping"].as_array().unwrap() {
        let mut gradient = floats(&case["gradient"]);
        let clipped = Clip::Norm(case["max_norm"].as_f64().unwrap()).apply(1.0, &mut gradient);
        let norm = case["norm"].as_f64().unwrap();
        assert!((clipped.norm - norm).abs() <= 1e-6 * norm);
        let scaled: Vec<f32> = gradient.iter().map(|g| g * clipped.scale).collect();
        assert_close(&scaled, &floats(&case["by_norm"]), "by norm");
        let limit = case["clip_value"].as_f64().unwrap() as f32;
        let clipped = Clip::Value(limit).apply(1.0, &mut gradient);
        assert_eq!(clipped.scale, 1.0);
        assert_eq!(gradient, floats(&case["by_value"]));
    }
}

#[test]
fn clipping_scales_first_and_lets_divergence_show() {
    let mut gradients = [30.0, -40.0];
    let clipped = Clip::Norm(1.0).apply(0.1, &mut gradients);
    assert!((clipped.norm - 5.0).abs() < 1e-6 && (clipped.scale - 0.02).abs() < 1e-6);
    assert_eq!(gradients, [30.0, -40.0]);
    let clipped = Clip::Value(3.5).apply(0.1, &mut gradients);
    assert_eq!((gradients, clipped.scale), ([3.0, -3.5], 1.0));
    let clipped = Clip::Norm(1.0).apply(1.0, &mut [f32::NAN, 1.0]);
    assert!(clipped.norm.is_nan() && clipped.scale.is_nan());
    assert_eq!(Clip::Off.apply(0.25, &mut []).scale, 0.25);
}

/// Every optimizer with each of its on/off features on.
fn variants() -> Vec<Chosen> {
    let figures = figures();
    let cases = figures["optimizers"].as_array().unwrap();
    cases
        .iter()
        .map(|case| chosen(case["name"].as_str().unwrap(), &case["settings"]))
        .collect()
}

fn wave(n: usize, phase: f32) -> Vec<f32> {
    (0..n).map(|i| ((i as f32) * 0.37 + phase).sin()).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    // Long enough to be divided, and with a tail that fills no block.
    let n = 200_003;
    for chosen in variants() {
        let mut results = Vec::new();
        for threads in [1, 2, 8] {
            let team = Team::new(threads).unwrap();
            results.push(team.install(|| {
                let mut optimizer = build(&chosen, n);
                let mut parameters = wave(n, 0.1);
                for step in 0..3 {
                    let mut gradients = wave(n, step as f32);
                    let clipped = Clip::Norm(1.0).apply(1.0, &mut gradients);
                    optimizer.step(0.01, clipped.scale, &mut parameters, &gradients);
                }
                bits(&parameters)
            }));
        }
        assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{chosen:?}");
    }
}

#[test]
fn restored_state_continues_to_the_bit() {
    let n = 37;
    for chosen in variants() {
        let mut whole = build(&chosen, n);
        let mut parameters = wave(n, 0.5);
        for step in 0..5 {
            whole.step(0.01, 1.0, &mut parameters, &wave(n, step as f32));
        }
        let mut resumed = build(&chosen, n);
        let saved = whole.state();
        resumed
            .restore(whole.steps(), &|name| {
                saved
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, buffer)| buffer.to_vec())
            })
            .unwrap();
        assert_eq!(resumed.state(), saved);
        let mut again = parameters.clone();
        for step in 5..9 {
            whole.step(0.02, 1.0, &mut parameters, &wave(n, step as f32));
            resumed.step(0.02, 1.0, &mut again, &wave(n, step as f32));
        }
        assert_eq!(bits(&parameters), bits(&again), "{chosen:?}");
        assert_eq!(resumed.steps(), 9);
    }
}

#[test]
fn state_of_another_network_is_refused_and_changes_nothing() {
    let mut adam = build(&chosen("adam", &serde_json::json!({"amsgrad": true})), 3);
    adam.step(0.1, 1.0, &mut [1.0, 2.0, 3.0], &[1.0, 1.0, 1.0]);
    let before: Vec<Vec<f32>> = adam.state().iter().map(|(_, buffer)| buffer.to_vec()).collect();
    let missing = adam
        .restore(7, &|name| (name == "exp_avg").then(|| vec![0.0; 3]))
        .unwrap_err();
    assert!(
        missing.to_string().contains("no optimizer state 'exp_avg_sq'"),
        "{missing}"
    );
    let longer = adam.restore(7, &|_| Some(vec![0.0; 4])).unwrap_err();
    assert!(longer.to_string().contains("4 numbers, the network has 3"), "{longer}");
    assert_eq!(longer.exit_code(), 7);
    let after: Vec<Vec<f32>> = adam.state().iter().map(|(_, buffer)| buffer.to_vec()).collect();
    assert_eq!((adam.steps(), after), (1, before));
}

#[test]
fn nesterov_needs_momentum_and_no_dampening() {
    let def = optim::find("sgd").unwrap();
    let messages = |written: Value| -> Vec<String> {
        (def.check)(&chosen("sgd", &written))
            .into_iter()
            .map(|p| format!("{}: {}", p.path, p.message))
            .collect()
    };
    assert_eq!(
        messages(serde_json::json!({"nesterov": true, "momentum": 0.9})),
        [""; 0]
    );
    assert_eq!(messages(serde_json::json!({"dampening": 0.5})), [""; 0]);
    assert_eq!(
        messages(serde_json::json!({"nesterov": true, "dampening": 0.5})),
        [
            "nesterov: nesterov needs momentum",
            "nesterov: nesterov does not go with dampening"
        ]
    );
}

#[test]
fn every_default_is_valid_and_documented() {
    for def in OPTIMIZERS {
        let chosen = chosen(def.section.name, &serde_json::json!({}));
        assert!((def.check)(&chosen).is_empty());
        assert!(build(&chosen, 0).state().iter().all(|(_, buffer)| buffer.is_empty()));
        assert!(!def.section.doc.is_empty() && def.section.fields.iter().all(|field| field.doc.ends_with('.')));
    }
}

proptest! {
    #[test]
    fn the_norm_is_that_of_a_plain_sum(values in prop::collection::vec(-1e3f32..1e3, 0..3000)) {
        let plain = values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
        prop_assert!((clip::norm(&values) - plain).abs() <= 1e-12 * plain.max(1.0));
    }

    #[test]
    fn a_zero_gradient_moves_nothing_without_decay(initial in prop::collection::vec(-1e3f32..1e3, 1..40)) {
        for def in OPTIMIZERS {
            let written = match def.section.name {
                "adamw" => serde_json::json!({"weight_decay": 0.0}),
                _ => serde_json::json!({}),
            };
            let mut optimizer = build(&chosen(def.section.name, &written), initial.len());
            let mut parameters = initial.clone();
            optimizer.step(0.1, 1.0, &mut parameters, &vec![0.0; initial.len()]);
            prop_assert_eq!(&parameters, &initial);
        }
    }
}
