//! Whether a file gets noticeably further: a mirror that drips is as bad as one that is silent.

use std::time::{Duration, Instant};

/// As many bytes as a mirror must bring again and again.
const STEP: u64 = 1 << 16;

/// As many bytes of a file of this size as make another try of the mirror that brought them worth it.
pub(super) fn worth_a_try(file_bytes: u64) -> u64 {
    (file_bytes / 100).clamp(1, STEP)
}

/// The last step forward.
pub(super) struct Pace {
    bytes: u64,
    since: Instant,
    patience: Duration,
    step: u64,
}

impl Pace {
    /// Starts with `bytes` bytes of a file of this size; each step may take as long as `patience`.
    pub fn new(bytes: u64, patience: Duration, file_bytes: u64) -> Self {
        Self {
            bytes,
            since: Instant::now(),
            patience,
            // A file smaller than a step has to come as a whole.
            step: file_bytes.clamp(1, STEP),
        }
    }

    /// Whether it is worth going on, with `bytes` bytes there now.
    pub fn goes_on(&mut self, bytes: u64) -> bool {
        if bytes >= self.bytes.saturating_add(self.step) {
            self.bytes = bytes;
            self.since = Instant::now();
        }
        self.since.elapsed() < self.patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_no_steps() {
        for (file, step) in [(10_000_000, 65_536), (4_000, 4_000)] {
            let mut pace = Pace::new(10, Duration::from_millis(50), file);
            assert!(pace.goes_on(10));
            std::thread::sleep(Duration::from_millis(60));
            assert!(!pace.goes_on(9 + step));
            assert!(pace.goes_on(10 + step));
        }
    }
}
