//! Finds the library that this runner itself is made of. Linking a network against another build of it
//! would train with other code than the one that checked the recipe.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use runner_ground::error::{Error, Kind, Result};
use runner_train::identity;

/// The library's file and the folder of the libraries it needs.
#[derive(Clone, Debug)]
pub struct Library {
    /// `librunner_train-….rlib`.
    pub file: PathBuf,
    /// `target/release/deps`.
    pub dependencies: PathBuf,
}

/// Looks where cargo put the library, then beside the running program.
///
/// # Errors
/// When no file holds the marker of this build.
pub fn find() -> Result<Library> {
    let mut looked_in = Vec::new();
    for folder in folders() {
        let dependencies = folder.join("deps");
        let mut files = candidates(&dependencies);
        files.sort_by_key(|(modified, path)| (std::cmp::Reverse(*modified), path.clone()));
        for (_, file) in files {
            if holds_marker(&file) {
                return Ok(Library { file, dependencies });
            }
        }
        looked_in.push(dependencies.display().to_string());
    }
    let message = format!(
        "the runner's own library (build {}) is not in {}",
        identity::ID,
        looked_in.join(" nor ")
    );
    Err(Error::new(Kind::Compile, message).help(format!(
        "run `cargo build --release` again in {}, and call the runner that it makes",
        identity::SOURCES
    )))
}

fn folders() -> Vec<PathBuf> {
    let mut folders = vec![PathBuf::from(identity::PROFILE_FOLDER)];
    let exe = std::env::current_exe().ok();
    // Programs of cargo's tests lie one folder further down, in deps/.
    for folder in exe.iter().flat_map(|exe| exe.ancestors().skip(1).take(2)) {
        if !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
    }
    folders
}

fn candidates(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("librunner_train-") && name.ends_with(".rlib")
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect()
}

fn holds_marker(file: &Path) -> bool {
    fs::read(file).is_ok_and(|bytes| memchr::memmem::find(&bytes, identity::MARKER.as_bytes()).is_some())
}
