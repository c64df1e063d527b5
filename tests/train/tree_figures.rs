//! Decision trees are those of scikit-learn, node by node, where nothing is left to a tie; and as large and as good where
//! something is. `tests/peers/decision_tree.py` made the figures.

use std::sync::atomic::AtomicBool;

use runner::data::{DataContext, Features, Targets as Found, load};
use runner::declare::{Chosen, Presence};
use runner::files::tensors::Tensors;
use runner::model::{Estimator, EstimatorDef, Samples, Shape, Step, Targets, classifier, regressor};
use serde_json::{Value, json};

fn figures() -> Value {
    serde_json::from_str(include_str!("../figures/decision_tree.json")).unwrap()
}

/// Samples of six numbers in three classes, as the script makes them.
fn made() -> (Vec<f64>, Vec<u32>, usize) {
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for i in 0..4000_i64 {
        let x: Vec<f64> = (0..6)
            .map(|j| ((i * (j + 3) * 7919 + j * 104_729 + i * i * 31) % 10_007) as f64 / 100.0)
            .collect();
        let noise = (i * 7907 + i * i * 13) % 101;
        let class = i64::from(x[1] > 40.0) + i64::from(x[3] + x[4] > 110.0);
        classes.push(if noise < 20 { noise % 3 } else { class } as u32);
        features.extend(x.iter().map(|&x| f64::from(x as f32)));
    }
    (features, classes, 6)
}

/// All samples of a dataset in their own order: features, classes, width.
fn data(name: &str) -> (Vec<f64>, Vec<u32>, usize) {
    if name == "made" {
        return made();
    }
    let settings = json!({"test_split": 0.2, "validation_split": 0.0, "normalize": "none"});
    let chosen = Chosen {
        name: name.to_owned(),
        settings: settings.as_object().unwrap().clone(),
    };
    let dataset = load(&chosen, &DataContext::new(".", 1)).unwrap();
    let width = dataset.info.width();
    let mut rows = Vec::new();
    for part in [&dataset.train, dataset.test.as_ref().unwrap()] {
        let (Features::Floats(values), Found::Classes(classes)) = (&part.features, &part.targets) else {
            panic!("{name} is a table of classes");
        };
        for ((&row, sample), &class) in part.rows.iter().zip(values.chunks_exact(width)).zip(classes) {
            let sample: Vec<f64> = sample.iter().map(|&x| f64::from(x)).collect();
            rows.push((row, sample, class));
        }
    }
    rows.sort_by_key(|row| row.0);
    let classes = rows.iter().map(|row| row.2).collect();
    (rows.into_iter().flat_map(|row| row.1).collect(), classes, width)
}

/// These columns of the samples.
fn columns(features: &[f64], width: usize, wanted: &Value) -> Vec<f64> {
    let wanted: Vec<usize> = serde_json::from_value(wanted.clone()).unwrap();
    let of = |row: &[f64]| wanted.iter().map(|&column| row[column]).collect::<Vec<_>>();
    features.chunks_exact(width).flat_map(of).collect()
}

/// Samples whose index is a multiple of 3, or the others.
fn every<T: Clone>(values: &[T], width: usize, held: bool) -> Vec<T> {
    let rows = values.chunks_exact(width).enumerate();
    let chosen = rows.filter(|(index, _)| index.is_multiple_of(3) == held);
    chosen.flat_map(|(_, row)| row.to_vec()).collect()
}

fn fitted(def: &EstimatorDef, settings: &Value, samples: &Samples) -> Box<dyn Estimator> {
    let defaults = def.section.fields.iter().filter_map(|field| match field.presence {
        Presence::Default(literal) => Some((field.key.to_owned(), serde_json::from_str(literal).unwrap())),
        _ => None,
    });
    let mut all: serde_json::Map<String, Value> = defaults.collect();
    all.extend(settings.as_object().unwrap().clone());
    let chosen = Chosen {
        name: "decision_tree".to_owned(),
        settings: all,
    };
    let shape = Shape {
        rows: samples.len(),
        width: samples.width,
        outputs: match &samples.targets {
            Targets::Classes { classes, .. } => *classes,
            Targets::Values { width, .. } => *width,
        },
    };
    let mut model = (def.build)(&chosen, &shape, 0).unwrap();
    assert_eq!(model.step(samples, &AtomicBool::new(false)).unwrap(), Step::Done);
    model
}

fn predictions(model: &dyn Estimator, features: &[f64], width: usize, outputs: usize) -> Vec<Vec<f64>> {
    let rows = features.chunks_exact(width).map(|sample| {
        let mut row = vec![0.0; outputs];
        model.predict(sample, &mut row);
        row
    });
    rows.collect()
}

/// The most probable class; of equal ones the first.
fn class(row: &[f64]) -> usize {
    row.iter().position(|&p| row.iter().all(|&other| other <= p)).unwrap()
}

