//! What a run's network or model says of new inputs, as CSV.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::Event;
use runner_data::loader::{Loader, Order};
use runner_data::{Inputs, Names, new_inputs};
use runner_ground::error::{Error, Kind, Result};
use runner_task::{Model, Rows, Setup};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// A picture, a folder of them, a CSV file, or a text.
    pub input: PathBuf,
    /// The file that the CSV is written to.
    pub output: PathBuf,
}

/// Writes the rows for each input; gives their number, and what is worth knowing of the inputs, as
/// [`Event::Predicted`].
///
/// # Errors
/// When the task predicts nothing, an input is not what the network takes, or the file cannot be written.
pub(super) fn predict(setup: &Setup<'_>, task: &mut dyn Model, asked: &Predict) -> Result<Event> {
    let info = &setup.dataset.info;
    let Some(columns) = task.predicts() else {
        let message = format!(
            "{}: the networks of this task predict nothing of new inputs",
            setup.recipe.task.name
        );
        return Err(Error::new(Kind::Usage, message));
    };
    let Inputs {
        part,
        names,
        notes,
        unread,
    } = new_inputs(&asked.input, info, &setup.recipe.dataset)?;
    let size = setup.recipe.trainer.batch_size;
    let part = Arc::new(part);
    let loader = Loader::new(part.clone(), &setup.dataset.normalization, size, Order::Sequential)?;
    let failed = |error: &dyn std::fmt::Display| {
        Error::new(
            Kind::Failure,
            format!("{} cannot be written: {error}", asked.output.display()),
        )
    };
    let mut writer = csv::Writer::from_path(&asked.output).map_err(|error| failed(&error))?;
    let stand_in = info.stand_in.as_ref().map(|stand_in| stand_in.name.clone());
    let header = ["input".to_owned()]
        .into_iter()
        .chain(stand_in.as_ref().map(|_| "stand_in".to_owned()));
    writer
        .write_record(header.chain(columns))
        .map_err(|error| failed(&error))?;
    let mut batches = loader.epoch(0, 0);
    let mut named = Named::new(&names);
    let mut rows = 0;
    while let Some(batch) = batches.next_batch() {
        for sample in task.predict(&part, batch)? {
            for (name, cells) in named.sample(sample) {
                let record = [name].into_iter().chain(stand_in.clone()).chain(cells);
                writer.write_record(record).map_err(|error| failed(&error))?;
                rows += 1;
            }
        }
    }
    writer.flush().map_err(|error| failed(&error))?;
    Ok(Event::Predicted { rows, notes, unread })
}

/// Gives rows of predictions their names.
struct Named<'a> {
    names: std::slice::Iter<'a, String>,
    /// Whether a sample has one name, however many rows are about it.
    a_sample: bool,
}

impl<'a> Named<'a> {
    fn new(names: &'a Names) -> Self {
        let (a_sample, names) = match names {
            Names::Samples(names) => (true, names),
            Names::Rows(names) => (false, names),
        };
        Self {
            names: names.iter(),
            a_sample,
        }
    }

    /// The rows of the next sample with their names.
    fn sample(&mut self, rows: Rows) -> Vec<(String, Vec<String>)> {
        if !self.a_sample {
            return self.names.by_ref().cloned().zip(rows).collect();
        }
        let name = self.names.next();
        let rows = rows.into_iter();
        rows.filter_map(|row| name.map(|name| (name.clone(), row))).collect()
    }
}

/// Whether a path is that of a file or folder that is there.
///
/// # Errors
/// [`Kind::Data`] when nothing is there.
pub fn is_there(input: &Path) -> Result<()> {
    match std::fs::metadata(input) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::new(
            Kind::Data,
            format!("cannot read {}: {error}", input.display()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: impl Fn(Vec<String>) -> Names, samples: [usize; 4]) -> Vec<(String, String)> {
        let names = of(["a", "b", "c", "d"].map(str::to_owned).to_vec());
        let mut named = Named::new(&names);
        let rows = |n: usize| (0..n).map(|i| vec![i.to_string()]).collect();
        let named = samples.into_iter().flat_map(|n| named.sample(rows(n)));
        named.map(|(name, cells)| (name, cells.concat())).collect()
    }

    #[test]
    fn a_sample_has_any_number_of_rows() {
        let pairs = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let boxes = names(Names::Samples, [2, 0, 1, 1]);
        assert_eq!(boxes, pairs(&[("a", "0"), ("a", "1"), ("c", "0"), ("d", "0")]));
        let places = names(Names::Rows, [3, 3, 0, 0]);
        assert_eq!(places, pairs(&[("a", "0"), ("b", "1"), ("c", "2"), ("d", "0")]));
    }
}
