//! What a recipe and its data come to, before anything runs.

use crate::nn::Lowered;
use crate::train::stopping::Goal;

/// A checked experiment.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The module of `runner::task` whose `main` the program calls.
    pub task: &'static str,
    /// Its networks, in the order that `main` takes them.
    pub networks: Vec<PlannedNetwork>,
    /// The metrics of an epoch's row, in order.
    pub metrics: Vec<String>,
    /// What "best" is judged by unless the recipe says otherwise.
    pub monitor: String,
    /// Buffers that the optimizer keeps for each parameter; for the memory estimate.
    pub optimizer_state: usize,
    /// Lines worth telling the user.
    pub notes: Vec<String>,
}

/// One network with its shapes.
#[derive(Clone, Debug)]
pub struct PlannedNetwork {
    /// The recipe's key, such as `network` or `generator`.
    pub key: &'static str,
    /// Its layers, fused where one kernel does several.
    pub layers: Vec<Lowered>,
    /// Numbers in one input sample.
    pub inputs: usize,
    /// Numbers in one output sample.
    pub outputs: usize,
}

impl PlannedNetwork {
    /// Numbers for [`crate::nn::Network::new`].
    pub fn hyperparameters(&self) -> Vec<f64> {
        self.layers.iter().flat_map(|layer| layer.hyperparameters.iter().copied()).collect()
    }
}

impl Plan {
    /// The direction of a metric.
    pub fn goal(&self, metric: &str) -> Goal {
        Goal::of(metric)
    }
}
