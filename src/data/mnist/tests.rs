use serde_json::json;

use super::super::settings::chosen;
use super::*;

#[test]
fn the_stand_in_has_the_shapes_of_the_real_thing() {
    let chosen = chosen("mnist", json!({"stand_in": "digits", "validation_split": 0.1}));
    let mut context = DataContext::new(".", 42);
    let real = (DEF.describe)(&chosen, &context).unwrap();
    assert_eq!(real.rows, [54_000, 6_000, 10_000]);
    assert_eq!(real.stand_in, None);
    context.use_stand_in = true;
    let data = (DEF.load)(&chosen, &context).unwrap();
    assert_eq!(data.info.inputs, real.inputs);
    assert_eq!(data.info.targets, real.targets);
    assert_eq!(data.info, (DEF.describe)(&chosen, &context).unwrap());
    assert!(data.info.stand_in.is_some());
    assert!(data.train.inputs[0].bytes().is_some());
}

#[test]
fn missing_files_are_an_error_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let context = DataContext {
        folder: folder.path().into(),
        ..DataContext::new(".", 1)
    };
    let error = (DEF.load)(&chosen("mnist", json!({})), &context).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), Kind::Data);
    assert!(
        text.contains(TRAIN_IMAGES) && text.contains("runner data fetch mnist") && text.contains("stand_in"),
        "{text}"
    );
}

#[test]
fn a_wrong_file_is_never_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mnist")).unwrap();
    std::fs::write(folder.path().join("mnist").join(TRAIN_IMAGES), vec![0; 9_912_422]).unwrap();
    let context = DataContext {
        folder: folder.path().into(),
        ..DataContext::new(".", 1)
    };
    let text = (DEF.load)(&chosen("mnist", json!({})), &context)
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("is not the published file") && text.contains(TRAIN_IMAGES),
        "{text}"
    );
}
