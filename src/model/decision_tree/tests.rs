//! Small trees that can be drawn by hand, and what all trees have in common. Figures of scikit-learn are in
//! `tests/train`.

use super::*;
use runner_kernel::team::Team;

fn chosen(settings: serde_json::Value) -> Chosen {
    let defaults = serde_json::json!({
        "criterion": "gini", "min_samples_split": 2, "min_samples_leaf": 1, "min_impurity_decrease": 0.0, "ccp_alpha": 0.0,
    });
    let mut all = defaults.as_object().cloned().unwrap_or_default();
    all.extend(settings.as_object().cloned().unwrap_or_default());
    Chosen {
        name: "decision_tree".to_owned(),
        settings: all,
    }
}

fn classes(width: usize, features: &[f64], ids: &[u32], count: usize) -> Samples {
    Samples {
        width,
        features: features.to_vec(),
        targets: Targets::Classes {
            classes: count,
            ids: ids.to_vec(),
        },
    }
}

fn fitted(samples: &Samples, settings: serde_json::Value) -> Tree {
    let shape = Shape {
        rows: samples.len(),
        width: samples.width,
        outputs: match &samples.targets {
            Targets::Classes { classes, .. } => *classes,
            Targets::Values { width, .. } => *width,
        },
    };
    let mut model = DecisionTree {
        settings: chosen(settings).typed().unwrap(),
        key: Key::new(7),
        shape,
        tree: Tree::default(),
    };
    assert_eq!(model.step(samples, &AtomicBool::new(false)).unwrap(), Step::Done);
    model.tree
}

/// Samples in eight columns whose classes follow from three of them.
fn made(rows: usize) -> Samples {
    let key = Key::new(3);
    let features: Vec<f64> = (0..rows * 8)
        .map(|i| f64::from(key.uniform(i as u64)).mul_add(10.0, -5.0))
        .collect();
    let class = |row: &[f64]| u32::from(row[1] > 0.5) + u32::from(row[4] + row[6] > 1.0);
    let ids = features.chunks_exact(8).map(class).collect::<Vec<_>>();
    classes(8, &features, &ids, 3)
}

#[test]
fn a_split_lies_half_way_between_the_classes() {
    let tree = fitted(
        &classes(1, &[1.0, 2.0, 4.0, 8.0], &[0, 0, 1, 1], 2),
        serde_json::json!({}),
    );
    assert_eq!((tree.feature.as_slice(), tree.threshold[0]), (&[0, -1, -1][..], 3.0));
    assert_eq!((&tree.left[..], &tree.right[..]), (&[1, -1, -1][..], &[2, -1, -1][..]));
    assert_eq!(tree.value, [0.5, 0.5, 1.0, 0.0, 0.0, 1.0]);
    assert_eq!(tree.predict(&[3.0]), [1.0, 0.0]);
    assert_eq!(tree.predict(&[3.1]), [0.0, 1.0]);
}

#[test]
fn of_equal_splits_the_first_feature_and_the_lowest_threshold_hold() {
    let same = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0];
    let tree = fitted(
        &classes(2, &same, &[0, 1, 1, 0], 2),
        serde_json::json!({"max_depth": 1}),
    );
    assert_eq!((tree.feature[0], tree.threshold[0]), (0, 0.5));
}

/// No split helps by itself, and yet two together say all: a split that brings nothing is made.
#[test]
fn exclusive_or_is_learnt() {
    let tree = fitted(
        &classes(2, &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], &[0, 1, 1, 0], 2),
        serde_json::json!({}),
    );
    assert_eq!((tree.depth(), tree.leaves()), (2, 4));
    assert_eq!(tree.predict(&[1.0, 0.0]), [0.0, 1.0]);
}

#[test]
fn samples_that_cannot_be_told_apart_share_a_leaf() {
    let tree = fitted(&classes(1, &[1.0; 4], &[0, 1, 1, 2], 3), serde_json::json!({}));
    assert_eq!((tree.len(), tree.predict(&[1.0])), (1, &[0.25, 0.5, 0.25][..]));
}

#[test]
fn rules_hold_in_every_node() {
    let samples = made(2000);
    let settings = serde_json::json!({"max_depth": 6, "min_samples_split": 40, "min_samples_leaf": 15});
    let tree = fitted(&samples, settings);
    assert!(tree.depth() <= 6 && tree.len() > 10);
    for node in 0..tree.len() {
        assert!(tree.samples[node] >= 15);
        if !tree.is_leaf(node) {
            let [left, right] = tree.children(node);
            assert!(tree.samples[node] >= 40);
            assert_eq!(tree.samples[node], tree.samples[left] + tree.samples[right]);
        }
    }
    let least = serde_json::json!({"min_impurity_decrease": 0.02});
    let (few, all) = (fitted(&samples, least), fitted(&samples, serde_json::json!({})));
    assert!(few.len() < all.len() && few.len() > 1);
}

