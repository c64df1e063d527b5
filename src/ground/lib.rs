//! What everything stands on: errors, random numbers, text for people, files.

pub mod error;
pub mod files;
mod problem;
pub mod random;
pub mod text;

/// Version of the runner.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
