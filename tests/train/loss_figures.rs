//! Losses against PyTorch (`tests/peers/losses.py`), against finite differences, and at extremes.

use proptest::prelude::*;
use runner::data::FieldKind;
use runner::data::Target;
use runner::declare::{Chosen, Settings};
use runner::loss::{self, LOSSES, Loss, Prediction, Sum};
use serde_json::{Value, json};

/// The loss with its defaults, as a validated recipe gives it.
fn chosen(name: &str, written: &Value) -> Chosen {
    let own = loss::find(name).unwrap().section.fields;
    let mut settings = Settings::new();
    for field in own {
        if let Some(text) = field.presence.default() {
            settings.insert(field.key.to_owned(), serde_json::from_str(text).unwrap());
        }
    }
    for (key, value) in written.as_object().unwrap() {
        assert!(own.iter().any(|field| field.key == key), "{name} has no field {key}");
        settings.insert(key.clone(), value.clone());
    }
    Chosen {
        name: name.to_owned(),
        settings,
    }
}

fn build(name: &str, written: Value, outputs: usize) -> Box<dyn Loss> {
    (loss::find(name).unwrap().build)(&chosen(name, &written), outputs).unwrap()
}

#[test]
fn values_and_gradients_agree_with_pytorch() {
    let figures: Value = serde_json::from_str(include_str!("../figures/losses.json")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for case in figures["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let what = format!("{name} {}", case["settings"]);
        let loss = build(name, case["settings"].clone(), case["width"].as_u64().unwrap() as usize);
        let outputs: Vec<f32> = serde_json::from_value(case["outputs"].clone()).unwrap();
        let classes: Option<Vec<u32>> = serde_json::from_value(case["classes"].clone()).unwrap();
        let values: Option<Vec<f32>> = serde_json::from_value(case["values"].clone()).unwrap();
        let target = match (&classes, &values) {
            (Some(classes), _) => Target::Classes(classes),
            (_, Some(values)) => Target::Values(values),
            _ => panic!("{what} has no target"),
        };
        let mut gradient = vec![7.0; outputs.len()];
        let sum = loss.backward(&outputs, target, None, &mut gradient);
        let theirs = case["loss"].as_f64().unwrap();
        assert!(
            (sum.mean() - theirs).abs() <= 1e-6 * theirs.abs(),
            "{what}: {}, PyTorch {theirs}",
            sum.mean()
        );
        assert_eq!(
            loss.forward(&outputs, target),
            sum,
            "{what}: forward and backward agree to the bit"
        );
        let theirs: Vec<f64> = serde_json::from_value(case["gradient"].clone()).unwrap();
        for (i, (a, b)) in gradient.iter().zip(theirs).enumerate() {
            assert!(
                (f64::from(*a) - b).abs() <= 1e-6 * b.abs() + 1e-7,
                "{what}, gradient {i}: {a}, PyTorch {b}"
            );
        }
        seen.insert(name.to_owned());
    }
    let registered = LOSSES.iter().map(|def| def.section.name.to_owned()).collect();
    assert_eq!(seen, registered, "every loss has figures");
}

/// A loss, its outputs, and its classes or values.
type Variant = (Box<dyn Loss>, Vec<f32>, Vec<u32>, Vec<f32>);

/// Every loss with settings that put all of it to work, its outputs and its targets for a batch.
fn variants(rows: usize, seed: f32) -> Vec<Variant> {
    let wave =
        |n: usize, phase: f32| -> Vec<f32> { (0..n).map(|i| 3.0 * (i as f32 * 0.77 + seed + phase).sin()).collect() };
    let classes = |k: u32| -> Vec<u32> { (0..rows as u32).map(|i| (i * 7 + 3) % k).collect() };
    let shares = wave(rows * 3, 2.0).iter().map(|x| (x / 6.0) + 0.5).collect();
    let weighted = json!({"label_smoothing": 0.15, "class_weights": [1.0, 0.25, 2.0, 3.0]});
    vec![
        (
            build("cross_entropy", weighted, 4),
            wave(rows * 4, 0.0),
            classes(4),
            vec![],
        ),
        (
            build("cross_entropy", json!({}), 4),
            wave(rows * 4, 0.5),
            classes(4),
            vec![],
        ),
        (
            build("binary_cross_entropy", json!({"pos_weight": 2.5}), 1),
            wave(rows, 0.0),
            classes(2),
            vec![],
        ),
        (
            build("binary_cross_entropy", json!({}), 3),
            wave(rows * 3, 0.0),
            vec![],
            shares,
        ),
        (
            build("mse", json!({}), 3),
            wave(rows * 3, 0.0),
            vec![],
            wave(rows * 3, 1.0),
        ),
        (
            build("mae", json!({}), 3),
            wave(rows * 3, 0.0),
            vec![],
            wave(rows * 3, 1.0),
        ),
        (
            build("huber", json!({"delta": 1.3}), 3),
            wave(rows * 3, 0.0),
            vec![],
            wave(rows * 3, 1.0),
        ),
    ]
}

fn target<'a>(classes: &'a [u32], values: &'a [f32]) -> Target<'a> {
    if values.is_empty() {
        Target::Classes(classes)
    } else {
        Target::Values(values)
    }
}

proptest! {
    #[test]
    fn gradients_are_the_slopes_of_the_loss(rows in 1usize..9, seed in 0f32..6.0) {
        for (loss, outputs, classes, values) in variants(rows, seed) {
            let target = target(&classes, &values);
            let mut gradient = vec![0.0; outputs.len()];
            loss.backward(&outputs, target, None, &mut gradient);
            for i in 0..outputs.len() {
                // Differences as they are after rounding to f32; the sums themselves are f64.
                let moved = |by: f32| { let mut moved = outputs.clone(); moved[i] += by; moved };
                let (up, down) = (moved(1e-2), moved(-1e-2));
                let rise = loss.forward(&up, target).mean() - loss.forward(&down, target).mean();
                let slope = rise / (f64::from(up[i]) - f64::from(down[i]));
                // The error of a central difference, a few 1e-5 here; more where |e| has its corner.
                let near_corner = values.get(i).is_some_and(|y| (outputs[i] - y).abs() < 1.1e-2
                    || ((outputs[i] - y).abs() - 1.3).abs() < 1.1e-2);
                prop_assert!(near_corner || (f64::from(gradient[i]) - slope).abs() < 2e-4,
                    "output {}: {} against {}", i, gradient[i], slope);
            }
        }
    }

    #[test]
    fn batches_add_up_to_the_whole(rows in 2usize..40, seed in 0f32..6.0) {
        for (loss, outputs, classes, values) in variants(rows, seed) {
            let width = outputs.len() / rows;
            let whole = target(&classes, &values);
            let mut gradient = vec![0.0; outputs.len()];
            let total = loss.backward(&outputs, whole, None, &mut gradient);
            let half = rows / 2;
            let mut sum = Sum::default();
            for part in [0..half, half..rows] {
                let range = part.start * width..part.end * width;
                let target = target(
                    classes.get(part).unwrap_or_default(),
                    values.get(range.clone()).unwrap_or_default(),
                );
                let mut piece = vec![0.0; range.len()];
                sum += loss.backward(&outputs[range.clone()], target, Some(total.weight), &mut piece);
                for (a, b) in piece.iter().zip(&gradient[range]) {
                    prop_assert!((a - b).abs() <= 1e-7 + 1e-6 * b.abs());
                }
            }
            prop_assert!((sum.loss - total.loss).abs() <= 1e-9 * total.loss.abs() + 1e-12);
            prop_assert!((sum.weight - total.weight).abs() <= 1e-9 * total.weight);
        }
    }

    #[test]
    fn extreme_logits_stay_finite(logits in prop::collection::vec(-1e4f32..1e4, 10), class in 0u32..5) {
        let mut gradient = [0.0; 10];
        for smoothing in [0.0, 0.1] {
            let loss = build("cross_entropy", json!({"label_smoothing": smoothing}), 5);
            let sum = loss.backward(&logits, Target::Classes(&[class, 4 - class]), None, &mut gradient);
            prop_assert!(sum.loss.is_finite() && sum.loss >= 0.0);
            prop_assert!(gradient.iter().all(|g| g.abs() <= 1.0));
            for row in gradient.chunks(5) {
                prop_assert!(row.iter().sum::<f32>().abs() < 1e-6, "a row's slopes cancel");
            }
        }
        let loss = build("binary_cross_entropy", json!({}), 1);
        let sum = loss.backward(&logits, Target::Classes(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]), None, &mut gradient);
        prop_assert!(sum.loss.is_finite() && gradient.iter().all(|g| g.abs() <= 0.1 + 1e-7));
    }

    #[test]
    fn probabilities_are_probabilities(row in prop::collection::vec(-1e4f32..1e4, 1..20)) {
        let softmax = Prediction::Softmax.class_probabilities(&row);
        prop_assert!((softmax.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let best = Prediction::Softmax.class(&row) as usize;
        prop_assert!(softmax.iter().all(|&p| (0.0..=1.0).contains(&p) && p <= softmax[best]));
        prop_assert!(row.len() == 1 || row.iter().position(|z| row.iter().all(|other| other <= z)) == Some(best));
        let single = Prediction::Sigmoid.class_probabilities(&row[..1]);
        prop_assert!((single[0] + single[1] - 1.0).abs() < 1e-6);
        prop_assert_eq!(Prediction::Sigmoid.class(&row[..1]), u32::from(row[0] > 0.0));
    }
}

#[test]
fn unreadable_targets_are_nan_and_never_panic() {
    let is_nan = |loss: &dyn Loss, outputs: &[f32], target: Target<'_>| {
        let mut gradient = vec![0.0; outputs.len()];
        let sum = loss.backward(outputs, target, None, &mut gradient);
        sum.mean().is_nan() && loss.forward(outputs, target).mean().is_nan() && gradient.iter().any(|g| g.is_nan())
    };
    let entropy = build("cross_entropy", json!({}), 2);
    assert!(is_nan(&*entropy, &[0.0, 1.0], Target::Classes(&[2])));
    assert!(is_nan(&*entropy, &[0.0, 1.0], Target::Classes(&[u32::MAX])));
    assert!(is_nan(&*entropy, &[0.0, 1.0], Target::Classes(&[0, 1])));
    assert!(is_nan(&*entropy, &[0.0, 1.0], Target::Values(&[0.0, 1.0])));
    assert!(is_nan(&*entropy, &[f32::NAN, 1.0], Target::Classes(&[1])));
    assert!(is_nan(
        &*build("binary_cross_entropy", json!({}), 1),
        &[0.3],
        Target::Classes(&[2])
    ));
    assert!(is_nan(&*build("mse", json!({}), 1), &[0.3], Target::Classes(&[0])));
    assert!(is_nan(
        &*build("mae", json!({}), 1),
        &[f32::NAN],
        Target::Values(&[0.0])
    ));
}

#[test]
fn a_batch_without_weight_teaches_nothing() {
    let loss = build("cross_entropy", json!({"class_weights": [0.0, 1.0]}), 2);
    let mut gradient = [7.0; 2];
    let sum = loss.backward(&[1.0, 2.0], Target::Classes(&[0]), None, &mut gradient);
    assert_eq!((sum.mean(), gradient), (0.0, [0.0, 0.0]));
    assert_eq!(loss.backward(&[], Target::Classes(&[]), None, &mut []).mean(), 0.0);
}

#[test]
fn losses_say_which_targets_they_take() {
    let names = |n: usize| (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>();
    let outputs = |name: &str, target: FieldKind| (loss::find(name).unwrap().outputs)(&target);
    assert_eq!(outputs("cross_entropy", FieldKind::Class(names(10))), Ok(10));
    assert_eq!(outputs("binary_cross_entropy", FieldKind::Class(names(2))), Ok(1));
    assert_eq!(outputs("binary_cross_entropy", FieldKind::numbers(names(3))), Ok(3));
    assert_eq!(outputs("huber", FieldKind::numbers(names(3))), Ok(3));
    assert!(
        outputs("binary_cross_entropy", FieldKind::Class(names(3)))
            .unwrap_err()
            .contains("use cross_entropy")
    );
    assert!(
        outputs("cross_entropy", FieldKind::numbers(names(1)))
            .unwrap_err()
            .contains("use mse")
    );
    assert!(
        outputs("mae", FieldKind::Class(names(3)))
            .unwrap_err()
            .contains("use cross_entropy")
    );

    let check = |weights: Value| {
        let chosen = chosen("cross_entropy", &json!({"class_weights": weights}));
        let problems = (loss::find("cross_entropy").unwrap().check)(&chosen, &FieldKind::Class(names(3)));
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(check(json!([1, 2])), ["2 weights for 3 classes"]);
    assert_eq!(
        check(json!([0, 0, 0])),
        ["all weights are 0, so nothing would be learnt"]
    );
    assert_eq!(check(json!([1, 0, 2.5])), [""; 0]);
}
