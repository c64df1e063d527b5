//! A new sweep: its recipe and its values checked, its data there, its folder made.

use std::path::Path;

use super::{check, say};
use crate::progress::{Show, Style};
use runner_declare::{KeyPath, Problem};
use runner_experiment as experiment;
use runner_experiment::{Checked, Places, Source};
use runner_ground::error::Result;
use runner_ground::files::machine;
use runner_recipe::Declared;
use runner_results::sweep::file;
use runner_results::{RunFolder, SweepFolder, record};
use runner_sweep::{Manifest, Metric, Sweep};
use runner_train::identity;
use runner_train::stopping::Judge;

/// Makes the folder of a sweep.
///
/// # Errors
/// Mistakes of the sweep and of its recipe, all with their places; missing data; a folder that cannot be made.
pub fn begin(
    sweep: Sweep,
    declared: &Declared,
    set: &[String],
    results: &Path,
    source: &Source,
    style: Style,
) -> Result<SweepFolder> {
    let recipe = experiment::load(&sweep.recipe, set, source)?;
    let places = Places::of(&recipe, source)?;
    let name = sweep.name.clone().unwrap_or_else(|| recipe.name.clone());
    RunFolder::probe(results, &name)?;
    let experiment = Checked::prepare(recipe, source, &mut Show::new(style))?;
    let judge = Judge::new(&experiment.recipe, &experiment.plan);
    let metric = sweep.metric.clone().unwrap_or(Metric {
        name: judge.monitor,
        goal: judge.goal,
    });
    let known = &experiment.plan.metrics;
    if !known.contains(&metric.name) && metric.name != runner_results::row::EPOCH {
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("{} has no metric '{}'", experiment.recipe.name, metric.name);
        let help = match runner_task::near(&metric.name, &experiment.plan) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("its metrics are {}", names.join(", ")),
        };
        return Err(declared.report(vec![
            Problem::new(KeyPath::from("metric").join("name"), message).help(help),
        ]));
    }
    if let (Some(model), Some(_)) = (&experiment.plan.model, &sweep.early_terminate)
        && model.steps == 1
    {
        let message = format!(
            "a {} is fitted at once: there are no epochs after which a trial could end",
            model.name
        );
        let problem = Problem::new(KeyPath::from("early_terminate"), message).help("remove it");
        return Err(declared.report(vec![problem]));
    }
    let manifest = Manifest {
        format: Manifest::FORMAT,
        name: name.clone(),
        metric,
        git: machine::git_commit(Path::new(&places.recipe_folder)),
        recipe_path: places.recipe,
        recipe_folder: places.recipe_folder,
        data_folder: places.data_folder,
        runner: runner_ground::VERSION.to_owned(),
        build: identity::ID.to_owned(),
        created: record::now(),
        dataset: experiment.recipe.dataset.name.clone(),
        stand_in: experiment.info.stand_in.clone(),
        sweep,
    };
    let text = experiment.recipe.resolved_yaml();
    check::values(&manifest, declared, &experiment, &text)?;
    let folder = SweepFolder::create(
        results,
        &name,
        &[(file::RECIPE, text.as_bytes()), (file::MANIFEST, &manifest.to_bytes()?)],
    )?;
    introduce(&manifest, &folder, style);
    Ok(folder)
}

fn introduce(manifest: &Manifest, folder: &SweepFolder, style: Style) {
    let trials = manifest
        .sweep
        .planned()
        .map_or_else(|| "some".to_owned(), |count| count.to_string());
    let parameters: Vec<&str> = manifest.sweep.space.keys().collect();
    say(
        style,
        &format!("{}: {trials} trials over {}", manifest.name, parameters.join(", ")),
    );
    say(style, &format!("  in {}", folder.path().display()));
}
