//! A recipe's network compiled and asked for something, without a run that stays.

use super::args::{ShowArgs, TrialArgs};
use super::aside::temporary;
use super::ask::ask;
use super::experiment;
use super::places::Places;
use super::progress::Style;
use super::run::{checked, compiled, create};
use runner_ground::error::Result;
use runner_recipe::Recipe;
use runner_task::Plan;
use runner_train::Event;
use runner_train::job::Job;

/// What the recipe's network says to a job. The run that it needs for that is made in a temporary folder.
///
/// `suits` may refuse the checked recipe before anything is compiled.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, and those of the job
/// and of `suits`.
pub fn trial(args: &TrialArgs, job: &Job, suits: impl FnOnce(&Plan, &Recipe) -> Result<()>) -> Result<(Recipe, Event)> {
    let style = Style::choose(&ShowArgs {
        quiet: args.json,
        json: false,
    });
    let recipe = experiment::load(&args.recipe, &args.overrides(), &args.source)?;
    let places = Places::of(&recipe, &args.source)?;
    let experiment = checked(recipe, &args.source, style)?;
    suits(&experiment.plan, &experiment.recipe)?;
    let compiled = compiled(&experiment, style)?;
    let temporary = temporary()?;
    let folder = create(temporary.path(), &experiment, places, &compiled, None)?;
    let event = ask(compiled, &folder, job)?;
    Ok((experiment.recipe, event))
}
