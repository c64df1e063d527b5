//! Where compiled networks are kept: one folder each, named by a digest of what it was made from.
//!
//! Beside the entries lie folders of work and locks. A lock guards the entries and the work of all digests
//! that begin with its letter. Locks are never removed: one whose file is removed while another process
//! waits for it would be held twice.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::lock::Lock;
use runner_train::identity;

/// Folders of compilations under way start so; the digest follows.
const WORK: &str = "work-";
/// Letters of a digest.
const DIGEST_LEN: usize = 64;

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

    /// The folder in which it is made.
    pub(super) fn work(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{WORK}{digest}"))
    }

    /// The holder of this lock may make or remove the network and its folder of work.
    pub(super) fn lock(&self, digest: &str) -> PathBuf {
        self.folder.join(format!(".lock-{}", &digest[..1]))
    }

    /// Removes all networks that are not being made at this moment, and what interrupted compilations left.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn clean(&self) -> Result<Cleaned> {
        let mut cleaned = Cleaned::default();
        self.each_idle(&mut |path| {
            let bytes = size(path);
            let network = path.join(super::compile::PROGRAM).exists() && !is_work(path);
            remove(path)?;
            cleaned.bytes += bytes;
            cleaned.networks += usize::from(network);
            Ok(())
        })?;
        Ok(cleaned)
    }

    /// Removes what interrupted compilations left.
    pub(super) fn sweep(&self) {
        // What cannot be removed now will be the next time.
        let _ = self.each_idle(&mut |path| if is_work(path) { remove(path) } else { Ok(()) });
    }

    /// Shows `visit` every entry and every folder of work that nobody is busy with, while their lock is held.
    /// What else lies in the folder is not ours.
    fn each_idle(&self, visit: &mut dyn FnMut(&Path) -> std::io::Result<()>) -> Result<()> {
        let failed =
            |path: &Path, error: std::io::Error| Error::new(Kind::Failure, format!("{}: {error}", path.display()));
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(&self.folder, error)),
        };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Some(digest) = name.to_str().and_then(digest_of) else {
                continue;
            };
            let lock = self.lock(digest);
            if let Some(_held) = Lock::try_take(&lock).map_err(|error| failed(&lock, error))? {
                visit(&path).map_err(|error| failed(&path, error))?;
            }
        }
        Ok(())
    }
}

/// The digest in the name of an entry or of a folder of work.
fn digest_of(name: &str) -> Option<&str> {
    let digest = name.strip_prefix(WORK).unwrap_or(name);
    let hexadecimal = digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (digest.len() == DIGEST_LEN && hexadecimal).then_some(digest)
}

fn is_work(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(WORK))
}

/// Removes a folder. One that somebody else removed in the meantime is gone as well.
pub(super) fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The digest that names a program: its source, the library, the compiler, and the machine's processor,
/// since the program uses all of that processor and may not run on another.
pub fn digest(source: &str, flags: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in [
        source,
        identity::ID,
        identity::RUSTC_VERSION,
        identity::TARGET,
        &flags.join(" "),
        &processor(),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The processor's name and features, where the system says.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache with a network, what an interrupted compilation left of another, and a file of somebody else.
    fn filled() -> (tempfile::TempDir, Cache, [String; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let digests = ["a", "b"].map(|letter| letter.repeat(DIGEST_LEN));
        fs::create_dir(cache.entry(&digests[0])).unwrap();
        fs::write(cache.entry(&digests[0]).join("network"), [0; 100]).unwrap();
        fs::create_dir(cache.work(&digests[1])).unwrap();
        fs::create_dir(folder.path().join("mine")).unwrap();
        fs::write(folder.path().join("mine/thesis.txt"), "words").unwrap();
        (folder, cache, digests)
    }

    #[test]
    fn clean_removes_networks_and_leftovers_and_nothing_else() {
        let (folder, cache, digests) = filled();
        let cleaned = cache.clean().unwrap();
        assert_eq!((cleaned.networks, cleaned.bytes), (1, 100));
        assert!(!cache.entry(&digests[0]).exists() && !cache.work(&digests[1]).exists());
        assert!(folder.path().join("mine/thesis.txt").exists());
        let empty = Cache::at(folder.path().join("nowhere"));
        assert_eq!(empty.clean().unwrap(), Cleaned::default());
    }

    #[test]
    fn work_under_way_is_left_alone() {
        let (_folder, cache, digests) = filled();
        let held = Lock::wait(&cache.lock(&digests[1])).unwrap();
        cache.sweep();
        cache.clean().unwrap();
        assert!(cache.work(&digests[1]).exists(), "its lock is held");
        drop(held);
        cache.sweep();
        assert!(!cache.work(&digests[1]).exists(), "a leftover");
    }
}
