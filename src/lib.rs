//! A compiler and runner for deep-learning experiments.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod baseline;
pub mod build;
pub mod cli;
pub mod compare;
pub mod data;
pub mod error;
pub mod kernel;
pub mod loss;
pub mod metric;
pub mod network;
pub mod nn;
pub mod optim;
pub mod random;
pub mod recipe;
pub mod report;
pub mod spec;
pub mod store;
pub mod sweep;
pub mod task;
pub mod train;
pub mod verify;
