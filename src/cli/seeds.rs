//! A recipe over several seeds, and what is said of it.

use std::path::Path;

use super::args::{ResumeArgs, RunArgs};
use super::output;
use super::progress::{Show, Style};
use super::run::{introduce, neighbours};
use super::summary::over_seeds;
use runner_experiment::seeds::{Ended, Members};
use runner_experiment::{Checked, Watcher};
use runner_ground::error::Result;
use runner_recipe::Recipe;
use runner_results::group::Group;
use runner_results::{Record, RunFolder};

/// Trains a recipe with each of these seeds.
///
/// # Errors
/// When the recipe, its data or its network is wrong; when it was interrupted; when members failed.
pub fn run(args: &RunArgs, recipe: &Recipe, seeds: &[u64], style: Style) -> Result<()> {
    let results = &args.results.results;
    RunFolder::probe(results, &recipe.name)?;
    let source = args.source.source();
    let group = Group::new(seeds);
    // What is wrong with the recipe is wrong for all seeds, and leaves nothing behind.
    let mut show = Show::new(style);
    neighbours(results, recipe, &mut show);
    let first = Checked::prepare(recipe.with_seed(group.seed), &source, &mut show)?.ready(&mut show)?;
    introduce(&first.checked, style);
    let mut shows = shows(style);
    let members = Members::of(&group, results.join(&recipe.name), &mut shows);
    ended(&members.train(recipe, &source, results, first)?, style)
}

/// Goes on with all members of a group that are not at their end, and begins those that have not begun.
///
/// # Errors
/// As [`run`].
pub fn go_on(args: &ResumeArgs, named: &RunFolder, record: &Record, group: &Group) -> Result<()> {
    let style = Style::choose(&args.show);
    // `.` has no parent.
    let path = named.path().canonicalize().unwrap_or_else(|_| named.path().to_owned());
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let mut shows = shows(style);
    let members = Members::of(group, folder, &mut shows);
    let other = RunFolder::open(&path)?;
    ended(
        &members.go_on(&other, record, args.data.as_deref(), args.offline)?,
        style,
    )
}

fn shows(style: Style) -> impl FnMut() -> Box<dyn Watcher> {
    move || Box::new(Show::new(style))
}

fn ended(ended: &Ended, style: Style) -> Result<()> {
    if style.for_people() {
        output::print(&over_seeds(&ended.records.iter().collect::<Vec<_>>()))?;
    }
    ended.verdict()
}
