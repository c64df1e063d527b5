//! `runner bench RECIPE`: how long a training step takes.

use super::args::BenchArgs;
use super::ask::ask;
use super::output;
use super::places::Places;
use super::progress::Style;
use super::run::{checked, compiled, create};
use super::{args::ShowArgs, experiment};
use crate::error::{Error, Kind, Result};
use crate::report::format;
use crate::train::job::Job;
use crate::train::{Bench, Event};

/// Times the training steps of a recipe in its compiled network. The run that it needs for that is made in a
/// temporary folder.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, a step that fails.
pub fn run(args: &BenchArgs) -> Result<()> {
    let style = Style::choose(&ShowArgs {
        quiet: args.json,
        json: false,
    });
    let threads = args.threads.map(|n| format!("trainer.threads={n}"));
    let overrides: Vec<String> = args.set.set.iter().cloned().chain(threads).collect();
    let recipe = experiment::load(&args.recipe, &overrides, &args.source)?;
    let places = Places::of(&recipe, &args.source)?;
    let experiment = checked(recipe, &args.source, style)?;
    let compiled = compiled(&experiment, style)?;
    let temporary = tempfile::tempdir()
        .map_err(|error| Error::new(Kind::Failure, format!("no temporary folder can be made: {error}")))?;
    let folder = create(temporary.path(), &experiment, places, &compiled)?;
    match ask(compiled, &folder, &Job::Bench { seconds: args.seconds })? {
        Event::Benched(bench) if args.json => output::print(&format!("{}\n", serde_json::json!(bench))),
        Event::Benched(bench) => output::print(&table(&experiment.recipe.name, &bench)),
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
