//! The end of a sweep: its table, and the files that show what came of it.

use super::super::output;
use super::super::progress::Style;
use super::worker::{Worker, lock};
use runner_ground::error::{Error, Kind, Result};
use runner_report as report;
use runner_results::sweep::file;
use runner_results::{RunFolder, SweepFolder};
use runner_sweep::{Manifest, State, Status, outcome};

/// Writes the closing files and prints the table.
///
/// # Errors
/// When a file cannot be written, and when no trial finished.
pub fn close(worker: &Worker, style: Style) -> Result<()> {
    let (builder, state) = (&worker.builder, lock(&worker.log).state().clone());
    let (folder, manifest) = (&builder.folder, &builder.manifest);
    {
        // Several workers may end at once; what they write is the same.
        let _one = folder.closing()?;
        folder.write(file::TRIALS, &outcome::csv(manifest, &state))?;
        if let Some((index, _)) = state.best(manifest.metric.goal) {
            let recipe = builder.recipe(&state.trials[index].values)?;
            let text = outcome::best_recipe(manifest, &state, index, &recipe.resolved_yaml());
            folder.write(file::BEST, text.as_bytes())?;
        }
        let best_page = best_page(folder, &state, manifest);
        let page = report::sweep::page(manifest, &state, best_page.as_deref());
        folder.write(file::REPORT, page.as_bytes())?;
    }
    if style.for_people() {
        output::print(&outcome::table(manifest, &state, output::width()))?;
        output::print(&files(worker))?;
    }
    let failed: Vec<_> = state.ended().filter(|(_, ended)| !ended.status.counts()).collect();
    match failed.first() {
        Some((index, ended)) if state.ranking(manifest.metric.goal).is_empty() => {
            let why = ended.failure.as_deref().unwrap_or("it failed");
            let kind = if state.count(Status::Diverged) == failed.len() {
                Kind::Diverged
            } else {
                Kind::Failure
            };
            Err(Error::new(
                kind,
                format!("all {} trials failed; trial {index}: {why}", failed.len()),
            ))
        }
        _ => Ok(()),
    }
}

/// Makes the page of the best trial, and gives the way to it from the sweep's own. A page is nothing that a sweep
/// could fail for.
fn best_page(folder: &SweepFolder, state: &State, manifest: &Manifest) -> Option<String> {
    let (index, _) = state.best(manifest.metric.goal)?;
    let run = RunFolder::open(folder.runs_of(index as u64).into_iter().next()?).ok()?;
    report::rewrite(&run).ok()?;
    let page = run.file(runner_results::folder::file::REPORT);
    Some(page.strip_prefix(folder.path()).ok()?.to_string_lossy().into_owned())
}

fn files(worker: &Worker) -> String {
    let folder = &worker.builder.folder;
    let named = [
        ("trials", file::TRIALS),
        ("best recipe", file::BEST),
        ("report", file::REPORT),
    ];
    let there = named.into_iter().filter(|(_, name)| folder.file(name).exists());
    let lines = there.map(|(title, name)| format!("  {title:<12}{}\n", folder.file(name).display()));
    format!("\n{}", lines.collect::<String>())
}
