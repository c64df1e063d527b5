//! One file from one mirror.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::super::files::{RemoteFile, sha256_of};
use super::{Limits, Pace, Progress, unwritable};
use runner_ground::error::Error;

/// Buffer between socket and file.
const BUFFER_BYTES: usize = 1 << 16;

/// A file to be brought from an address into a folder.
pub(super) struct Transfer<'a> {
    pub url: &'a str,
    pub file: &'a RemoteFile,
    pub place: &'a Path,
    pub limits: Limits,
}

/// Why a transfer did not succeed.
pub(super) enum Failure {
    /// The mirror or the line, and why; another try may help if the part file has grown.
    Broken(String),
    /// This machine: no other mirror helps.
    Machine(Error),
}

type Outcome<T> = Result<T, Failure>;

impl Transfer<'_> {
    /// Brings the file, going on with what an earlier try has left.
    pub fn run(&self, progress: &mut dyn FnMut(Progress)) -> Outcome<()> {
        let start = self.part_bytes()?;
        if start == self.file.bytes && self.accept().is_ok() {
            return Ok(());
        }
        let start = self.part_bytes()?;
        let first = self.receive(start, progress).and_then(|()| self.accept());
        match first {
            // What was there may be from a mirror with other bytes: once more, from zero.
            Err(Failure::Broken(_)) if start > 0 && self.part_bytes()? == 0 => {
                self.receive(0, progress).and_then(|()| self.accept())
            }
            other => other,
        }
    }

    fn part(&self) -> PathBuf {
        self.file.part(self.place)
    }

    /// How much of the file is there already; what cannot be a part of it is removed.
    fn part_bytes(&self) -> Outcome<u64> {
        match std::fs::metadata(self.part()) {
            Ok(metadata) if metadata.len() <= self.file.bytes => Ok(metadata.len()),
            Ok(_) => self.remove_part().map(|()| 0),
            Err(_) => Ok(0),
        }
    }

    fn remove_part(&self) -> Outcome<()> {
        let part = self.part();
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::Machine(unwritable(&part, &error)))
            }
            _ => Ok(()),
        }
    }

    /// Asks for the bytes from `start` on and appends them to the part file.
    fn receive(&self, start: u64, progress: &mut dyn FnMut(Progress)) -> Outcome<()> {
        let agent = super::agent(self.url, |config| {
            config
                .timeout_resolve(Some(self.limits.reach))
                .timeout_connect(Some(self.limits.reach))
                .timeout_recv_response(Some(self.limits.stall))
                .timeout_per_read(Some(self.limits.stall))
        });
        let mut request = agent.get(self.url);
        if start > 0 {
            request = request.header("Range", format!("bytes={start}-"));
        }
        let response = request.call().map_err(|error| broken(error.to_string()))?;
        let start = self.granted(&response, start)?;
        let mut body = response.into_body().into_reader();
        self.write(&mut body, start, progress)
    }

    /// From which byte on the server sends: from where it was asked, or from zero; anything else is refused.
    fn granted(&self, response: &ureq::http::Response<ureq::Body>, asked: u64) -> Outcome<u64> {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let start = match response.status().as_u16() {
            200 => 0,
            206 if asked > 0 => {
                let range = header("content-range").unwrap_or_default();
                let expected = format!("bytes {asked}-{}/{}", self.file.bytes - 1, self.file.bytes);
                if range != expected {
                    self.remove_part()?;
                    return Err(broken(format!("sent the range '{range}' instead of '{expected}'")));
                }
                asked
            }
            status => {
                if status == 416 {
                    self.remove_part()?;
                }
                return Err(broken(format!("answered with status {status}")));
            }
        };
        let announced = header("content-length").and_then(|length| length.parse::<u64>().ok());
        match announced {
            Some(length) if length != self.file.bytes - start => Err(broken(format!(
                "announces {length} bytes, expected {}",
                self.file.bytes - start
            ))),
            _ => Ok(start),
        }
    }

    /// Writes the body behind the first `start` bytes of the part file, never past the expected size.
    fn write(&self, body: &mut impl Read, start: u64, progress: &mut dyn FnMut(Progress)) -> Outcome<()> {
        let path = self.part();
        let failed = |error: std::io::Error| Failure::Machine(unwritable(&path, &error));
        let mut part = OpenOptions::new()
            .create(true)
            .append(start > 0)
            .write(true)
            .truncate(start == 0)
            .open(&path)
            .map_err(failed)?;
        let mut there = start;
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut pace = Pace::new(start, self.limits.stall, self.file.bytes);
        loop {
            progress(Progress::Receiving {
                file: self.file.name,
                url: self.url,
                bytes: there,
                total: self.file.bytes,
            });
            let n = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(broken(format!(
                        "broke off after {there} of {} bytes: {error}",
                        self.file.bytes
                    )));
                }
            };
            if n as u64 > self.file.bytes - there {
                drop(part);
                self.remove_part()?;
                return Err(broken(format!(
                    "sends more than the expected {} bytes",
                    self.file.bytes
                )));
            }
            part.write_all(&buffer[..n]).map_err(failed)?;
            there += n as u64;
            if there < self.file.bytes && !pace.goes_on(there) {
                return Err(broken(format!("only drips: {there} of {} bytes", self.file.bytes)));
            }
        }
        part.sync_all().map_err(failed)?;
        if there < self.file.bytes {
            return Err(broken(format!("ended after {there} of {} bytes", self.file.bytes)));
        }
        Ok(())
    }

    /// Gives a complete part file its name if its hash is right; removes it if not.
    fn accept(&self) -> Outcome<()> {
        let (part, path) = (self.part(), self.place.join(self.file.name));
        let actual = sha256_of(&part).map_err(Failure::Machine)?;
        if actual != self.file.sha256 {
            self.remove_part()?;
            return Err(broken(format!(
                "sent another file: SHA-256 {actual}, expected {}",
                self.file.sha256
            )));
        }
        let failed = |error: std::io::Error| Failure::Machine(unwritable(&path, &error));
        std::fs::rename(&part, &path).map_err(failed)?;
        // The name is on disk when its folder is.
        File::open(self.place)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }
}

fn broken(reason: String) -> Failure {
    Failure::Broken(reason)
}
