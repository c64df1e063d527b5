//! The files of a published archive. Nothing in it is trusted: only files of the expected names are taken, none
//! beyond its expected size, and each gets its name only when all have their pinned hashes.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use tar::Archive;

use super::super::files::{RemoteFile, sha256_of, unreadable};
use super::unwritable;
use runner_ground::error::{Error, Kind, Result};

/// The most entries that are looked at; CIFAR-10's archive has nine.
const MAX_ENTRIES: usize = 10_000;

/// Takes these files out of a gzipped tar archive, by their names in whatever folder they lie there. Their names
/// come at the end and in this order, so that a kill in between leaves the last of them missing.
pub(super) fn unpack(archive: &Path, files: &[&RemoteFile], place: &Path) -> Result<()> {
    let result = extract(archive, files, place).and_then(|()| name(files, place));
    if result.is_err() {
        for file in files {
            let _ = std::fs::remove_file(file.part(place));
        }
    }
    result
}

fn extract(archive: &Path, files: &[&RemoteFile], place: &Path) -> Result<()> {
    let packed = File::open(archive).map_err(|error| unreadable(archive, &error))?;
    // Unpacking ends where the files can be no longer: what is packed may be of any size.
    let longest: u64 = files.iter().map(|file| file.bytes).sum();
    let unpacked = GzDecoder::new(BufReader::new(packed)).take(longest.saturating_mul(2).saturating_add(1 << 20));
    let broken = |error: std::io::Error| wrong(archive, &format!("cannot be unpacked: {error}"));
    let mut tape = Archive::new(unpacked);
    let mut waiting: Vec<&RemoteFile> = files.to_vec();
    for entry in tape.entries().map_err(broken)?.take(MAX_ENTRIES) {
        if waiting.is_empty() {
            break;
        }
        let entry = entry.map_err(broken)?;
        let name = entry.path().map_err(broken)?;
        let name = name.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let wanted = waiting.iter().position(|file| file.name == name);
        let Some(i) = wanted.filter(|_| entry.header().entry_type().is_file()) else {
            continue;
        };
        let file = waiting.remove(i);
        if entry.size() != file.bytes {
            let what = format!(
                "{} in it has {} bytes, expected {}",
                file.name,
                entry.size(),
                file.bytes
            );
            return Err(wrong(archive, &what));
        }
        write(entry, &file.part(place)).map_err(|failure| match failure {
            Failure::Read(error) => broken(error),
            Failure::Write(error) => unwritable(&file.part(place), &error),
        })?;
    }
    match waiting.first() {
        None => Ok(()),
        Some(file) => Err(wrong(archive, &format!("{} is not in it", file.name))),
    }
}

/// Which side a copy failed on.
enum Failure {
    Read(std::io::Error),
    Write(std::io::Error),
}

fn write(mut from: impl Read, path: &Path) -> std::result::Result<(), Failure> {
    let mut to = File::create(path).map_err(Failure::Write)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return to.sync_all().map_err(Failure::Write),
            Ok(n) => to.write_all(&buffer[..n]).map_err(Failure::Write)?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Read(error)),
        }
    }
}

fn name(files: &[&RemoteFile], place: &Path) -> Result<()> {
    for file in files {
        let part = file.part(place);
        let actual = sha256_of(&part)?;
        if actual != file.sha256 {
            let message = format!("{}: SHA-256 {actual}, expected {}", part.display(), file.sha256);
            return Err(Error::new(Kind::Data, message));
        }
    }
    for file in files {
        let path = place.join(file.name);
        std::fs::rename(file.part(place), &path).map_err(|error| unwritable(&path, &error))?;
    }
    let synced = File::open(place).and_then(|folder| folder.sync_all());
    synced.map_err(|error| unwritable(place, &error))
}

fn wrong(archive: &Path, what: &str) -> Error {
    Error::new(Kind::Data, format!("{}: {what}", archive.display()))
}
