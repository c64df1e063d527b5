//! Which mirrors there are, and which of them answer.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::super::files::Collection;
use runner_ground::error::{Error, Kind, Result};

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
    let mut refusals: Vec<Option<Refusal>> = vec![None; mirrors.len()];
    while let Ok((i, answer)) = answers.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        match answer {
            Ok(()) => return Ok(order(mirrors, i, &refusals)),
            Err(refusal) => refusals[i] = Some(refusal),
        }
    }
    let headline = headline(file, &refusals, reach);
    Err(none(&headline, mirrors, &refusals))
}

/// Why a mirror does not help; one that says nothing in time has none.
#[derive(Clone, Debug)]
enum Refusal {
    /// It answers, but not with the file.
    Answered(String),
    /// There is no way to it.
    Unreachable(String),
    /// It was waited for in vain.
    Silent,
}

fn order(mirrors: &[String], first: usize, refusals: &[Option<Refusal>]) -> Vec<String> {
    let others = (0..mirrors.len()).filter(|&i| i != first && refusals[i].is_none());
    std::iter::once(first)
        .chain(others)
        .map(|i| mirrors[i].clone())
        .collect()
}

/// What happened, in words that are true: nothing was waited for where all answered.
fn headline(file: &str, refusals: &[Option<Refusal>], reach: Duration) -> String {
    let answered = refusals.iter().any(|r| matches!(r, Some(Refusal::Answered(_))));
    let silent = refusals.iter().any(|r| matches!(r, None | Some(Refusal::Silent)));
    let seconds = reach.as_secs_f32();
    match (answered, silent) {
        (true, true) => format!("no mirror gave {file} within {seconds} s"),
        (true, false) => format!("no mirror has {file}"),
        (false, true) => format!("no mirror answered within {seconds} s"),
        (false, false) => "no mirror can be reached".to_owned(),
    }
}

fn none(headline: &str, mirrors: &[String], refusals: &[Option<Refusal>]) -> Error {
    let reason = |refusal: &Option<Refusal>| match refusal {
        Some(Refusal::Answered(reason) | Refusal::Unreachable(reason)) => reason.clone(),
        Some(Refusal::Silent) | None => "no answer".to_owned(),
    };
    let lines: Vec<String> = mirrors
        .iter()
        .zip(refusals)
        .map(|(mirror, refusal)| format!("    {mirror}: {}", reason(refusal)))
        .collect();
    let help = format!("check the network, or name reachable mirrors in {VARIABLE} (comma-separated base URLs)");
    Error::new(Kind::Data, format!("{headline}:\n{}", lines.join("\n"))).help(help)
}

/// Whether an address has the file, from a request for its first byte.
fn probe(url: &str, reach: Duration) -> std::result::Result<(), Refusal> {
    let agent = super::agent(url, |config| config.timeout_global(Some(reach)));
    let response = agent.get(url).header("Range", "bytes=0-0").call().map_err(refusal)?;
    match response.status().as_u16() {
        200 | 206 => Ok(()),
        status => Err(Refusal::Answered(format!("answered with status {status}"))),
    }
}

fn refusal(error: ureq::Error) -> Refusal {
    use ureq::Error;
    match error {
        Error::Timeout(_) => Refusal::Silent,
        Error::Io(_) | Error::HostNotFound | Error::ConnectionFailed | Error::BadUri(_) => {
            Refusal::Unreachable(error.to_string())
        }
        _ => Refusal::Answered(error.to_string()),
    }
}
