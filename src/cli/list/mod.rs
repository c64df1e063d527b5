//! `runner list`: the runs in results/, newest first.

mod entry;
mod table;

pub use entry::Entry;
pub use table::table;

use std::fs;
use std::path::Path;

use super::args::ListArgs;
use super::{find, output};
use crate::error::{Error, Kind, Result};

/// Prints the table; runs that cannot be read are told of on standard error, and hide no other.
///
/// # Errors
/// When the results folder is there but cannot be read.
pub fn run(args: &ListArgs) -> Result<()> {
    let mut entries = entries(&args.results.results)?;
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
        output::note(&format!("no runs in {}", args.results.results.display()));
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
    let mut entries: Vec<Entry> = recipes
        .flatten()
        .flat_map(|recipe| find::runs_of(&recipe.path()))
        .map(|path| Entry::read(&path))
        .collect();
    entries.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| b.name.cmp(&a.name)));
    Ok(entries)
}
