//! Downloads: the only place that opens a socket.
//!
//! All mirrors are asked at once which of them answers, so that a machine without a network is noticed
//! within [`Limits::reach`], however many mirrors and files there are. A file arrives as `NAME.part`,
//! goes on where it stopped, never grows past its expected size, and gets its name only when its
//! SHA-256 is the pinned one. No mirror is trusted.

mod mirrors;
mod transfer;

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::files::{Collection, RemoteFile};
use crate::error::{Error, Kind, Result};
pub use mirrors::of as mirrors_of;
use transfer::{Failure, Transfer};

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the first answer of any mirror, name resolution included: all mirrors together.
    pub reach: Duration,
    /// For the next bytes of a transfer.
    pub stall: Duration,
}

impl Default for Limits {
    /// 8 s to the first answer, 15 s between bytes.
    fn default() -> Self {
        Self {
            reach: Duration::from_secs(8),
            stall: Duration::from_secs(15),
        }
    }
}

/// What a download is doing; borrowed texts live as long as the call that reports them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Asking so many mirrors.
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
    },
    /// A mirror was given up.
    Failed {
        /// The address.
        url: &'a str,
        /// Why.
        reason: &'a str,
    },
}

/// Rounds over all mirrors while each round brings new bytes: enough for a line that breaks now and then.
const MAX_ROUNDS: usize = 8;

/// Downloads the files that are missing from the data folder, trying these base URLs (each ending in `/`).
///
/// # Errors
/// [`Kind::Data`] when no mirror answers or none has the right file, with what each said;
/// [`Kind::Failure`] when the folder cannot be written.
pub fn download(
    collection: &Collection,
    data_folder: &Path,
    mirrors: &[String],
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    if collection.missing(data_folder).is_empty() {
        return Ok(());
    }
    let place = collection.place(data_folder);
    std::fs::create_dir_all(&place).map_err(|error| unwritable(&place, &error))?;
    let _lock = lock(&place, progress)?;
    // Another process may have brought them while this one waited.
    let missing = collection.missing(data_folder);
    let Some(first) = missing.first() else {
        return Ok(());
    };
    progress(Progress::Asking { mirrors: mirrors.len() });
    let mut answering = mirrors::ask(mirrors, first.name, limits.reach)?;
    for file in &missing {
        fetch_file(file, &place, &mut answering, limits, progress)?;
    }
    Ok(())
}

/// One process at a time: two would write the same part file. The lock falls with the process.
fn lock(place: &Path, progress: &mut dyn FnMut(Progress)) -> Result<File> {
    let path = place.join(".lock");
    let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
    if file.try_lock().is_err() {
        progress(Progress::Waiting);
        file.lock().map_err(|error| unwritable(&path, &error))?;
    }
    Ok(file)
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
    let mut candidates = mirrors.clone();
    for _ in 0..MAX_ROUNDS {
        let mut again = Vec::new();
        for mirror in &candidates {
            let url = format!("{mirror}{}", file.name);
            let transfer = Transfer {
                url: &url,
                file,
                place,
                limits,
            };
            match transfer.run(progress) {
                Ok(()) => {
                    progress(Progress::Received { file: file.name });
                    mirrors.retain(|other| other != mirror);
                    mirrors.insert(0, mirror.clone());
                    return Ok(());
                }
                Err(Failure::Machine(error)) => return Err(error),
                Err(Failure::Broken { reason, advanced }) => {
                    progress(Progress::Failed {
                        url: &url,
                        reason: &reason,
                    });
                    reasons.push(format!("{url}: {reason}"));
                    if advanced {
                        again.push(mirror.clone());
                    }
                }
            }
        }
        candidates = again;
    }
    reasons.dedup();
    let message = format!("no mirror has {}:\n    {}", file.name, reasons.join("\n    "));
    Err(Error::new(Kind::Data, message))
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
