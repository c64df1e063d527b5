//! Sweeps: many trials of one recipe, each with other values, on any number of workers.
//!
//! ```text
//! sweep.yaml ──spec──▶ Sweep (space, method, rule) ──suggest──▶ values of trial n
//!                                                                  │ claim
//! journal.jsonl ◀── events ── worker ── trainer's process ◀────────┘
//!        └──state──▶ who does what, rungs, results ──outcome──▶ table, trials.csv, best recipe, page
//! ```
//!
//! Everything that is decided is decided from the journal alone, while its lock is held: what comes next, whether a
//! trial goes on, whose a trial is. A worker that is killed leaves nothing else behind that anybody has to trust.

pub mod constraint;
pub mod distribution;
pub mod event;
pub mod importance;
pub mod log;
pub mod manifest;
pub mod outcome;
mod parameter;
pub mod seen;
pub mod space;
pub mod spec;
pub mod state;
pub mod suggest;
pub mod terminate;

pub use event::{Ended, Event, Status};
pub use log::Log;
pub use manifest::Manifest;
pub use seen::Seen;
pub use space::{Parameter, Space, Values};
pub use spec::{Method, Metric, Rules, Sweep};
pub use state::{State, Trial};
