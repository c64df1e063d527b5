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
    assert!(with("1,2\n").contains("test.csv:1: there is no column 'a', which"));
    let nameless = |test: &str| {
        let options = json!({"test_path": "test.csv", "header": false});
        load_text("1,1,no\n2,2,yes\n3,3,no\n", options, &[("test.csv", test)])
            .expect_err("an error")
            .to_string()
    };
    assert!(nameless("1,2\n").contains("test.csv:1: 2 columns, but"));
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
    assert!(message("a,y\n1,1\n2,\n3,2\n", json!({})).contains("t.csv:3: the target 'y' is missing"));
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
        let error = crate::load(&chosen("csv", json!({"path": path})), &context)
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
    assert!(data.train.classes().unwrap().contains(&1));
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
        assert_eq!(reading::number(cell).is_some(), is_number, "{cell}");
    }
}

#[test]
fn lines_are_counted_as_editors_count_them() {
    for (text, line) in [
        ("a,b,y\r\n1,2,no\r\n3,,yes\r\n", 3),
        ("a,b,y\n\n\n1,2,no\n\n3,,yes\n", 6),
        ("a,b,y\r1,2,no\r3,,yes\r", 3),
        ("\r\na,b,y\r\n\r\n1,\"2\r\n\",no\r\n3,,yes", 6),
    ] {
        let error = message(text, json!({"categories": "one_hot"}));
        assert!(
            error.contains("the first at ") && error.contains(&format!("t.csv:{line}")),
            "{error}"
        );
    }
    let ragged = message("a,y\r\n1,2\r\n\r\n1,2,3\r\n", json!({}));
    assert!(ragged.contains("t.csv:4: 3 cells"), "{ragged}");
}

#[test]
fn an_unclosed_quote_in_the_last_line_is_noticed() {
    for text in ["a,y\n1,2\n1,\"2", "a,y\n1,2\n\"1,2\n", "a,y\n1,2\n1,\"2\"\"\n\n"] {
        let error = message(text, json!({}));
        assert!(
            error.contains("t.csv:3: a quote is opened here and never closed"),
            "{error}"
        );
    }
    let inch = "a,y\n\"1\",x\n2,5\" pipe\n";
    load_text(inch, json!({}), &[]).unwrap();
}

#[test]
fn all_columns_that_do_not_exist_are_named_with_their_keys() {
    let settings = json!({"target": "z", "drop": ["q", 7, "a"], "columns": {"w": {"drop": true}}});
    let error = load_text(PLAIN, settings, &[]).expect_err("an error");
    let paths: Vec<String> = error.problems().iter().map(|p| p.path.to_string()).collect();
    assert_eq!(
        paths,
        [
            "dataset.target",
            "dataset.drop.0",
            "dataset.drop.1",
            "dataset.columns.w"
        ]
    );
    assert!(error.to_string().contains("there are 'a', 'b', 'y'"), "{error}");
}

#[test]
fn the_target_cannot_be_dropped() {
    for drop in [json!(["y"]), json!(["a", -1]), json!([2])] {
        let error = load_text(PLAIN, json!({"drop": drop}), &[]).expect_err("an error");
        assert!(
            error.problems()[0].path.to_string().starts_with("dataset.drop."),
            "{error}"
        );
        assert!(error.to_string().contains("is the target"), "{error}");
    }
}

/// A file of some hundred kilobytes cannot make gigabytes of names.
#[test]
fn names_are_capped() {
    let long = "n".repeat(2_000_000);
    let error = message(format!("{long},y\n1,2\n3,4\n"), json!({}));
    assert!(
        error.contains("t.csv:1: column 0 has a name of more than 1024 bytes") && error.len() < 1000,
        "{error}"
    );
    let error = message(format!("a,y\nu,2\n{long},4\n"), json!({"categories": "one_hot"}));
    assert!(
        error.contains("column 'a' has a word of more than 1024 bytes in line 3"),
        "{error}"
    );
    let error = message(format!("a,y\n1,u\n2,{long}\n"), json!({}));
    assert!(
        error.contains("t.csv:3: a class of the target 'y' of more than 1024 bytes"),
        "{error}"
    );
    let mut text = format!("{},y\n", "n".repeat(1000));
    (0..10_000).for_each(|i| text.push_str(&format!("w{i},{}\n", i % 2)));
    let column = "n".repeat(1000);
    let all = json!({"columns": {column: {"order": "alphabetical"}}});
    load_text(&text, settings(all), &[]).unwrap();
}

