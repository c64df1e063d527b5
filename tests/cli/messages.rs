//! The snapshots of messages belong to tests that are there.

use crate::support::messages::{entries, folder};
use crate::support::place::package;

fn sources(folder: &std::path::Path, text: &mut String) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            *text += &std::fs::read_to_string(path).unwrap();
        }
    }
}

#[test]
fn each_entry_has_its_test() {
    let mut tests = String::new();
    for folder in ["tests/cli", "tests/train"] {
        sources(&package().join(folder), &mut tests);
    }
    let mut seen = 0;
    for path in std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        for name in entries(&std::fs::read_to_string(&path).unwrap()).into_keys() {
            let left_over = !tests.contains(&format!("\"{name}\""));
            assert!(
                !left_over,
                "{}: no test has an entry '{name}'; take it out",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}
