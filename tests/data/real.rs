//! Real files, where they are present: their known figures, and how long they take.

use std::collections::BTreeMap;

use crate::support::data::{chosen, real};
use runner::data::column::Seen;
use runner::data::{DataContext, Dataset, FieldKind, Part, load, picture};
use serde_json::{Value, json};

fn csv(file: &str, mut settings: Value) -> Option<runner::error::Result<Dataset>> {
    let path = real(&format!("tabular/{file}"))?;
    settings["path"] = json!(path);
    Some(load(&chosen("csv", settings), &DataContext::new(".", 42)))
}

fn parts(data: &Dataset) -> Vec<&Part> {
    [Some(&data.train), data.validation.as_ref(), data.test.as_ref()]
        .into_iter()
        .flatten()
        .map(|p| &**p)
        .collect()
}

fn floats(part: &Part) -> Vec<f32> {
    let rows = (0..part.len()).flat_map(|row| part.inputs[0].numbers(row).expect("numbers"));
    rows.map(|x| x as f32).collect()
}

fn tokens(part: &Part) -> &[u16] {
    let column: &dyn std::any::Any = &*part.inputs[0];
    column.downcast_ref::<Seen>().expect("a text").0.tokens()
}

fn class_counts(data: &Dataset) -> Vec<usize> {
    let mut counts = BTreeMap::new();
    parts(data)
        .iter()
        .flat_map(|p| p.classes().unwrap())
        .for_each(|&c| *counts.entry(c).or_insert(0) += 1);
    counts.into_values().collect()
}

fn mnist() -> Option<Dataset> {
    let folder = real("mnist/train-images-idx3-ubyte.gz")?.parent()?.parent()?.to_owned();
    let context = DataContext {
        folder,
        offline: true,
        ..DataContext::new(".", 42)
    };
    Some(load(&chosen("mnist", json!({"validation_split": 0.1})), &context).unwrap())
}

#[test]
fn mnist_has_its_known_figures() {
    let Some(data) = mnist() else { return };
    assert_eq!(data.info.rows, [54_000, 6_000, 10_000]);
    assert_eq!(data.info.shape(), [1, 28, 28]);
    // The whole training set has mean 0.1307 and standard deviation 0.3081 of full white.
    assert!((data.normalization.mean[0] / 255.0 - 0.1307).abs() < 1e-3);
    assert!((data.normalization.std[0] / 255.0 - 0.3081).abs() < 1e-3);
    let test = data.test.as_ref().unwrap();
    assert_eq!(test.classes().unwrap()[..5], [7, 2, 1, 0, 4]);
    assert_eq!(test.rows[0], 60_000);
    let seen: std::collections::BTreeSet<u32> = parts(&data).iter().flat_map(|p| p.rows.clone()).collect();
    assert_eq!(seen.len(), 70_000);
    let share = |part: &Part, c| part.classes().unwrap().iter().filter(|&&x| x == c).count() as f64 / part.len() as f64;
    for class in 0..10 {
        assert!((share(&data.train, class) - share(data.validation.as_ref().unwrap(), class)).abs() < 2e-4);
    }
    let first = picture(test, &data.info.shape(), 0).unwrap();
    assert_eq!((first.height, first.width, first.channels), (28, 28, 1));
    assert_eq!(first.pixels.iter().map(|&p| u32::from(p)).max(), Some(255));
}

#[test]
fn wine_has_semicolons_and_six_grades() {
    let Some(data) = csv("winequality-red.csv", json!({})) else {
        return;
    };
    let data = data.unwrap();
    assert_eq!(data.info.rows.iter().sum::<usize>(), 1599);
    assert_eq!(data.info.shape(), [11]);
    assert_eq!(data.info.classes().unwrap(), ["3", "4", "5", "6", "7", "8"]);
    assert_eq!(class_counts(&data), [10, 53, 681, 638, 199, 18]);
    let as_values = csv("winequality-red.csv", json!({"target_type": "values"}))
        .unwrap()
        .unwrap();
    assert!(as_values.train.classes().is_none());
}

#[test]
fn california_has_207_gaps_and_one_column_of_words() {
    let target = json!({"target": "median_house_value"});
    let Some(error) = csv("california-housing.csv", target.clone()) else {
        return;
    };
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("'total_bedrooms' has 207 missing cells")
            && error.contains("'ocean_proximity'")
            && error.contains("california-housing.csv:292"),
        "{error}"
    );
    let mut settings = target;
    settings["columns"] =
        json!({"total_bedrooms": {"missing": "median"}, "ocean_proximity": {"categories": "one_hot"}});
    let data = csv("california-housing.csv", settings).unwrap().unwrap();
    assert_eq!(data.info.rows, [14_861, 1_651, 4_128]);
    let notes = data.info.notes.join("\n");
    assert!(notes.contains("(median, 207 cells)"), "{notes}");
    assert_eq!(
        data.info.target(),
        Some(&FieldKind::numbers(vec!["median_house_value".into()]))
    );
    assert_eq!(data.info.shape(), [13]);
    assert!(
        parts(&data)
            .iter()
            .all(|part| floats(part).iter().all(|x| x.is_finite()))
    );
}

