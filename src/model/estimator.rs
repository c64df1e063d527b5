//! What a model can do: be fitted step by step, predict, be saved and brought back.

use std::sync::atomic::AtomicBool;

use super::Samples;
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;

/// A model. The same samples, settings and seed give the same bytes on any number of threads.
pub trait Estimator: Send {
    /// Goes one step on: a whole fit, a round of boosting, an iteration. Where `stop` is set meanwhile, it may give up
    /// and is then as it was before the step.
    ///
    /// # Errors
    /// When the samples cannot be learnt from.
    fn step(&mut self, samples: &Samples, stop: &AtomicBool) -> Result<Step>;

    /// What is predicted of one sample: `outputs` has a probability for each class, or each predicted number.
    fn predict(&self, sample: &[f64], outputs: &mut [f64]);

    /// Adds what predicting needs to `out`.
    fn export(&self, out: &mut Tensors);

    /// Takes what [`Estimator::export`] gave.
    ///
    /// # Errors
    /// When a tensor is missing, or what they hold is no such model.
    fn import(&mut self, from: &Tensors) -> Result<()>;

    /// Adds everything that going on needs to `out`; more than [`Estimator::export`] where steps follow each other.
    fn save(&self, out: &mut Tensors) {
        self.export(out);
    }

    /// Brings back what [`Estimator::save`] gave.
    ///
    /// # Errors
    /// As [`Estimator::import`].
    fn restore(&mut self, from: &Tensors) -> Result<()> {
        self.import(from)
    }

    /// What there is to know of it once it is fitted.
    fn insight(&self) -> Insight;
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Others may follow.
    More,
    /// The model is fitted.
    Done,
    /// It was stopped.
    Stopped,
}

/// What people should know of a fitted model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Insight {
    /// How large it is, such as (`leaves`, 9).
    pub size: Vec<(&'static str, u64)>,
    /// How much each feature brought, together 1; empty where the model does not say.
    pub importances: Vec<f64>,
}
