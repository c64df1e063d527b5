//! Public files: what they are called, how long they are, what they hash to, and whether those in the
//! data folder are the right ones. The hash is pinned, so no mirror has to be trusted.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::digest::hex;
use crate::error::{Error, Kind, Result};

/// The files of one dataset and where they may be had.
#[derive(Debug)]
pub struct Collection {
    /// The folder under the data folder; the dataset's name.
    pub folder: &'static str,
    /// Base URLs ending in `/`; a file's URL is the base and its name.
    pub mirrors: &'static [&'static str],
    /// The files, smallest first: a wrong mirror is noticed early.
    pub files: &'static [RemoteFile],
}

/// A gzipped file that is downloaded.
#[derive(Debug)]
pub struct RemoteFile {
    /// Its name, ending in `.gz`.
    pub name: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, as lower-case hex.
    pub sha256: &'static str,
    /// The size of what is in it.
    pub unpacked_bytes: u64,
    /// The SHA-256 of what is in it, where it is known: for a copy that was unpacked by hand.
    pub unpacked_sha256: Option<&'static str>,
}

/// A file found in the data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// As it is downloaded.
    Packed(PathBuf),
    /// Unpacked, without the `.gz`.
    Unpacked(PathBuf),
}

impl Found {
    /// Where it is.
    pub fn path(&self) -> &Path {
        let (Found::Packed(path) | Found::Unpacked(path)) = self;
        path
    }
}

impl RemoteFile {
    /// The file in this folder, packed or unpacked; `None` where there is neither.
    pub fn find(&self, folder: &Path) -> Option<Found> {
        let packed = folder.join(self.name);
        if packed.exists() {
            return Some(Found::Packed(packed));
        }
        let unpacked = folder.join(self.unpacked_name());
        unpacked.exists().then_some(Found::Unpacked(unpacked))
    }

    /// The name without `.gz`.
    pub fn unpacked_name(&self) -> &'static str {
        self.name.strip_suffix(".gz").unwrap_or(self.name)
    }

    /// Checks a found file against the pinned size and hash.
    ///
    /// # Errors
    /// [`Kind::Data`] when it is another file, with what to do about it.
    pub fn verify(&self, found: &Found, dataset: &str) -> Result<()> {
        let (bytes, sha256) = match found {
            Found::Packed(_) => (self.bytes, Some(self.sha256)),
            Found::Unpacked(_) => (self.unpacked_bytes, self.unpacked_sha256),
        };
        let path = found.path();
        let remedy = format!("delete it, or run 'runner data fetch {dataset}' to replace it");
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if !metadata.is_file() {
            return Err(Error::new(Kind::Data, format!("{} is not a file", path.display())).help(remedy));
        }
        if metadata.len() != bytes {
            let message = format!("{} has {} bytes, expected {bytes}", path.display(), metadata.len());
            return Err(Error::new(Kind::Data, message).help(remedy));
        }
        let Some(expected) = sha256 else {
            return Ok(());
        };
        let actual = sha256_of(path)?;
        if actual != expected {
            let message = format!(
                "{} is not the published file: SHA-256 {actual}, expected {expected}",
                path.display()
            );
            return Err(Error::new(Kind::Data, message).help(remedy));
        }
        Ok(())
    }
}

impl Collection {
    /// Where its files are, or are to be put.
    pub fn place(&self, data_folder: &Path) -> PathBuf {
        data_folder.join(self.folder)
    }

    /// The files that are in neither form in the folder.
    pub fn missing(&self, data_folder: &Path) -> Vec<&'static RemoteFile> {
        let place = self.place(data_folder);
        self.files.iter().filter(|file| file.find(&place).is_none()).collect()
    }

    /// Checks every file that is there.
    ///
    /// # Errors
    /// As [`RemoteFile::verify`], for the first that is wrong.
    pub fn verify_found(&self, data_folder: &Path) -> Result<()> {
        let place = self.place(data_folder);
        for file in self.files {
            if let Some(found) = file.find(&place) {
                file.verify(&found, self.folder)?;
            }
        }
        Ok(())
    }
}

/// The SHA-256 of a file, as hex.
pub(super) fn sha256_of(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(n) => hash.update(&buffer[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, &error)),
        }
    }
}

/// A file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Kind::Data, format!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    static HELLO: RemoteFile = RemoteFile {
        name: "hello.gz",
        bytes: 5,
        sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        unpacked_bytes: 3,
        unpacked_sha256: None,
    };

    #[test]
    fn finds_packed_before_unpacked_and_verifies_each() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(HELLO.find(folder.path()), None);
        let unpacked = folder.path().join("hello");
        std::fs::write(&unpacked, "abc").unwrap();
        let found = HELLO.find(folder.path()).unwrap();
        assert_eq!(found, Found::Unpacked(unpacked));
        HELLO.verify(&found, "x").unwrap();
        std::fs::write(folder.path().join("hello.gz"), "hello").unwrap();
        let found = HELLO.find(folder.path()).unwrap();
        assert!(matches!(found, Found::Packed(_)));
        HELLO.verify(&found, "x").unwrap();
    }

    #[test]
    fn another_size_or_hash_is_named_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        for (content, expected) in [
            ("hell", "has 4 bytes, expected 5"),
            ("hellO", "is not the published file"),
        ] {
            std::fs::write(folder.path().join("hello.gz"), content).unwrap();
            let error = HELLO
                .verify(&HELLO.find(folder.path()).unwrap(), "mnist")
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected) && error.contains("hello.gz"), "{error}");
            assert!(error.contains("runner data fetch mnist"), "{error}");
        }
        std::fs::remove_file(folder.path().join("hello.gz")).unwrap();
        std::fs::create_dir(folder.path().join("hello.gz")).unwrap();
        assert!(HELLO.verify(&HELLO.find(folder.path()).unwrap(), "mnist").is_err());
    }
}