/// As many names as may be, of columns or of categories, fit the files of a run.
#[test]
fn a_run_can_hold_the_names_that_are_allowed() {
    let wide = |columns: usize| {
        let names: String = (0..columns).map(|i| format!("{i:0>1000},")).collect();
        let row = |y: u32| format!("{}{y}\n", "1,".repeat(columns));
        load_text(format!("{names}y\n{}{}", row(0), row(1)), json!({}), &[])
    };
    let fits = super::super::MAX_NAMES_BYTES / 1000;
    let info = wide(fits).unwrap().info;
    assert!(serde_json::to_vec_pretty(&info).unwrap().len() < 16 << 20);
    let error = wide(fits + 1).unwrap_err().to_string();
    assert!(error.contains("names of features and categories"), "{error}");
    let long: String = (0..9000).map(|i| format!("w{i:0>1000},{}\n", i % 2)).collect();
    let error = message(
        format!("a,y\n{long}"),
        json!({"columns": {"a": {"order": "alphabetical"}}}),
    );
    assert!(error.contains("names of features and categories"), "{error}");
}

#[test]
fn what_would_confuse_a_terminal_is_escaped() {
    let data = load_text("a\u{1b}[31m,y\n1,x\u{7}\n2,b\n", json!({"header": true}), &[]).unwrap();
    assert!(
        !notes(&data).chars().any(|c| c.is_control() && c != '\n'),
        "{}",
        notes(&data)
    );
    let error = message("a\u{1b}[31m,y\nq,0\nq,1\n", json!({"header": true}));
    assert!(!error.chars().any(|c| c.is_control() && c != '\n'), "{error}");
}

#[test]
fn a_stray_word_among_numbers_is_no_category() {
    let mut text = String::from("a,y\n");
    (0..20).for_each(|i| text.push_str(&format!("{i},{}\n", i % 2)));
    text.push_str("inf,1\n");
    let error = message(&text, json!({"categories": "one_hot"}));
    assert!(
        error.contains("'inf' at") && error.contains("t.csv:22") && error.contains("missing_markers"),
        "{error}"
    );
    let declared = json!({"categories": "one_hot", "columns": {"a": {"type": "category"}}});
    load_text(&text, declared, &[]).unwrap();
    let error = message("a;y\n1,5;0\n2,5;1\n", json!({}));
    assert!(error.contains("decimal commas"), "{error}");
}

#[test]
fn a_column_that_teaches_nothing_is_refused() {
    let test = [("test.csv", "a,b,y\n1,u,0\n3,v,1\n")];
    let settings = json!({"test_path": "test.csv", "validation_split": 0.0, "categories": "one_hot", "missing": "zero",
        "columns": {"b": {"type": "category"}}});
    let error = load_text("a,b,y\n1,,0\n2,,1\n", settings.clone(), &test)
        .expect_err("an error")
        .to_string();
    assert!(error.contains("column 'b' is empty"), "{error}");
    let mut split = settings;
    split["test_path"] = Value::Null;
    split["test_split"] = json!(0.9);
    split["target_type"] = json!("values");
    let mut text = String::from("a,b,y\n");
    (0..40).for_each(|i| text.push_str(&format!("{i},{},{i}.5\n", if i == 3 { "u" } else { "" })));
    let error = message(&text, split);
    assert!(
        error.contains("column 'b' has no category in the training part"),
        "{error}"
    );
}

#[test]
fn parts_that_stay_empty_are_said() {
    let data = load_text("a,y\n1,u\n2,v\n", json!({}), &[]).unwrap();
    assert!(
        notes(&data).contains("no test part") && notes(&data).contains("no validation part"),
        "{}",
        notes(&data)
    );
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
