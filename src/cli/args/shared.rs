//! Arguments that several commands have.

use std::path::PathBuf;

use clap::Args;
use runner_experiment::Source;

/// Changes to a recipe.
#[derive(Args, Clone, Debug, Default)]
pub struct SetArgs {
    /// Set a value of the recipe, such as optimizer.lr=3e-4; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    pub set: Vec<String>,
}

/// Where results go.
#[derive(Args, Clone, Debug)]
pub struct ResultsArgs {
    /// Folder of all runs
    #[arg(
        long,
        value_name = "DIR",
        default_value = "results",
        env = "RUNNER_RESULTS",
        hide_env_values = true
    )]
    pub results: PathBuf,
}

/// Where data is.
#[derive(Args, Clone, Debug)]
pub struct DataFolder {
    /// Folder of data files
    #[arg(
        long = "data",
        value_name = "DIR",
        default_value = "data",
        env = "RUNNER_DATA",
        hide_env_values = true
    )]
    pub path: PathBuf,
}

impl DataFolder {
    /// The data that is in the folder already.
    pub fn as_it_is(&self) -> Source {
        Source {
            data: self.path.clone(),
            offline: true,
        }
    }
}

impl SourceArgs {
    /// Where data is.
    pub fn source(&self) -> Source {
        Source {
            data: self.folder.path.clone(),
            offline: self.offline,
        }
    }
}

/// Where data is, and whether it may be fetched.
#[derive(Args, Clone, Debug)]
pub struct SourceArgs {
    /// Where data is.
    #[command(flatten)]
    pub folder: DataFolder,
    /// Download nothing
    #[arg(long)]
    pub offline: bool,
}

/// What a training shows.
#[derive(Args, Clone, Debug, Default)]
pub struct ShowArgs {
    /// Show warnings and errors only
    #[arg(long, short)]
    pub quiet: bool,
    /// Print events as JSON, one a line
    #[arg(long, conflicts_with = "quiet")]
    pub json: bool,
}

/// All `key=value` of both.
pub(super) fn overrides(set: &SetArgs, threads: Option<u64>) -> Vec<String> {
    let threads = threads.map(|n| format!("trainer.threads={n}"));
    set.set.iter().cloned().chain(threads).collect()
}

/// An assignment, as it is.
pub(super) fn key_value(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("expected KEY=VALUE, such as optimizer.lr=3e-4".to_owned()),
    }
}
