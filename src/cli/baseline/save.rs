//! `runner baseline save RUN`: the run's figures as a file beside its recipe.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::BaselineSaveArgs;
use crate::{find, output};
use runner_baseline::{Baseline, FOLDER, MadeOf, Tolerance};
use runner_experiment as experiment;
use runner_experiment::places;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk;
use runner_ground::text::format;
use runner_recipe::{Overrides, Recipe};
use runner_results::folder::file;
use runner_results::{Record, RunFolder, Status, metrics};

/// A metrics.csv is not larger than this many bytes.
const CAP: u64 = 256 << 20;

/// Writes a baseline of a finished run.
///
/// # Errors
/// When there is no such run, it is not finished, its recipe no longer gives it, or the file cannot be written.
pub fn run(args: &BaselineSaveArgs) -> Result<()> {
    let folder = find::run(&args.results.results, &args.run)?;
    let record = folder.record()?;
    if record.status != Status::Finished {
        let error = Error::new(Kind::Run, format!("{} is not finished", folder.id()));
        return Err(error.help("`runner resume` brings it to its end; then it can be a baseline"));
    }
    let recipe = Path::new(&record.recipe_path);
    let set = set(&record);
    gives(recipe, &set, &record, &folder)?;
    let path = match &args.output {
        Some(path) => path.clone(),
        None => usual(recipe, &record.name),
    };
    let path = std::path::absolute(&path).unwrap_or(path);
    let parent = path.parent().unwrap_or(Path::new("/"));
    anothers(&path, parent, recipe)?;
    let rows = folder.read(file::METRICS, CAP)?;
    let baseline = Baseline {
        recipe: from(recipe, parent),
        set,
        made_of: MadeOf::of(&record),
        tolerance: Tolerance::default().with(&args.tolerance),
        rows: metrics::from_csv(&rows).map_err(|error| error.context(folder.file(file::METRICS).display()))?,
        test: record.summary.map(|summary| summary.test).unwrap_or_default(),
    };
    let written = fs::create_dir_all(parent).and_then(|()| disk::replace(&path, baseline.to_text().as_bytes()));
    written.map_err(|error| {
        let help = Some("--output FILE puts it elsewhere");
        disk::failure(&path, "cannot be written", &error, help)
    })?;
    let rows = match (&record.model, baseline.rows.len()) {
        (Some(_), rows) => format::plural(rows, "row", "rows"),
        (None, epochs) => format::plural(epochs, "epoch", "epochs"),
    };
    output::say(&format!("{rows} of {} in {}", folder.id(), path.display()));
    if let Some(stand_in) = &baseline.made_of.stand_in {
        let name = &baseline.made_of.data;
        output::note(&format!("it is a baseline of {stand_in}, which stood in for {name}"));
    }
    Ok(())
}

/// Refuses to replace the baseline of another recipe.
fn anothers(path: &Path, parent: &Path, recipe: &Path) -> Result<()> {
    let Ok(there) = Baseline::read(path) else {
        return Ok(());
    };
    let settled = |path: &Path| places::settled(path).unwrap_or_else(|_| path.to_owned());
    let other = parent.join(&there.recipe);
    if settled(&other) == settled(recipe) || !other.is_file() {
        return Ok(());
    }
    let message = format!("{} is the baseline of {}", path.display(), other.display());
    Err(Error::new(Kind::Run, message).help("--output FILE puts this one elsewhere; another 'name' keeps them apart"))
}

/// `baselines/<name>.json` beside the recipe.
fn usual(recipe: &Path, name: &str) -> PathBuf {
    let folder = recipe.parent().unwrap_or(Path::new("."));
    folder.join(FOLDER).join(format!("{name}.json"))
}

/// What the command line set over the recipe; of one of several seeds, its seed.
fn set(record: &Record) -> Vec<String> {
    let seed = record.group.as_ref().map(|group| format!("seed={}", group.seed));
    let mut set: Vec<String> = seed.into_iter().collect();
    for (_, origin) in &record.provenance {
        // That there are several is not what makes this one.
        if let Some(text) = origin.strip_prefix("--set ")
            && !text.starts_with("trainer.seeds=")
            && !set.iter().any(|known| known == text)
        {
            set.push(text.to_owned());
        }
    }
    set
}

/// Refuses a baseline that no check could reproduce: of a recipe that is gone or changed, or with values that a
/// baseline does not keep.
fn gives(recipe: &Path, set: &[String], record: &Record, folder: &RunFolder) -> Result<()> {
    let wrong = |what: String| {
        Error::new(Kind::Run, format!("{}: {what}", folder.id()))
            .help("train the recipe as it is now, and save that run")
    };
    if !recipe.is_file() {
        return Err(wrong(format!("its recipe {} is gone", recipe.display())));
    }
    let overrides = Overrides {
        set: set.to_vec(),
        ..Overrides::default()
    };
    let loaded = Recipe::load_with(
        runner_catalog::language(),
        recipe,
        &overrides,
        &experiment::moved,
        |_| Vec::new(),
    )?;
    let as_then = || {
        Recipe::as_of(
            runner_catalog::language(),
            recipe,
            &overrides,
            &experiment::moved,
            &record.recipe_digest,
        )
    };
    if loaded.digest() != record.recipe_digest && as_then().is_none() {
        let message = "its recipe was changed since, or has trainer.seeds, or values came from the environment or a --set too \
                       long to keep";
        return Err(wrong(message.to_owned()));
    }
    Ok(())
}

/// A path as seen from a folder; `/` between its parts on every system.
fn from(path: &Path, folder: &Path) -> String {
    let settled = |path: &Path| places::settled(path).unwrap_or_else(|_| path.to_owned());
    let relative = pathdiff::diff_paths(settled(path), settled(folder)).unwrap_or_else(|| path.to_owned());
    let parts = relative.components().map(|part| part.as_os_str().to_string_lossy());
    if relative.is_absolute() {
        relative.to_string_lossy().into_owned()
    } else {
        parts.collect::<Vec<_>>().join("/")
    }
}
