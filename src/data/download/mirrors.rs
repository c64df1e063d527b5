//! Which mirrors there are, and which of them answer.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::super::files::Collection;
use crate::error::{Error, Kind, Result};

/// Base URLs that replace the built-in mirrors, separated by commas; under each, files lie as under
/// `data/`: `BASE/mnist/train-images-idx3-ubyte.gz`.
const VARIABLE: &str = "RUNNER_MIRRORS";

/// The base URLs for a collection, each ending in `/`: those of `RUNNER_MIRRORS`, or the built-in ones.
pub fn of(collection: &Collection) -> Vec<String> {
    let own = std::env::var(VARIABLE).unwrap_or_default();
    let own: Vec<String> = own
        .split(',')
        .map(str::trim)
        .filter(|base| !base.is_empty())
        .map(|base| format!("{}/{}/", base.trim_end_matches('/'), collection.folder))
        .collect();
    if own.is_empty() {
        return collection.mirrors.iter().map(|&base| base.to_owned()).collect();
    }
    own
}

/// Asks all mirrors at once for the first byte of a file. Returns as soon as one has it: that one
/// first, then those that have not refused yet.
///
/// # Errors
/// When none has it within `reach`, with what each said.
pub(super) fn ask(mirrors: &[String], file: &str, reach: Duration) -> Result<Vec<String>> {
    let deadline = Instant::now() + reach;
    let (sender, answers) = mpsc::channel();
    for (i, mirror) in mirrors.iter().enumerate() {
        let (sender, url) = (sender.clone(), format!("{mirror}{file}"));
        // A thread each, left behind if it hangs: name resolution cannot be interrupted.
        std::thread::spawn(move || {
            let _ = sender.send((i, probe(&url, reach)));
        });
    }
    drop(sender);
    let mut refusals: Vec<Option<String>> = vec![None; mirrors.len()];
    while let Ok((i, answer)) = answers.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        match answer {
            Ok(()) => return Ok(order(mirrors, i, &refusals)),
            Err(reason) => refusals[i] = Some(reason),
        }
    }
    Err(unreachable(mirrors, &refusals, reach))
}

fn order(mirrors: &[String], first: usize, refusals: &[Option<String>]) -> Vec<String> {
    let others = (0..mirrors.len()).filter(|&i| i != first && refusals[i].is_none());
    std::iter::once(first)
        .chain(others)
        .map(|i| mirrors[i].clone())
        .collect()
}

fn unreachable(mirrors: &[String], refusals: &[Option<String>], reach: Duration) -> Error {
    let lines: Vec<String> = mirrors
        .iter()
        .zip(refusals)
        .map(|(mirror, reason)| format!("    {mirror}: {}", reason.as_deref().unwrap_or("no answer")))
        .collect();
    let message = format!(
        "no mirror answered within {} s:\n{}",
        reach.as_secs_f32(),
        lines.join("\n")
    );
    let help = format!("check the network, or name reachable mirrors in {VARIABLE} (comma-separated base URLs)");
    Error::new(Kind::Data, message).help(help)
}

/// Whether an address has the file, from a request for its first byte.
fn probe(url: &str, reach: Duration) -> std::result::Result<(), String> {
    let agent = super::agent(url, |config| config.timeout_global(Some(reach)));
    let response = agent
        .get(url)
        .header("Range", "bytes=0-0")
        .call()
        .map_err(|error| error.to_string())?;
    match response.status().as_u16() {
        200 | 206 => Ok(()),
        status => Err(format!("answered with status {status}")),
    }
}
