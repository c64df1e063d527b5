//! Arguments of what shows runs and recipes.

use std::path::PathBuf;

use clap::Args;

use super::shared::ResultsArgs;

/// Arguments of `runner list`.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// Only runs whose name or status contains this text
    pub filter: Option<String>,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `runner compare`.
#[derive(Args, Clone, Debug)]
pub struct CompareArgs {
    /// The runs: folders, names in `runner list`, globs, or a recipe's name for all its runs
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// The metric: one of metrics.csv, or test_NAME [default: what their best epochs are judged by]
    #[arg(long, short, value_name = "NAME")]
    pub metric: Option<String>,
    /// Also write a page with curves, tables and tests
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Also write a row for each run; - prints it instead of the table
    #[arg(long, value_name = "FILE|-")]
    pub csv: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
}

/// Arguments of `runner report`.
#[derive(Args, Clone, Debug)]
pub struct ReportArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
}

/// Arguments of `runner schema`.
#[derive(Args, Clone, Debug)]
pub struct SchemaArgs {
    /// Of which files
    #[arg(value_enum, default_value = "recipe")]
    pub of: SchemaOf,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SchemaOf {
    /// Recipes
    Recipe,
    /// Recipes, as a page of Markdown for people
    Reference,
    /// Sweeps
    Sweep,
}

/// Arguments of `runner recipes`.
#[derive(Args, Clone, Debug)]
pub struct RecipesArgs {
    /// Folder of recipes
    #[arg(value_name = "DIR", default_value = "recipes")]
    pub folder: PathBuf,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}