/// Every node is the figures' node.
fn same_tree(name: &str, model: &dyn Estimator, expected: &Value) {
    let mut tensors = Tensors::new("");
    model.export(&mut tensors);
    let nodes = expected["feature"].as_array().unwrap().len();
    let outputs = expected["value"][0].as_array().unwrap().len();
    for key in ["feature", "children_left", "children_right", "n_node_samples"] {
        let expected: Vec<i64> = serde_json::from_value(expected[key].clone()).unwrap();
        assert_eq!(
            tensors.integers(&format!("tree.{key}"), &[nodes]).unwrap(),
            expected,
            "{name}: {key}"
        );
    }
    let thresholds: Vec<f64> = serde_json::from_value(expected["threshold"].clone()).unwrap();
    assert_eq!(
        tensors.doubles("tree.threshold", &[nodes]).unwrap(),
        thresholds,
        "{name}"
    );
    let values: Vec<Vec<f64>> = serde_json::from_value(expected["value"].clone()).unwrap();
    close(
        name,
        tensors.doubles("tree.value", &[nodes, outputs]).unwrap(),
        &values.concat(),
    );
    let impurity: Vec<f64> = serde_json::from_value(expected["impurity"].clone()).unwrap();
    close(name, tensors.doubles("tree.impurity", &[nodes]).unwrap(), &impurity);
    let importances: Vec<f64> = serde_json::from_value(expected["importances"].clone()).unwrap();
    close(name, &model.insight().importances, &importances);
}

fn close(name: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(expected) {
        let least = 1e-9 * expected.abs().max(1.0);
        assert!((found - expected).abs() <= least, "{name}: {found} and {expected}");
    }
}

#[test]
fn trees_that_tell_classes_are_those_of_scikit_learn() {
    let figures = figures();
    let cases = figures["trees"].as_array().unwrap();
    assert!(cases.len() >= 11);
    for case in cases {
        let name = case["data"].as_str().unwrap();
        let (features, classes, width) = data(name);
        let features = columns(&features, width, &case["columns"]);
        let width = features.len() / classes.len();
        let count = *classes.iter().max().unwrap() as usize + 1;
        let samples = Samples {
            width,
            features: every(&features, width, false),
            targets: Targets::Classes {
                classes: count,
                ids: every(&classes, 1, false),
            },
        };
        let model = fitted(classifier("decision_tree").unwrap(), &case["settings"], &samples);
        same_tree(&format!("{name} {}", case["settings"]), &*model, case);
        let found = predictions(&*model, &every(&features, width, true), width, count);
        let found: Vec<usize> = found.iter().map(|row| class(row)).collect();
        assert_eq!(json!(found), case["predicted"], "{name}");
    }
}

#[test]
fn trees_that_predict_numbers_are_those_of_scikit_learn() {
    let figures = figures();
    let cases = figures["regressions"].as_array().unwrap();
    assert_eq!(cases.len(), 2);
    let (all, _, width) = data("breast_cancer");
    let area = columns(&all, width, &json!([3]));
    for case in cases {
        let features = columns(&all, width, &case["columns"]);
        let width = features.len() / area.len();
        let samples = Samples {
            width,
            features: every(&features, width, false),
            targets: Targets::Values {
                width: 1,
                values: every(&area, 1, false),
            },
        };
        let model = fitted(regressor("decision_tree").unwrap(), &case["settings"], &samples);
        same_tree(&case["settings"].to_string(), &*model, case);
        let found = predictions(&*model, &every(&features, width, true), width, 1).concat();
        close(
            "predicted",
            &found,
            &serde_json::from_value::<Vec<f64>>(case["predicted"].clone()).unwrap(),
        );
    }
}

/// Where equally good splits are chosen otherwise, trees are as large as those that scikit-learn draws, and as good.
#[test]
fn whole_trees_are_as_large_and_as_good_as_those_of_scikit_learn() {
    let figures = figures();
    for case in figures["whole"].as_array().unwrap() {
        let name = case["data"].as_str().unwrap();
        let (features, classes, width) = data(name);
        let count = *classes.iter().max().unwrap() as usize + 1;
        let samples = Samples {
            width,
            features: every(&features, width, false),
            targets: Targets::Classes {
                classes: count,
                ids: every(&classes, 1, false),
            },
        };
        let settings = json!({"criterion": case["criterion"]});
        let model = fitted(classifier("decision_tree").unwrap(), &settings, &samples);
        let size = model.insight().size;
        let found = predictions(&*model, &every(&features, width, true), width, count);
        let truths = every(&classes, 1, true);
        let right = found
            .iter()
            .zip(&truths)
            .filter(|(row, truth)| class(row) == **truth as usize)
            .count() as f64;
        let within = |found: f64, key: &str, slack: f64| {
            let ends = [0, 1].map(|end| case[key][end].as_f64().unwrap());
            assert!(
                ends[0] * (1.0 - slack) <= found && found <= ends[1] * (1.0 + slack),
                "{name}: {key} {found}, not in {ends:?}"
            );
        };
        within(size[0].1 as f64, "nodes", 0.08);
        within(size[2].1 as f64, "depth", 0.2);
        within(right, "right", 0.02);
    }
}
