//! Whether two trainings of one recipe are the same, byte by byte, and where they part if not.
//!
//! Compared is everything that a run leaves but times and paths: the rows of metrics.csv without their time columns,
//! weights, samples, predictions and findings. Where that differs, the traces of both trainings ([`Trace`]) show at
//! which step, and in which tensor, they went different ways.

pub mod rows;
mod tensors;
mod traces;

pub use rows::Cell;
pub use traces::Parting;

use serde::Serialize;

use runner_ground::error::Result;
use runner_results::CHECKPOINT_CAP;
use runner_results::folder::file;
use runner_results::row::Row;
use runner_results::{RunFolder, metrics, samples};
use runner_train::state::State;
use runner_train::trace::Trace;

/// What comparing two runs brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Epochs that the first run has.
    pub epochs: usize,
    /// Steps at which the tensors themselves were compared.
    pub marks: usize,
    /// Cells of metrics.csv that differ, first epoch first; times are not looked at.
    pub cells: Vec<Cell>,
    /// Where the tensors part.
    pub parting: Option<Parting>,
    /// Files that were compared.
    pub files: Vec<Compared>,
}

/// A file of both runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Its name in the run's folder.
    pub name: String,
    /// What differs; nothing where it is the same to the byte.
    pub difference: Option<String>,
}

impl Verdict {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.cells.is_empty() && self.parting.is_none() && self.files.iter().all(|file| file.difference.is_none())
    }
}

/// Compares a run with a training of the same recipe.
///
/// # Errors
/// When a file of either is damaged or cannot be read.
pub fn compare(recorded: &RunFolder, again: &RunFolder) -> Result<Verdict> {
    let (was, now) = (rows_of(recorded)?, rows_of(again)?);
    let (trace, other) = (trace_of(recorded)?, trace_of(again)?);
    let steps_per_epoch = was.first().map_or(0, |row| row.step);
    let mut files = Vec::new();
    for name in [file::BEST, file::LAST] {
        files.extend(compared(recorded, again, name, |was, now| {
            tensors::difference(name, was, now)
        })?);
    }
    for name in [file::PREDICTIONS, file::FINDINGS] {
        files.extend(compared(recorded, again, name, |was, now| Ok(line(was, now)))?);
    }
    let names = [recorded, again].map(|run| samples::list(run).into_iter().map(|sample| sample.file));
    let names: std::collections::BTreeSet<String> = names.into_iter().flatten().collect();
    for name in names {
        files.extend(compared(recorded, again, &name, |_, _| Ok("differs".to_owned()))?);
    }
    Ok(Verdict {
        epochs: was.len(),
        marks: traces::shared(&trace, &other),
        cells: rows::differences(&was, &now),
        parting: traces::parting(&trace, &other, steps_per_epoch),
        files,
    })
}

fn rows_of(run: &RunFolder) -> Result<Vec<Row>> {
    let path = run.file(file::METRICS);
    metrics::from_csv(&run.read(file::METRICS, CHECKPOINT_CAP)?).map_err(|error| error.context(path.display()))
}

fn trace_of(run: &RunFolder) -> Result<Trace> {
    Ok(State::peek(run)?.map(|state| state.trace).unwrap_or_default())
}

/// A file of both runs; `None` where neither has it.
fn compared(
    recorded: &RunFolder,
    again: &RunFolder,
    name: &str,
    difference: impl FnOnce(&[u8], &[u8]) -> Result<String>,
) -> Result<Option<Compared>> {
    let there = [recorded, again].map(|run| run.file(name).exists());
    let difference = match there {
        [false, false] => return Ok(None),
        [true, false] => Some("is in the run and was not made again".to_owned()),
        [false, true] => Some("was made now and is not in the run".to_owned()),
        [true, true] => {
            let (was, now) = (recorded.read(name, CHECKPOINT_CAP)?, again.read(name, CHECKPOINT_CAP)?);
            (was != now).then(|| difference(&was, &now)).transpose()?
        }
    };
    Ok(Some(Compared {
        name: name.to_owned(),
        difference,
    }))
}

/// The first line of two texts that differs.
fn line(was: &[u8], now: &[u8]) -> String {
    let lines = |bytes: &[u8]| {
        bytes
            .split(|&byte| byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    let (was, now) = (lines(was), lines(now));
    let same = was.iter().zip(&now).take_while(|(was, now)| was == now).count();
    format!("differs from line {}", same + 1)
}
