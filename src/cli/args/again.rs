//! What trains something again: `runner verify` and `runner baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{ResultsArgs, SourceArgs};
use runner_baseline::Given;

/// Arguments of `runner baseline`.
#[derive(Args, Clone, Debug)]
pub struct BaselineArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// The commands of `runner baseline`.
#[derive(Clone, Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write a run's figures to baselines/NAME.json beside its recipe, for version control
    Save(BaselineSaveArgs),
    /// Train recipes again and compare with their baselines: 0 where all hold, else 1
    Check(BaselineCheckArgs),
}

/// Arguments of `runner baseline save`.
#[derive(Args, Clone, Debug)]
pub struct BaselineSaveArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// The file to write instead
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How far figures may move on another machine or build: 0.01, 1%, or for one figure val_accuracy=2%; may be
    /// repeated [default: 0.5%]
    #[arg(long, value_name = "[FIGURE=]SHARE", allow_negative_numbers = true)]
    pub tolerance: Vec<Given>,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
}

/// Arguments of `runner baseline check`.
#[derive(Args, Clone, Debug)]
pub struct BaselineCheckArgs {
    /// Recipes, baselines, or folders of either [default: recipes]
    #[arg(value_name = "RECIPE")]
    pub baselines: Vec<PathBuf>,
    /// How far figures may move where program or machine are not the baseline's, instead of what it says; may be
    /// repeated
    #[arg(long, value_name = "[FIGURE=]SHARE", allow_negative_numbers = true)]
    pub tolerance: Vec<Given>,
    /// Demand the same bits, whatever machine and program they come from
    #[arg(long, conflicts_with = "tolerance")]
    pub exact: bool,
    /// Where data is.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Print those that do not hold only
    #[arg(long, short)]
    pub quiet: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "quiet")]
    pub json: bool,
}

/// Arguments of `runner verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// Threads that compute, instead of the run's; the bytes do not depend on them
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Folder of data files, if it is no longer where it was when the run began
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Download nothing
    #[arg(long)]
    pub offline: bool,
    /// Print nothing but what differs
    #[arg(long, short)]
    pub quiet: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "quiet")]
    pub json: bool,
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..=256) => Ok(threads),
        _ => Err("expected a whole number from 1 to 256".to_owned()),
    }
}
