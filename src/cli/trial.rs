//! A recipe's network compiled and asked for something, without a run that stays.

use super::args::{ShowArgs, TrialArgs};
use super::progress::{Show, Style};
use runner_experiment as experiment;
use runner_experiment::{Checked, Places};
use runner_ground::error::Result;
use runner_recipe::Recipe;
use runner_task::Plan;
use runner_train::Event;
use runner_train::job::Job;

/// What the recipe's network says to a job. `suits` may refuse the checked recipe before anything is compiled.
///
/// # Errors
/// A wrong recipe, missing data, a network that cannot be compiled, and those of the job
/// and of `suits`.
pub fn trial(args: &TrialArgs, job: &Job, suits: impl FnOnce(&Plan, &Recipe) -> Result<()>) -> Result<(Recipe, Event)> {
    let mut show = Show::new(Style::choose(&ShowArgs {
        quiet: args.json,
        json: false,
    }));
    let source = args.source.source();
    let recipe = experiment::load(&args.recipe, &args.overrides(), &source)?;
    let places = Places::of(&recipe, &source)?;
    let checked = Checked::prepare(recipe, &source, &mut show)?;
    if let Some(model) = &checked.plan.model {
        return Err(job.refuse(&model.name).context(&checked.recipe.name));
    }
    suits(&checked.plan, &checked.recipe)?;
    let recipe = checked.recipe.clone();
    Ok((recipe, checked.ask_aside(places, job, &mut show)?))
}
