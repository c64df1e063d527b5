//! Files and settings that cannot be used.

use proptest::prelude::*;

use super::*;

#[test]
fn mistakes_in_a_test_file_have_its_name_and_line() {
    let main = "a,b,y\n1,1,no\n2,2,yes\n3,3,no\n";
    let with = |test: &str| {
        let options = json!({"test_path": "test.csv"});
        load_text(main, options, &[("test.csv", test)])
            .expect_err("an error")
            .to_string()
    };
    assert!(with("a,b,y\n1,1,maybe\n").contains("test.csv:2: class 'maybe' of the target 'y' does not occur"));
    assert!(with("a,b,y\n1,1,no\n1,x,no\n").contains("test.csv:3: 'x' in column 'b' is not a number"));
    assert!(with("a,b,y\n1,,no\n").contains("test.csv:2: column 'b' is missing"));
    assert!(with("a,b,z\n1,1,no\n").contains("test.csv:1: there is no column 'y', the target"));
    assert!(with("a,b,y\n").contains("test.csv has no rows"));
    assert!(with("1,2\n").contains("test.csv:1: 2 columns, but"));
}

#[test]
fn broken_files_are_named_with_the_line() {
    assert!(message("", json!({})).contains("t.csv is empty"));
    assert!(message("\u{feff}\r\n \n", json!({})).contains("t.csv is empty"));
    assert!(message("a,b\n", json!({})).contains("t.csv has no rows"));
    assert!(message("a,y\n1,2\n1,2,3\n", json!({})).contains("t.csv:3: 3 cells, but the first line has 2"));
    assert!(message("a,y\n1,2\n1\n", json!({})).contains("t.csv:3: 1 cells"));
    assert!(message("a,y\n1,2\n1,\"2\n3,4\n", json!({})).contains("t.csv:3: a quote is opened here and never closed"));
    assert!(
        message("a,a,y\n1,2,3\n", json!({"header": true}))
            .contains("columns 0 and 1 (counted from 0) are both called 'a'")
    );
    assert!(message("a\n1\n2\n", json!({})).contains("only one column"));
    assert!(
        message([b"a,y\n1,2\n".as_slice(), &[0xff, 0xfe, b'\n']].concat(), json!({})).contains("t.csv:3: not UTF-8")
    );
    assert!(message([0xff, 0xfe, b'a', 0], json!({})).contains("UTF-16"));
    assert!(message("a,y\n1,1\n2,1\n", json!({})).contains("every row has the same target"));
    assert!(message("a,y\n1,1\n2,\n3,2\n", json!({})).contains("t.csv:3: the target 'y' is missing here"));
    assert!(message("a,y\n1,1\n2,3\n3,2\n", json!({"drop": ["a"]})).contains("every column but the target is dropped"));
    assert!(
        message("a,y\n,1\n,3\n", json!({"columns": {"a": {"missing": "drop_row"}}})).contains("column 'a' is empty")
    );
}

#[test]
fn what_is_not_a_file_is_refused() {
    let context = DataContext::new("/", 0);
    for (path, expected) in [
        ("/dev/zero", "is not a file"),
        ("/nowhere/x.csv", "cannot read /nowhere/x.csv"),
        ("/", "is not a file"),
    ] {
        let error = crate::data::load(&chosen("csv", json!({"path": path})), &context)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_class_with_one_row_stays_in_training() {
    let data = load_text(
        "a,y\n1,0\n2,0\n3,0\n4,0\n5,1\n6,2\n7,2\n8,2\n",
        json!({"test_split": 0.5, "validation_split": 0.4}),
        &[],
    )
    .unwrap();
    assert!(data.train.targets.classes().unwrap().contains(&1));
}

#[test]
fn the_target_takes_no_feature_rules() {
    for rule in [
        json!({"drop": true}),
        json!({"categories": "one_hot"}),
        json!({"type": "category"}),
    ] {
        let error = message(PLAIN, json!({"columns": {"y": rule}}));
        assert!(error.contains("dataset.columns.y"), "{error}");
    }
}

#[test]
fn numbers_are_finite() {
    for (cell, is_number) in [
        ("1", true),
        ("-1e-3", true),
        (".5", true),
        ("+2", true),
        ("inf", false),
        ("1e400", false),
        ("nan", false),
        ("1,5", false),
        ("0x10", false),
        ("-", false),
    ] {
        assert_eq!(profile::number(cell).is_some(), is_number, "{cell}");
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = load_text(bytes, json!({"missing": "most_frequent", "categories": "one_hot"}), &[]);
    }

    #[test]
    fn random_tables_never_panic(text in "([a1.\",;\n\r-]|NA|é){0,120}", rule in "(error|drop_row|mean|zero)", target in -3i64..3) {
        let settings = json!({"missing": rule, "categories": "ordinal", "target": target});
        if let Ok(data) = load_text(text, settings, &[]) {
            prop_assert_eq!(train(&data).len(), data.train.len() * data.info.width());
            prop_assert!(train(&data).iter().all(|x| x.is_finite()));
        }
    }
}
