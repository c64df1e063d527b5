//! What is decided about missing files before a run: found, stand-in, or an error that helps.

use crate::support::data::{chosen, real};
use runner::data::{DataContext, load, prepare};
use runner::error::Kind;
use serde_json::json;

fn offline(folder: &std::path::Path) -> DataContext {
    DataContext {
        folder: folder.into(),
        offline: true,
        ..DataContext::new(".", 42)
    }
}

#[test]
fn the_stand_in_is_used_where_allowed_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = chosen("mnist", json!({"stand_in": "digits"}));
    let context = offline(folder.path());
    let prepared = prepare(&chosen, &context, &mut |_| panic!("offline asks nobody")).unwrap();
    let sentence = prepared.use_stand_in.unwrap();
    assert!(
        sentence.starts_with("NOT mnist") && sentence.contains("--offline"),
        "{sentence}"
    );
    let data = load(
        &chosen,
        &DataContext {
            use_stand_in: true,
            ..context
        },
    )
    .unwrap();
    assert_eq!(data.info, prepared.info);
    assert_eq!(data.info.shape(), [1, 28, 28]);
    assert!(data.info.stand_in.unwrap().sentence.contains("1,797"));
}

#[test]
fn without_a_stand_in_the_error_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["mnist", "fashion_mnist"] {
        let error = prepare(&chosen(name, json!({})), &offline(folder.path()), &mut |_| {}).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), Kind::Data);
        for expected in [
            "--offline",
            "runner data fetch",
            "stand_in: digits",
            "train-images-idx3-ubyte.gz",
            &folder.path().display().to_string(),
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}

#[test]
fn a_wrong_file_is_an_error_even_with_a_stand_in() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mnist")).unwrap();
    std::fs::write(folder.path().join("mnist/train-labels-idx1-ubyte.gz"), "something else").unwrap();
    let error = prepare(
        &chosen("mnist", json!({"stand_in": "digits"})),
        &offline(folder.path()),
        &mut |_| {},
    )
    .unwrap_err();
    assert!(error.to_string().contains("has 14 bytes, expected 28881"), "{error}");
}

#[test]
fn data_without_files_needs_no_preparation() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "iris",
        "digits",
        "breast_cancer",
        "diabetes",
        "moons",
        "blobs",
        "circles",
        "spirals",
    ] {
        let prepared = prepare(&chosen(name, json!({})), &offline(folder.path()), &mut |_| {}).unwrap();
        assert!(prepared.use_stand_in.is_none());
        assert!(prepared.info.rows.iter().all(|&rows| rows > 0), "{name}");
    }
}

#[test]
fn the_real_files_are_found_packed_or_unpacked() {
    let Some(mnist) = real("mnist/train-images-idx3-ubyte.gz") else {
        return;
    };
    let packed = mnist.parent().unwrap();
    let context = offline(packed.parent().unwrap());
    let chosen = chosen("mnist", json!({"stand_in": "digits", "validation_split": 0.1}));
    assert!(prepare(&chosen, &context, &mut |_| {}).unwrap().use_stand_in.is_none());
    let real = load(&chosen, &context).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mnist")).unwrap();
    for entry in std::fs::read_dir(packed).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let Some(plain) = name.strip_suffix(".gz") else {
            continue;
        };
        let mut from = flate2::read::GzDecoder::new(std::fs::File::open(entry.path()).unwrap());
        std::io::copy(
            &mut from,
            &mut std::fs::File::create(folder.path().join("mnist").join(plain)).unwrap(),
        )
        .unwrap();
    }
    let context = offline(folder.path());
    assert!(prepare(&chosen, &context, &mut |_| {}).unwrap().use_stand_in.is_none());
    assert_eq!(runner::data::verify("mnist", &context).unwrap(), 4);
    assert_eq!(load(&chosen, &context).unwrap().digest, real.digest);
}

#[test]
fn some_batches_of_cifar10_are_used_and_said() {
    let Some(file) = real("cifar10/data_batch_1.bin") else {
        return;
    };
    let context = offline(file.parent().unwrap().parent().unwrap());
    let there = std::fs::read_dir(file.parent().unwrap()).unwrap().flatten();
    let batches = there
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("data_batch_"))
        .count();
    let chosen = chosen("cifar10", json!({"stand_in": "shapes", "validation_split": 0.1}));
    let prepared = prepare(&chosen, &context, &mut |_| panic!("nothing is asked for")).unwrap();
    assert_eq!(prepared.use_stand_in, None);
    assert_eq!(prepared.info.rows, [9_000 * batches, 1_000 * batches, 10_000]);
    let said = prepared
        .info
        .notes
        .iter()
        .any(|note| note.starts_with(&format!("{batches} of 5 training batches")));
    assert_eq!(said, batches < 5);
    assert!(runner::data::verify("cifar10", &context).unwrap() > 1);
    let data = load(&chosen, &context).unwrap();
    assert_eq!(data.info, prepared.info);
    let test = data.test.unwrap();
    assert_eq!(test.classes().unwrap()[..5], [3, 8, 8, 0, 6]);
    assert_eq!(test.rows[0], 50_000);
    // The published mean of all training images is 125.3, 123.0, 113.9.
    for (mean, known) in data.normalization.mean.iter().zip([125.3, 123.0, 113.9]) {
        assert!((mean - known).abs() < 2.0, "{mean} {known}");
    }
}
