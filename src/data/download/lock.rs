//! One process at a time: two would write the same part file.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::super::files::RemoteFile;
use super::{Limits, Pace, Progress, unwritable};
use crate::error::{Error, Kind, Result};

/// How often the lock is tried.
const EVERY: Duration = Duration::from_millis(50);

/// Takes the lock of a folder, which falls with its process; waits for another that holds it as long as
/// the files get further there.
pub(super) fn lock(
    place: &Path,
    files: &[&RemoteFile],
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<File> {
    let path = place.join(".lock");
    let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
    let there = || files.iter().map(|file| file.bytes_there(place)).sum();
    let total = files.iter().map(|file| file.bytes).sum();
    let mut pace: Option<Pace> = None;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(unwritable(&path, &error)),
            Err(TryLockError::WouldBlock) => {}
        }
        let pace = pace.get_or_insert_with(|| {
            progress(Progress::Waiting);
            Pace::new(there(), limits.reach, total)
        });
        if !pace.goes_on(there()) {
            let message = format!(
                "another process downloads to {} and has not come further for {} s",
                place.display(),
                limits.reach.as_secs_f32()
            );
            return Err(Error::new(Kind::Data, message));
        }
        std::thread::sleep(EVERY);
    }
}
