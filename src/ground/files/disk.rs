//! What the disk says, in words; and files without a name of their own yet.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};

/// Temporary files start so; leftovers of a killed run are removed when it is resumed.
pub const TEMPORARY: &str = ".tmp-";

/// A file that goes with its handle, unless it is given a name. Made by ourselves, since tempfile makes it
/// private, which results are not. To be written through [`tempfile::NamedTempFile::as_file_mut`]: its own
/// messages name the temporary file, which nobody knows.
pub fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(TEMPORARY)
        .make_in(folder, |path| fs::File::create_new(path))
}

/// Writes a file of the user's, whole or not at all; one of the same name is replaced.
///
/// # Errors
/// When the folder is missing, read-only or full.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut temporary = temporary(folder.unwrap_or(Path::new(".")))?;
    temporary.as_file_mut().write_all(bytes)?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Whether what is written has to outlive the machine, or its process only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// The machine.
    Yes,
    /// The process.
    No,
}

/// Writes a file so that its name always means a whole file, where it is synced also after the machine's death.
///
/// # Errors
/// When the disk is full or the folder read-only; the old contents stay then.
pub fn write_whole(target: &Path, contents: &[u8], sync: Sync) -> Result<()> {
    let folder = target.parent().unwrap_or(Path::new(""));
    let write = || -> io::Result<()> {
        let mut temporary = temporary(folder)?;
        temporary.as_file_mut().write_all(contents)?;
        if sync == Sync::Yes {
            temporary.as_file().sync_all()?;
        }
        temporary.persist(target).map_err(|error| error.error)?;
        match sync {
            Sync::Yes => fs::File::open(folder)?.sync_all(),
            Sync::No => Ok(()),
        }
    };
    write().map_err(|error| failure(target, "cannot be written", &error, remedy(&error)))
}

/// The contents of a file of at most `cap` bytes.
///
/// # Errors
/// [`Kind::Run`] when it is missing or larger.
pub fn read_capped(path: &Path, cap: u64) -> Result<Vec<u8>> {
    let bad = |message: String| Error::new(Kind::Run, format!("{}: {message}", path.display()));
    let size = fs::metadata(path).map_err(|error| bad(error.to_string()))?.len();
    if size > cap {
        return Err(bad(format!("{size} bytes, more than the {cap} that are read")));
    }
    fs::read(path).map_err(|error| bad(error.to_string()))
}

/// Whether an entry of a folder has no name of its own yet.
pub fn is_temporary(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with(TEMPORARY)
}

/// Whether an error says that there is nothing of this name.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The remedy for a folder that cannot take results.
pub const ELSEWHERE: &str = "--results DIR puts the results elsewhere";

/// The error of a folder that cannot take results.
pub fn elsewhere(path: &Path, what: &str, error: &io::Error) -> Error {
    failure(path, what, error, Some(ELSEWHERE))
}

/// What to do about an error in an existing folder, where that is known.
pub fn remedy(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("make room on the disk"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some("make the folder writable"),
        _ => None,
    }
}

/// The error of a file or folder.
pub fn failure(path: &Path, what: &str, error: &io::Error, help: Option<&str>) -> Error {
    let error = Error::new(Kind::Failure, format!("{}: {what}: {error}", path.display()));
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}

/// SHA-256 of a file's bytes, in hexadecimal.
///
/// ```
/// use runner_ground::files::disk::sha256;
/// assert!(sha256(b"").starts_with("e3b0c44298fc1c14"));
/// ```
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
