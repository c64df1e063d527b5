//! Downloads against a server on this machine: every way in which a mirror can fail.

use std::time::{Duration, Instant};

use crate::support::data::download::{archive, archived, assert_complete, collection, content, fetch, limits, listing};
use crate::support::data::server::{Manner, Server};
use runner::data::download::{Limits, Progress, download};
use runner::data::{Collection, Wanted};
use runner::error::Kind;

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
        Progress::Received { file, .. } => received.push((file.to_owned(), last)),
        _ => {}
    };
    download(
        files,
        Wanted::Missing,
        folder.path(),
        std::slice::from_ref(&server.base),
        limits(),
        &mut progress,
    )
    .unwrap();
    assert_eq!(received, [("a.gz".to_owned(), 200_000), ("b.gz".to_owned(), 200_000)]);
    assert_eq!(listing(folder.path()), ["a.gz", "b.gz"]);
    let before = server.requests().len();
    download(
        files,
        Wanted::Missing,
        folder.path(),
        std::slice::from_ref(&server.base),
        limits(),
        &mut |_| {},
    )
    .unwrap();
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
        Manner::Snippets,
        Manner::Drips,
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
        (Manner::NotFound, "no mirror has f.gz:"),
        (Manner::RedirectLoop, "no mirror has f.gz:"),
        (Manner::Drips, "only drips: "),
        (Manner::Stalls, "broke off after 10 of 200000 bytes"),
    ] {
        let server = Server::start(&content(), manner);
        let folder = tempfile::tempdir().unwrap();
        let text = fetch(folder.path(), &[&server]).unwrap_err().to_string();
        assert!(
            text.contains(reason) && text.contains(&server.base),
            "{manner:?}: {text}"
        );
    }
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
    // A name that never resolves, a server that never answers, a port that refuses, no address at all.
    let silent = Server::start(&content(), Manner::Silent);
    let mirrors = [
        "http://runner.invalid/",
        &silent.base,
        "http://127.0.0.1:1/",
        "nonsense",
    ]
    .map(str::to_owned);
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let error = download(
        collection(&content(), &["f.gz"]),
        Wanted::Missing,
        folder.path(),
        &mirrors,
        Limits::default(),
        &mut |_| {},
    )
    .unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let text = error.to_string();
    assert!(
        mirrors.iter().all(|mirror| text.contains(mirror)) && text.contains("RUNNER_MIRRORS"),
        "{text}"
    );
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

/// Waits do not add up, neither of processes that find no mirror nor of mirrors that answer and then bring nothing.
#[test]
fn many_at_once_wait_no_longer_than_one() {
    let silent = Server::start(&content(), Manner::Silent);
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fetch(folder.path(), &[&silent]).unwrap_err());
        }
    });
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[test]
fn mirrors_that_bring_next_to_nothing_are_given_up() {
    for manner in [Manner::Snippets, Manner::Drips, Manner::Stalls, Manner::HalfThenStalls] {
        let servers: Vec<Server> = (0..5).map(|_| Server::start(&content(), manner)).collect();
        let folder = tempfile::tempdir().unwrap();
        let start = Instant::now();
        fetch(folder.path(), &servers.iter().collect::<Vec<_>>()).unwrap_err();
        assert!(
            start.elapsed() < Duration::from_secs(4),
            "{manner:?}: {:?}",
            start.elapsed()
        );
        let tries: usize = servers.iter().map(|server| server.transfers().len()).sum();
        assert!(tries <= 10, "{manner:?}: {tries} tries");
    }
}

#[test]
fn a_lock_that_is_held_without_progress_is_not_waited_for() {
    let good = Server::start(&content(), Manner::Good);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    let held = std::fs::File::create(folder.path().join("set/.lock")).unwrap();
    held.lock().unwrap();
    let error = fetch(folder.path(), &[&good]).unwrap_err().to_string();
    assert!(error.contains("has not come further for 2 s"), "{error}");
    drop(held);
    fetch(folder.path(), &[&good]).unwrap();
}

#[test]
fn a_wrong_file_stays_until_the_right_one_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set/f.gz");
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(&path, "mine").unwrap();
    let replace = |server: &Server| {
        let (files, mirrors) = (collection(&content(), &["f.gz"]), [server.base.clone()]);
        download(
            files,
            Wanted::MissingOrWrong,
            folder.path(),
            &mirrors,
            limits(),
            &mut |_| {},
        )
    };
    replace(&Server::start(&content(), Manner::WrongBytes)).unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    let good = Server::start(&content(), Manner::Good);
    fetch(folder.path(), &[&good]).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"mine", "a run replaces nothing");
    replace(&good).unwrap();
    assert_complete(folder.path());
}

