//! Arguments of what trains a recipe.

use std::path::PathBuf;

use clap::Args;

use super::shared::{DataFolder, ResultsArgs, SetArgs, ShowArgs, SourceArgs, key_value, overrides};

/// Arguments of `runner run`.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// The recipe, a YAML file
    #[arg(value_name = "RECIPE")]
    pub recipe: PathBuf,
    #[command(flatten)]
    set: SetArgs,
    /// Threads that compute; the same as --set trainer.threads=N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    threads: Option<u64>,
    /// Train over N seeds, one run each; the same as --set trainer.seeds=N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    seeds: Option<u64>,
    /// Train all combinations of values, as a sweep: -m optimizer.lr=1e-3,1e-2 network.0.linear=128,256
    #[arg(long, short, value_name = "KEY=VALUES", num_args = 1.., value_parser = key_value)]
    pub multirun: Vec<String>,
    /// Trials at a time, with -m
    #[arg(long, short, value_name = "N", requires = "multirun", value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub jobs: Option<u64>,
    /// Where results go.
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Where data is.
    #[command(flatten)]
    pub source: SourceArgs,
    /// What it shows.
    #[command(flatten)]
    pub show: ShowArgs,
}

impl RunArgs {
    /// All `key=value` that the command line sets; `--threads` and `--seeds` are among them.
    pub fn overrides(&self) -> Vec<String> {
        let seeds = self.seeds.map(|n| format!("trainer.seeds={n}"));
        overrides(&self.set, self.threads).into_iter().chain(seeds).collect()
    }
}

/// Arguments of `runner check`.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The recipes, YAML files
    #[arg(value_name = "RECIPE", required = true)]
    pub recipes: Vec<PathBuf>,
    /// Changes to all of them.
    #[command(flatten)]
    pub set: SetArgs,
    /// Where data is.
    #[command(flatten)]
    pub data: DataFolder,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `runner resume`.
#[derive(Args, Clone, Debug)]
pub struct ResumeArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Folder of data files, if it is no longer where it was when the run began
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Download nothing
    #[arg(long)]
    pub offline: bool,
    /// What it shows.
    #[command(flatten)]
    pub show: ShowArgs,
}
