//! What makes a supervised task the task it is: its metrics, and what it makes of the test part.

use crate::data::loader::Batch;
use crate::error::Result;
use crate::loss::Target;
use crate::report::Findings;
use crate::spec::Value;

/// The goal of a supervised task.
pub trait Objective: Send {
    /// Metrics of an epoch, from zero.
    fn meter(&self) -> Box<dyn Meter>;

    /// A look at the test part, from zero.
    fn observer(&self) -> Box<dyn Observer>;
}

/// Metrics over batches, cheap enough for every step.
pub trait Meter: Send {
    /// Takes a batch in: `outputs` is `[batch, outputs]`.
    fn update(&mut self, outputs: &[f32], target: Target<'_>);

    /// The metrics so far; the main one first.
    fn results(&self) -> Vec<(&'static str, f64)>;

    /// What resuming needs.
    fn state(&self) -> Value;

    /// Brings back what [`Meter::state`] gave.
    ///
    /// # Errors
    /// When it does not fit.
    fn restore(&mut self, state: &Value) -> Result<()>;
}

/// What is looked at once, at the end: predictions, mistakes, metrics that are too dear for every epoch.
pub trait Observer {
    /// Takes a batch in, in order.
    fn see(&mut self, batch: &Batch, outputs: &[f32]);

    /// Metrics beyond the [`Meter`]'s.
    fn metrics(&self) -> Vec<(&'static str, f64)>;

    /// predictions.csv.
    ///
    /// # Errors
    /// When it cannot be put together.
    fn predictions(&self) -> Result<Vec<u8>>;

    /// For the report.
    fn findings(&self) -> Findings;
}
