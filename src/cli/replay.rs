//! `runner replay RECIPE FILE`: the losses of given batches from given weights, to be held against those of another
//! framework.

use super::args::ReplayArgs;
use super::output;
use super::trial::trial;
use runner_ground::error::{Error, Kind, Result};
use runner_train::Event;
use runner_train::job::Job;

/// Learns what is in the file, and prints the loss of each step: CSV, or JSON.
///
/// # Errors
/// A wrong recipe, missing data, a file that does not fit, a network that cannot be compiled, a step that fails.
pub fn run(args: &ReplayArgs) -> Result<()> {
    let file = std::path::absolute(&args.file).unwrap_or_else(|_| args.file.clone());
    match trial(&args.trial, &Job::Replay { file }, |_, _| Ok(()))? {
        (_, Event::Replayed(replayed)) if args.trial.json => {
            output::print(&format!("{}\n", serde_json::json!(replayed)))
        }
        (_, Event::Replayed(replayed)) => {
            let rows = replayed.losses.iter().enumerate();
            let rows: String = rows.map(|(step, loss)| format!("{},{loss}\n", step + 1)).collect();
            output::print(&format!("step,loss\n{rows}"))
        }
        _ => Err(Error::new(Kind::Failure, "the network learnt nothing")),
    }
}
