use super::super::settings::chosen;
use super::super::{DATASETS, DataContext, Origin, load};
use super::*;
use serde_json::json;

fn loaded(name: &str, seed: u64) -> Dataset {
    load(&chosen(name, json!({})), &DataContext::new(".", seed)).unwrap()
}

#[test]
fn shapes_are_as_published() {
    let shape = |name| {
        let info = loaded(name, 1).info;
        (info.shape(), info.rows.iter().sum::<usize>())
    };
    assert_eq!(shape("iris"), (vec![4], 150));
    assert_eq!(shape("breast_cancer"), (vec![30], 569));
    assert_eq!(shape("diabetes"), (vec![10], 442));
    assert_eq!(shape("digits"), (vec![1, 8, 8], 1797));
}

#[test]
fn classes_and_values_are_in_range() {
    for def in DATASETS.iter().filter(|def| matches!(def.origin, Origin::Embedded)) {
        let data = loaded(def.section.name, 3);
        for part in [Some(&data.train), data.validation.as_ref(), data.test.as_ref()]
            .into_iter()
            .flatten()
        {
            match (part.classes(), data.info.classes()) {
                (Some(classes), Some(names)) => assert!(classes.iter().all(|&c| (c as usize) < names.len())),
                (None, None) => {
                    let values = (0..part.len()).flat_map(|row| part.targets[0].numbers(row).unwrap());
                    assert!(values.into_iter().all(|y| (25.0..=346.0).contains(&y)));
                }
                _ => panic!("{}: targets of another kind", def.section.name),
            }
        }
    }
}

#[test]
fn malignant_comes_first_and_is_the_smaller_class() {
    let data = loaded("breast_cancer", 0);
    let count = |c| {
        let parts = [Some(&data.train), data.validation.as_ref(), data.test.as_ref()];
        parts
            .into_iter()
            .flatten()
            .flat_map(|p| p.classes().unwrap())
            .filter(|&&x| x == c)
            .count()
    };
    assert_eq!((count(0), count(1)), (212, 357));
}

#[test]
fn the_seed_decides_the_split_and_the_digest() {
    let (a, again, other) = (loaded("iris", 1), loaded("iris", 1), loaded("iris", 2));
    assert_eq!(a.digest, again.digest);
    assert_eq!(a.digest.len(), 64);
    assert_ne!(a.digest, other.digest);
    assert_ne!(a.test.unwrap().rows, other.test.unwrap().rows);
}

#[test]
fn regression_targets_have_statistics_and_classes_have_none() {
    let n = loaded("diabetes", 0).target_normalization.unwrap();
    assert!(
        (n.mean[0] - 152.0).abs() < 10.0 && (n.std[0] - 77.0).abs() < 6.0,
        "{n:?}"
    );
    assert!(loaded("iris", 0).target_normalization.is_none());
}
