//! Whether a file gets noticeably further: a mirror that drips is as bad as one that is silent.

use std::time::{Duration, Instant};

/// As many bytes of a file of this size as are noticed: the hundredth part, at most 64 KiB.
pub(super) fn step(file_bytes: u64) -> u64 {
    (file_bytes / 100).clamp(1, 1 << 16)
}

/// The last step forward.
pub(super) struct Pace {
    bytes: u64,
    since: Instant,
    patience: Duration,
    step: u64,
}

impl Pace {
    /// Starts with so many bytes of a file of this size; each step may take as long as `patience`.
    pub fn new(bytes: u64, patience: Duration, file_bytes: u64) -> Self {
        Self {
            bytes,
            since: Instant::now(),
            patience,
            step: step(file_bytes),
        }
    }

    /// Whether it is worth going on, with so many bytes there now.
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
        let mut pace = Pace::new(10, Duration::from_millis(50), 10_000);
        assert!(pace.goes_on(10));
        std::thread::sleep(Duration::from_millis(60));
        assert!(!pace.goes_on(109));
        assert!(pace.goes_on(110));
    }
}
