//! What a sweep's values mean to its recipe, found out before anything is trained.

use super::trial_builder;
use runner_declare::{KeyPath, Problem, Value};
use runner_experiment::{Checked, temporary};
use runner_ground::error::{Error, Located, Result};
use runner_recipe::Declared;
use runner_sweep::suggest::ahead;
use runner_sweep::{Manifest, Parameter, Values};

/// This many whole trials are looked at ahead: more, and the first would have to wait.
const TRIALS: u64 = 200;

/// Checks each value by itself, then the first trials as a whole.
///
/// # Errors
/// All that the recipe does not take, with the places of the sweep's file.
pub fn values(manifest: &Manifest, declared: &Declared, base: &Checked, recipe: &str) -> Result<()> {
    let folder = temporary()?;
    let path = folder.path().join("recipe.yaml");
    std::fs::write(&path, recipe).map_err(|error| {
        Error::new(
            runner_ground::error::Kind::Failure,
            format!("{}: {error}", path.display()),
        )
    })?;
    let load = |values: &Values| trial_builder::recipe(&path, values, &manifest.recipe_folder());
    let mut problems = Vec::new();
    for parameter in &manifest.sweep.space.parameters {
        for (index, (key, value)) in parameter.distribution.examples().into_iter().enumerate() {
            let mut given: Values = parameter
                .when
                .iter()
                .filter_map(|condition| Some((condition.key.clone(), condition.values.first()?.clone())))
                .collect();
            given.insert(parameter.key.clone(), value.clone());
            if let Err(error) = load(&given) {
                let place = place(declared, parameter, key, index);
                problems.extend(
                    error
                        .located()
                        .into_iter()
                        .map(|found| problem(&place, parameter, &value, found)),
                );
            }
        }
    }
    if !problems.is_empty() {
        return Err(declared.report(problems));
    }
    for trial in 0..TRIALS {
        let Some(values) = ahead(&manifest.sweep, trial) else {
            break;
        };
        let whole = load(&values).and_then(|recipe| {
            // Another dataset is looked at when its trial begins: it may have to be fetched first.
            let same = recipe.dataset == base.recipe.dataset;
            if same {
                Checked::of(recipe, base.info.clone()).map(drop)
            } else {
                Ok(())
            }
        });
        if let Err(error) = whole {
            let given: Vec<String> = values.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let found = error.located().into_iter().map(|found| {
                let message = format!(
                    "trial {trial} ({}): {}: {}",
                    given.join(", "),
                    found.path,
                    without_set(&found.message)
                );
                Problem {
                    help: found.help,
                    ..Problem::new("parameters".into(), message)
                }
            });
            return Err(declared.report(found.collect()));
        }
    }
    Ok(())
}

/// Where the value of a parameter stands in the sweep's file.
fn place(declared: &Declared, parameter: &Parameter, key: Option<&'static str>, index: usize) -> KeyPath {
    let mut place = KeyPath::from("parameters");
    let mut settings = declared.settings.get("parameters");
    let mut left = parameter.key.as_str();
    // Nested parameters spell a key in pieces.
    while let Some(entries) = settings.and_then(Value::as_object) {
        let fits = |name: &&String| left == name.as_str() || left.starts_with(&format!("{name}."));
        let Some(name) = entries.keys().find(fits) else { break };
        place = place.join(name);
        let inner = entries.get(name);
        if left == name {
            break;
        }
        left = &left[name.len() + 1..];
        place = place.join("parameters");
        settings = inner.and_then(|inner| inner.get("parameters"));
    }
    match key {
        Some("values") => place.join("values").join(index),
        Some(key) => place.join(key),
        None => place,
    }
}

fn problem(place: &KeyPath, parameter: &Parameter, value: &Value, found: Located) -> Problem {
    let message = without_set(&found.message);
    let about = if found.path == parameter.key || found.path.is_empty() {
        String::new()
    } else {
        format!("{}: ", found.path)
    };
    Problem {
        help: found.help,
        ..Problem::new(place.clone(), format!("{}={value}: {about}{message}", parameter.key))
    }
}

/// The recipe's message names `--set key=value`, which nobody has written.
fn without_set(message: &str) -> &str {
    let told = message
        .split_once(": ")
        .filter(|(before, _)| before.starts_with("--set "));
    told.map_or(message, |(_, rest)| rest)
}
