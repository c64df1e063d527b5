use serde_json::{Value, json};

use super::super::settings::chosen;
use super::super::{DataContext, DataInfo, describe, load as load_dataset};
use super::*;

fn written(text: &str, mut settings: Value, others: &[(&str, &str)]) -> (tempfile::TempDir, Result<Dataset>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, contents) in [("t.csv", text)].iter().chain(others) {
        std::fs::write(folder.path().join(name), contents).unwrap();
    }
    settings["path"] = "t.csv".into();
    let loaded = load_dataset(&chosen("text_csv", settings), &DataContext::new(folder.path(), 3));
    (folder, loaded)
}

fn dataset(text: &str, settings: Value) -> Dataset {
    written(text, settings, &[]).1.unwrap()
}

fn message(text: &str, settings: Value) -> String {
    let (_folder, loaded) = written(text, settings, &[]);
    loaded.map(|data| data.info).expect_err("an error").to_string()
}

fn plain() -> Value {
    json!({"text": "text", "label": "label", "validation_split": 0.0, "test_split": 0.2, "max_length": 8})
}

/// Ten rows of each of two classes.
fn rows() -> String {
    let rows = (0..20).map(|i| format!("{},\"ab{}, c\"\n", ["no", "yes"][i % 2], "d".repeat(i % 5)));
    format!("label,text\n{}", rows.collect::<String>())
}

#[test]
fn texts_become_numbers_and_labels_classes() {
    let data = dataset(&rows(), plain());
    assert_eq!(data.info.classes().unwrap(), ["no", "yes"]);
    assert_eq!(
        data.info.vocabulary().unwrap(),
        ["<pad>", "<unk>", " ", ",", "a", "b", "c", "d"]
    );
    assert_eq!((data.info.rows, data.info.shape()), ([16, 0, 4], vec![8]));
    let part = &data.train;
    for (i, &row) in part.rows.iter().enumerate() {
        let tokens = part.inputs[0].tokens(i).unwrap();
        assert_eq!(tokens.len(), (5 + row as usize % 5).min(8));
        assert_eq!(tokens[..2], [4, 5]);
        assert_eq!(part.classes().unwrap()[i], row % 2);
    }
    assert!(data.info.notes[0].contains("20 texts, 6 distinct characters in the training part; no 10, yes 10"));
    assert!(
        data.info.notes[2].contains("only the first 8 characters"),
        "{:?}",
        data.info.notes
    );
}

#[test]
fn a_quote_is_what_the_recipe_says_it_is() {
    let settings = json!({"text": 1, "label": 0, "delimiter": "tab", "quotes": false, "header": false,
        "validation_split": 0.0, "test_split": 0.2, "max_length": 20});
    let text = "ham\t\"open\nspam\tb\" x\nham\tc\nspam\td\n".repeat(3);
    let data = dataset(&text, settings.clone());
    assert_eq!(data.info.rows.iter().sum::<usize>(), 12, "each line is a row");
    let mut quoted = settings;
    quoted["quotes"] = true.into();
    let told = message("ham\ta\nspam\t\"b\nham\tc\n", quoted.clone());
    assert!(
        told.contains("t.csv:2: a quote is opened here and never closed"),
        "{told}"
    );
    assert!(told.contains("'quotes: false'"), "{told}");
    let lines = dataset(&"ham\t\"one\ntwo \"\"x\"\"\"\nspam\tb\n".repeat(6), quoted);
    assert_eq!(
        lines.info.rows.iter().sum::<usize>(),
        12,
        "a quoted text may have two lines"
    );
    assert!(lines.info.vocabulary().unwrap().contains(&"\n".to_owned()));
}

