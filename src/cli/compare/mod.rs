//! `runner compare RUN…`: what differs between runs, what they reached, and whether that stands out of seed noise.

mod keys;
mod rows;
mod text;

pub use text::text;

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use rayon::prelude::*;

use super::args::CompareArgs;
use super::{find, output};
use runner_compare::{Comparison, Run, csv, json, page};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk;
use runner_results::RunFolder;

/// Prints the comparison, and writes it as a page or a CSV file where that is asked for. A run that cannot be read is
/// reported, and hides no other.
///
/// # Errors
/// When there are fewer than two runs, none has the metric, or a file cannot be written.
pub fn run(args: &CompareArgs) -> Result<()> {
    let mut folders = Vec::new();
    for name in &args.runs {
        folders.extend(find::runs(&args.results.results, name)?);
    }
    let runs = read(&folders)?;
    let comparison = Comparison::new(runs, args.metric.as_deref())?;
    let printed = args.csv.as_deref() == Some(Path::new("-"));
    if let Some(path) = args.csv.as_deref().filter(|_| !printed) {
        write(path, "--csv FILE", &csv::csv(&comparison))?;
    }
    if let Some(path) = &args.html {
        write(path, "--html FILE", page::page(&comparison, path).as_bytes())?;
    }
    match (printed, args.json) {
        (true, _) => output::print_made(&String::from_utf8_lossy(&csv::csv(&comparison)))?,
        (_, true) => output::print_json(&json::json(&comparison))?,
        _ => output::print(&text(&comparison, output::width()))?,
    }
    for path in [args.html.as_ref(), args.csv.as_ref().filter(|_| !printed)]
        .into_iter()
        .flatten()
    {
        output::say(&format!("wrote {}", path.display()));
    }
    Ok(())
}

/// The runs, each once, in the order in which they are named.
fn read(folders: &[RunFolder]) -> Result<Vec<Run>> {
    let mut seen = HashSet::new();
    let once = |folder: &&RunFolder| {
        seen.insert(
            folder
                .path()
                .canonicalize()
                .unwrap_or_else(|_| folder.path().to_owned()),
        )
    };
    let folders: Vec<&RunFolder> = folders.iter().filter(once).collect();
    let read: Vec<Result<Run>> = folders.par_iter().map(|folder| Run::read(folder)).collect();
    let mut runs = Vec::with_capacity(read.len());
    let mut errors = Vec::new();
    for read in read {
        match read {
            Ok(run) => {
                if let Some(problem) = &run.problem {
                    output::note(problem);
                }
                runs.push(run);
            }
            Err(error) => {
                output::note(&error.to_string());
                errors.push(error);
            }
        }
    }
    match (runs.len(), errors.into_iter().next()) {
        // What is wrong with it is said above, and is why there is nothing to compare.
        (0 | 1, Some(_)) => {
            let message = format!("{} of {} runs can be read", runs.len(), folders.len());
            Err(Error::new(Kind::Run, message).help("a comparison takes two"))
        }
        _ => Ok(runs),
    }
}

/// Writes a file of the user's, whole or not at all.
fn write(path: &Path, option: &str, contents: &[u8]) -> Result<()> {
    let failed = |error: std::io::Error| {
        let help = format!("{option} puts it elsewhere");
        disk::failure(path, "cannot be written", &error, Some(&help))
    };
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut temporary = disk::temporary(folder).map_err(failed)?;
    temporary.as_file_mut().write_all(contents).map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
