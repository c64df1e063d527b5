//! A collection to download, and what a download leaves.

use std::path::Path;
use std::time::Duration;

use runner::data::download::{Limits, download};
use runner::data::{Collection, RemoteFile, Wanted};
use runner::error::Result;
use sha2::{Digest, Sha256};

use super::server::Server;

/// More than the transfer's buffer, so that a file arrives in pieces.
pub fn content() -> Vec<u8> {
    (0..200_000u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

/// A collection of this content under each of the names. Leaked: collections are static.
pub fn collection(content: &[u8], names: &[&'static str]) -> &'static Collection {
    let hash: String = Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect();
    let hash: &'static str = hash.leak();
    let file = |&name| RemoteFile {
        name,
        bytes: content.len() as u64,
        sha256: hash,
        unpacked: None,
    };
    let files: Vec<RemoteFile> = names.iter().map(file).collect();
    Box::leak(Box::new(Collection {
        folder: "set",
        files: files.leak(),
        ..Collection::EMPTY
    }))
}

/// Short waits: the tests' server is near.
pub fn limits() -> Limits {
    Limits {
        reach: Duration::from_secs(2),
        stall: Duration::from_millis(500),
    }
}

/// Downloads `f.gz` from these servers.
pub fn fetch(folder: &Path, servers: &[&Server]) -> Result<()> {
    let mirrors: Vec<String> = servers.iter().map(|server| server.base.clone()).collect();
    download(
        collection(&content(), &["f.gz"]),
        Wanted::Missing,
        folder,
        &mirrors,
        limits(),
        &mut |_| {},
    )
}

/// What lies in the folder, the lock aside.
pub fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("set"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".lock")
        .collect();
    names.sort();
    names
}

/// Checks that the file is there, whole and alone.
pub fn assert_complete(folder: &Path) {
    assert_eq!(listing(folder), ["f.gz"]);
    assert_eq!(std::fs::read(folder.join("set/f.gz")).unwrap(), content());
}

/// A gzipped tar archive of these files.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tape = tar::Builder::new(packer);
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // As bytes: the library would refuse to write the names that a wicked archive has.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tape.append(&header, *content).unwrap();
    }
    tape.into_inner().unwrap().finish().unwrap()
}

/// A collection of these files that is published as one archive.
pub fn archived(archive: &[u8], files: &[(&'static str, &[u8])]) -> &'static Collection {
    let hash = |content: &[u8]| -> &'static str {
        let hash: String = Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect();
        hash.leak()
    };
    let file = |name, content: &[u8]| RemoteFile {
        name,
        bytes: content.len() as u64,
        sha256: hash(content),
        unpacked: None,
    };
    let files: Vec<RemoteFile> = files.iter().map(|(name, content)| file(name, content)).collect();
    Box::leak(Box::new(Collection {
        folder: "set",
        files: files.leak(),
        archive: Some(file("set.tar.gz", archive)),
        ..Collection::EMPTY
    }))
}
