//! A lock that ends with its process, however that ends (an advisory file lock).

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Kind, Result};

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
        let file = open(path).map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                let folder = path.parent().unwrap_or(path).display();
                Err(Error::new(
                    Kind::Run,
                    format!("{folder}: another process is working on it"),
                ))
            }
            Err(TryLockError::Error(error)) => Err(Error::new(Kind::Failure, format!("{}: {error}", path.display()))),
        }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// # Errors
    /// When the file cannot be made or locked.
    pub fn wait(path: &Path) -> Result<Self> {
        let locked = open(path).and_then(|file| file.lock().map(|()| file));
        match locked {
            Ok(file) => Ok(Self { _file: file }),
            Err(error) => Err(Error::new(Kind::Failure, format!("{}: {error}", path.display()))),
        }
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