#[test]
fn titanic_has_crlf_quotes_and_gaps() {
    let settings = json!({
        "target": "Survived", "drop": ["PassengerId", "Name", "Ticket", "Cabin"], "categories": "one_hot",
        "columns": {"Age": {"missing": "median"}, "Embarked": {"missing": "most_frequent"}, "Pclass": {"type": "category"}},
    });
    let Some(data) = csv("titanic-train.csv", settings) else {
        return;
    };
    let data = data.unwrap();
    assert_eq!(data.info.rows.iter().sum::<usize>(), 891);
    assert_eq!(class_counts(&data), [549, 342]);
    let names = data.info.features().unwrap();
    let expected = [
        "Pclass=1",
        "Pclass=2",
        "Pclass=3",
        "Sex=female",
        "Sex=male",
        "Age",
        "SibSp",
        "Parch",
        "Fare",
        "Embarked=C",
        "Embarked=Q",
        "Embarked=S",
    ];
    assert_eq!(names, expected);
    for part in parts(&data) {
        assert!(
            floats(part)
                .chunks(names.len())
                .all(|x| x[0..3].iter().sum::<f32>() == 1.0 && x[9..].iter().sum::<f32>() == 1.0)
        );
    }
    let bare = csv("titanic-train.csv", json!({"target": "Survived"}))
        .unwrap()
        .unwrap_err()
        .to_string();
    assert!(
        bare.contains("'Cabin' has 147 different words in 204 cells")
            && bare.contains("'Embarked' holds 889 cells")
            && bare.contains("and 2 missing ones")
            && bare.contains("'PassengerId' numbers the rows"),
        "{bare}"
    );
    let no_target = csv(
        "titanic-train.csv",
        json!({"target": "Survived", "test_path": real("tabular/titanic-test.csv"), "missing": "most_frequent", "categories": "one_hot",
            "drop": ["PassengerId", "Name", "Ticket", "Cabin"]}),
    );
    assert!(
        no_target
            .unwrap()
            .unwrap_err()
            .to_string()
            .contains("there is no column 'Survived', the target")
    );
}

/// Rows of a file as sets, each with its class by name, to compare with an embedded copy.
fn labelled(data: &Dataset, called: impl Fn(&str) -> String) -> Vec<(Vec<u32>, String)> {
    let names = data.info.classes().expect("classes");
    let width = data.info.width();
    let bits = |x: &[f32]| x.iter().map(|v| v.to_bits()).collect::<Vec<u32>>();
    let mut rows = Vec::new();
    for part in parts(data) {
        let classes = part.classes().unwrap();
        let numbers = floats(part);
        let samples = numbers.chunks(width).zip(classes);
        rows.extend(samples.map(|(x, &class)| (bits(x), called(&names[class as usize]))));
    }
    rows.sort();
    rows
}

fn embedded(name: &str) -> Dataset {
    load(&chosen(name, json!({})), &DataContext::new(".", 1)).unwrap()
}

#[test]
fn embedded_iris_is_the_file_of_uci() {
    let Some(data) = csv("iris.data", json!({})) else {
        return;
    };
    let data = data.unwrap();
    assert!(data.info.notes.iter().any(|note| note.contains("no header")));
    assert_eq!(class_counts(&data), [50, 50, 50]);
    let called = |name: &str| name.trim_start_matches("Iris-").to_owned();
    assert_eq!(labelled(&data, called), labelled(&embedded("iris"), str::to_owned));
}

#[test]
fn embedded_breast_cancer_is_the_file_of_uci() {
    let Some(data) = csv("wdbc.data", json!({"target": 1, "drop": [0]})) else {
        return;
    };
    let data = data.unwrap();
    assert_eq!(data.info.classes().unwrap(), ["B", "M"]);
    assert_eq!(class_counts(&data), [357, 212]);
    let called = |name: &str| if name == "B" { "benign" } else { "malignant" }.to_owned();
    assert_eq!(
        labelled(&data, called),
        labelled(&embedded("breast_cancer"), str::to_owned)
    );
}

#[test]
fn embedded_digits_are_the_test_file_of_uci() {
    let Some(data) = csv("optdigits.tes", json!({})) else {
        return;
    };
    let data = data.unwrap();
    assert_eq!(data.info.shape(), [64]);
    assert_eq!(
        labelled(&data, str::to_owned),
        labelled(&embedded("digits"), str::to_owned)
    );
}

#[test]
fn tiny_shakespeare_is_as_it_is_described() {
    let Some(file) = real("tinyshakespeare/input.txt") else {
        return;
    };
    let mut context = DataContext::new(".", 1);
    context.folder = file.parent().unwrap().parent().unwrap().to_owned();
    let chosen = chosen("tiny_shakespeare", json!({"validation_split": 0.05}));
    let data = load(&chosen, &context).unwrap();
    assert_eq!(runner::data::describe(&chosen, &context).unwrap(), data.info);
    let characters = data.info.next_tokens().expect("characters");
    assert_eq!(characters.len(), 65);
    let text: String = tokens(&data.train)[..14]
        .iter()
        .map(|&token| characters[usize::from(token)].as_str())
        .collect();
    assert_eq!(text, "First Citizen:");
    let lengths: Vec<usize> = parts(&data).into_iter().map(|part| tokens(part).len()).collect();
    assert_eq!(
        lengths.iter().sum::<usize>(),
        1_115_394,
        "every character is one of the 65"
    );
}
