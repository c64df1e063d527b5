//! Optimizers over one flat parameter buffer, learning-rate schedules, and gradient clipping. All
//! state can be saved and brought back to the bit.

use crate::error::Result;
use crate::spec::{Chosen, Section};

/// An optimizer that a recipe may name. Adding one: a file with its definition, a line in [`OPTIMIZERS`].
pub struct OptimizerDef {
    /// Name, doc and fields.
    pub section: Section,
    /// Makes one for so many parameters.
    pub build: fn(&Chosen, usize) -> Result<Box<dyn Optimizer>>,
}

/// Every optimizer.
pub static OPTIMIZERS: &[&OptimizerDef] = &[];

/// An update rule with its state, over one flat buffer of parameters.
pub trait Optimizer: Send {
    /// The learning rate of the recipe, from which schedules start.
    fn base_lr(&self) -> f64;

    /// Updates `parameters` from `gradients * scale`. The result does not depend on the number of threads.
    fn step(&mut self, lr: f64, scale: f32, parameters: &mut [f32], gradients: &[f32]);

    /// Steps taken.
    fn steps(&self) -> u64;

    /// The state's buffers by name, in a fixed order, each as long as the parameters.
    fn state(&self) -> Vec<(&'static str, &[f32])>;

    /// Brings back what [`Optimizer::steps`] and [`Optimizer::state`] gave.
    ///
    /// # Errors
    /// When a buffer is missing or has another length.
    fn restore(&mut self, steps: u64, state: &dyn Fn(&str) -> Option<Vec<f32>>) -> Result<()>;
}
