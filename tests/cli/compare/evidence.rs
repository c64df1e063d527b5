//! Means, intervals and tests over seeds.

use crate::support::messages::hold;
use runner::cli::compare::text;
use runner::compare::evidence::Evidence;

use super::runs::{MADE, Made, compare, put, two_groups};

#[test]
fn a_difference_in_every_seed_stands_out() {
    let root = tempfile::tempdir().unwrap();
    two_groups(root.path());
    let found = compare(root.path(), None);
    assert_eq!((found.metric.as_str(), found.entries.len()), ("val_loss", 2));
    let [pair] = found.evidence.pairs.as_slice() else {
        panic!("one pair")
    };
    let test = pair.test.unwrap();
    assert_eq!((pair.shared, pair.n), (5, [5, 5]));
    assert!(
        (test.difference + 0.0998).abs() < 1e-9 && test.df == 4.0 && pair.p.unwrap() < 1e-5,
        "{test:?}"
    );
    // Figures from SciPy's t.ppf and sem.
    let expected = "\
10 runs of demo, 2 settings over seeds; val_loss, lower is better

   run        optimizer.lr  best val_loss    last             test accuracy    time  parameters  epochs
A  seeds 0-4  1e-3          0.4034 ± 0.0390  0.4034 ± 0.0390  89.92 ± 0.97 %  4.0 s     468,874       4
B  seeds 0-4  0.01          0.5032 ± 0.0428  0.5032 ± 0.0428  87.42 ± 1.07 %  4.0 s     468,874       4
";
    let shown = text(&found, None);
    let table: String = shown.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert_eq!(table, expected);
    hold("compare", "pairs that stand out", &shown);
}

#[test]
fn noise_does_not_stand_out() {
    let root = tempfile::tempdir().unwrap();
    for (seed, [a, b]) in [[0.41, 0.45], [0.47, 0.42], [0.39, 0.44], [0.44, 0.43]]
        .into_iter()
        .enumerate()
    {
        let seed = seed as u64;
        put(
            root.path(),
            Made {
                id: &format!("a{seed}"),
                seed,
                loss: a,
                ..MADE
            },
        );
        // Other seeds: no pairs.
        put(
            root.path(),
            Made {
                id: &format!("b{seed}"),
                seed: seed + 10,
                loss: b,
                lr: "1e-2",
                ..MADE
            },
        );
    }
    let found = compare(root.path(), None);
    let shown = text(&found, None);
    assert_eq!(found.evidence.pairs[0].shared, 0);
    hold("compare", "noise", &shown);
}

#[test]
fn several_pairs_are_corrected() {
    let root = tempfile::tempdir().unwrap();
    for (place, lr) in ["1e-3", "2e-3", "3e-3"].into_iter().enumerate() {
        for seed in 0..3 {
            let loss = 0.4 + 0.02 * place as f64 + 0.01 * ((seed * 7 + place as u64 * 5) % 4) as f64;
            put(
                root.path(),
                Made {
                    id: &format!("{place}{seed}"),
                    seed,
                    lr,
                    loss,
                    ..MADE
                },
            );
        }
    }
    let found = compare(root.path(), None);
    assert_eq!(found.evidence.tests(), 3);
    for pair in &found.evidence.pairs {
        assert!(pair.p.unwrap() >= pair.test.unwrap().p);
    }
    hold("compare", "three settings", &text(&found, None));
}

#[test]
fn one_seed_each_gives_no_evidence() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), Made { id: "1", ..MADE });
    put(
        root.path(),
        Made {
            id: "2",
            lr: "1e-2",
            loss: 0.2,
            seed: 7,
            ..MADE
        },
    );
    let found = compare(root.path(), None);
    let shown = text(&found, None);
    assert!(found.evidence.pairs.is_empty());
    hold("compare", "one seed each", &shown);
    let keys: Vec<&str> = found.keys.iter().map(|key| key.path.as_str()).collect();
    assert_eq!(
        keys,
        ["optimizer.lr", "seed"],
        "here the seed is a difference like any other"
    );
    // Which is why a seed that a run has twice is no second seed.
    put(root.path(), Made { id: "333", ..MADE });
    let found = compare(root.path(), None);
    assert!(found.evidence.pairs.is_empty());
    assert!(
        found.notes.iter().any(|note| note.contains("1 run repeats")),
        "{:?}",
        found.notes
    );
}

#[test]
fn the_evidence_of_many_settings_is_against_the_best() {
    let root = tempfile::tempdir().unwrap();
    for i in 0..30_u32 {
        let lr = format!("{}e-4", i / 2 + 1);
        put(
            root.path(),
            Made {
                id: &format!("r{i}"),
                lr: &lr,
                seed: u64::from(i % 2),
                loss: 0.4 + f64::from(i) / 100.0,
                ..MADE
            },
        );
    }
    let found = compare(root.path(), None);
    let Evidence { pairs, .. } = &found.evidence;
    assert_eq!(pairs.len(), 14);
    assert!(pairs.iter().all(|pair| pair.entries[0] == 0));
}
