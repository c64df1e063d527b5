//! What a file is taken for, and what is said of it.

use super::*;

#[test]
fn a_header_is_told_from_what_stands_below_it() {
    let index = load_text(",a,b,y\n0,1,2,no\n1,3,4,yes\n2,5,6,no\n", json!({}), &[]).unwrap();
    assert_eq!(index.info.features().unwrap(), ["0", "a", "b"]);
    assert_eq!(index.info.classes().unwrap(), ["no", "yes"]);
    let years = load_text(
        "name,2019,2020,y\nu,1,2,0\nv,3,4,1\nu,5,6,0\n",
        json!({"categories": "one_hot"}),
        &[],
    );
    assert_eq!(
        years.unwrap().info.features().unwrap(),
        ["name=u", "name=v", "2019", "2020"]
    );
    let twice = message("a,a,y\n1,2,3\n4,5,6\n", json!({}));
    assert!(twice.contains("t.csv:1: columns 0 and 1"), "{twice}");
    // A gap in the first row is no name.
    let gap = load_text("?,2,a\n3,4,b\n5,6,a\n7,8,b\n", json!({"missing": "mean"}), &[]).unwrap();
    assert_eq!(gap.info.rows.iter().sum::<usize>(), 4);
}

#[test]
fn rows_that_are_left_out_teach_no_class() {
    let text = "a,y\n1,u\n,w\n2,v\n,\n3,u\n4,v\n";
    let data = load_text(text, settings(json!({"missing": "drop_row"})), &[]).unwrap();
    assert_eq!(data.info.classes().unwrap(), ["u", "v"]);
    let only = json!({"columns": {"a": {"missing": "drop_row"}}});
    assert_eq!(
        load_text(text, settings(only), &[]).unwrap().info.targets,
        data.info.targets
    );
}

#[test]
fn what_was_filled_and_learnt_is_said_as_it_is() {
    let text = "a,b,c,y\n1,u,s,0\n,v,s,1\n3,,t,0\n4,v,t,1\n,v,s,0\n6,v,t,1\n";
    let options = settings(json!({"missing": "most_frequent", "categories": "one_hot", "test_split": 0.34}));
    let data = load_text(text, options, &[]).unwrap();
    let said = notes(&data);
    assert!(
        said.contains("most frequent, 2 cells)") && said.contains("most frequent, 1 cell)"),
        "{said}"
    );
    assert!(!said.contains("'c' with"), "{said}");
    let json = serde_json::to_value(&data.info.columns).unwrap();
    assert_eq!(json[0]["kind"], "number");
    assert!(json[0]["fill"].is_number(), "{json}");
    assert_eq!(json[2]["encoding"], "one_hot");
    assert_eq!(json[2]["categories"], json!(["s", "t"]));
    assert_eq!(json[2]["name"], "c");
}

#[test]
fn classes_are_told_apart_by_their_digits() {
    let text = "a,y\n1,9007199254740992\n2,9007199254740993\n3,9007199254740992\n4,9007199254740993\n";
    let data = load_text(text, json!({"target_type": "classes"}), &[]).unwrap();
    let names = ["9007199254740992", "9007199254740993"].map(String::from).to_vec();
    assert_eq!(data.info.classes().unwrap(), names);
    let data = load_text(
        "a,y\n1,0\n2,-0\n3,07\n4,7\n5,7.0\n",
        json!({"target_type": "classes"}),
        &[],
    )
    .unwrap();
    let names = ["0", "07", "7"].map(String::from).to_vec();
    assert_eq!(data.info.classes().unwrap(), names);
}
