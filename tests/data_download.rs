//! Downloads against a server on this machine: every way in which a mirror can fail.

mod data_support;

use std::path::Path;
use std::time::{Duration, Instant};

use data_support::server::{Manner, Server};
use runner::data::download::{Limits, Progress, download};
use runner::data::{Collection, RemoteFile};
use runner::error::{Kind, Result};
use sha2::{Digest, Sha256};

/// More than the transfer's buffer, so that a file arrives in pieces.
fn content() -> Vec<u8> {
    (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// A collection of this content under each of the names. Leaked: collections are static.
fn collection(content: &[u8], names: &[&'static str]) -> &'static Collection {
    let hash: String = Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect();
    let hash: &'static str = hash.leak();
    let file = |&name| RemoteFile { name, bytes: content.len() as u64, sha256: hash, unpacked_bytes: 0, unpacked_sha256: None };
    let files: Vec<RemoteFile> = names.iter().map(file).collect();
    Box::leak(Box::new(Collection { folder: "set", mirrors: &[], files: files.leak() }))
}

fn limits() -> Limits {
    Limits { reach: Duration::from_secs(2), stall: Duration::from_millis(500) }
}

fn fetch(folder: &Path, servers: &[&Server]) -> Result<()> {
    let mirrors: Vec<String> = servers.iter().map(|server| server.base.clone()).collect();
    download(collection(&content(), &["f.gz"]), folder, &mirrors, limits(), &mut |_| {})
}

/// What lies in the folder, the lock aside.
fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("set"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".lock")
        .collect();
    names.sort();
    names
}

fn assert_complete(folder: &Path) {
    assert_eq!(listing(folder), ["f.gz"]);
    assert_eq!(std::fs::read(folder.join("set/f.gz")).unwrap(), content());
}

#[test]
fn a_good_mirror_serves_all_files_and_reports_progress() {
    let server = Server::start(&content(), Manner::Good);
    let folder = tempfile::tempdir().unwrap();
    let files = collection(&content(), &["a.gz", "b.gz"]);
    let (mut last, mut received) = (0, Vec::new());
    let mut progress = |event: Progress| match event {
        Progress::Receiving { bytes, total, .. } => {
            assert!(bytes <= total && total == 200_000);
            last = bytes;
        }
        Progress::Received { file } => received.push((file.to_owned(), last)),
        _ => {}
    };
    download(files, folder.path(), &[server.base.clone()], limits(), &mut progress).unwrap();
    assert_eq!(received, [("a.gz".to_owned(), 200_000), ("b.gz".to_owned(), 200_000)]);
    assert_eq!(listing(folder.path()), ["a.gz", "b.gz"]);
    let before = server.requests().len();
    download(files, folder.path(), &[server.base.clone()], limits(), &mut |_| {}).unwrap();
    assert_eq!(server.requests().len(), before, "nothing is asked for twice");
}

#[test]
fn a_bad_mirror_never_leaves_a_file_and_a_good_one_helps() {
    for manner in [
        Manner::WrongBytes,
        Manner::Endless,
        Manner::OtherLength,
        Manner::NotFound,
        Manner::ProbeOnly,
        Manner::Stalls,
        Manner::CutOff,
        Manner::Silent,
    ] {
        let bad = Server::start(&content(), manner);
        let folder = tempfile::tempdir().unwrap();
        let alone = fetch(folder.path(), &[&bad]);
        if manner == Manner::CutOff {
            // Each try brings half of the rest: it gets closer without getting there.
            assert!(alone.is_err());
        } else {
            assert_eq!(alone.unwrap_err().kind(), Kind::Data, "{manner:?}");
        }
        let left = listing(folder.path());
        assert!(left.is_empty() || left == ["f.gz.part"], "{manner:?}: {left:?}");
        let size = std::fs::metadata(folder.path().join("set/f.gz.part")).map_or(0, |m| m.len());
        assert!(size < 200_000, "{manner:?} left {size} bytes");
        let good = Server::start(&content(), Manner::Good);
        fetch(folder.path(), &[&bad, &good]).unwrap_or_else(|error| panic!("{manner:?}: {error}"));
        assert_complete(folder.path());
    }
}

#[test]
fn messages_name_the_mirror_and_the_reason() {
    for (manner, reason) in [
        (Manner::WrongBytes, "sent another file: SHA-256"),
        (Manner::Endless, "sends more than the expected 200000 bytes"),
        (Manner::OtherLength, "announces 5 bytes, expected 200000"),
        (Manner::NotFound, "answered with status 404"),
        (Manner::Stalls, "broke off after 10 of 200000 bytes"),
    ] {
        let server = Server::start(&content(), manner);
        let folder = tempfile::tempdir().unwrap();
        let text = fetch(folder.path(), &[&server]).unwrap_err().to_string();
        assert!(text.contains(reason) && text.contains(&server.base), "{manner:?}: {text}");
    }
}

#[test]
fn a_broken_transfer_goes_on_where_it_stopped() {
    let server = Server::start(&content(), Manner::Good);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/f.gz.part"), &content()[..150_000]).unwrap();
    fetch(folder.path(), &[&server]).unwrap();
    assert_eq!(server.transfers(), ["/f.gz bytes=150000-"]);
    assert_complete(folder.path());
}

#[test]
fn a_complete_part_file_needs_no_transfer() {
    let server = Server::start(&content(), Manner::Good);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/f.gz.part"), content()).unwrap();
    fetch(folder.path(), &[&server]).unwrap();
    assert_eq!(server.transfers(), Vec::<String>::new());
    assert_complete(folder.path());
}

#[test]
fn a_part_of_another_file_is_thrown_away() {
    for (part, manner) in [
        (vec![1; 150_000], Manner::Good),
        (vec![1; 200_000], Manner::Good),
        (vec![1; 300_000], Manner::Good),
        (vec![1; 150_000], Manner::NoRange),
        (content()[..150_000].to_vec(), Manner::NoRange),
        (content()[..150_000].to_vec(), Manner::WrongRange),
    ] {
        let server = Server::start(&content(), manner);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("set")).unwrap();
        std::fs::write(folder.path().join("set/f.gz.part"), &part).unwrap();
        fetch(folder.path(), &[&server]).unwrap_or_else(|error| panic!("{manner:?} {}: {error}", part.len()));
        assert_complete(folder.path());
    }
}

#[test]
fn half_from_one_mirror_and_half_from_another() {
    let (cut, good) = (Server::start(&content(), Manner::CutOff), Server::start(&content(), Manner::Good));
    let folder = tempfile::tempdir().unwrap();
    let _ = fetch(folder.path(), &[&cut]);
    let there = std::fs::metadata(folder.path().join("set/f.gz.part")).unwrap().len();
    assert!(there >= 100_000);
    fetch(folder.path(), &[&good]).unwrap();
    assert_eq!(good.transfers(), [format!("/f.gz bytes={there}-")]);
    assert_complete(folder.path());
}

#[test]
fn redirects_are_followed() {
    let server = Server::start(&content(), Manner::Redirect);
    let folder = tempfile::tempdir().unwrap();
    fetch(folder.path(), &[&server]).unwrap();
    assert!(server.requests().iter().any(|r| r.starts_with("/moved/f.gz")));
    assert_complete(folder.path());
}

#[test]
fn silence_everywhere_is_noticed_in_one_wait() {
    let servers: Vec<Server> = (0..6).map(|_| Server::start(&content(), Manner::Silent)).collect();
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let error = fetch(folder.path(), &servers.iter().collect::<Vec<_>>()).unwrap_err();
    let waited = start.elapsed();
    assert!(waited < Duration::from_secs(4), "{waited:?}");
    assert!(error.to_string().contains("no mirror answered within 2 s"), "{error}");
}

#[test]
fn a_machine_without_a_network_is_noticed_within_ten_seconds() {
    // A name that never resolves, an address that never answers, a port that refuses, no address at all.
    let mirrors = ["http://runner.invalid/", "http://192.0.2.1/", "http://127.0.0.1:1/", "nonsense"].map(str::to_owned);
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let error = download(collection(&content(), &["f.gz"]), folder.path(), &mirrors, Limits::default(), &mut |_| {}).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let text = error.to_string();
    assert!(mirrors.iter().all(|mirror| text.contains(mirror)) && text.contains("RUNNER_MIRRORS"), "{text}");
}

#[test]
fn two_downloads_at_once_share_one_result() {
    let server = Server::start(&content(), Manner::Good);
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fetch(folder.path(), &[&server]).unwrap());
        }
    });
    assert_complete(folder.path());
    assert_eq!(server.transfers().len(), 1);
}

#[test]
fn a_folder_that_cannot_be_written_is_this_machines_failure() {
    let server = Server::start(&content(), Manner::Good);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("set"), "a file in the way").unwrap();
    let error = fetch(folder.path(), &[&server]).unwrap_err();
    assert_eq!(error.kind(), Kind::Failure);
    assert!(error.to_string().contains("cannot write"), "{error}");
}

/// `RUNNER_MIRRORS` is read from the environment, so it is set for a process of its own.
#[test]
fn mirrors_can_be_named_in_the_environment() {
    let files = Collection { folder: "set", mirrors: &["https://example.org/set/"], files: &[] };
    if std::env::var_os("RUNNER_MIRRORS").is_some() {
        assert_eq!(runner::data::download::mirrors_of(&files), ["http://a/x/set/", "http://b/set/"]);
        return;
    }
    assert_eq!(runner::data::download::mirrors_of(&files), ["https://example.org/set/"]);
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "mirrors_can_be_named_in_the_environment"])
        .env("RUNNER_MIRRORS", "http://a/x, http://b/ ,")
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
}
