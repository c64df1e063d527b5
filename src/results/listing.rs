//! Which runs a recipe has.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::RunFolder;
use super::folder::file;
use super::sweep;
use runner_ground::files::disk::{is_absent, is_temporary};

/// Folders of a recipe's runs, oldest first: their names are the times at which they started.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn runs_of(recipe: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(recipe) {
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        entries => entries?,
    };
    // A run that cannot be looked into is one all the same.
    let is_run = |path: &PathBuf| RunFolder::is_at(path).unwrap_or(true);
    let mut runs: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| !is_temporary(entry))
        .map(|entry| entry.path())
        .filter(is_run)
        .collect();
    runs.sort_by_key(|path| order(path));
    Ok(runs)
}

/// The recipes that runs of one name are of: those whose files are there. One that is gone was moved, and is the one
/// that took its place; and what a run or a sweep keeps is a copy.
pub fn recipes_among(mut files: Vec<&Path>) -> Vec<&Path> {
    files.sort();
    files.dedup();
    let kept = |folder: &Path| folder.join(file::RECORD).exists() || folder.join(sweep::file::MANIFEST).exists();
    files.retain(|file| file.is_file() && !file.parent().is_some_and(kept));
    files
}

/// `…-10` of one second comes after `…-9`.
fn order(path: &Path) -> (String, u32) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (stamp, rest) = name.split_at_checked(19).unwrap_or((&name, ""));
    let number = rest
        .strip_prefix('-')
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0);
    (stamp.to_owned(), number)
}
