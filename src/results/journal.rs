//! A file of lines to which many processes add, on one machine or on several over a shared file system.
//!
//! It rests on one thing: an exclusive lock of a file (`flock`), which local file systems and NFS from version 3 on
//! keep between machines too, and which ends with the process that holds it. While it is held, what others added is
//! read, what follows is decided, and lines are added; so lines have one order, and no decision was made without the
//! lines before it. A line counts once its line break is there. What a process that died in between left without one
//! is cut off by the next that adds.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use runner_ground::error::{Error, Result};
use runner_ground::files::disk::{failure, remedy};
use runner_ground::files::lock::Lock;

/// A process's death loses no line; a machine's may lose those of so long. What they said is found again in the
/// trials' own folders.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// A journal is not larger than this.
const CAP: u64 = 4 << 30;

/// An open journal, and how far it was read.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    lock: PathBuf,
    file: File,
    read: u64,
    lines: usize,
    synced: Instant,
}

/// A line with its number, for messages.
pub type Line = (usize, String);

impl Journal {
    /// Opens a journal, made if need be; `lock` is the file whose lock guards it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: PathBuf, lock: PathBuf) -> Result<Self> {
        let opened = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let file = opened.map_err(|error| failure(&path, "cannot be opened", &error, remedy(&error)))?;
        Ok(Self {
            path,
            lock,
            file,
            read: 0,
            lines: 0,
            synced: Instant::now(),
        })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whole lines that were added since the last time.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn news(&mut self) -> Result<Vec<Line>> {
        self.whole_lines()
            .map(|(lines, _)| lines)
            .map_err(|error| self.failed("cannot be read", &error))
    }

    /// Holds the lock, shows `decide` what was added since the last time, and adds the lines that it gives.
    ///
    /// # Errors
    /// When it cannot be locked, read or written, and those of `decide`; nothing is added then.
    pub fn transact<T>(&mut self, decide: impl FnOnce(Vec<Line>) -> Result<(Vec<String>, T)>) -> Result<T> {
        let _lock =
            Lock::wait(&self.lock).map_err(|error| failure(&self.lock, "cannot be locked", &error, remedy(&error)))?;
        let (news, torn) = self
            .whole_lines()
            .map_err(|error| self.failed("cannot be read", &error))?;
        if torn {
            self.file
                .set_len(self.read)
                .map_err(|error| self.failed("cannot be repaired", &error))?;
        }
        let (lines, found) = decide(news)?;
        if !lines.is_empty() {
            self.add(&lines)
                .map_err(|error| self.failed("cannot be written", &error))?;
        }
        Ok(found)
    }

    /// Sees to it that what was added outlives the machine.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sync(&mut self) -> Result<()> {
        self.file
            .sync_data()
            .map_err(|error| self.failed("cannot be written", &error))
    }

    fn add(&mut self, lines: &[String]) -> io::Result<()> {
        let text = lines.join("\n") + "\n";
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // Half of it may be there; where it cannot be cut off now, the next that adds does.
            let _ = self.file.set_len(self.read);
            return Err(error);
        }
        self.read += text.len() as u64;
        self.lines += lines.len();
        if self.synced.elapsed() >= SYNC_EVERY {
            self.file.sync_data()?;
            self.synced = Instant::now();
        }
        Ok(())
    }

    /// Whole lines from where reading ended, and whether there is more that is none.
    fn whole_lines(&mut self) -> io::Result<(Vec<Line>, bool)> {
        let length = self.file.metadata()?.len();
        if length < self.read {
            return Err(io::Error::other("it has become shorter"));
        }
        if length > CAP {
            return Err(io::Error::other("it is larger than a journal may be"));
        }
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        (&self.file).take(length - self.read).read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let torn = whole < bytes.len();
        self.read += whole as u64;
        let lines = String::from_utf8_lossy(&bytes[..whole]);
        let lines = lines.lines().map(|line| {
            self.lines += 1;
            (self.lines, line.to_owned())
        });
        Ok((lines.collect(), torn))
    }

    fn failed(&self, what: &str, error: &io::Error) -> Error {
        failure(&self.path, what, error, remedy(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner_ground::error::Kind;

    fn open(folder: &Path) -> Journal {
        Journal::open(folder.join("journal.jsonl"), folder.join(".lock")).unwrap()
    }

    fn add(journal: &mut Journal, line: &str) -> Vec<String> {
        let added = journal.transact(|news| Ok((vec![line.to_owned()], news)));
        added.unwrap().into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn each_sees_what_the_others_added_once() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut other) = (open(folder.path()), open(folder.path()));
        assert!(add(&mut one, "a").is_empty());
        assert_eq!(add(&mut other, "b"), ["a"]);
        assert_eq!(add(&mut one, "c"), ["b"]);
        assert_eq!(other.news().unwrap(), [(3, "c".to_owned())]);
        assert!(other.news().unwrap().is_empty());
    }

    #[test]
    fn a_torn_last_line_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path());
        add(&mut journal, "whole");
        let path = journal.path().to_owned();
        for torn in ["{\"event\":\"cla", "x"] {
            let mut text = std::fs::read(&path).unwrap();
            let before = text.len();
            text.extend(torn.as_bytes());
            std::fs::write(&path, text).unwrap();
            let mut reader = open(folder.path());
            let whole = reader.news().unwrap();
            assert!(
                whole.iter().all(|(_, line)| line == "whole"),
                "a reader does not see half a line: {whole:?}"
            );
            assert_eq!(
                std::fs::metadata(&path).unwrap().len() as usize,
                before + torn.len(),
                "nor does it cut it off"
            );
            add(&mut reader, "whole");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole\nwhole\nwhole\n");
    }

    #[test]
    fn what_is_not_decided_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = open(folder.path());
        let failed: Result<()> = journal.transact(|_| Err(Error::new(Kind::Failure, "no")));
        assert!(failed.is_err());
        assert_eq!(std::fs::metadata(journal.path()).unwrap().len(), 0);
    }

    #[test]
    fn many_writers_leave_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let folder = folder.path();
                scope.spawn(move || {
                    let mut journal = open(folder);
                    for line in 0..50 {
                        add(&mut journal, &format!("{writer}:{line}:{}", "x".repeat(writer * 500)));
                    }
                });
            }
        });
        let lines = open(folder.path()).news().unwrap();
        assert_eq!(lines.len(), 400);
        for writer in 0..8 {
            let own: Vec<&str> = lines
                .iter()
                .map(|(_, line)| line.as_str())
                .filter(|line| line.starts_with(&format!("{writer}:")))
                .collect();
            let expected: Vec<String> = (0..50)
                .map(|line| format!("{writer}:{line}:{}", "x".repeat(writer * 500)))
                .collect();
            assert_eq!(own, expected);
        }
    }
}
