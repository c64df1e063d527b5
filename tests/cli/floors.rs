//! The floors in ARCHITECTURE.md are those of the code: every folder of `src` stands on one of them, and uses only
//! crates on floors below.

use std::collections::BTreeMap;

use crate::support::place::package;

/// The floor of each crate, as the table says.
fn floors() -> BTreeMap<String, u32> {
    let page = std::fs::read_to_string(package().join("ARCHITECTURE.md")).unwrap();
    let mut floors = BTreeMap::new();
    for line in page.lines() {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let Some(Ok(floor)) = cells.next().map(str::parse::<u32>) else {
            continue;
        };
        for name in cells.next().unwrap().split(", ") {
            let before = floors.insert(name.trim_matches('`').to_owned(), floor);
            assert_eq!(before, None, "{name} stands on two floors");
        }
    }
    floors
}

/// The crates of ours that a crate's program part uses; not those that only its tests do.
fn uses(name: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(package().join("src").join(name).join("Cargo.toml")).unwrap();
    let parts = manifest.split("\n[");
    let dependencies = parts.into_iter().find(|part| part.starts_with("dependencies]"));
    let lines = dependencies.unwrap_or_default().lines();
    lines
        .filter_map(|line| Some(line.strip_prefix("runner-")?.split('.').next()?.to_owned()))
        .collect()
}

#[test]
fn each_crate_uses_only_floors_below_its_own() {
    let floors = floors();
    let entries = std::fs::read_dir(package().join("src")).unwrap().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut crates: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    crates.sort();
    assert_eq!(
        crates,
        floors.keys().cloned().collect::<Vec<_>>(),
        "folders of src, and the table"
    );
    for name in crates {
        for used in uses(&name) {
            assert!(
                floors[&used] < floors[&name],
                "{name} uses {used}, which is no floor below"
            );
        }
    }
}
