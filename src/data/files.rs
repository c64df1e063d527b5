//! Public files: what they are called, how long they are, what they hash to, and whether those in the
//! data folder are the right ones. The hash is pinned, so no mirror has to be trusted.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::digest::hex;
use super::{DATASETS, DatasetDef, Origin};
use runner_declare as declare;
use runner_ground::error::{Error, Kind, Result};

/// The files of one dataset and where they can be downloaded.
#[derive(Debug)]
pub struct Collection {
    /// The folder under the data folder.
    pub folder: &'static str,
    /// Another name that the folder may have: the one that unpacking the published archive gives it.
    pub also: Option<&'static str>,
    /// Base URLs ending in `/`; a file's URL is the base and its name.
    pub mirrors: &'static [&'static str],
    /// The files, smallest first: a wrong mirror is noticed early.
    pub files: &'static [RemoteFile],
    /// Names of files of which some are enough, such as the training batches of CIFAR-10.
    pub any_of: &'static [&'static str],
    /// Where the files are published in one archive, that.
    pub archive: Option<RemoteFile>,
}

/// A file that is downloaded.
#[derive(Debug)]
pub struct RemoteFile {
    /// Its name; it ends in `.gz` where what is in it is read without unpacking it to disk.
    pub name: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, as lower-case hex.
    pub sha256: &'static str,
    /// What is in it, where its hash is known: then a copy that was unpacked by hand is taken too.
    pub unpacked: Option<Unpacked>,
}

/// What is in a gzipped file.
#[derive(Debug)]
pub struct Unpacked {
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, as lower-case hex.
    pub sha256: &'static str,
}

/// Which files a download brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are not there: a run never replaces a file.
    Missing,
    /// Those, and those that are not the published ones.
    MissingOrWrong,
}

/// How a file differs from the published one.
enum Difference {
    Bytes { actual: u64, expected: u64 },
    Hash { actual: String, expected: &'static str },
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
        // One that cannot be checked is as good as none.
        self.unpacked.as_ref()?;
        let unpacked = folder.join(self.unpacked_name());
        unpacked.exists().then_some(Found::Unpacked(unpacked))
    }

    /// The name without `.gz`.
    pub fn unpacked_name(&self) -> &'static str {
        self.name.strip_suffix(".gz").unwrap_or(self.name)
    }

    /// Where its bytes are gathered until all are there.
    pub fn part(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.part", self.name))
    }

    /// How many bytes have been gathered.
    pub fn part_bytes(&self, folder: &Path) -> u64 {
        size_of(&self.part(folder))
    }

    /// How many bytes of it are there, in a part or in the whole file.
    pub fn bytes_there(&self, folder: &Path) -> u64 {
        self.part_bytes(folder).max(size_of(&folder.join(self.name)))
    }

    /// The size and the hash that a found file must have.
    pub fn published(&self, found: &Found) -> (u64, &'static str) {
        match (found, &self.unpacked) {
            (Found::Unpacked(_), Some(unpacked)) => (unpacked.bytes, unpacked.sha256),
            _ => (self.bytes, self.sha256),
        }
    }

    /// Checks a found file against the pinned size and hash.
    ///
    /// # Errors
    /// [`Kind::Data`] when it is another file, with what to do about it.
    pub fn verify(&self, found: &Found, dataset: &str) -> Result<()> {
        let path = found.path().display();
        let message = match self.difference(found)? {
            None => return Ok(()),
            Some(Difference::Bytes { actual, expected }) => format!("{path} has {actual} bytes, expected {expected}"),
            Some(Difference::Hash { actual, expected }) => {
                format!("{path} is not the published file: SHA-256 {actual}, expected {expected}")
            }
        };
        let remedy = format!("delete it, or run 'runner data fetch {dataset}' to replace it");
        Err(Error::new(Kind::Data, message).help(remedy))
    }

    /// What tells a found file from the published one; fails where it cannot be read.
    fn difference(&self, found: &Found) -> Result<Option<Difference>> {
        let (bytes, sha256) = self.published(found);
        let path = found.path();
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if !metadata.is_file() {
            let message = format!("{} is not a file", path.display());
            return Err(Error::new(Kind::Data, message).help("move it out of the way"));
        }
        if metadata.len() != bytes {
            return Ok(Some(Difference::Bytes {
                actual: metadata.len(),
                expected: bytes,
            }));
        }
        let actual = sha256_of(path)?;
        Ok((actual != sha256).then_some(Difference::Hash {
            actual,
            expected: sha256,
        }))
    }
}

