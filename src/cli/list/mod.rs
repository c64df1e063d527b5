//! `runner list`: the runs in results/, newest first.

mod entry;
mod table;

pub use entry::Entry;
pub use table::table;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::args::ListArgs;
use super::output;
use runner_ground::error::{Error, Kind, Result};
use runner_results::runs_of;

/// Prints the table; runs that cannot be read are reported on standard error, and hide no other.
///
/// # Errors
/// When the results folder is there but cannot be read.
pub fn run(args: &ListArgs) -> Result<()> {
    let mut entries = entries(&args.results.results)?;
    let any = !entries.is_empty();
    if let Some(filter) = &args.filter {
        let filter = filter.to_lowercase();
        entries.retain(|entry| entry.name.to_lowercase().contains(&filter) || entry.status.contains(filter.as_str()));
    }
    for entry in &entries {
        if let Some(problem) = &entry.problem {
            output::note(problem);
        }
    }
    if args.json {
        return output::print_json(&entries);
    }
    if entries.is_empty() {
        let results = args.results.results.display();
        output::note(&match &args.filter {
            Some(filter) if any => format!("no run in {results} matches '{filter}'"),
            _ => format!("no runs in {results}"),
        });
        return Ok(());
    }
    output::print(&table(&entries, jiff::Timestamp::now(), output::width()))
}

/// All runs, newest first.
///
/// # Errors
/// When the folder is there but cannot be read.
pub fn entries(results: &Path) -> Result<Vec<Entry>> {
    let recipes = match fs::read_dir(results) {
        Ok(recipes) => recipes,
        // Nothing has been run yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::new(Kind::Failure, format!("{}: {error}", results.display()))),
    };
    let mut entries: Vec<Entry> = recipes.flatten().flat_map(|recipe| of_recipe(&recipe.path())).collect();
    mark_incomplete(&mut entries);
    mark_other_data(&mut entries);
    entries.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| b.name.cmp(&a.name)));
    Ok(entries)
}

/// Of a group whose other seeds have not begun and that nobody trains, the last run can be gone on with.
fn mark_incomplete(entries: &mut [Entry]) {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(group) = &entry.group {
            groups.entry(group.id.clone()).or_default().push(index);
        }
    }
    for members in groups.into_values() {
        let wanted = |index: &usize| entries[*index].group.as_ref().map_or(0, |group| group.seeds.len());
        let short = members.first().is_some_and(|first| members.len() < wanted(first));
        let running = members.iter().any(|&index| entries[index].status == "running");
        if let Some(&last) = members
            .iter()
            .max_by_key(|&&index| entries[index].created)
            .filter(|_| short && !running)
        {
            entries[last].resumable = true;
        }
    }
}

/// Runs of the very same recipe whose data differs: their figures are of two things.
fn mark_other_data(entries: &mut [Entry]) {
    let mut known: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (index, entry) in entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.data_digest.is_some())
    {
        let recipe = entry.name.split('/').next().unwrap_or_default().to_owned();
        known
            .entry((recipe, entry.recipe_digest.clone()))
            .or_default()
            .push(index);
    }
    for alike in known.into_values() {
        let differ = alike
            .windows(2)
            .any(|pair| entries[pair[0]].data_digest != entries[pair[1]].data_digest);
        alike.iter().for_each(|&index| entries[index].data_differs = differ);
    }
}

/// The runs of a recipe; a folder that cannot be read is an entry too, since it may hold some.
fn of_recipe(folder: &Path) -> Vec<Entry> {
    match runs_of(folder) {
        Ok(runs) => runs.iter().map(|path| Entry::read(path)).collect(),
        Err(error) => vec![Entry::unreadable(folder, &error)],
    }
}