#[test]
fn a_whole_tree_knows_every_training_sample() {
    let samples = made(2000);
    let Targets::Classes { ids, .. } = &samples.targets else {
        unreachable!()
    };
    for criterion in ["gini", "entropy", "log_loss"] {
        let tree = fitted(&samples, serde_json::json!({"criterion": criterion}));
        for (sample, &class) in samples.features.chunks_exact(8).zip(ids) {
            assert_eq!(tree.predict(sample)[class as usize], 1.0);
        }
        let importances = tree.importances();
        assert!((importances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(
            importances[4] > 0.2 && importances[6] > 0.2 && importances[0] < 0.1,
            "{importances:?}"
        );
    }
}

#[test]
fn any_number_of_threads_grows_the_same_tree() {
    let samples = made(30_000);
    for settings in [
        serde_json::json!({}),
        serde_json::json!({"max_features": "sqrt", "criterion": "entropy"}),
    ] {
        let trees = [1, 2, 5].map(|threads| {
            Team::new(threads)
                .unwrap()
                .install(|| fitted(&samples, settings.clone()))
        });
        assert_eq!(trees[0], trees[1]);
        assert_eq!(trees[0], trees[2]);
    }
}

#[test]
fn pruning_takes_the_weakest_branches_first() {
    let samples = made(2000);
    let sizes: Vec<usize> = [0.0, 1e-4, 1e-3, 1e-2, 1.0]
        .iter()
        .map(|alpha| fitted(&samples, serde_json::json!({"ccp_alpha": alpha})).len())
        .collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    assert_eq!(sizes.last(), Some(&1));
    assert!(sizes[2] < sizes[0] && sizes[2] > 1, "{sizes:?}");
}

#[test]
fn numbers_are_predicted_by_their_means() {
    let samples = Samples {
        width: 1,
        features: vec![1.0, 2.0, 3.0, 4.0],
        targets: Targets::Values {
            width: 2,
            values: vec![1e9 + 1.0, 0.1, 1e9 + 1.0, 0.1, 1e9 + 5.0, 0.3, 1e9 + 6.0, 0.3],
        },
    };
    let tree = fitted(
        &samples,
        serde_json::json!({"criterion": "squared_error", "max_depth": 1}),
    );
    assert_eq!(tree.threshold[0], 2.5);
    assert_eq!(tree.predict(&[0.0]), [1e9 + 1.0, 0.1]);
    assert_eq!(tree.predict(&[9.0]), [1e9 + 5.5, 0.3]);
    assert!((tree.impurity[2] - 0.125).abs() < 1e-12, "{:?}", tree.impurity);
}

#[test]
fn a_set_stop_gives_up_and_leaves_nothing() {
    let samples = made(100);
    let shape = Shape {
        rows: 100,
        width: 8,
        outputs: 3,
    };
    let mut model = build(&chosen(serde_json::json!({})), &shape, 0).unwrap();
    assert_eq!(model.step(&samples, &AtomicBool::new(true)).unwrap(), Step::Stopped);
    assert_eq!(model.insight().size[0], ("nodes", 0));
}

#[test]
fn a_file_that_holds_no_tree_is_refused() {
    let tree = fitted(&made(200), serde_json::json!({"max_depth": 3}));
    let read = |tree: &Tree| {
        let mut tensors = Tensors::new("");
        tree.export(&mut tensors);
        let tensors = Tensors::from_bytes(&tensors.to_bytes().unwrap(), "best.safetensors".as_ref()).unwrap();
        Tree::import(&tensors, 8, 3)
    };
    assert_eq!(read(&tree).unwrap(), tree);
    let changes: [fn(&mut Tree); 4] = [
        |tree| tree.left[0] = 0,
        |tree| tree.right[0] = 1 << 40,
        |tree| tree.feature[0] = 8,
        |tree| tree.right[0] = -1,
    ];
    for change in changes {
        let mut wrong = tree.clone();
        change(&mut wrong);
        assert!(read(&wrong).is_err());
    }
    let shape = Shape {
        rows: 200,
        width: 8,
        outputs: 3,
    };
    let mut unfitted = build(&chosen(serde_json::json!({})), &shape, 0).unwrap();
    let mut tensors = Tensors::new("");
    unfitted.save(&mut tensors);
    assert!(unfitted.restore(&tensors).is_ok(), "a checkpoint from before the fit");
    assert!(unfitted.import(&tensors).is_err(), "nothing can be predicted with it");
}

#[test]
fn features_are_counted_as_scikit_learn_counts_them() {
    let counts = [
        serde_json::json!("sqrt"),
        serde_json::json!("log2"),
        serde_json::json!(3),
        serde_json::json!(0.25),
        serde_json::json!(0.01),
    ];
    assert_eq!(counts.map(|setting| MaxFeatures::of(&setting, 30)), [5, 4, 3, 7, 1]);
}
