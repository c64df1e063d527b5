//! Clocks of a training, and the files that wait for its next checkpoint.

use std::collections::BTreeMap;
use std::time::Instant;

use super::state::State;

/// Clocks of an epoch, and what is not written yet; they decide nothing but when to write and what to show.
pub(super) struct Clock {
    /// Files that epochs since the last checkpoint brought: the best weights, and what the networks made.
    pub waiting: BTreeMap<String, Vec<u8>>,
    pub epoch: Instant,
    /// Seconds of this epoch before the training was resumed.
    pub before: f64,
    pub samples: usize,
    pub saved: Instant,
    pub shown: Instant,
}

impl Clock {
    pub fn new(state: &State) -> Self {
        let now = Instant::now();
        Self {
            waiting: BTreeMap::new(),
            epoch: now,
            before: state.seconds[1],
            samples: 0,
            saved: now,
            shown: now,
        }
    }

    /// Starts the clocks of an epoch again; those of checkpoints and events go on, however short epochs are.
    pub fn next_epoch(&mut self) {
        self.epoch = Instant::now();
        self.before = 0.0;
        self.samples = 0;
    }

    pub fn seconds(&self) -> f64 {
        self.before + self.epoch.elapsed().as_secs_f64()
    }

    pub fn speed(&self) -> f64 {
        self.samples as f64 / self.epoch.elapsed().as_secs_f64().max(1e-9)
    }
}
