//! A compiler and runner for deep-learning experiments. Each folder of `src` is a crate; here they are, under one name.

pub use runner_baseline as baseline;
pub use runner_catalog as catalog;
pub use runner_cli as cli;
pub use runner_compare as compare;
pub use runner_compiler as compiler;
pub use runner_data as data;
pub use runner_declare as declare;
pub use runner_experiment as experiment;
pub use runner_ground::{error, files, random, text};
pub use runner_kernel as kernel;
pub use runner_loss as loss;
pub use runner_metric as metric;
pub use runner_model as model;
pub use runner_nn as nn;
pub use runner_optim as optim;
pub use runner_recipe as recipe;
pub use runner_report as report;
pub use runner_results as results;
pub use runner_sweep as sweep;
pub use runner_task as task;
pub use runner_train as train;
pub use runner_verify as verify;
