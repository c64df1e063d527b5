//! Which metric is compared.

use super::run::Run;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::closest;
use runner_results::row::EPOCH;

/// The metric that is asked for, else the one that suits these runs; and all there are, that one first.
///
/// # Errors
/// When no run has it, with the name that was probably meant.
pub fn metrics(runs: &[Run], asked: Option<&str>) -> Result<(String, Vec<String>)> {
    let mut all = all(runs);
    let chosen = match asked {
        Some(asked) => named(&all, asked)?,
        None => usual(runs, &all)?,
    };
    // Stable: within each group the order is the task's.
    all.sort_by_key(|(name, _)| match name.split('_').next() {
        _ if *name == chosen => 0,
        Some("test") => 1,
        Some("val") => 2,
        Some("train") => 4,
        _ => 3,
    });
    Ok((chosen, all.into_iter().map(|(name, _)| name.to_owned()).collect()))
}

/// Names of metrics, in the order in which they first appear, and how many runs have each.
fn all(runs: &[Run]) -> Vec<(&str, usize)> {
    let mut all: Vec<(&str, usize)> = Vec::new();
    for run in runs {
        for name in run.metrics() {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => all.push((name, 1)),
            }
        }
    }
    all
}

fn named(all: &[(&str, usize)], asked: &str) -> Result<String> {
    if all.iter().any(|(name, _)| *name == asked) {
        return Ok(asked.to_owned());
    }
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    // `accuracy` alone is that of the validation, or of the test.
    let longer = ["val_", "test_", "train_"].map(|part| format!("{part}{asked}"));
    let longer = longer
        .iter()
        .find_map(|longer| names.iter().copied().find(|name| name == longer));
    let there = match names.as_slice() {
        [] => "no epoch of these runs has ended yet".to_owned(),
        _ => format!("there are {}", names.join(", ")),
    };
    let meant = longer.or_else(|| closest(asked, &names));
    let help = meant.map_or_else(|| there.clone(), |meant| format!("did you mean '{meant}'? {there}"));
    Err(Error::new(Kind::Usage, format!("--metric {asked}: no run has this metric")).help(help))
}

/// What all best epochs are judged by, else what most runs have.
fn usual(runs: &[Run], all: &[(&str, usize)]) -> Result<String> {
    let monitor = runs
        .first()
        .map(|run| run.monitor.as_str())
        .filter(|monitor| *monitor != EPOCH);
    let shared = monitor.filter(|monitor| runs.iter().all(|run| run.monitor == *monitor));
    if let Some(monitor) = shared.filter(|monitor| all.iter().any(|(name, _)| name == monitor)) {
        return Ok(monitor.to_owned());
    }
    let most = all.iter().map(|(_, count)| *count).max().unwrap_or(0);
    match all.iter().find(|(_, count)| *count == most) {
        Some((name, _)) => Ok((*name).to_owned()),
        None => Err(Error::new(
            Kind::Run,
            "none of these runs has metrics: no epoch has ended yet",
        )),
    }
}
