//! One row of metrics.csv.

use serde::{Deserialize, Serialize};

/// What one epoch brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Counted from 1.
    pub epoch: u64,
    /// Optimizer steps done in all.
    pub step: u64,
    /// Learning rate of the epoch's last step.
    pub lr: f64,
    /// `train_loss`, `val_loss`, and the task's metrics, in the order of the columns.
    pub metrics: Vec<(String, f64)>,
    /// Wall-clock seconds of this epoch. A time column: not compared between runs.
    pub seconds: f64,
    /// Training samples a second. A time column.
    pub samples_per_second: f64,
}

impl Row {
    /// A metric by name.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.metrics
            .iter()
            .find(|(key, _)| key == name)
            .map(|&(_, value)| value)
    }
}
