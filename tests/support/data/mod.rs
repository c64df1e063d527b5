//! What the tests of data share: complete settings, real files, and a small web server.
#![allow(dead_code)]

pub mod download;
pub mod server;

use std::io::Write;
use std::path::PathBuf;

use runner::data::COMMON;
use runner::declare::Chosen;
use serde_json::Value;

/// Settings with every default filled in, as a validated recipe has them.
pub fn chosen(name: &str, settings: Value) -> Chosen {
    let def = runner::data::find(name).unwrap();
    let mut all = settings.as_object().unwrap().clone();
    for field in def.section.fields.iter().chain(COMMON) {
        if let Some(text) = field.presence.default() {
            all.entry(field.key).or_insert(serde_json::from_str(text).unwrap());
        }
    }
    Chosen {
        name: name.into(),
        settings: all,
    }
}

/// A folder or file of real data, where there is one: under `RUNNER_DATA`, or `shared/data` beside the package.
pub fn real(path: &str) -> Option<PathBuf> {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let own = std::env::var_os("RUNNER_DATA").map(PathBuf::from);
    let found = own
        .into_iter()
        .chain([package.join("../shared/data")])
        .map(|base| base.join(path))
        .find(|path| path.exists());
    if found.is_none() {
        // Past the test harness, which keeps what a passing test prints to itself.
        let _ = writeln!(std::io::stderr(), "skipped: no real data at {path} (set RUNNER_DATA)");
    }
    found
}
