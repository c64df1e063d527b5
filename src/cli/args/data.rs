//! Arguments of `runner data`.

use clap::{Args, Subcommand};

use super::shared::{DataFolder, ShowArgs, SourceArgs};

/// Arguments of `runner data`.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DataCommand,
}

/// The commands of `runner data`.
#[derive(Clone, Debug, Subcommand)]
pub enum DataCommand {
    /// Show every dataset and whether its files are there
    List {
        /// Where data is.
        #[command(flatten)]
        data: DataFolder,
    },
    /// Download datasets
    Fetch {
        /// Names of datasets
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
        /// Where data goes.
        #[command(flatten)]
        source: SourceArgs,
        /// What it shows.
        #[command(flatten)]
        show: ShowArgs,
    },
    /// Compare the files of datasets with what was published
    Verify {
        /// Names of datasets; all that are there when none is given
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Where data is.
        #[command(flatten)]
        data: DataFolder,
    },
}
