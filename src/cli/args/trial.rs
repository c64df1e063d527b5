//! Arguments of jobs that leave no run.

use std::path::PathBuf;

use clap::Args;

use super::shared::{SetArgs, SourceArgs, overrides};

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

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, from 0 to 86400".to_owned()),
    }
}
