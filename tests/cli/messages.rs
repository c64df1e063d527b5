//! The snapshots of messages belong to tests that are there.

use crate::support::messages::{entries, folder, masked};
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
    assert!(seen > 100, "{seen}");
}

#[test]
fn only_what_varies_is_masked() {
    for (said, kept) in [
        ("iris/2026-01-31_12-00-00_2/run.json", "iris/<run>/run.json"),
        (
            "finished in 1 min 03 s, 5.2 s, 12 ms",
            "finished in <time>, <time>, <time>",
        ),
        (
            "loss 0.1234, now -1.5e-7 (+0.0013)",
            "loss <number>, now <number> (<number>)",
        ),
        ("SHA-256 0123456789abcdef,", "SHA-256 <hash>,"),
        (
            "lr: was 0.01, now 3e-4; 2 seeds, 17.2 GB.",
            "lr: was 0.01, now 3e-4; 2 seeds, 17.2 GB.",
        ),
        (
            "x.yaml:12:35: larger than 9007199254740992",
            "x.yaml:12:35: larger than 9007199254740992",
        ),
    ] {
        assert_eq!(masked(said), kept);
    }
}
