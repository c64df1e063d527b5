//! A new sweep: its recipe and its values checked, its data there, its folder made.

use std::collections::BTreeMap;
use std::path::Path;

use super::check::{Checks, overruled};
use super::values::refuse;
use super::{judged, kinds, place, say, values};
use crate::progress::{Show, Style};
use crate::run::neighbours;
use runner_declare::{KeyPath, Problem};
use runner_experiment as experiment;
use runner_experiment::{Checked, Places, places};
use runner_ground::error::Result;
use runner_ground::files::machine;
use runner_recipe::{Declared, Source};
use runner_results::sweep::file;
use runner_results::{RunFolder, SweepFolder, record};
use runner_sweep::{Manifest, Method, Parameter, Sweep, Values};
use runner_train::identity;

/// Makes the folder of a sweep.
///
/// # Errors
/// Mistakes of the sweep and of its recipe, all with their places; missing data; a folder that cannot be made.
pub fn begin(
    mut sweep: Sweep,
    declared: &Declared,
    set: &[String],
    results: &Path,
    source: &experiment::Source,
    style: Style,
) -> Result<SweepFolder> {
    let recipe = experiment::load(&sweep.recipe, set, source)?;
    let places = Places::of(&recipe, source)?;
    let name = sweep.name.clone().unwrap_or_else(|| recipe.name.clone());
    RunFolder::probe(results, &name)?;
    let problems = overruled(&recipe, &sweep, declared);
    if !problems.is_empty() {
        return Err(declared.report(problems));
    }
    let mut show = Show::new(style);
    neighbours(results, &recipe, &mut show);
    let experiment = Checked::prepare(recipe, source, &mut show)?;
    let folders = folders(&sweep, declared, &places.recipe_folder);
    let checks = Checks::new(declared, &experiment, source, &places.recipe_folder, folders.clone())?;
    let mut problems = kinds::settle(&checks, &mut sweep);
    problems.extend(kinds::twice(&checks, &sweep));
    problems.extend(values::wrong(&checks, &sweep));
    refuse(&checks, problems)?;
    values::distinct(&checks, &mut sweep);
    let trials = checks.trials(&sweep)?;
    refuse(&checks, early_ends(&sweep, &trials))?;
    let metric = judged::metric(&checks, &sweep, &trials).map_err(|problems| declared.report(problems))?;
    let manifest = Manifest {
        format: Manifest::FORMAT,
        name: name.clone(),
        metric,
        git: machine::git_commit(Path::new(&places.recipe_folder)),
        recipe_path: places.recipe,
        recipe_folder: places.recipe_folder,
        folders,
        data_folder: places.data_folder,
        sources: checks.sources(),
        runner: runner_ground::VERSION.to_owned(),
        build: identity::ID.to_owned(),
        created: record::now(),
        dataset: experiment.recipe.dataset.name.clone(),
        stand_in: experiment.info.stand_in.clone(),
        sweep,
    };
    let text = experiment.recipe.resolved_yaml();
    let folder = SweepFolder::create(
        results,
        &name,
        &[(file::RECIPE, text.as_bytes()), (file::MANIFEST, &manifest.to_bytes()?)],
    )?;
    introduce(&manifest, &folder, style);
    Ok(folder)
}

/// Where the relative paths of each parameter start from: the folder of the file that says it, seen from the recipe's.
/// None where that is the same, or a command line says the values.
fn folders(sweep: &Sweep, declared: &Declared, recipe_folder: &str) -> BTreeMap<String, String> {
    let of = |parameter: &Parameter| {
        let Source::File { path, .. } = declared.locate(&place::of(declared, parameter, None, 0)).source else {
            return None;
        };
        let own = std::path::absolute(path).ok()?;
        let own = places::settled(own.parent()?).ok()?;
        let seen = pathdiff::diff_paths(&own, recipe_folder).unwrap_or(own);
        let seen = seen.to_str().filter(|seen| !seen.is_empty())?;
        Some((parameter.key.clone(), seen.to_owned()))
    };
    sweep.space.parameters.iter().filter_map(of).collect()
}

/// A rule that ends trials early needs epochs after which a trial could end, and one course of them.
fn early_ends(sweep: &Sweep, trials: &[(Values, Checked)]) -> Vec<Problem> {
    let refuse = |message: String| {
        let problem = Problem::new(KeyPath::from("early_terminate"), message);
        vec![problem.help("remove it")]
    };
    if sweep.early_terminate.is_none() {
        return Vec::new();
    }
    for (_, checked) in trials {
        if let Some(model) = checked.plan.model.as_ref().filter(|model| model.steps == 1) {
            return refuse(format!(
                "a {} is fitted at once: there are no epochs after which a trial could end",
                model.name
            ));
        }
        if let Some(seeds) = checked.recipe.trainer.seeds.filter(|&seeds| seeds > 1) {
            return refuse(format!(
                "a trial of {seeds} seeds is {seeds} trainings: none is ended by what another one reached"
            ));
        }
    }
    Vec::new()
}

fn introduce(manifest: &Manifest, folder: &SweepFolder, style: Style) {
    let sweep = &manifest.sweep;
    let planned = sweep.planned();
    let trials = planned.map_or_else(|| "some".to_owned(), |count| count.to_string());
    let parameters: Vec<&str> = sweep.space.keys().collect();
    say(
        style,
        &format!("{}: {trials} trials over {}", manifest.name, parameters.join(", ")),
    );
    if let (Some(planned), Some(cap)) = (planned, sweep.run_cap.filter(|_| sweep.method != Method::Grid))
        && planned < cap
    {
        let text =
            format!("  the space has {planned} settings: each is trained once, and run_cap {cap} is not reached");
        say(style, &text);
    }
    for note in &sweep.notes {
        say(style, &format!("  {note}"));
    }
    say(style, &format!("  in {}", folder.path().display()));
}
