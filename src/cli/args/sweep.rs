//! Arguments of sweeps.

use std::path::PathBuf;

use clap::Args;

use super::shared::{ResultsArgs, SetArgs, ShowArgs};

/// Arguments of `runner sweep`.
#[derive(Args, Clone, Debug)]
pub struct SweepArgs {
    /// The sweep, a YAML file
    #[arg(value_name = "SWEEP", required_unless_present = "resume")]
    pub sweep: Option<PathBuf>,
    /// Go on with the sweep in this folder; several may do so at once
    #[arg(long, value_name = "DIR", conflicts_with = "sweep")]
    pub resume: Option<PathBuf>,
    /// Only train: leave the table and the page to others
    #[arg(long, requires = "resume")]
    pub workers_only: bool,
    /// Changes to the recipe of all trials.
    #[command(flatten)]
    pub set: SetArgs,
    /// How it works.
    #[command(flatten)]
    pub work: WorkArgs,
    /// Where results go.
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Folder of data files [default: data; of a sweep that goes on, where it was]
    #[arg(long, value_name = "DIR", env = "RUNNER_DATA", hide_env_values = true)]
    pub data: Option<PathBuf>,
    /// Download nothing
    #[arg(long)]
    pub offline: bool,
    /// What it shows.
    #[command(flatten)]
    pub show: ShowArgs,
}

/// How a sweep works.
#[derive(Args, Clone, Debug, Default)]
pub struct WorkArgs {
    /// Trials at a time; the cores are divided among them [default: one a core, or 1 where trials learn from each other]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub jobs: Option<u64>,
    /// Try each failed trial again up to this many times
    #[arg(long, value_name = "N", default_value = "0")]
    pub retries: u32,
}
