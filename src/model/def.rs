//! What a model is to a recipe: its settings, and how it is made.

use super::Estimator;
use runner_declare::{Chosen, Problem, Section};
use runner_ground::error::Result;

/// A model. Adding one: a file or folder with its definition, a line in [`MODELS`](super::MODELS).
pub struct ModelDef {
    /// As it predicts classes; none where it cannot.
    pub classifier: Option<EstimatorDef>,
    /// As it predicts numbers; none where it cannot.
    pub regressor: Option<EstimatorDef>,
}

/// A model for one kind of targets.
pub struct EstimatorDef {
    /// Name, doc and settings.
    pub section: Section,
    /// What one step is called, such as `fit` or `round`: each gives a row of metrics.
    pub step: &'static str,
    /// The most steps that a fit takes.
    pub steps: fn(&Chosen) -> u64,
    /// Problems that the fields cannot show one by one, under paths within the section.
    pub check: fn(&Chosen, &Shape) -> Vec<Problem>,
    /// Bytes that a fit needs besides the samples.
    pub memory: fn(&Chosen, &Shape) -> u64,
    /// Makes it, not fitted yet. Whatever is random in it follows from the seed.
    pub build: fn(&Chosen, &Shape, seed: u64) -> Result<Box<dyn Estimator>>,
}

/// How much there is to learn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Samples of the training part.
    pub rows: usize,
    /// Numbers of a sample.
    pub width: usize,
    /// Classes, or numbers to be predicted of a sample.
    pub outputs: usize,
}
