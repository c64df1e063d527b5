//! `runner sweep`: many trials of a recipe. Here trials become processes; what is tried and what the journal means is
//! decided in [`runner_sweep`].

mod begin;
mod check;
mod close;
mod judged;
mod liveness;
mod place;
mod resume;
mod show;
mod trial;
mod trial_builder;
mod values;
mod watch;
mod worker;

use std::path::{Path, PathBuf};

use super::args::{RunArgs, SweepArgs, WorkArgs};
use super::output;
use super::progress::Style;
use runner_experiment::Source;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_results::SweepFolder;
use runner_sweep::{Manifest, Sweep};
use trial_builder::TrialBuilder;
use worker::Worker;

/// Begins a sweep, or goes on with one.
///
/// # Errors
/// A wrong sweep or recipe, missing data, a folder that holds no sweep, a sweep that was stopped, and one none of
/// whose trials finished.
pub fn run(args: &SweepArgs) -> Result<()> {
    let style = Style::choose(&args.show);
    let (folder, source) = match (&args.sweep, &args.resume) {
        (Some(path), _) => {
            let data = args.data.clone().unwrap_or_else(|| "data".into());
            let source = Source {
                data,
                offline: args.offline,
            };
            let (sweep, declared) = Sweep::load(path)?;
            let folder = begin::begin(sweep, &declared, &args.set.set, &args.results.results, &source, style)?;
            (folder, source)
        }
        (None, resumed) => {
            let folder = SweepFolder::open(resumed.clone().unwrap_or_default())?;
            if !args.set.set.is_empty() {
                let error = Error::new(Kind::Usage, "--set cannot change a sweep that has begun");
                return Err(error.help("begin another one: runner sweep SWEEP --set …"));
            }
            let manifest = Manifest::read(&folder)?;
            let before = PathBuf::from(&manifest.data_folder);
            let source = Source {
                data: args.data.clone().unwrap_or(before),
                offline: args.offline,
            };
            let builder = TrialBuilder::new(folder.clone(), manifest, &source, 1, style);
            resume::same_data(&builder, &source)?;
            (folder, source)
        }
    };
    work(&folder, &source, &args.work, style, args.workers_only)
}

/// `runner RECIPE -m KEY=V1,V2 …`: a grid over these values.
///
/// # Errors
/// As [`run`].
pub fn shorthand(args: &RunArgs) -> Result<()> {
    let style = Style::choose(&args.show);
    let sweep = Sweep::shorthand(&args.recipe, &args.multirun)?;
    let declared = runner_recipe::Declared::unwritten(runner_declare::Settings::new());
    let source = args.source.source();
    let folder = begin::begin(
        sweep,
        &declared,
        &args.overrides(),
        &args.results.results,
        &source,
        style,
    )?;
    let work_args = WorkArgs {
        jobs: args.jobs,
        retries: 0,
    };
    work(&folder, &source, &work_args, style, false)
}

/// Trains until nothing is left to do, and closes the sweep.
fn work(folder: &SweepFolder, source: &Source, args: &WorkArgs, style: Style, only: bool) -> Result<()> {
    let manifest = Manifest::read(folder)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let usual = if manifest.sweep.is_adaptive() { 1 } else { cores };
    let jobs = args.jobs.map_or(usual, |jobs| jobs as usize);
    let builder = TrialBuilder::new(folder.clone(), manifest, source, (cores / jobs).max(1), style);
    let worker = Worker::new(builder, jobs, args.retries)?;
    let stopped = worker.work(style)?;
    if stopped {
        let error = Error::new(
            Kind::Interrupted,
            format!("stopped; {} is kept", folder.path().display()),
        );
        return Err(error.help(how_to_go_on(folder.path())));
    }
    if only {
        return Ok(());
    }
    close::close(&worker, style)
}

fn how_to_go_on(folder: &Path) -> String {
    let folder = format::shell(&folder.to_string_lossy());
    format!("`runner sweep --resume {folder}` goes on from there")
}

/// A line for people who read along.
fn say(style: Style, text: &str) {
    if style.for_people() {
        output::say(text);
    }
}
