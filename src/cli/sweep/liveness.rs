//! Which workers are alive. On the same machine a lock says so at once, since it ends with its process; of a worker on
//! another machine only its signs of life do, watched by our own clock, so that clocks need not agree.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use runner_ground::error::Result;
use runner_ground::files::lock::Lock;
use runner_ground::files::machine;
use runner_results::SweepFolder;

/// Between two signs of life.
pub const BEAT: Duration = Duration::from_secs(5);
/// A worker of another machine that gave no sign for so long is dead.
const LEASE: Duration = Duration::from_secs(60);

/// This worker, and what it knows of others.
pub struct Liveness {
    folder: SweepFolder,
    /// This worker's name: the machine's, the process's, and a number that no other has.
    pub name: String,
    seen: HashMap<String, (Option<String>, Instant)>,
    _lock: Lock,
}

impl Liveness {
    /// Makes this process one of the sweep's workers.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn enlist(folder: &SweepFolder) -> Result<Self> {
        let time = jiff::Timestamp::now().as_nanosecond();
        let name = format!("{}.{}.{time}", machine::boot(), std::process::id());
        let lock = folder.enlist(&name)?;
        folder.beat(&name, 0);
        Ok(Self {
            folder: folder.clone(),
            name,
            seen: HashMap::new(),
            _lock: lock,
        })
    }

    /// Whether a worker has died.
    pub fn is_dead(&mut self, worker: &str) -> bool {
        if worker == self.name {
            return false;
        }
        let here = worker.split('.').next() == self.name.split('.').next();
        if here {
            return !self.folder.is_enlisted(worker);
        }
        let beat = self.folder.last_beat(worker);
        match self.seen.get(worker) {
            Some((known, since)) if *known == beat => since.elapsed() > LEASE,
            _ => {
                self.seen.insert(worker.to_owned(), (beat, Instant::now()));
                false
            }
        }
    }
}
