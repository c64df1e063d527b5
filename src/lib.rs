//! A compiler and runner for deep-learning experiments.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod data;
pub mod error;
pub mod loss;
pub mod metric;
pub mod optim;
pub mod random;
pub mod spec;
