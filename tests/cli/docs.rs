//! Every command of the pages in docs/ does what it is there for, one after the other in a folder with the recipes; and
//! the reference is the one that the program prints.

use std::path::Path;

use crate::support::place::{Place, package, text};

/// Blocks of this language: their lines.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<Vec<&'a str>> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(opened) = line.strip_prefix("```") {
            let block = lines.by_ref().take_while(|line| *line != "```").collect();
            if opened == language {
                blocks.push(block);
            }
        }
    }
    blocks
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Runs the commands of a page; gives their number.
fn run(name: &str) -> usize {
    let page = std::fs::read_to_string(package().join("docs").join(name)).unwrap();
    let place = Place::new();
    copy(&package().join("recipes"), &place.path().join("recipes"));
    for block in blocks(&page, "yaml") {
        if let Some(file) = block.first().and_then(|line| line.strip_prefix("# ")) {
            place.write(file, block.join("\n"));
        }
    }
    let commands: Vec<&str> = blocks(&page, "console").concat();
    for line in &commands {
        let command = line.strip_prefix("$ ").expect("a console block has commands only");
        let arguments = command.strip_prefix("runner ").expect("they are ours");
        let program = env!("CARGO_BIN_EXE_runner");
        let output = place.in_shell(&format!("'{program}' {arguments}")).output().unwrap();
        assert!(output.status.success(), "{name}: {command}: {}", text(&output));
    }
    commands.len()
}

#[test]
fn comparing() {
    assert!(run("comparing.md") >= 9);
}

#[test]
fn sweeps() {
    assert!(run("sweeps.md") >= 4);
}

#[test]
fn exactness() {
    assert!(run("exactness.md") >= 6);
}

#[test]
fn the_reference_is_up_to_date() {
    let output = Place::new().runner(["schema", "reference"]);
    let page = std::fs::read_to_string(package().join("docs/recipe.md")).unwrap();
    assert!(
        text(&output) == page,
        "run: target/release/runner schema reference > docs/recipe.md"
    );
}
