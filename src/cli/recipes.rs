//! `runner recipes`: the gallery.

use std::path::PathBuf;

use comfy_table::Table;

use super::args::RecipesArgs;
use super::output;
use crate::error::{Error, Kind, Result};
use crate::recipe::Headline;

/// Shows each recipe of a folder: file, task, one line.
///
/// # Errors
/// When the folder cannot be read.
pub fn run(args: &RecipesArgs) -> Result<()> {
    let headlines = headlines(args)?;
    if args.json {
        return output::print_json(&headlines);
    }
    let mut table = Table::new();
    table.load_style(output::NO_LINES).set_header(["recipe", "task", "what it shows"]);
    for headline in &headlines {
        let description = headline.description.clone().unwrap_or_default();
        table.add_row([headline.path.display().to_string(), headline.task.clone().unwrap_or_default(), description]);
    }
    output::print(&format!("{table}\n"))
}

fn headlines(args: &RecipesArgs) -> Result<Vec<Headline>> {
    let folder = &args.folder;
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Error::new(Kind::Usage, format!("{}: {error}", folder.display())).help("`runner recipes DIR` shows another folder")
    })?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"));
    paths.sort();
    let mut headlines = Vec::new();
    for path in paths {
        match Headline::read(&path) {
            Ok(headline) => headlines.push(headline),
            // One that cannot be read does not hide the others.
            Err(error) => output::error(&error),
        }
    }
    Ok(headlines)
}
