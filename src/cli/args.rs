//! What the command line may say. `--help` is made from the comments here, and is where most people
//! learn the tool: it must teach.

use clap::{Parser, Subcommand};

mod again;
mod data;
mod look;
mod lr_find;
mod make;
mod shared;
mod sweep;
mod train;
mod trial;

pub use again::{BaselineArgs, BaselineCheckArgs, BaselineCommand, BaselineSaveArgs, VerifyArgs};
pub use data::{DataArgs, DataCommand};
pub use look::{CompareArgs, ListArgs, RecipesArgs, ReportArgs, SchemaArgs, SchemaOf};
pub use lr_find::LrFindArgs;
pub use make::{GenerateArgs, PredictArgs};
pub use shared::{DataFolder, ResultsArgs, SetArgs, ShowArgs, SourceArgs};
pub use sweep::{SweepArgs, WorkArgs};
pub use train::{CheckArgs, ResumeArgs, RunArgs};
pub use trial::{BenchArgs, ReplayArgs, TrialArgs};

use runner_train::identity::{LONG_VERSION, VERSION};

const TEACH: &str = "\
First steps:
  runner recipes/mnist_mlp.yaml    check, compile, train; then see its report
  runner list                      the runs so far: status, best metric, age
  runner compare mnist_mlp         what differs between runs, and what it brought

Examples:
  runner check recipes/*.yaml               find every mistake; start nothing
  runner recipes/mnist_mlp.yaml --set optimizer.lr=3e-4 --set trainer.epochs=5
  runner recipes/mnist_mlp.yaml --seeds 5   five runs; then runner compare
  runner resume results/mnist_mlp/2026-01-31_12-00-00
  runner sweep recipes/sweeps/mnist_mlp.yaml    many trials, each with other values
  runner generate shakespeare_lstm --prompt ROMEO:
  runner data fetch mnist                   download data ahead of time
  runner schema > recipe.json               for completion in an editor

Exit codes:
  0  done                            5  the network could not be compiled
  1  failed, or found a difference   6  the training diverged
  2  wrong command line              7  a run's folder or checkpoint is wrong
  3  the recipe is wrong           130  stopped by Ctrl-C; can be resumed
  4  the data is missing or wrong";

/// Trains neural networks from YAML recipes
///
/// A recipe names data, network, optimizer and training. runner checks it, compiles its network into a
/// native program, trains it, and leaves metrics, weights and a report in results/. Without a command,
/// `runner RECIPE` means `runner run RECIPE`.
#[derive(Debug, Parser)]
#[command(name = "runner", version = VERSION, long_version = LONG_VERSION, after_help = TEACH, max_term_width = 80)]
#[command(
    arg_required_else_help = true,
    subcommand_value_name = "COMMAND|RECIPE",
    infer_long_args = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a recipe: the same as `runner RECIPE`
    Run(RunArgs),
    /// Check recipes and show their layers; starts and compiles nothing
    Check(CheckArgs),
    /// Go on with a run that was stopped or killed
    Resume(ResumeArgs),
    /// Train many trials of a recipe, each with other values
    Sweep(SweepArgs),
    /// Time the training steps of a recipe; keeps nothing
    Bench(BenchArgs),
    /// Try growing learning rates and suggest some; keeps nothing
    LrFind(LrFindArgs),
    /// Learn given batches from given weights, and print the loss of each step
    Replay(ReplayArgs),
    /// Predict of new pictures or CSV rows with a run's best weights
    Predict(PredictArgs),
    /// Make texts or pictures with the network of a run
    Generate(GenerateArgs),
    /// Keep a run's figures, and check that recipes still reproduce them
    Baseline(BaselineArgs),
    /// Train a run again and demand the same bytes
    Verify(VerifyArgs),
    /// Show the runs: status, best metric, age
    List(ListArgs),
    /// Compare runs: what differs, what they reached, and whether that stands out of seed noise
    Compare(CompareArgs),
    /// Write a run's report.html again
    Report(ReportArgs),
    /// Show, download or verify data
    Data(DataArgs),
    /// Show the recipes that come with runner
    Recipes(RecipesArgs),
    /// Print the JSON Schema of recipes or sweeps, for editors
    Schema(SchemaArgs),
    /// Remove the compiled networks that are kept
    Clean,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}
