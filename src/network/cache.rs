//! Where compiled networks are kept: one folder each, named by a digest of what it was made from.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::build;
use crate::error::{Error, Kind, Result};
use crate::store::lock::Lock;

/// The cache's folder.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// What `runner clean` removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Networks.
    pub networks: usize,
    /// Bytes.
    pub bytes: u64,
}

impl Cache {
    /// `RUNNER_CACHE`, else the user's cache folder, else the folder for temporary files.
    pub fn open() -> Self {
        let chosen = std::env::var_os("RUNNER_CACHE")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let usual = || Some(directories::ProjectDirs::from("", "", "runner")?.cache_dir().to_owned());
        let folder = chosen
            .or_else(usual)
            .unwrap_or_else(|| std::env::temp_dir().join("runner-cache"));
        // A relative folder would move with the current one.
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        Self {
            folder: folder.join("networks"),
        }
    }

    /// A cache in this folder.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the network with this digest.
    pub fn entry(&self, digest: &str) -> PathBuf {
        self.folder.join(digest)
    }

    /// Removes all networks that are not being made at this moment.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn clean(&self) -> Result<Cleaned> {
        let mut cleaned = Cleaned::default();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            // A network being made holds two: the one of its digest, and the one of its folder of work.
            if Lock::is_held(&path) || Lock::is_held(&path.join(".lock")) {
                continue;
            }
            cleaned.bytes += size(&path);
            cleaned.networks += usize::from(path.join(super::compile::PROGRAM).exists());
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", path.display())))?;
        }
        Ok(cleaned)
    }

    /// Removes what interrupted compilations left: folders of work whose lock nobody holds.
    pub(super) fn sweep(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(WORK) && !Lock::is_held(&entry.path().join(".lock")) {
                // What cannot be removed now will be the next time.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Folders of compilations under way start so.
pub(super) const WORK: &str = "work-";

/// The digest that names a program: its source, the library, the compiler, and the machine's processor,
/// since the program uses all of that processor and may not run on another.
pub fn digest(source: &str, flags: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in [
        source,
        build::ID,
        build::RUSTC_VERSION,
        build::TARGET,
        &flags.join(" "),
        &processor(),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The processor's name and features, where the system tells.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let wanted = ["model name", "flags", "Features", "CPU part"];
    let first = text.split("\n\n").next().unwrap_or_default();
    first
        .lines()
        .filter(|line| wanted.iter().any(|key| line.starts_with(key)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn size(path: &Path) -> u64 {
    if path.is_dir() {
        return fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| size(&entry.path()))
            .sum();
    }
    fs::symlink_metadata(path).map(|metadata| metadata.len()).unwrap_or(0)
}
