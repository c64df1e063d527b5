//! A run by the name that a person gives it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};
use crate::store::RunFolder;
use crate::store::disk::{is_absent, is_temporary};

/// The run that is meant: by its folder, its name `recipe/run`, or its recipe's name (the newest run then).
///
/// # Errors
/// When there is no such run.
pub fn run(results: &Path, name: &Path) -> Result<RunFolder> {
    for candidate in [name.to_owned(), results.join(name)] {
        // A file of the run, such as its report, means the run too.
        let folder = if candidate.is_file() {
            candidate.parent()
        } else {
            Some(candidate.as_path())
        };
        if let Some(run) = folder.and_then(|folder| RunFolder::open(folder).ok()) {
            return Ok(run);
        }
    }
    for candidate in [name.to_owned(), results.join(name)] {
        let runs =
            runs_of(&candidate).map_err(|error| Error::new(Kind::Run, format!("{}: {error}", candidate.display())))?;
        if let Some(newest) = runs.last() {
            return RunFolder::open(newest);
        }
    }
    let error = Error::new(
        Kind::Run,
        format!("no run '{}' in {}", name.display(), results.display()),
    );
    Err(error.help("`runner list` shows the runs; --results DIR looks elsewhere"))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_by_each_of_its_names() {
        let root = tempfile::tempdir().unwrap();
        let ids = ["2026-01-01_00-00-00", "2026-01-02_00-00-00-9", "2026-01-02_00-00-00-10"];
        for id in ids {
            let folder = root.path().join("demo").join(id);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("run.json"), "{}").unwrap();
        }
        let found = |name: &str| run(root.path(), Path::new(name)).map(|run| run.id());
        assert_eq!(found("demo").unwrap(), "demo/2026-01-02_00-00-00-10");
        assert_eq!(found("demo/2026-01-01_00-00-00").unwrap(), "demo/2026-01-01_00-00-00");
        assert_eq!(
            found("demo/2026-01-01_00-00-00/run.json").unwrap(),
            "demo/2026-01-01_00-00-00"
        );
        assert_eq!(
            found(root.path().join("demo").to_str().unwrap()).unwrap(),
            "demo/2026-01-02_00-00-00-10"
        );
        assert_eq!(found("nothing").unwrap_err().kind(), Kind::Run);
    }
}
