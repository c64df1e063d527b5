//! A compiler and runner for deep-learning experiments.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod baseline;
pub mod build;
pub mod catalog;
pub mod cli;
pub mod compare;
pub mod compiler;
pub mod data;
pub mod declare;
pub mod error;
pub mod files;
pub mod kernel;
pub mod loss;
pub mod metric;
pub mod nn;
pub mod optim;
mod problem;
pub mod random;
pub mod recipe;
pub mod report;
pub mod results;
pub mod sweep;
pub mod task;
pub mod text;
pub mod train;
pub mod verify;
