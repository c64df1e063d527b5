//! Optimizers over one flat parameter buffer, learning-rate schedules, and gradient clipping. All
//! state can be saved and brought back to the bit.
//!
//! ```
//! use runner_optim::Optimizer;
//! use runner_declare::Chosen;
//!
//! let sgd = runner_optim::find("sgd").expect("is registered");
//! let chosen = Chosen { name: "sgd".into(), settings: serde_json::from_str(
//!     r#"{"lr": 0.5, "momentum": 0.0, "dampening": 0.0, "nesterov": false, "weight_decay": 0.0}"#).unwrap() };
//! let mut optimizer = (sgd.build)(&chosen, 2)?;
//! let mut parameters = [1.0, 2.0];
//! optimizer.step(optimizer.base_lr(), 1.0, &mut parameters, &[1.0, -1.0]);
//! assert_eq!(parameters, [0.5, 2.5]);
//! # Ok::<(), runner_ground::error::Error>(())
//! ```

pub mod clip;
pub mod schedule;

mod adam;
mod adamw;
mod fields;
mod flat;
mod rmsprop;
mod sgd;

use runner_declare::{Chosen, Problem, Section};
use runner_ground::error::Result;

/// An optimizer that a recipe may name. Adding one: a file with its definition, a line in [`OPTIMIZERS`].
#[derive(Debug)]
pub struct OptimizerDef {
    /// Name, doc and fields.
    pub section: Section,
    /// Settings that are fine one by one but impossible together. Paths are relative to the optimizer.
    pub check: fn(&Chosen) -> Vec<Problem>,
    /// Makes one for this many parameters.
    pub build: fn(&Chosen, usize) -> Result<Box<dyn Optimizer>>,
}

/// Every optimizer.
pub static OPTIMIZERS: &[&OptimizerDef] = &[&sgd::SGD, &adam::ADAM, &adamw::ADAMW, &rmsprop::RMSPROP];

/// Sections of all optimizers.
pub fn sections() -> Vec<&'static Section> {
    OPTIMIZERS.iter().map(|def| &def.section).collect()
}

/// The optimizer of this name.
pub fn find(name: &str) -> Option<&'static OptimizerDef> {
    OPTIMIZERS.iter().copied().find(|def| def.section.name == name)
}

/// Buffers, each as long as the parameters, that the chosen optimizer keeps.
pub fn state_buffers(chosen: &Chosen) -> usize {
    let built = find(&chosen.name).and_then(|def| (def.build)(chosen, 1).ok());
    built.map_or(0, |optimizer| optimizer.state().len())
}

/// An update rule with its state, over one flat buffer of parameters.
pub trait Optimizer: Send {
    /// The learning rate of the recipe, from which schedules start.
    fn base_lr(&self) -> f64;

    /// Updates `parameters` from `gradients * scale`. The result does not depend on the number of
    /// threads: the work is divided over the threads of the current team when there is enough of it.
    ///
    /// # Panics
    /// When the buffers are not as long as the optimizer was made for.
    fn step(&mut self, lr: f64, scale: f32, parameters: &mut [f32], gradients: &[f32]);

    /// Steps taken.
    fn steps(&self) -> u64;

    /// The state's buffers under PyTorch's names, in a fixed order, each as long as the parameters.
    fn state(&self) -> Vec<(&'static str, &[f32])>;

    /// Brings back what [`Optimizer::steps`] and [`Optimizer::state`] gave. On an error nothing has changed.
    ///
    /// # Errors
    /// When a buffer is missing or has another length.
    fn restore(&mut self, steps: u64, state: &dyn Fn(&str) -> Option<Vec<f32>>) -> Result<()>;
}

/// For optimizers all of whose settings go together.
fn no_conflicts(_: &Chosen) -> Vec<Problem> {
    Vec::new()
}
