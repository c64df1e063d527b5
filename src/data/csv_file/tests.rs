use serde_json::{Value, json};

use super::super::schema::FieldKind;
use super::super::settings::chosen;
use super::*;

mod broken;
mod inferred;
mod meant;

/// Loads a file with this content; `extra` files lie beside it.
fn load_text(text: impl AsRef<[u8]>, mut settings: Value, extra: &[(&str, &str)]) -> Result<Dataset> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), text).unwrap();
    for (name, text) in extra {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    settings["path"] = json!("t.csv");
    super::super::load(&chosen("csv", settings), &DataContext::new(folder.path(), 7))
}

fn message(text: impl AsRef<[u8]>, settings: Value) -> String {
    // Without the samples, of which a failure would print every number.
    let described = load_text(text, settings, &[]).map(|data| data.info);
    described.expect_err("an error").to_string()
}

/// All features of the training part.
fn train(data: &Dataset) -> Vec<f32> {
    numbers(&data.train)
}

/// All features of a part.
fn numbers(part: &Part) -> Vec<f32> {
    let samples = (0..part.len()).flat_map(|row| part.inputs[0].numbers(row).expect("numbers"));
    samples.map(|x| x as f32).collect()
}

fn notes(data: &Dataset) -> String {
    data.info.notes.join("\n")
}

/// Settings under which every row trains but one.
fn settings(more: Value) -> Value {
    let mut settings = json!({"validation_split": 0.0, "test_split": 0.01, "normalize": "none"});
    settings
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    settings
}

const PLAIN: &str = "a,b,y\n1,2,no\n3,4,yes\n5,6,no\n7,8,yes\n9,10,no\n11,12,yes\n";

#[test]
fn numbers_and_classes_are_inferred() {
    let data = load_text(PLAIN, json!({"test_split": 0.34, "validation_split": 0.5}), &[]).unwrap();
    assert_eq!(data.info.shape(), [2]);
    assert_eq!(data.info.classes().unwrap(), ["no", "yes"]);
    assert_eq!(data.info.rows, [2, 2, 2]);
    assert_eq!(data.info.features().unwrap(), ["a", "b"]);
    for (x, (&row, &class)) in train(&data)
        .chunks(2)
        .zip(data.train.rows.iter().zip(data.train.classes().unwrap()))
    {
        assert_eq!(
            x,
            [
                (4 * (row / 2) + 1 + 2 * (row % 2)) as f32,
                (4 * (row / 2) + 2 + 2 * (row % 2)) as f32
            ]
        );
        assert_eq!(class, row % 2);
    }
}

#[test]
fn bom_crlf_quotes_and_blanks_change_nothing() {
    let plain = load_text(PLAIN, json!({}), &[]).unwrap();
    let dressed = format!(
        "\u{feff}{}",
        PLAIN
            .replace('\n', "\r\n")
            .replace("no", "\" no \"")
            .replace(",4", ",\" 4\"")
            .replace(",8", ", 8 ")
    );
    let other = load_text(dressed, json!({}), &[]).unwrap();
    assert_eq!(plain.digest, other.digest);
    assert_eq!(plain.info.features(), other.info.features());
    for delimiter in [";", "\t", "|"] {
        let other = load_text(PLAIN.replace(',', delimiter), json!({}), &[]).unwrap();
        assert_eq!(plain.digest, other.digest, "{delimiter:?}");
    }
}

#[test]
fn a_file_without_header_is_recognized() {
    let data = load_text("1,2,a\n3,4,b\n5,6,a\n7,8,b\n", json!({}), &[]).unwrap();
    assert_eq!(data.info.rows.iter().sum::<usize>(), 4);
    assert_eq!(data.info.features().unwrap(), ["0", "1"]);
    assert!(notes(&data).contains("no header"));
    let forced = message("1,2,a\n3,4,b\n5,6,a\n7,8,b\n", json!({"header": true, "drop": ["9"]}));
    assert!(forced.contains("dataset.drop.0: there is no column '9'"), "{forced}");
}

#[test]
fn target_by_name_index_and_from_the_end() {
    let text = "y,a\n1.5,2\n3.5,4\n5.5,6\n7.5,9\n";
    for target in [json!("y"), json!(0), json!(-2)] {
        let data = load_text(text, json!({"target": target}), &[]).unwrap();
        assert_eq!(data.info.target(), Some(&FieldKind::numbers(vec!["y".into()])));
        assert!(data.target_normalization.is_some());
    }
    assert!(message(text, json!({"target": "yy"})).contains("did you mean 'y'"));
    assert!(message(text, json!({"target": 2})).contains("dataset.target: there is no column 2"));
    assert!(message(text, json!({"target": i64::MIN})).contains("there is no column"));
}

#[test]
fn whole_numbers_are_classes_unless_told_otherwise() {
    let text = "a,y\n1,10\n2,9\n3,10.0\n4,9\n5,10\n";
    let data = load_text(text, json!({}), &[]).unwrap();
    assert_eq!(data.info.classes().unwrap(), ["9", "10"]);
    let data = load_text(text, json!({"target_type": "values"}), &[]).unwrap();
    assert!(data.train.classes().is_none() && data.train.targets[0].width() == 1);
    assert!(
        message("a,y\n1,2\n2,x\n3,2\n", json!({"target_type": "values"}))
            .contains("t.csv:3: 'x' in the target column 'y' is not a number")
    );
}

