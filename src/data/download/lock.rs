//! One process at a time: two would write the same part file.

use std::path::Path;
use std::time::Duration;

use super::super::files::RemoteFile;
use super::{Limits, Pace, Progress, unwritable};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::lock::Lock;

/// How often the lock is tried.
const EVERY: Duration = Duration::from_millis(50);

/// Takes the lock of a folder, which falls with its process; waits for another that holds it as long as
/// the files get further there.
pub(super) fn lock(
    place: &Path,
    files: &[&RemoteFile],
    limits: Limits,
    progress: &mut dyn FnMut(Progress),
) -> Result<Lock> {
    let path = place.join(".lock");
    let there = || files.iter().map(|file| file.bytes_there(place)).sum();
    let total = files.iter().map(|file| file.bytes).sum();
    let mut pace: Option<Pace> = None;
    loop {
        if let Some(lock) = Lock::try_take(&path).map_err(|error| unwritable(&path, &error))? {
            return Ok(lock);
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
