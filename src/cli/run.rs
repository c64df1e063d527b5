//! `runner run RECIPE`: check, fetch, compile, train.

use std::path::Path;

use super::args::RunArgs;
use super::progress::{Show, Style};
use super::seeds;
use super::summary::summary;
use super::{find, output};
use runner_experiment as experiment;
use runner_experiment::{Checked, Places, Watcher};
use runner_ground::error::Result;
use runner_ground::text::format;
use runner_recipe::Recipe;
use runner_results::RunFolder;

/// Trains a recipe.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, a diverged or interrupted training.
pub fn run(args: &RunArgs) -> Result<()> {
    let style = Style::choose(&args.show);
    let source = args.source.source();
    let recipe = experiment::load(&args.recipe, &args.overrides(), &source)?;
    let recipe = match recipe.seeds()?.as_slice() {
        seeds @ [_, _, ..] => return seeds::run(args, &recipe, seeds, style),
        _ => recipe.with_seed(recipe.seed),
    };
    // What would stop it only at the end of a download or a compilation is looked at before.
    let places = Places::of(&recipe, &source)?;
    RunFolder::probe(&args.results.results, &recipe.name)?;
    let mut show = Show::new(style);
    neighbours(&args.results.results, &recipe, &mut show);
    let checked = Checked::prepare(recipe, &source, &mut show)?;
    introduce(&checked, style);
    let ready = checked.ready(&mut show)?;
    let folder = ready.create(&args.results.results, places, None)?;
    experiment::train(ready.program, &folder, &mut show)?;
    tell(&folder, style)
}

/// Says where runs of another recipe lie among those of this one.
pub(super) fn neighbours(results: &Path, recipe: &Recipe, show: &mut Show) {
    if let Some(text) = find::neighbours(results, &recipe.name, &recipe.path) {
        show.note(&text);
    }
}

/// Shows what a run reached.
pub(super) fn tell(folder: &RunFolder, style: Style) -> Result<()> {
    if style.for_people() {
        output::print(&summary(folder, &folder.record()?))?;
    }
    Ok(())
}

/// What the user should know before it starts; warnings also where nothing else is shown.
pub(super) fn introduce(experiment: &Checked, style: Style) {
    if style.for_people() {
        present(experiment);
    }
    for warning in experiment.warning_lines() {
        output::note(&warning);
    }
}

fn present(experiment: &Checked) {
    let (recipe, info) = (&experiment.recipe, &experiment.info);
    let [train, validation, test] = info.rows.map(|rows| format::count(rows as u64));
    let what = match &experiment.plan.model {
        Some(model) => model.name.clone(),
        None => format::plural(
            experiment.network_record().parameters as usize,
            "parameter",
            "parameters",
        ),
    };
    let data = match &info.stand_in {
        Some(stand_in) => format!("{}, standing in for {}", stand_in.name, info.name),
        None => info.name.clone(),
    };
    output::say(&format!("{}: {} on {data}, {what}", recipe.name, recipe.task.name));
    output::say(&format!(
        "  {train} train, {validation} validation, {test} test samples"
    ));
    for text in info.notes.iter().chain(&experiment.plan.notes) {
        output::say(&format!("  {text}"));
    }
}