#[test]
fn steps_of_a_download_are_lines_of_json() {
    let failed = Progress::Failed {
        url: "http://a/",
        reason: "status 404",
    };
    assert_eq!(
        serde_json::to_string(&failed).unwrap(),
        r#"{"event":"mirror_failed","url":"http://a/","reason":"status 404"}"#
    );
    assert_eq!(
        serde_json::to_string(&Progress::Waiting).unwrap(),
        r#"{"event":"waiting"}"#
    );
}

/// `RUNNER_MIRRORS` is read from the environment, so it is set for a process of its own.
#[test]
fn mirrors_can_be_named_in_the_environment() {
    const CHILD: &str = "RUNNER_TEST_MIRRORS_CHILD";
    let files = Collection {
        folder: "set",
        mirrors: &["https://example.org/set/"],
        ..Collection::EMPTY
    };
    if let Ok(expected) = std::env::var(CHILD) {
        assert_eq!(runner::data::download::mirrors_of(&files).join(" "), expected);
        return;
    }
    let child = |mirrors: &str, expected: &str| {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mirrors_can_be_named_in_the_environment"])
            .env("RUNNER_MIRRORS", mirrors)
            .env(CHILD, expected)
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    };
    child("", "https://example.org/set/");
    child("http://a/x, http://b/ ,", "http://a/x/set/ http://b/set/");
}

/// Brings a collection from a server that has its archive.
fn bring(folder: &std::path::Path, files: &'static Collection, packed: &[u8]) -> (runner::error::Result<()>, usize) {
    let server = Server::start(packed, Manner::Good);
    let mirrors = [server.base.clone()];
    let result = download(files, Wanted::Missing, folder, &mirrors, limits(), &mut |_| {});
    (result, server.transfers().len())
}

#[test]
fn files_come_out_of_an_archive_and_nothing_else_does() {
    let (a, b) = (content(), vec![7; 1000]);
    let packed = archive(&[
        ("set/readme.html", b"hello"),
        ("../../a.bin", &a),
        ("/etc/b.bin", &b),
        ("set/a.bin", b"a second one"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let files = archived(&packed, &[("a.bin", &a), ("b.bin", &b)]);
    bring(folder.path(), files, &packed).0.unwrap();
    assert_eq!(listing(folder.path()), ["a.bin", "b.bin"]);
    assert_eq!(std::fs::read(folder.path().join("set/a.bin")).unwrap(), a);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // What is there stays; what is missing comes again.
    std::fs::write(folder.path().join("set/a.bin"), "mine").unwrap();
    assert_eq!(bring(folder.path(), files, &packed).1, 0);
    std::fs::remove_file(folder.path().join("set/b.bin")).unwrap();
    bring(folder.path(), files, &packed).0.unwrap();
    assert_eq!(std::fs::read(folder.path().join("set/a.bin")).unwrap(), b"mine");
    assert_eq!(std::fs::read(folder.path().join("set/b.bin")).unwrap(), b);
}

#[test]
fn an_archive_that_holds_something_else_leaves_no_file() {
    let a = content();
    let mut other = a.clone();
    other[100_000] ^= 1;
    let mut cut = archive(&[("a.bin", &a)]);
    cut.truncate(cut.len() / 2);
    // Zeros pack a thousandfold: what they unpack to is not waited for.
    let bomb = archive(&[("zeros", &vec![0; 40_000_000]), ("a.bin", &a)]);
    for (packed, reason) in [
        (archive(&[("b.bin", &a)]), "a.bin is not in it"),
        (
            archive(&[("a.bin", &a[1..])]),
            "a.bin in it has 199999 bytes, expected 200000",
        ),
        (archive(&[("a.bin", &other)]), "SHA-256"),
        (cut, "cannot be unpacked"),
        (bomb, "set.tar.gz"),
        (b"no archive at all".to_vec(), "cannot be unpacked"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (result, _) = bring(folder.path(), archived(&packed, &[("a.bin", &a)]), &packed);
        let error = result.unwrap_err();
        assert_eq!(error.kind(), Kind::Data, "{reason}");
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert_eq!(listing(folder.path()), ["set.tar.gz"], "{reason}");
    }
}
