//! A lock that ends with its process, however that ends (an advisory file lock).

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Kind, Result};

/// How often a lock that seems to be held is tried before it counts as held, and the pause between.
const ATTEMPTS: usize = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// What is said of a folder whose lock somebody holds.
pub const HELD: &str = "another process is working on it";

/// Holds the lock while it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of this file, which is made if need be.
    ///
    /// # Errors
    /// When another process holds it, or the file cannot be made.
    pub fn take(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| Error::new(Kind::Failure, format!("{}: {error}", path.display()));
        // To ask whether it is held, a process holds it for a moment: see `is_held`.
        for _ in 0..ATTEMPTS {
            if let Some(lock) = Self::try_take(path).map_err(failed)? {
                return Ok(lock);
            }
            std::thread::sleep(PAUSE);
        }
        let folder = path.parent().unwrap_or(path).display();
        Err(Error::new(Kind::Run, format!("{folder}: {HELD}")))
    }

    /// Takes the lock if nobody holds it.
    ///
    /// # Errors
    /// When the file cannot be made or locked.
    pub fn try_take(path: &Path) -> std::io::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Takes part in a lock that several may share, once nobody holds it alone. The file must be there; that it
    /// can be read is enough.
    ///
    /// # Errors
    /// When the file cannot be opened or locked.
    pub fn share(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        file.lock_shared()?;
        Ok(Self { _file: file })
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// # Errors
    /// When the file cannot be made or locked.
    pub fn wait(path: &Path) -> std::io::Result<Self> {
        let file = open(path)?;
        file.lock()?;
        Ok(Self { _file: file })
    }

    /// Whether some process holds it now.
    pub fn is_held(path: &Path) -> bool {
        match File::open(path) {
            Ok(file) => matches!(file.try_lock(), Err(TryLockError::WouldBlock)),
            Err(_) => false,
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    File::options().create(true).write(true).truncate(false).open(path)
}
