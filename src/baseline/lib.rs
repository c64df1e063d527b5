//! Baselines: the figures of a run in a small file for version control, and whether a new training reproduces them.
//!
//! Where the same program trains the same recipe on the same machine, every figure must be the same to the bit. Where
//! one of them is another, last bits may differ, and figures may move by a tolerance ([`Tolerance`]).

mod file;
mod judge;
mod tolerance;

pub use file::{Baseline, MadeOf, Program, System};
pub use judge::{Judgement, Measure, Moved, judge};
pub use tolerance::{Given, Tolerance};

/// The folder of baselines, beside the recipes that they are of.
pub const FOLDER: &str = "baselines";
