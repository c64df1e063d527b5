//! What the command line may say. `--help` is made from the comments here, and is where most people
//! learn the tool: it must teach.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod again;
mod lr_find;

pub use again::{BaselineArgs, BaselineCheckArgs, BaselineCommand, BaselineSaveArgs, VerifyArgs};
pub use lr_find::LrFindArgs;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (build ", env!("RUNNER_BUILD_ID"), ")");
const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nbuild    ",
    env!("RUNNER_BUILD_ID"),
    "\ncompiler ",
    env!("RUNNER_RUSTC_VERSION"),
    "\ntarget   ",
    env!("RUNNER_TARGET"),
);

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
    /// Learn given batches from given weights, and tell the loss of each step
    Replay(ReplayArgs),
    /// Predict of new pictures or CSV rows with a run's best weights
    Predict(PredictArgs),
    /// Make texts or pictures with the network of a run
    Generate(GenerateArgs),
    /// Keep a run's figures, and check that recipes still come to them
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
    pub fn as_it_is(&self) -> SourceArgs {
        SourceArgs {
            folder: self.clone(),
            offline: true,
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

fn overrides(set: &SetArgs, threads: Option<u64>) -> Vec<String> {
    let threads = threads.map(|n| format!("trainer.threads={n}"));
    set.set.iter().cloned().chain(threads).collect()
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
    /// Try failed trials again, so many times each
    #[arg(long, value_name = "N", default_value = "0")]
    pub retries: u32,
}

/// A recipe for a job that leaves no run.
#[derive(Args, Clone, Debug)]
pub struct TrialArgs {
    /// The recipe, a YAML file
    #[arg(value_name = "RECIPE")]
    pub recipe: PathBuf,
    /// Changes to it.
    #[command(flatten)]
    set: SetArgs,
    /// Threads that compute; the same as --set trainer.threads=N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    threads: Option<u64>,
    /// Where data is.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl TrialArgs {
    /// All `key=value` that the command line sets; `--threads` is one of them.
    pub fn overrides(&self) -> Vec<String> {
        overrides(&self.set, self.threads)
    }
}

/// Arguments of `runner bench`.
#[derive(Args, Clone, Debug)]
pub struct BenchArgs {
    /// The recipe.
    #[command(flatten)]
    pub trial: TrialArgs,
    /// Measure for so long, at least
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub seconds: f64,
}

/// Arguments of `runner replay`.
#[derive(Args, Clone, Debug)]
pub struct ReplayArgs {
    /// The recipe.
    #[command(flatten)]
    pub trial: TrialArgs,
    /// A safetensors file with inputs `x` [steps, samples, …] as the network takes them, targets `y`
    /// (classes as 64-bit integers), and weights under the names that checkpoints have
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Arguments of `runner predict`.
#[derive(Args, Clone, Debug)]
pub struct PredictArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// A picture (PNG, JPEG), a folder of pictures, a CSV file with the columns of the training's, or a text
    #[arg(long, short, value_name = "PATH")]
    pub input: PathBuf,
    /// The CSV file to write; - prints it
    #[arg(long, short, value_name = "FILE|-", default_value = "predictions.csv")]
    pub output: PathBuf,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
}

/// Arguments of `runner generate`.
#[derive(Args, Clone, Debug)]
pub struct GenerateArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// How many texts or pictures
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub count: Option<u32>,
    /// How bold a text's choices are: 0 takes the likeliest character each time, 1 draws as the network
    /// learnt
    #[arg(long, value_name = "T", value_parser = temperature, allow_negative_numbers = true)]
    pub temperature: Option<f64>,
    /// Characters of a text, the prompt not among them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub length: Option<u32>,
    /// How a text begins
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub prompt: Option<String>,
    /// Whatever is random follows from it; the recipe's seed where none is given
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Folder for the files; - prints texts [default: texts are printed, pictures go to generated/]
    #[arg(long, short, value_name = "DIR|-")]
    pub output: Option<PathBuf>,
    /// Where results are.
    #[command(flatten)]
    pub results: ResultsArgs,
}

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

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, from 0 to 86400".to_owned()),
    }
}

fn temperature(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(temperature) if (0.0..=100.0).contains(&temperature) => Ok(temperature),
        _ => Err("expected a number from 0 to 100".to_owned()),
    }
}

fn key_value(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("expected KEY=VALUE, such as optimizer.lr=3e-4".to_owned()),
    }
}