impl Collection {
    /// One that has no files, to be filled in.
    pub const EMPTY: Self = Self {
        folder: "",
        also: None,
        mirrors: &[],
        files: &[],
        any_of: &[],
        archive: None,
    };

    /// The name of the dataset whose files they are.
    pub fn dataset(&self) -> &'static str {
        self.def().map_or(self.folder, |def| def.section.name)
    }

    /// What the dataset's recipes may say for `stand_in`.
    pub fn stand_in(&self) -> Option<&'static str> {
        let mut fields = self.def()?.section.fields.iter();
        match fields.find(|field| field.key == "stand_in")?.kind {
            declare::Kind::Choice([(name, _), ..]) => Some(name),
            _ => None,
        }
    }

    fn def(&self) -> Option<&'static DatasetDef> {
        let is_mine = |def: &&&DatasetDef| matches!(def.origin, Origin::Download(files) if std::ptr::eq(files, self));
        DATASETS.iter().find(is_mine).copied()
    }

    /// Where its files are, or are to be put.
    pub fn place(&self, data_folder: &Path) -> PathBuf {
        let own = data_folder.join(self.folder);
        let holds_any = |place: &Path| self.files.iter().any(|file| file.find(place).is_some());
        let other = self.also.map(|also| data_folder.join(also));
        match other {
            Some(other) if !holds_any(&own) && holds_any(&other) => other,
            _ => own,
        }
    }

    /// Whether what is in the folder is enough: all files, or of those of which some are enough at least one.
    pub fn suffices(&self, data_folder: &Path) -> bool {
        let place = self.place(data_folder);
        let is_there = |file: &RemoteFile| file.find(&place).is_some();
        let (some, all): (Vec<_>, Vec<_>) = self.files.iter().partition(|file| self.any_of.contains(&file.name));
        all.into_iter().all(is_there) && (some.is_empty() || some.into_iter().any(is_there))
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> Option<&'static RemoteFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The files to bring into the folder.
    ///
    /// # Errors
    /// Where wrong files are wanted too and one cannot be read: it may be the right one.
    pub fn wanted(&self, data_folder: &Path, wanted: Wanted) -> Result<Vec<&'static RemoteFile>> {
        let place = self.place(data_folder);
        let mut files = Vec::new();
        for file in self.files {
            let bring = match (file.find(&place), wanted) {
                (None, _) => true,
                (Some(_), Wanted::Missing) => false,
                (Some(found), Wanted::MissingOrWrong) => file.difference(&found)?.is_some(),
            };
            if bring {
                files.push(file);
            }
        }
        Ok(files)
    }

    /// Checks every file that is there.
    ///
    /// # Errors
    /// As [`RemoteFile::verify`], for the first that is wrong.
    pub fn verify_found(&self, data_folder: &Path) -> Result<()> {
        let place = self.place(data_folder);
        for file in self.files {
            if let Some(found) = file.find(&place) {
                file.verify(&found, self.dataset())?;
            }
        }
        Ok(())
    }
}

/// The size of a file; none for one that is not there.
pub(super) fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
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

    const HELLO: RemoteFile = RemoteFile {
        name: "hello.gz",
        bytes: 5,
        sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        unpacked: Some(Unpacked {
            bytes: 3,
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        }),
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
    fn an_unpacked_copy_is_checked_or_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("hello"), "abd").unwrap();
        let error = HELLO.verify(&HELLO.find(folder.path()).unwrap(), "x").unwrap_err();
        assert!(error.to_string().contains("is not the published file"), "{error}");
        let unknown = RemoteFile {
            unpacked: None,
            ..HELLO
        };
        assert_eq!(unknown.find(folder.path()), None);
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
