//! What becomes of pictures that cannot be read: all of them are told, or left out.

use serde::Deserialize;

use super::super::picture_file::{Noticed, Unread};
use super::listing::Listing;
use runner_declare::{Field, Kind, Presence};
use runner_ground::error::{Error, Kind as ErrorKind, Located, Result};
use runner_ground::text::{format, some_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Broken {
    Error,
    LeaveOut,
}

pub(super) const BROKEN: Field = Field {
    key: "broken",
    doc: "What becomes of pictures that cannot be read: empty, cut off, neither PNG nor JPEG.",
    kind: Kind::Choice(&[
        ("error", "Nothing is trained; all of them are named."),
        (
            "leave_out",
            "The others are trained on; how many were left out is said.",
        ),
    ]),
    presence: Presence::Changed {
        now: "\"error\"",
        before: "\"error\"",
    },
};

/// Names all that cannot be read.
pub(super) fn refuse(noticed: &Noticed, of: usize) -> Result<()> {
    let unread = &noticed.unread;
    if unread.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = unread.iter().map(Unread::line).collect();
    let (many, all) = (format::count(unread.len() as u64), format::count(of as u64));
    let message = format!("{many} of {all} pictures cannot be read{}", some_of(&lines));
    let help = "mend, convert or remove them; 'broken: leave_out' in 'dataset' trains on the others";
    let located = |unread: &Unread| Located {
        file: Some(unread.path.clone()),
        line: None,
        column: None,
        path: "dataset".to_owned(),
        message: unread.reason.clone(),
        help: Some(help.to_owned()),
    };
    let located = unread.iter().map(located).collect();
    Err(Error::new(ErrorKind::Data, message).help(help).with_located(located))
}

/// Takes those out that cannot be read, where the listing's pictures come after `before` others; gives how many come
/// before the next listing's.
pub(super) fn leave_out(listing: &mut Listing, noticed: &Noticed, before: usize) -> usize {
    let all = listing.pictures.len();
    let mut places = before..;
    let broken = |place: usize| {
        noticed
            .unread
            .binary_search_by_key(&place, |unread| unread.index)
            .is_ok()
    };
    listing.pictures.retain(|_| !places.next().is_some_and(broken));
    before + all
}

/// Refuses a class of which nothing is left.
pub(super) fn left(train: &Listing, classes: &[String]) -> Result<()> {
    let counts = train.counts(classes.len());
    match counts.iter().zip(classes).find(|(count, _)| **count == 0) {
        None => Ok(()),
        Some((_, class)) => {
            let message = format!("no picture of the class '{class}' can be read");
            Err(Error::new(ErrorKind::Data, message).help("mend or convert them, or remove the class's folder"))
        }
    }
}
