//! Downloads: the only place that opens a socket.
//!
//! All mirrors are asked at once which of them answers, so that a machine without a network is noticed
//! within [`Limits::reach`], however many mirrors and files there are. One that answers and then brings
//! next to nothing is given up. A file arrives as `NAME.part`, goes on where it stopped, never grows past
//! its expected size, and gets its name only when its SHA-256 is the pinned one. No mirror is trusted.
//! Files that are published in one archive come out of it under the same conditions (`unpack`).

mod lock;
mod mirrors;
mod pace;
mod transfer;
mod unpack;

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::files::{Collection, RemoteFile, Wanted, sha256_of};
use lock::lock;
pub use mirrors::of as mirrors_of;
use pace::Pace;
use runner_ground::error::{Error, Kind, Result};
use transfer::{Failure, Transfer};

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the first answer of any mirror, name resolution included: all mirrors together.
    pub reach: Duration,
    /// For a transfer to come noticeably further.
    pub stall: Duration,
}

impl Default for Limits {
    /// 8 s to the first answer, 10 s without getting further.
    fn default() -> Self {
        Self {
            reach: Duration::from_secs(8),
            stall: Duration::from_secs(10),
        }
    }
}

/// What a download is doing; borrowed texts live as long as the call that reports them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Progress<'a> {
    /// Asking the mirrors.
    Asking {
        /// How many.
        mirrors: usize,
    },
    /// Another process downloads the same files; waiting for it.
    Waiting,
    /// Bytes of a file have arrived.
    Receiving {
        /// The file's name.
        file: &'a str,
        /// The address it comes from.
        url: &'a str,
        /// How many are there now.
        bytes: u64,
        /// How many there will be.
        total: u64,
    },
    /// A file is complete and verified.
    Received {
        /// The file's name.
        file: &'a str,
        /// Its size.
        bytes: u64,
    },
    /// A mirror was given up.
    #[serde(rename = "mirror_failed")]
    Failed {
        /// The address.
        url: &'a str,
        /// Why.
        reason: &'a str,
    },
}

/// Tries of a mirror, the next one only where the last has brought new bytes: enough for a line that breaks
/// now and then.
const MAX_TRIES: usize = 8;

/// Together the mirrors that answer may take this many times [`Limits::stall`] without getting a file further.
const FRUITLESS_STALLS: u32 = 3;

/// Downloads the files that are wanted in the data folder, trying these base URLs (each ending in `/`).
///
/// # Errors
/// [`Kind::Data`] when no mirror answers or none has the right file, with what each said;
/// [`Kind::Failure`] when the folder cannot be written.
pub fn download(
    collection: &Collection,
    wanted: Wanted,
    data_folder: &Path,
    mirrors: &[String],
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    let files = collection.wanted(data_folder, wanted)?;
    let Some(&first) = files.first() else {
        return Ok(());
    };
    let first = collection.archive.as_ref().unwrap_or(first);
    let place = collection.place(data_folder);
    std::fs::create_dir_all(&place).map_err(|error| unwritable(&place, &error))?;
    // Before the lock: the waits of processes that ask one after another would add up.
    progress(Progress::Asking { mirrors: mirrors.len() });
    let mut answering = mirrors::ask(mirrors, first.name, limits.reach)?;
    let brought = match &collection.archive {
        Some(archive) => vec![archive],
        None => files,
    };
    let _lock = lock(&place, &brought, limits, progress)?;
    // Another process may have brought them while this one waited.
    let files = collection.wanted(data_folder, wanted)?;
    match &collection.archive {
        Some(archive) if !files.is_empty() => {
            let path = place.join(archive.name);
            if !path.exists() || sha256_of(&path)? != archive.sha256 {
                fetch_file(archive, &place, &mut answering, limits, progress)?;
            }
            unpack::unpack(&path, &files, &place)?;
            // It has brought what it could; where it cannot be removed it only takes room.
            let _ = std::fs::remove_file(&path);
        }
        _ => {
            for file in files {
                fetch_file(file, &place, &mut answering, limits, progress)?;
            }
        }
    }
    Ok(())
}

/// Brings one file from whichever mirror has it; a mirror that worked moves to the front.
fn fetch_file(
    file: &RemoteFile,
    place: &Path,
    mirrors: &mut Vec<String>,
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    let mut reasons: Vec<String> = Vec::new();
    let mut pace = Pace::new(file.part_bytes(place), limits.stall * FRUITLESS_STALLS, file.bytes);
    let mut queue: VecDeque<(usize, String)> = mirrors.iter().map(|mirror| (1, mirror.clone())).collect();
    while let Some((tries, mirror)) = queue.pop_front() {
        let url = format!("{mirror}{}", file.name);
        let transfer = Transfer {
            url: &url,
            file,
            place,
            limits,
        };
        let before = file.part_bytes(place);
        match transfer.run(progress) {
            Ok(()) => {
                let bytes = file.bytes;
                progress(Progress::Received { file: file.name, bytes });
                mirrors.retain(|other| *other != mirror);
                mirrors.insert(0, mirror);
                return Ok(());
            }
            Err(Failure::Machine(error)) => return Err(error),
            Err(Failure::Broken(reason)) => {
                progress(Progress::Failed {
                    url: &url,
                    reason: &reason,
                });
                reasons.push(format!("{url}: {reason}"));
                let now = file.part_bytes(place);
                if !pace.goes_on(now) {
                    break;
                }
                if now >= before + pace::worth_a_try(file.bytes) && tries < MAX_TRIES {
                    queue.push_back((tries + 1, mirror));
                }
            }
        }
    }
    Err(none_gave(file, reasons))
}

fn none_gave(file: &RemoteFile, mut reasons: Vec<String>) -> Error {
    reasons.dedup();
    let message = format!("no mirror gave {} whole:\n    {}", file.name, reasons.join("\n    "));
    Error::new(Kind::Data, message)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Kind::Failure, format!("cannot write {}: {error}", path.display()))
}

/// An agent for this address. Proxies are taken from the environment (`HTTPS_PROXY`, `NO_PROXY`, …),
/// except for this machine itself.
fn agent(url: &str, configure: impl FnOnce(Config) -> Config) -> ureq::Agent {
    let mut config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .user_agent(concat!("runner/", env!("CARGO_PKG_VERSION")))
        // The bytes as they are stored: the pinned hash is that of the packed file.
        .accept_encoding("identity");
    let host = url.split("://").nth(1).unwrap_or_default();
    if ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
    {
        config = config.proxy(None);
    }
    configure(config).build().into()
}

type Config = ureq::config::ConfigBuilder<ureq::typestate::AgentScope>;
