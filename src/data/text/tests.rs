use super::super::DataContext;
use super::super::column::Seen;
use super::super::settings::chosen;
use super::*;

fn text(settings: serde_json::Value, contents: &[u8]) -> Result<Dataset> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), contents).unwrap();
    let mut settings = settings;
    settings["path"] = "a.txt".into();
    super::super::load(&chosen("text", settings), &DataContext::new(folder.path(), 1))
}

fn tokens(part: &super::super::Part) -> &super::super::column::Windows {
    let column: &dyn std::any::Any = &*part.inputs[0];
    &column.downcast_ref::<Seen>().expect("a text").0
}

#[test]
fn parts_follow_each_other_and_share_nothing() {
    let contents: String = (0..1000u32)
        .filter_map(|i| char::from_u32('a' as u32 + i % 26))
        .collect();
    let settings = serde_json::json!({"sequence_length": 10, "validation_split": 0.1, "test_split": 0.2});
    let data = text(settings, contents.as_bytes()).unwrap();
    let parts = [
        &data.train,
        data.validation.as_ref().unwrap(),
        data.test.as_ref().unwrap(),
    ];
    let whole: Vec<u16> = parts.iter().flat_map(|part| tokens(part).tokens().to_vec()).collect();
    assert_eq!(whole, (0..1000).map(|i| i % 26).collect::<Vec<u16>>());
    assert_eq!(parts.map(|part| tokens(part).tokens().len()), [720, 80, 200]);
    assert_eq!(data.info.rows, [70, 7, 19]);
    assert_eq!(parts.map(|part| part.rows[0]), [0, 720, 800]);
    assert_eq!(data.info.shape(), [10]);
    assert_eq!(tokens(parts[0]).places(), 10);
    assert_eq!(tokens(parts[1]).places(), 1);
    assert_eq!((parts[0].targets[0].len(), parts[0].targets[0].width()), (70, 10));
}

#[test]
fn the_vocabulary_is_that_of_the_whole_file() {
    let contents = format!("{}é", "ba\n".repeat(100));
    let data = text(serde_json::json!({"sequence_length": 4}), contents.as_bytes()).unwrap();
    let names = ["\n", "a", "b", "é"].map(str::to_owned).to_vec();
    assert_eq!(data.info.next_tokens().unwrap(), names);
    let marked = text(
        serde_json::json!({"sequence_length": 4}),
        format!("\u{feff}{contents}").as_bytes(),
    )
    .unwrap();
    assert_eq!(marked.digest, data.digest);
}

#[test]
fn what_is_no_text_or_too_short_is_told() {
    let long = "x".repeat(90);
    let wrong = |settings: serde_json::Value, contents: &[u8]| text(settings, contents).unwrap_err().to_string();
    let message = wrong(serde_json::json!({}), b"abc\xffdef");
    assert!(message.contains("a.txt: no UTF-8 at byte 3"), "{message}");
    let message = wrong(serde_json::json!({}), long.as_bytes());
    assert!(
        message.contains("the validation part has 9 characters, a window of 64 needs 65"),
        "{message}"
    );
    for contents in [&b""[..], b"a"] {
        let message = wrong(serde_json::json!({}), contents);
        assert!(message.contains("the training part has"), "{message}");
    }
    let folder = tempfile::tempdir().unwrap();
    for (path, expected) in [(".", "no file"), ("none.txt", "none.txt: ")] {
        let chosen = chosen("text", serde_json::json!({"path": path}));
        let error = super::super::load(&chosen, &DataContext::new(folder.path(), 1)).unwrap_err();
        assert!(
            error.kind() == Kind::Data && error.to_string().contains(expected),
            "{error}"
        );
    }
    let many: String = (0..20_000u32).filter_map(|i| char::from_u32(0x1_0000 + i)).collect();
    assert!(wrong(serde_json::json!({}), many.as_bytes()).contains("10000 distinct characters"));
}

#[test]
fn what_is_described_is_what_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let mut context = DataContext::new(folder.path(), 1);
    context.use_stand_in = true;
    for settings in [
        serde_json::json!({}),
        serde_json::json!({"random_offset": false, "sequence_length": 17, "validation_split": 0.0}),
    ] {
        let chosen = chosen("tiny_shakespeare", settings);
        let data = super::super::load(&chosen, &context).unwrap();
        assert_eq!(super::super::describe(&chosen, &context).unwrap(), data.info);
        assert_eq!(data.info.next_tokens().unwrap().len(), 65);
        let expected = verses::text().len();
        let all = [Some(&data.train), data.validation.as_ref(), data.test.as_ref()];
        let parts: usize = all.into_iter().flatten().map(|part| tokens(part).tokens().len()).sum();
        assert_eq!(parts, expected, "every character of the verses is one of the 65");
        assert!(data.info.stand_in.unwrap().sentence.contains("NOT tiny_shakespeare"));
    }
}

#[test]
fn every_setting_changes_the_digest() {
    let contents = "to be or not to be\n".repeat(40);
    let digest = |settings| text(settings, contents.as_bytes()).unwrap().digest;
    let base = digest(serde_json::json!({"sequence_length": 8}));
    assert_eq!(base, digest(serde_json::json!({"sequence_length": 8})));
    for other in [
        serde_json::json!({"sequence_length": 9}),
        serde_json::json!({"sequence_length": 8, "random_offset": false}),
        serde_json::json!({"sequence_length": 8, "test_split": 0.1}),
    ] {
        assert_ne!(base, digest(other));
    }
}
