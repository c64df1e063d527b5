//! A run by the name that a person gives it.

use std::path::{Path, PathBuf};

use runner_ground::error::{Error, Kind, Result};
use runner_results::folder::file;
use runner_results::{RunFolder, recipes_among, runs_of};

/// No run.json is larger than this many bytes.
const CAP: u64 = 64 << 20;

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
            one_recipe(name, &runs)?;
            return RunFolder::open(newest);
        }
    }
    let error = Error::new(
        Kind::Run,
        format!("no run '{}' in {}", name.display(), results.display()),
    );
    Err(error.help("`runner list` shows the runs; --results DIR looks elsewhere"))
}

/// The recipe's file of a run, and what the run is called; what else its run.json says is not looked at.
fn recipe_of(run: &Path) -> Option<(PathBuf, String)> {
    #[derive(serde::Deserialize)]
    struct Made {
        recipe_path: PathBuf,
    }
    let folder = RunFolder::open(run).ok()?;
    let made: Made = serde_json::from_slice(&folder.read(file::RECORD, CAP).ok()?).ok()?;
    Some((made.recipe_path, folder.id()))
}

/// Recipes of one name share a folder: which run is meant by that name, nobody can say then.
fn one_recipe(name: &Path, runs: &[PathBuf]) -> Result<()> {
    let made: Vec<(PathBuf, String)> = runs.iter().rev().filter_map(|run| recipe_of(run)).collect();
    let files = recipes_among(made.iter().map(|(recipe, _)| recipe.as_path()).collect());
    if files.len() < 2 {
        return Ok(());
    }
    let newest = |file: &&Path| {
        let run = made.iter().find(|(recipe, _)| recipe == file);
        run.map(|(recipe, id)| format!("{id} is of {}", recipe.display()))
    };
    let newest: Vec<String> = files.iter().filter_map(newest).collect();
    let message = format!("'{}' has runs of {} recipes", name.display(), files.len());
    Err(Error::new(Kind::Run, message).help(format!("name one of the runs: {}", newest.join(", "))))
}

/// What is to be known where runs of another recipe lie in the folder that a recipe's go to.
pub fn neighbours(results: &Path, name: &str, recipe: &Path) -> Option<String> {
    let folder = results.join(name);
    let made: Vec<PathBuf> = runs_of(&folder)
        .ok()?
        .iter()
        .filter_map(|run| Some(recipe_of(run)?.0))
        .collect();
    let own = std::path::absolute(recipe).ok()?;
    let own = own.canonicalize().unwrap_or(own);
    let files = recipes_among(made.iter().map(PathBuf::as_path).collect());
    let other = files
        .into_iter()
        .find(|file| file.canonicalize().is_ok_and(|file| file != own))?;
    Some(format!(
        "{} has runs of {} as well; another 'name' in one of the recipes keeps them apart",
        folder.display(),
        other.display()
    ))
}

/// All runs that are meant, oldest first within a recipe: one by its folder or its name `recipe/run`, all of a recipe by
/// its name or its folder, and all that a glob such as `mnist_*` or `*/2026-01-*` matches here or in the results.
///
/// # Errors
/// When there is no such run, a folder cannot be read, or a glob is none.
pub fn runs(results: &Path, name: &Path) -> Result<Vec<RunFolder>> {
    let mut found = Vec::new();
    for candidate in [name.to_owned(), results.join(name)] {
        add(&mut found, &candidate)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if name.to_string_lossy().contains(['*', '?', '[']) {
        for pattern in [name.to_owned(), results.join(name)] {
            for path in matches(&pattern)? {
                add(&mut found, &path)?;
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    let (name, results) = (name.display(), results.display());
    let error = Error::new(Kind::Run, format!("no run '{name}' in {results}"));
    Err(error.help("`runner list` shows the runs; --results DIR looks elsewhere"))
}

/// The run that a path is or lies in, else those in the folder.
fn add(found: &mut Vec<RunFolder>, path: &Path) -> Result<()> {
    let folder = if path.is_file() {
        path.parent().unwrap_or(path)
    } else {
        path
    };
    if let Ok(run) = RunFolder::open(folder) {
        found.push(run);
        return Ok(());
    }
    let runs = runs_of(path).map_err(|error| Error::new(Kind::Run, format!("{}: {error}", path.display())))?;
    found.extend(runs.into_iter().filter_map(|path| RunFolder::open(path).ok()));
    Ok(())
}

/// What a glob matches; what cannot be looked into matches nothing.
fn matches(pattern: &Path) -> Result<Vec<PathBuf>> {
    let text = pattern.to_string_lossy();
    let paths = glob::glob(&text).map_err(|error| {
        let message = format!("{text}: this is no glob: {} at character {}", error.msg, error.pos + 1);
        Error::new(Kind::Usage, message).help("`*`, `?` and `[ ]` match; `[*]` stands for the star itself")
    })?;
    Ok(paths.flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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

    #[test]
    fn runs_are_found_by_recipe_and_by_glob() {
        let root = tempfile::tempdir().unwrap();
        for name in [
            "a_1/2026-01-01_00-00-00",
            "a_1/2026-01-02_00-00-00",
            "a_2/2026-01-01_00-00-00",
            "b[1]/x",
        ] {
            fs::create_dir_all(root.path().join(name)).unwrap();
            fs::write(root.path().join(name).join("run.json"), "{}").unwrap();
        }
        fs::write(root.path().join("a_3"), "no folder").unwrap();
        let count = |name: &str| runs(root.path(), Path::new(name)).map(|runs| runs.len());
        assert_eq!(count("a_1").unwrap(), 2);
        assert_eq!(count("a_1/2026-01-01_00-00-00").unwrap(), 1);
        assert_eq!(count("a_1/2026-01-01_00-00-00/run.json").unwrap(), 1);
        assert_eq!(count("a_*").unwrap(), 3);
        assert_eq!(count("*/2026-01-01*").unwrap(), 2);
        assert_eq!(count("b[1]").unwrap(), 1, "a name that is there is no glob");
        assert_eq!(count(root.path().join("a_?").to_str().unwrap()).unwrap(), 3);
        assert_eq!(count("c_*").unwrap_err().kind(), Kind::Run);
        assert_eq!(count("a[").unwrap_err().kind(), Kind::Usage);
    }
}
