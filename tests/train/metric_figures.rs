//! Metrics against scikit-learn (`tests/peers/metrics.py`), merged and saved half-way.

use runner::data::Target;
use runner::loss::Prediction;
use runner::metric::{Asked, Average, Classes, Classification, METRICS, Metric, Regression, goal};
use serde_json::Value;

fn figures() -> Value {
    serde_json::from_str(include_str!("../figures/metrics.json")).unwrap()
}

fn rows(value: &Value) -> Vec<Vec<f32>> {
    serde_json::from_value(value.clone()).unwrap()
}

fn value(metric: &impl Metric, name: &str) -> f64 {
    metric
        .values()
        .into_iter()
        .find(|(key, _)| key == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .1
}

fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(metric: &T) -> T {
    serde_json::from_str(&serde_json::to_string(metric).unwrap()).unwrap()
}

#[test]
fn classification_agrees_with_scikit_learn() {
    for case in figures()["classification"].as_array().unwrap() {
        let labels: Vec<u32> = serde_json::from_value(case["labels"].clone()).unwrap();
        let outputs = rows(&case["outputs"]);
        let (width, k) = (outputs[0].len(), case["k"].as_u64().unwrap() as usize);
        let mut metric = Classification::new(width, Some(k), Prediction::Softmax);
        let mut other = metric.clone();
        for (i, (row, &label)) in outputs.iter().zip(&labels).enumerate() {
            let half = if i < 2 { &mut metric } else { &mut other };
            half.update(row, Target::Classes(&[label]));
        }
        metric = through_json(&metric);
        metric.merge(&other);
        let mut whole = Classification::new(width, Some(k), Prediction::Softmax);
        whole.update(&outputs.concat(), Target::Classes(&labels));
        assert_eq!(metric, whole);
        for (name, of) in [
            ("accuracy", "accuracy"),
            ("precision_macro", "precision"),
            ("recall_macro", "recall"),
            ("f1_macro", "f1"),
        ] {
            let theirs = case[of].as_f64().unwrap();
            assert!(
                (value(&metric, name) - theirs).abs() < 1e-12,
                "{name}: {}, {theirs}",
                value(&metric, name)
            );
        }
        assert!((value(&metric, &format!("top_{k}_accuracy")) - case["top_k"].as_f64().unwrap()).abs() < 1e-12);
        let confusion: Vec<Vec<u64>> = serde_json::from_value(case["confusion"].clone()).unwrap();
        for (truth, counts) in confusion.iter().enumerate() {
            for (predicted, &count) in counts.iter().enumerate() {
                assert_eq!(metric.confusion().count(truth as u32, predicted as u32), count);
            }
        }
    }
}

#[test]
fn regression_agrees_with_scikit_learn() {
    for case in figures()["regression"].as_array().unwrap() {
        let (truth, outputs) = (rows(&case["truth"]), rows(&case["outputs"]));
        let mut metric = Regression::new(truth[0].len());
        let mut other = metric.clone();
        for (i, (row, truth)) in outputs.iter().zip(&truth).enumerate() {
            let half = if i < 1 { &mut metric } else { &mut other };
            half.update(row, Target::Values(truth));
        }
        metric = through_json(&metric);
        metric.merge(&other);
        for name in ["mae", "rmse", "r2"] {
            let theirs = case[name].as_f64().unwrap();
            let ours = value(&metric, name);
            assert!(
                (ours - theirs).abs() < 1e-9 * theirs.abs().max(1.0),
                "{name}: {ours}, scikit-learn {theirs}"
            );
        }
    }
}

#[test]
fn odd_outputs_never_panic() {
    let mut metric = Classification::new(3, Some(2), Prediction::Softmax);
    assert!(value(&metric, "accuracy").is_nan() && value(&metric, "f1_macro").is_nan());
    let nan = f32::NAN;
    metric.update(&[nan, nan, nan, nan, 1.0, nan], Target::Classes(&[0, 1]));
    metric.update(&[f32::INFINITY, f32::NEG_INFINITY, 0.0], Target::Classes(&[0]));
    metric.update(&[1.0, 2.0, 3.0], Target::Classes(&[9]));
    metric.update(&[], Target::Classes(&[]));
    metric.update(&[1.0], Target::Classes(&[0, 1, 2]));
    metric.update(&[1.0, 2.0, 3.0], Target::Values(&[0.0]));
    assert_eq!((metric.confusion().total(), value(&metric, "accuracy")), (3, 1.0));

    let mut metric = Regression::new(1);
    metric.update(&[nan, f32::INFINITY], Target::Values(&[1.0, 2.0]));
    let saved = through_json(&metric);
    assert!(value(&saved, "mae").is_nan() && value(&saved, "r2").is_nan());
    Regression::new(0).update(&[1.0], Target::Values(&[1.0]));
}

#[test]
fn a_single_sigmoid_output_tells_two_classes_apart() {
    let mut metric = Classification::new(2, None, Prediction::Sigmoid);
    metric.update(&[-0.5, 2.0, 0.0, 3.0], Target::Classes(&[0, 1, 0, 0]));
    assert_eq!(value(&metric, "accuracy"), 0.75);
    assert_eq!(metric.confusion().count(0, 1), 1);
}

#[test]
fn every_figure_has_a_goal() {
    let metric = Classification::new(3, Some(2), Prediction::Softmax);
    for (name, _) in metric.values().into_iter().chain(Regression::new(1).values()) {
        assert!(goal(&format!("val_{name}")).is_some(), "{name} is not in METRICS");
    }
    assert!(METRICS.iter().all(|def| def.section.doc.ends_with('.')));
}

#[test]
fn every_metric_that_can_be_chosen_agrees_with_scikit_learn() {
    let figures: Value = serde_json::from_str(include_str!("../figures/chosen_metrics.json")).unwrap();
    let mut compared = std::collections::BTreeSet::new();
    for case in figures["cases"].as_array().unwrap() {
        let labels: Vec<u32> = serde_json::from_value(case["labels"].clone()).unwrap();
        let probabilities = rows(&case["probabilities"]);
        let classes: Vec<String> = (0..probabilities[0].len()).map(|class| format!("c{class}")).collect();
        for (name, theirs) in case["values"].as_object().unwrap() {
            let asked = [Asked::new(name, &Classes::new(&classes)).unwrap()];
            // Outputs that are probabilities already; half of them seen by another that is saved and merged.
            let mut seen = Classification::seen_by(&asked, classes.len(), Prediction::Identity);
            let mut other = seen.clone();
            let half = labels.len() / 2;
            seen.update(&probabilities[..half].concat(), Target::Classes(&labels[..half]));
            other.update(&probabilities[half..].concat(), Target::Classes(&labels[half..]));
            seen = through_json(&seen);
            assert!(other.is_like(&other));
            seen.merge(&through_json(&other));
            let (ours, theirs) = (seen.value(&asked[0]), theirs.as_f64().unwrap());
            assert!((ours - theirs).abs() < 1e-9, "{name}: {ours}, {theirs}");
            compared.insert(asked[0].def.section.name);
        }
    }
    let all: std::collections::BTreeSet<&str> = METRICS.iter().map(|def| def.section.name).collect();
    assert_eq!(compared, all, "every metric has its figures");
}

#[test]
fn where_nothing_can_be_told_a_metric_is_no_number() {
    let classes = ["a".to_owned(), "b".to_owned()];
    for def in METRICS {
        let name = def.section.name.replace("_k_", "_1_").replace("CLASS", "b");
        let asked = [Asked::new(&name, &Classes::new(&classes)).unwrap()];
        let mut seen = Classification::seen_by(&asked, 2, Prediction::Softmax);
        assert!(seen.value(&asked[0]).is_nan(), "{name} of no samples");
        seen.update(&[1.0, 0.0, f32::NAN, 0.0], Target::Classes(&[0, 0]));
        let ranks = ["roc_auc", "average_precision"].contains(&name.as_str());
        assert_eq!(
            through_json(&seen).value(&asked[0]).is_nan(),
            ranks || name == "log_loss",
            "{name}"
        );
    }
}

#[test]
fn one_output_has_a_likelier_of_two_classes() {
    let classes = ["no".to_owned(), "yes".to_owned()];
    let asked = ["top_1_accuracy", "accuracy", "average_precision"]
        .map(|name| Asked::new(name, &Classes::new(&classes)).unwrap());
    let mut seen = Classification::seen_by(&asked, 2, Prediction::Sigmoid);
    seen.update(&[-1.0, 2.0, -3.0, 1.0], Target::Classes(&[0, 1, 1, 0]));
    assert_eq!([seen.value(&asked[0]), seen.value(&asked[1])], [0.5, 0.5]);
    let mut perfect = Classification::seen_by(&asked, 2, Prediction::Sigmoid);
    let outputs: Vec<f32> = (0..99).map(|i| i as f32 - 48.5).collect();
    let labels: Vec<u32> = (0..99).map(|i| u32::from(i > 48)).collect();
    perfect.update(&outputs, Target::Classes(&labels));
    assert_eq!(perfect.value(&asked[2]), 1.0);
    for name in ["top_01_accuracy", "top_+1_accuracy", "top_k_accuracy", "top_0_accuracy"] {
        let [message, help] = Asked::new(name, &Classes::new(&classes)).unwrap_err();
        assert!(!help.contains(name), "{message}: {help}");
    }
}

/// `f1_score(y, p)`, `f1_score(y, p, pos_label=0)` and so on of y = [0,0,0,0,0,0,1,1,1,0], p = [0,0,1,0,0,1,1,0,0,1].
#[test]
fn of_two_classes_the_bare_names_are_those_of_the_positive_one() {
    let classes = ["ham".to_owned(), "spam".to_owned()];
    let (labels, predicted) = ([0u32, 0, 0, 0, 0, 0, 1, 1, 1, 0], [0u32, 0, 1, 0, 0, 1, 1, 0, 0, 1]);
    let expected = |positive, average| match (positive, average) {
        (_, Average::Macro) => [0.4583333333333333, 0.45238095238095233, 0.45054945054945056],
        (0, _) => [0.6666666666666666, 0.5714285714285714, 0.6153846153846154],
        _ => [0.25, 0.3333333333333333, 0.2857142857142857],
    };
    // A network with one output, and one with two.
    for outputs in [1, 2] {
        for (positive, average) in [(1, Average::Binary), (0, Average::Binary), (1, Average::Macro)] {
            let about = Classes {
                positive,
                average,
                ..Classes::new(&classes)
            };
            let prediction = if outputs == 1 {
                Prediction::Sigmoid
            } else {
                Prediction::Softmax
            };
            let asked = ["precision", "recall", "f1"].map(|name| Asked::new(name, &about).unwrap());
            let mut seen = Classification::seen_by(&asked, 2, prediction);
            for (label, found) in labels.iter().zip(predicted) {
                let z = if found == 1 { 2.0 } else { -2.0 };
                seen.update(&[-z, z][2 - outputs..], Target::Classes(&[*label]));
            }
            for (asked, theirs) in asked.iter().zip(expected(positive, average)) {
                assert!(
                    (seen.value(asked) - theirs).abs() < 1e-12,
                    "{}: {}",
                    asked.name,
                    seen.value(asked)
                );
            }
        }
    }
}

#[test]
fn of_several_classes_means_have_their_names() {
    let classes = ["a", "b", "macro"].map(str::to_owned);
    let about = Classes::new(&classes);
    let [message, help] = Asked::new("f1", &about).unwrap_err();
    assert!(
        message.contains("there are 3") && help.contains("'f1_macro' or 'f1_weighted'"),
        "{message}: {help}"
    );
    let usual: Vec<String> = Asked::usual(None, &about).into_iter().map(|one| one.name).collect();
    assert_eq!(usual, ["accuracy", "precision_macro", "recall_macro", "f1_macro"]);
    // As runs of earlier versions have it: f1 is the mean, and f1_macro that of a class of this name.
    let earlier = Classes {
        average: Average::Macro,
        ..about
    };
    let [mean, class] = ["f1", "f1_macro"].map(|name| Asked::new(name, &earlier).unwrap());
    assert_eq!(
        (mean.def.section.name, class.def.section.name, class.which),
        ("f1_macro", "f1_CLASS", 2)
    );
    let usual: Vec<String> = Asked::usual(None, &earlier).into_iter().map(|one| one.name).collect();
    assert_eq!(usual, ["accuracy", "precision", "recall", "f1"]);
}
