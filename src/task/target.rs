//! What to do where the data's targets are not what a task takes.

use runner_data::DataInfo;
use runner_declare::{KeyPath, Problem};
use runner_recipe::Recipe;

/// The remedy: another task, or for a file whose targets were inferred another reading of them.
pub(super) fn remedy(recipe: &Recipe, target_type: &str, task: &str) -> String {
    if recipe.dataset.settings.contains_key("target_type") {
        format!("say what the targets are with 'dataset: {{target_type: {target_type}}}', or use 'task: {task}'")
    } else {
        format!("use 'task: {task}'")
    }
}

/// What a task says that learns something else than texts.
pub(super) fn of_text(task: &str, info: &DataInfo) -> Problem {
    let message = format!("{task} does not read texts, and {} is one", info.name);
    let task = if info.next_tokens().is_some() {
        "language_model"
    } else {
        "classification"
    };
    Problem::new(KeyPath::from("task"), message).help(format!("use 'task: {task}'"))
}