#[test]
fn the_vocabulary_is_that_of_the_training_part() {
    let others = [("held.csv", "text,label\nzab,no\n,yes\n")];
    let mut settings = plain();
    settings["test_path"] = "held.csv".into();
    let data = written(&rows(), settings.clone(), &others).1.unwrap();
    assert!(!data.info.vocabulary().unwrap().contains(&"z".to_owned()));
    let test = data.test.unwrap();
    assert_eq!(test.inputs[0].tokens(0).unwrap(), [1, 4, 5]);
    assert_eq!(test.inputs[0].tokens(1).unwrap(), [0; 0]);
    let notes = data.info.notes.join("\n");
    assert!(
        notes.contains("read as unknown: 1") && notes.contains("without a character: 1"),
        "{notes}"
    );
    let strange = [("held.csv", "text,label\nab,maybe\n")];
    let error = written(&rows(), settings, &strange)
        .1
        .map(|data| data.info)
        .unwrap_err();
    assert!(
        error.to_string().contains("held.csv:2: label 'maybe' does not occur"),
        "{error}"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let told = message("label,text\nno,a\nyes\n", plain());
    assert!(told.contains("t.csv:3: 1 cells, but the first line has 2"), "{told}");
    let told = message("label,text\nno,a\n,b\n", plain());
    assert!(told.contains("t.csv:3: this row has no label"), "{told}");
    let told = message("label,text\nno,a\nno,b\n", plain());
    assert!(told.contains("every row has the same label, 'no'"), "{told}");
    let told = message("lable,text\nno,a\nyes,b\n", plain());
    assert!(
        told.contains("there is no column 'label'") && told.contains("did you mean 'lable'"),
        "{told}"
    );
    let told = message("label,text\n", plain());
    assert!(told.contains("t.csv has no rows"), "{told}");
    let told = message("label;text\nno;a\nyes;b\n", plain());
    assert!(told.contains("set 'delimiter' to what divides the columns"), "{told}");
    let mut nameless = plain();
    nameless["header"] = false.into();
    let told = message("no,a\nyes,b\n", nameless);
    assert!(told.contains("'header: false' says that columns have none"), "{told}");
    let mut semicolons = plain();
    semicolons["text"] = 1.into();
    let told = message("label;text\nno;a\nyes;b\n", semicolons);
    assert!(
        told.contains("there is no column 1") && told.contains("set 'delimiter'"),
        "{told}"
    );
    let mut same = plain();
    same["label"] = "text".into();
    let told = message(&rows(), same);
    assert!(told.contains("texts and labels are the same column"), "{told}");
}

#[test]
fn new_texts_are_read_as_the_training_s_were() {
    let (folder, loaded) = written(&rows(), plain(), &[("new.csv", "text\nabz\n\"a, c\"\n")]);
    let info = loaded.unwrap().info;
    let mut settings = plain();
    settings["path"] = "t.csv".into();
    let read = |file: &str, info: &DataInfo| {
        let path = folder.path().join(file);
        super::super::new_inputs(&path, info, &chosen("text_csv", settings.clone())).unwrap()
    };
    let new = read("new.csv", &info);
    assert_eq!(new.part.inputs[0].tokens(0).unwrap(), [4, 5, 1]);
    assert_eq!(new.part.inputs[0].tokens(1).unwrap(), [4, 3, 2, 6]);
    let told = "texts are in column 'text'; the first line names the columns";
    let unknown = "characters that the training did not have, read as unknown: 1";
    assert_eq!(new.notes, [told, unknown]);
    assert_eq!(
        read("t.csv", &info).part.len(),
        20,
        "labels may be there and are passed over"
    );
}

#[test]
fn a_plain_list_of_texts_says_that_it_is_one() {
    let others = [
        ("list.csv", "just a line\nanother\n"),
        ("other.csv", "id;text\n1;ab\n"),
        ("gaps.csv", "text\nab\n\nb\n"),
    ];
    let (folder, loaded) = written(&rows(), plain(), &others);
    let info = loaded.unwrap().info;
    let read = |file: &str| {
        let path = folder.path().join(file);
        let mut settings = plain();
        settings["path"] = "t.csv".into();
        super::super::new_inputs(&path, &info, &chosen("text_csv", settings))
    };
    for (file, first) in [("list.csv", "just a line"), ("other.csv", "id;text")] {
        let error = read(file).unwrap_err().to_string();
        let place = format!("{file}:1: the first line is '{first}', and no column is called 'text'");
        assert!(
            error.contains(&place) && error.contains("write 'text' above the texts"),
            "{error}"
        );
    }
    let gaps = read("gaps.csv").unwrap();
    assert_eq!(gaps.part.len(), 2);
    assert!(
        gaps.notes
            .contains(&"lines without a character, which are no texts: 1".to_owned())
    );
}

#[test]
fn what_is_described_of_the_stand_in_is_what_is_loaded() {
    let mut context = DataContext::new(".", 5);
    context.use_stand_in = true;
    let chosen = chosen("sms_spam", json!({"max_length": 60}));
    let data = load_dataset(&chosen, &context).unwrap();
    assert_eq!(describe(&chosen, &context).unwrap(), data.info);
    assert_eq!(data.info.rows.iter().sum::<usize>(), 2000);
    let spam = data
        .train
        .classes()
        .unwrap()
        .iter()
        .filter(|&&class| class == 1)
        .count();
    assert!((spam as f64 / data.train.len() as f64 - 0.14).abs() < 0.002);
    assert!(data.info.stand_in.unwrap().sentence.contains("NOT sms_spam"));
}

#[test]
fn a_quote_that_swallows_rows_is_asked_about() {
    let row = |i: usize| {
        format!(
            "{}\t{}text {i}\n",
            ["u", "v"][i % 2],
            if i % 9 == 4 && i < 20 { "\"" } else { "" }
        )
    };
    let text: String = (0..30).map(row).collect();
    let settings = |quotes: Value| {
        json!({"text": 1, "label": 0, "delimiter": "tab", "header": false, "quotes": quotes,
        "validation_split": 0.0, "test_split": 0.2, "max_length": 20})
    };
    let told = message(&text, settings("auto".into()));
    assert!(told.contains("a quote is opened here and closed in line 14"), "{told}");
    assert_eq!(
        dataset(&text, settings(false.into())).info.rows.iter().sum::<usize>(),
        30
    );
    assert_eq!(
        dataset(&text, settings(true.into())).info.rows.iter().sum::<usize>(),
        21
    );
}
