//! `runner baseline check`: trains the recipes of baselines again, and compares.

use std::fs;
use std::path::{Path, PathBuf};

use super::table;
use crate::args::{BaselineCheckArgs, ShowArgs};
use crate::output;
use crate::progress::{Show, Style};
use runner_baseline::{Baseline, FOLDER, Judgement, MadeOf, judge};
use runner_experiment as experiment;
use runner_experiment::{Checked, Places};
use runner_ground::error::{Error, Kind, Result};
use runner_results::folder::file;
use runner_results::metrics;

/// A metrics.csv is not larger than this many bytes.
const CAP: u64 = 256 << 20;
/// Where recipes are, unless the command line says otherwise.
const RECIPES: &str = "recipes";

/// Trains and compares, one baseline after the other.
///
/// # Errors
/// [`Kind::Failure`] where one does not hold; as for `run` where one cannot be trained.
pub fn run(args: &BaselineCheckArgs) -> Result<()> {
    let style = Style::choose(&ShowArgs {
        quiet: args.json || args.quiet,
        json: false,
    });
    let files = files(&args.baselines)?;
    // A baseline that cannot be read is reported before hours are spent on others.
    let baselines: Vec<(PathBuf, Baseline)> = files
        .into_iter()
        .map(|file| Ok((file.clone(), Baseline::read(&file)?)))
        .collect::<Result<_>>()?;
    let mut judgements = Vec::new();
    for (file, baseline) in &baselines {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let judgement = check(args, file, baseline, style).map_err(|error| error.context(&name))?;
        let tolerance = baseline.tolerance.with(&args.tolerance);
        if !args.json && (!args.quiet || !judgement.holds()) {
            output::print(&table::table(&name, &judgement, &tolerance, output::width()))?;
        }
        judgements.push((name, judgement));
    }
    let failed = judgements.iter().filter(|(_, judgement)| !judgement.holds()).count();
    if args.json {
        let all = judgements.iter().map(|(name, judgement)| {
            serde_json::json!({"baseline": name, "holds": judgement.holds(), "judgement": judgement})
        });
        output::print_json(&all.collect::<Vec<_>>())?;
    }
    if failed == 0 {
        return Ok(());
    }
    let message = format!("{failed} of {} baselines do not hold", judgements.len());
    let help = "where the new figures are the right ones: `runner RECIPE`, then `runner baseline save RUN`";
    Err(Error::new(Kind::Failure, message).help(help))
}

fn check(args: &BaselineCheckArgs, file: &Path, baseline: &Baseline, style: Style) -> Result<Judgement> {
    let recipe = file.parent().unwrap_or(Path::new(".")).join(&baseline.recipe);
    let source = args.source.source();
    let mut show = Show::aside(style);
    let digest = &baseline.made_of.recipe_digest;
    let recipe = experiment::load_as_of(&recipe, &baseline.set, &source, digest, &mut show)?;
    let places = Places::of(&recipe, &source)?;
    let again = Checked::prepare(recipe, &source, &mut show)?.train_aside(places, &mut show, |_| {})?;
    let rows = metrics::from_csv(&again.folder.read(file::METRICS, CAP)?)?;
    let test = again.record.summary.as_ref().map(|summary| summary.test.clone());
    Ok(judge(
        baseline,
        &MadeOf::of(&again.record),
        &rows,
        &test.unwrap_or_default(),
        &baseline.tolerance.with(&args.tolerance),
        args.exact,
    ))
}

/// The baselines' files: those named, those of recipes that are named, and all of folders.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let usual = [PathBuf::from(RECIPES)];
    let named = if named.is_empty() { &usual[..] } else { named };
    let mut files = Vec::new();
    for path in named {
        let none = |what: String| {
            Error::new(Kind::Usage, what)
                .help("`runner baseline save RUN` makes a baseline of a run, beside its recipe")
        };
        if !path.exists() {
            return Err(none(format!("{}: no such recipe, baseline or folder", path.display())));
        }
        if path.is_dir() {
            let folder = Some(path.join(FOLDER)).filter(|folder| folder.is_dir());
            let found = all(folder.as_deref().unwrap_or(path))?;
            if found.is_empty() {
                return Err(none(format!("{}: no baselines here", path.display())));
            }
            files.extend(found);
        } else if path.extension().is_some_and(|end| end == "json") {
            files.push(path.clone());
        } else {
            files.push(of_recipe(path)?.ok_or_else(|| none(format!("{}: it has no baseline", path.display())))?);
        }
    }
    Ok(files)
}

/// All baselines of a folder, by name.
fn all(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| Error::new(Kind::Failure, format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    Ok(files)
}

/// The baseline of a recipe; it is called as the recipe is.
fn of_recipe(recipe: &Path) -> Result<Option<PathBuf>> {
    let name =
        runner_recipe::Recipe::load(runner_catalog::language(), recipe, &runner_recipe::Overrides::default())?.name;
    let folder = recipe.parent().unwrap_or(Path::new("."));
    let names = [name, runner_recipe::earlier_name(recipe)];
    let mut files = names
        .iter()
        .map(|name| folder.join(FOLDER).join(format!("{name}.json")));
    Ok(files.find(|file| file.is_file()))
}
