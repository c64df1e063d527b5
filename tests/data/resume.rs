//! Downloads that were broken off go on where they stopped, and never with bytes of another file.

use crate::support::data::download::{assert_complete, content, fetch};
use crate::support::data::server::{Manner, Server};

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
    let (cut, good) = (
        Server::start(&content(), Manner::CutOff),
        Server::start(&content(), Manner::Good),
    );
    let folder = tempfile::tempdir().unwrap();
    let _ = fetch(folder.path(), &[&cut]);
    let there = std::fs::metadata(folder.path().join("set/f.gz.part")).unwrap().len();
    assert!(there >= 100_000);
    fetch(folder.path(), &[&good]).unwrap();
    assert_eq!(good.transfers(), [format!("/f.gz bytes={there}-")]);
    assert_complete(folder.path());
}
