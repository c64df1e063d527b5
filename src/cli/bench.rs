//! `runner bench RECIPE`: how long a training step takes.

use super::args::BenchArgs;
use super::output;
use super::trial::trial;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_train::job::Job;
use runner_train::{Bench, Event};

/// Times the training steps of a recipe in its compiled network.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, a step that fails.
pub fn run(args: &BenchArgs) -> Result<()> {
    match trial(&args.trial, &Job::Bench { seconds: args.seconds }, |_, _| Ok(()))? {
        (_, Event::Benched(bench)) if args.trial.json => output::print(&format!("{}\n", serde_json::json!(bench))),
        (recipe, Event::Benched(bench)) => output::print(&table(&recipe.name, &bench)),
        _ => Err(Error::new(Kind::Failure, "the network timed nothing")),
    }
}

fn table(name: &str, bench: &Bench) -> String {
    let second = 1e3 / bench.median_ms;
    let memory = bench.peak_memory.map_or_else(|| "unknown".to_owned(), format::bytes);
    format!(
        "{name}: {} steps of {} samples on {} threads\n  step         {:.3} ms (median; fastest {:.3} ms)\n  \
         steps/s      {second:.1}\n  samples/s    {:.0}\n  peak memory  {memory}\n",
        bench.steps,
        bench.samples,
        bench.threads,
        bench.median_ms,
        bench.fastest_ms,
        second * bench.samples as f64,
    )
}
