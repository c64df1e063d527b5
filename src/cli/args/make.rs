//! Arguments of what asks a trained run.

use std::path::PathBuf;

use clap::Args;

use super::shared::ResultsArgs;

/// Arguments of `runner predict`.
#[derive(Args, Clone, Debug)]
pub struct PredictArgs {
    /// The run: its folder, its name in `runner list`, or a recipe's name for its newest run
    pub run: PathBuf,
    /// A picture (PNG, JPEG), a folder of pictures, a CSV file with the columns of the training's, texts written as the
    /// training's were or one a line, or for a language model a text
    #[arg(long, short, value_name = "PATH")]
    pub input: PathBuf,
    /// The CSV file to write; - prints it
    #[arg(long, short, value_name = "FILE|-", default_value = "predictions.csv")]
    pub output: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
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

fn temperature(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(temperature) if (0.0..=100.0).contains(&temperature) => Ok(temperature),
        _ => Err("expected a number from 0 to 100".to_owned()),
    }
}
