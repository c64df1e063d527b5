use serde_json::json;

use super::super::settings::chosen;
use super::super::{DATASETS, DataContext, Origin, load};
use super::*;

/// All samples of a dataset with their classes, in the order in which they were made.
fn made(name: &str, settings: serde_json::Value, seed: u64) -> Vec<(Vec<f32>, u32)> {
    let data = load(&chosen(name, settings), &DataContext::new(".", seed)).unwrap();
    let width = data.info.width();
    let mut all = Vec::new();
    for part in [Some(&data.train), data.validation.as_ref(), data.test.as_ref()]
        .into_iter()
        .flatten()
    {
        let rows = (0..part.len()).flat_map(|row| part.inputs[0].numbers(row).unwrap());
        let x: Vec<f32> = rows.map(|x| x as f32).collect();
        let classes = part.classes().unwrap();
        all.extend(
            part.rows
                .iter()
                .zip(x.chunks(width))
                .zip(classes)
                .map(|((r, x), c)| (*r, x.to_vec(), *c)),
        );
    }
    all.sort_by_key(|(row, ..)| *row);
    all.into_iter().map(|(_, x, c)| (x, c)).collect()
}

#[test]
fn every_generator_depends_on_the_seed_and_has_even_classes() {
    for def in DATASETS.iter().filter(|def| matches!(def.origin, Origin::Generated)) {
        let name = def.section.name;
        let (a, again, other) = (
            made(name, json!({}), 1),
            made(name, json!({}), 1),
            made(name, json!({}), 2),
        );
        assert_eq!(a.len(), 1000);
        assert_eq!(a, again, "{name}");
        assert_ne!(a, other, "{name}");
        let counts = a.iter().fold([0; 3], |mut counts, (_, c)| {
            counts[*c as usize] += 1;
            counts
        });
        let present: Vec<i32> = counts.into_iter().filter(|&c| c > 0).collect();
        assert!(
            present.iter().max().unwrap() - present.iter().min().unwrap() <= 1,
            "{name} {counts:?}"
        );
    }
}

#[test]
fn circles_have_their_radii() {
    for (x, class) in made("circles", json!({"noise": 0.0, "factor": 0.3}), 0) {
        let radius = x[0].hypot(x[1]);
        assert!((radius - if class == 0 { 1.0 } else { 0.3 }).abs() < 1e-6);
    }
}

#[test]
fn moons_start_where_scikit_learn_starts_them() {
    let all = made("moons", json!({"noise": 0.0, "n_samples": 100}), 0);
    assert_eq!((all[0].0.as_slice(), all[0].1), (&[1.0, 0.0][..], 0));
    assert_eq!((all[50].0.as_slice(), all[50].1), (&[0.0, 0.5][..], 1));
}

#[test]
fn arms_of_a_spiral_are_turned_copies() {
    let all = made("spirals", json!({"noise": 0.0, "n_samples": 100, "classes": 2}), 0);
    for i in 0..50 {
        let (a, b) = (&all[i].0, &all[i + 50].0);
        assert!((a[0] + b[0]).abs() < 1e-6 && (a[1] + b[1]).abs() < 1e-6);
    }
}

#[test]
fn blobs_have_the_asked_spread_and_width() {
    let settings = json!({"n_samples": 30_000, "centers": 3, "n_features": 5, "cluster_std": 2.0});
    let all = made("blobs", settings, 4);
    let first: Vec<&Vec<f32>> = all.iter().filter(|(_, c)| *c == 0).map(|(x, _)| x).collect();
    assert_eq!((first.len(), first[0].len()), (10_000, 5));
    let column: Vec<f32> = first.iter().map(|x| x[3]).collect();
    let n = super::super::Normalization::fit(&Floats::of(1, &column), &[1]);
    assert!((n.std[0] - 2.0).abs() < 0.05, "{n:?}");
}

#[test]
fn too_much_is_refused() {
    let settings = json!({"n_samples": 1_000_000, "n_features": 10_000});
    let error = load(&chosen("blobs", settings), &DataContext::new(".", 0))
        .unwrap_err()
        .to_string();
    assert!(error.contains("dataset.n_samples"), "{error}");
}

#[test]
fn normal_numbers_are_normal() {
    let mut draw = Draw::new(9);
    let n = 100_000;
    let numbers: Vec<f64> = (0..n).map(|_| draw.normal()).collect();
    let mean = numbers.iter().sum::<f64>() / f64::from(n);
    let variance = numbers.iter().map(|x| x * x).sum::<f64>() / f64::from(n);
    let beyond = numbers.iter().filter(|x| x.abs() > 1.959_964).count() as f64 / f64::from(n);
    assert!(mean.abs() < 0.015 && (variance - 1.0).abs() < 0.02 && (beyond - 0.05).abs() < 0.004);
}

#[test]
fn too_few_samples_for_the_classes_are_refused() {
    for (name, key) in [("blobs", "centers"), ("spirals", "classes")] {
        let error = load(
            &chosen(name, json!({"n_samples": 39, key: 20})),
            &DataContext::new(".", 0),
        )
        .unwrap_err();
        assert_eq!(error.problems()[0].path.to_string(), "dataset.n_samples");
        assert!(error.to_string().contains("at least 40"), "{error}");
        made(name, json!({"n_samples": 40, key: 20}), 0);
    }
}

/// The largest settings that a recipe may say give numbers that can be scaled.
#[test]
fn any_spread_that_is_allowed_can_be_scaled() {
    let name_and_key = [
        ("moons", "noise"),
        ("circles", "noise"),
        ("spirals", "noise"),
        ("blobs", "cluster_std"),
    ];
    for (name, key) in name_and_key {
        let data = load(&chosen(name, json!({key: MAX_SPREAD})), &DataContext::new(".", 0)).unwrap();
        assert!(data.normalization.std.iter().all(|std| std.is_finite()), "{name}");
    }
}
