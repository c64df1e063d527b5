//! Reading a file that may be anything: missing, a folder, a gigabyte, not text.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::{Flaw, Place};

/// The most bytes that are ever read of one file.
pub const MAX_BYTES: u64 = 1 << 20;

/// A file's text.
///
/// # Errors
/// When it cannot be read, is larger than [`MAX_BYTES`] (of which no more is read), or is not UTF-8.
pub fn read_file(path: &Path) -> Result<String, Flaw> {
    let nowhere = Place::default();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => not_found(path),
        ErrorKind::IsADirectory => Flaw::new(nowhere, "this is a folder, not a recipe"),
        _ => Flaw::new(nowhere, format!("cannot read it: {error}")),
    };
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    if length <= MAX_BYTES {
        // Not `read_to_end` alone: a pipe has no length, and a file may grow.
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if length > MAX_BYTES || bytes.len() as u64 > MAX_BYTES {
        return Err(Flaw::new(
            nowhere,
            format!("larger than {} MiB, the most a recipe may be", MAX_BYTES >> 20),
        )
        .help("is this a recipe? data belongs into files of its own"));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes(), error.utf8_error().valid_up_to()))
}

fn not_found(path: &Path) -> Flaw {
    let flaw = Flaw::new(Place::default(), "there is no such file");
    match similar_file(path) {
        Some(name) => flaw.help(format!("did you mean '{name}'?")),
        None => flaw,
    }
}

/// The recipe in the same folder whose name, without its ending, comes closest.
fn similar_file(path: &Path) -> Option<String> {
    let stem = |name: &str| Path::new(name).file_stem()?.to_str().map(str::to_owned);
    let wanted = stem(path.file_name()?.to_str()?)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .take(1000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".yaml") || name.ends_with(".yml"))
        .collect();
    names.sort();
    let stems: Vec<String> = names.iter().filter_map(|name| stem(name)).collect();
    let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
    let near = runner_ground::text::closest(&wanted, &stems)?;
    let found = names.iter().find(|name| stem(name).as_deref() == Some(near))?;
    Some(
        folder
            .join(found)
            .strip_prefix("./")
            .map_or_else(|_| folder.join(found), Path::to_owned)
            .display()
            .to_string(),
    )
}

fn not_utf8(bytes: &[u8], valid: usize) -> Flaw {
    let before = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default()).into_owned();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let byte = bytes.get(valid).copied().unwrap_or_default();
    Flaw::new(
        Place { line, column },
        format!("not UTF-8 text: byte {valid} of the file is 0x{byte:02X}"),
    )
    .help("save the recipe as UTF-8")
}