#[test]
fn every_column_without_a_rule_is_named_at_once() {
    let text = message("a,b,c,y\n1,x,,0\n,z,,1\n3,x,,0\n", json!({}));
    assert!(text.contains("3 columns need a rule"), "{text}");
    assert!(
        text.contains("column 'a' has 1 missing cell")
            && text.contains("t.csv:3")
            && text.contains("{missing: median}"),
        "{text}"
    );
    assert!(
        text.contains("column 'b' holds 3 cells that are not numbers, the first 'x' at") && text.contains("t.csv:2"),
        "{text}"
    );
    assert!(
        text.contains("column 'c' is empty") && text.contains("{drop: true}"),
        "{text}"
    );
    assert!(
        message(
            "a,b,y\n1,x,0\n2,,1\n3,x,0\n",
            json!({"missing": "median", "categories": "one_hot"})
        )
        .contains("words have no mean")
    );
}

/// Six rows for training, one held out for the test: its gap and its word teach nothing.
#[test]
fn gaps_and_categories_follow_the_training_part_only() {
    let text = "a,b,y\n1,u,0\n2,v,1\n,u,0\n4,,1\n5,u,0\n9,v,1\n1000,w,0\n,w,1\n";
    let options =
        settings(json!({"missing": "median", "categories": "one_hot", "columns": {"b": {"missing": "most_frequent"}}}));
    let data = load_text(text, options, &[]).unwrap();
    let features = data.info.features().unwrap();
    let words: Vec<&str> = features[1..].iter().map(String::as_str).collect();
    assert!(words.len() >= 2 && words[..2] == ["b=u", "b=v"], "{words:?}");
    let held: Vec<u32> = data.test.as_ref().unwrap().rows.clone();
    let values = [
        Some(1.0),
        Some(2.0),
        None,
        Some(4.0),
        Some(5.0),
        Some(9.0),
        Some(1000.0),
        None,
    ];
    let mut present: Vec<f32> = (0..8)
        .filter(|i| !held.contains(i))
        .filter_map(|i| values[i as usize])
        .collect();
    present.sort_by(f32::total_cmp);
    let half = present.len() / 2;
    let median = if present.len() % 2 == 1 {
        present[half]
    } else {
        (present[half - 1] + present[half]) / 2.0
    };
    let width = features.len();
    for (x, &row) in train(&data).chunks(width).zip(&data.train.rows) {
        assert_eq!(x[0], values[row as usize].unwrap_or(median));
        assert_eq!(x[1..].iter().sum::<f32>(), 1.0);
    }
}

#[test]
fn each_rule_for_gaps_does_what_it_says() {
    let test = [("test.csv", "a,y\n,0\n3,1\n")];
    for (rule, expected) in [("mean", 4.0), ("median", 3.0), ("most_frequent", 1.0), ("zero", 0.0)] {
        let options = json!({"test_path": "test.csv", "validation_split": 0.0, "missing": rule});
        let data = load_text("a,y\n1,0\n1,1\n5,0\n9,1\n,0\n", options, &test).unwrap();
        let filled = if rule == "mean" { 4.0 } else { expected };
        assert_eq!(train(&data)[4], filled, "{rule}");
        let x = numbers(data.test.as_ref().unwrap());
        assert_eq!(x, [filled, 3.0], "{rule}");
    }
    let dropped = load_text(
        "a,y\n1,0\n,1\n5,1\n9,0\n7,1\n",
        settings(json!({"missing": "drop_row"})),
        &[],
    )
    .unwrap();
    assert_eq!(dropped.info.rows.iter().sum::<usize>(), 4);
    assert!(!dropped.train.rows.contains(&1));
    assert!(notes(&dropped).contains("rows left out for missing cells: 1"));
}

#[test]
fn files_for_validation_and_test_may_order_columns_otherwise() {
    let extra = [
        ("v.csv", "y,extra,b,a\nyes,0,1,v\n"),
        ("t2.csv", "b,y,a\n5,no,zzz\n6,yes,u\n"),
    ];
    let options = json!({"validation_path": "v.csv", "test_path": "t2.csv", "columns": {"a": {"order": "alphabetical"}}, "normalize": "none"});
    let data = load_text("a,b,y\nu,1,no\nv,2,yes\nu,3,no\n", options, &extra).unwrap();
    assert_eq!(data.info.rows, [3, 1, 2]);
    assert_eq!(train(&data), [0.0, 1.0, 1.0, 2.0, 0.0, 3.0]);
    let x = numbers(data.test.as_ref().unwrap());
    assert_eq!(x, [-1.0, 5.0, 0.0, 6.0]);
    assert!(
        notes(&data).contains("1 held-out rows have a category"),
        "{}",
        notes(&data)
    );
}
