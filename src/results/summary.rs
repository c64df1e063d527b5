//! What a finished run reached.

use serde::{Deserialize, Serialize};

/// What a finished run reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Epochs that were trained.
    pub epochs: u64,
    /// Steps that were made.
    pub steps: u64,
    /// The epoch whose weights are in best.safetensors.
    pub best_epoch: u64,
    /// What "best" was judged by, such as `val_loss`.
    pub monitor: String,
    /// Its value in that epoch.
    pub best: Option<f64>,
    /// Metrics of the best weights on the test part, in the order in which they are shown.
    #[serde(with = "super::row::named")]
    pub test: Vec<(String, f64)>,
    /// Wall-clock seconds of training, over all resumptions.
    pub seconds: f64,
}
