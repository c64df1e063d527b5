//! Training: events in, files out.
//!
//! The trainer is a process of its own ([`process`]): it takes a run's folder, brings the task to where
//! the last checkpoint left it, and goes on from there ([`trainer`]). What it says is a stream of
//! [`event::Event`]s; what it leaves is files, written by the run's folder alone.

mod bench;
mod clock;
pub mod event;
pub mod event_file;
pub mod finish;
pub mod identity;
mod initial;
pub mod job;
pub mod origin;
pub mod predict;
pub mod process;
pub mod range_test;
mod ready;
mod replay;
pub mod state;
pub mod stopping;
pub mod suggest;
pub mod trace;
pub mod trainer;
mod training;
mod written;

pub use bench::Bench;
pub use event::Event;
pub use replay::Replayed;
// What a network's program names.
pub use runner_nn as nn;
pub use runner_task as task;
