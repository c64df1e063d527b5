//! `runner lr-find`.

use std::path::PathBuf;

use clap::Args;

use super::TrialArgs;

/// Arguments of `runner lr-find`.
#[derive(Args, Clone, Debug)]
pub struct LrFindArgs {
    /// The recipe.
    #[command(flatten)]
    pub trial: TrialArgs,
    /// The first learning rate
    #[arg(long, value_name = "LR", default_value = "1e-7", value_parser = learning_rate)]
    pub from: f64,
    /// The last one; the test ends before where the loss runs away
    #[arg(long, value_name = "LR", default_value = "10", value_parser = learning_rate)]
    pub to: f64,
    /// Training steps from the first to the last
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u64).range(20..=100_000))]
    pub steps: u64,
    /// Also write the plot to a page that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (1e-30..=1e6).contains(&rate) => Ok(rate),
        _ => Err("expected a learning rate, such as 1e-5".to_owned()),
    }
}
