//! Files that are no recipes: refused with a message, within stated bounds of memory and time.

use std::fs::File;
use std::time::{Duration, Instant};

use super::language::{Files, GOOD, load, load_path};

#[test]
fn a_huge_file_is_refused_unread() {
    let files = Files::new(&[]);
    let path = files.path("huge.yaml");
    // A file with nothing but a length; to read it would take hours.
    File::create(&path).unwrap().set_len(1 << 43).unwrap();
    let error = load_path(&path).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("larger than 1 MiB, the most a recipe may be"),
        "{error}"
    );
    assert_eq!(error.exit_code(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn an_endless_device_is_read_to_the_cap_only() {
    let error = load_path(std::path::Path::new("/dev/zero")).unwrap_err();
    assert!(error.to_string().contains("/dev/zero: larger than 1 MiB"), "{error}");
}

#[test]
fn not_text_not_there_not_a_file() {
    let files = Files::new(&[("mnist.yaml", GOOD), ("folder/x", "")]);
    std::fs::write(files.path("latin.yaml"), b"task: classification\n# gr\xF6\xDFe\n").unwrap();
    assert_eq!(
        files.load("latin.yaml", &[], &[]).unwrap_err(),
        "latin.yaml:2:5: not UTF-8 text: byte 25 of the file is 0xF6\n  help: save the recipe as UTF-8"
    );
    assert_eq!(
        files.load("mnst.yaml", &[], &[]).unwrap_err(),
        "mnst.yaml: there is no such file\n  help: did you mean 'mnist.yaml'?"
    );
    let near_in_its_ending_only = files.load("nope.yaml", &[], &[]).unwrap_err();
    assert_eq!(near_in_its_ending_only, "nope.yaml: there is no such file");
    assert_eq!(
        files.load("folder", &[], &[]).unwrap_err(),
        "folder: this is a folder, not a recipe"
    );
}

#[test]
fn depth_and_bombs_are_bounded() {
    let deep = format!("task: {}", "[".repeat(200));
    assert_eq!(
        load(&deep).unwrap_err(),
        "x.yaml:1:70: lists and mappings nest more than 64 levels deep"
    );
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (new, old) in ('b'..='j').zip('a'..) {
        bomb.push_str(&format!("{new}: &{new} [{}]\n", vec![format!("*{old}"); 10].join(", ")));
    }
    let start = Instant::now();
    assert!(
        load(&bomb)
            .unwrap_err()
            .contains("more than 100000 values or 4 MiB of text")
    );
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn the_largest_of_everything_stays_quick() {
    let many_keys: String = (0..60_000).map(|i| format!("k{i}: 1\n")).collect();
    let layers = format!("{GOOD}generator: [{}]\n", "relu, ".repeat(90_000));
    let long = format!("{GOOD}description: {}\n", "x".repeat(900_000));
    let opened = "[{".repeat(100_000);
    let dashes = "- ".repeat(500_000);
    let questions = "? ".repeat(500_000);
    let quotes = format!("a: \"{}", "\\n".repeat(400_000));
    let keys = "a: ".repeat(300_000);
    let anchors = "&a ".repeat(300_000);
    for text in [
        many_keys, layers, long, opened, dashes, questions, quotes, keys, anchors,
    ] {
        let start = Instant::now();
        let _ = load(&text);
        let head: String = text.chars().take(20).collect();
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{head:?} took {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn long_chains_and_cycles_of_extends() {
    let chain = |length: usize| {
        let mut files: Vec<(String, String)> = (0..length)
            .map(|i| (format!("{i}.yaml"), format!("extends: {}.yaml\n", i + 1)))
            .collect();
        files.push((format!("{length}.yaml"), GOOD.to_owned()));
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        Files::new(&files).load("0.yaml", &[], &[])
    };
    assert!(chain(7).is_ok());
    assert_eq!(
        chain(8).unwrap_err(),
        "7.yaml:1:10: extends: more than 8 recipes extend each other"
    );
    let circle = Files::new(&[("a.yaml", "extends: b.yaml\n"), ("b.yaml", "extends: ./a.yaml\n")]);
    assert_eq!(
        circle.load("a.yaml", &[], &[]).unwrap_err(),
        "b.yaml:1:10: extends: './a.yaml' extends itself, directly or through its bases"
    );
    let lost = Files::new(&[("a.yaml", "extends: sub/base.yaml\n")]);
    assert_eq!(
        lost.load("a.yaml", &[], &[]).unwrap_err(),
        "a.yaml:1:10: extends: sub/base.yaml: there is no such file"
    );
    let odd = Files::new(&[("a.yaml", "extends: 3\n")])
        .load("a.yaml", &[], &[])
        .unwrap_err();
    assert_eq!(
        odd,
        "a.yaml:1:10: extends: expected the path of a recipe, found the number 3"
    );
}
