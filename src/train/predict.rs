//! What a run's network or model says of new inputs, as CSV.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use runner_data::loader::{Loader, Order};
use runner_data::{Inputs, Part, new_inputs};
use runner_ground::error::{Error, Kind, Result};
use runner_task::{Model, Setup};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// A picture, a folder of them, a CSV file, or a text.
    pub input: PathBuf,
    /// The file that the CSV is written to.
    pub output: PathBuf,
}

/// Writes a row for each input; gives their number.
///
/// # Errors
/// When the task predicts nothing, an input is not what the network takes, or the file cannot be written.
pub(super) fn predict(setup: &Setup<'_>, task: &mut dyn Model, asked: &Predict) -> Result<usize> {
    let info = &setup.dataset.info;
    let Some(columns) = task.predicts() else {
        let message = format!(
            "{}: the networks of this task predict nothing of new inputs",
            setup.recipe.task.name
        );
        return Err(Error::new(Kind::Usage, message));
    };
    let Inputs {
        names,
        features,
        targets,
    } = new_inputs(&asked.input, info, &setup.recipe.dataset)?;
    let (rows, samples) = (names.len(), targets.len());
    let part = Arc::new(Part {
        features,
        targets,
        rows: (0..samples as u32).collect(),
    });
    let size = setup.recipe.trainer.batch_size;
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
    let mut names = names.into_iter();
    while let Some(batch) = batches.next_batch() {
        for (cells, name) in task.predict(&part, batch)?.into_iter().zip(names.by_ref()) {
            let record = [name].into_iter().chain(stand_in.clone()).chain(cells);
            writer.write_record(record).map_err(|error| failed(&error))?;
        }
    }
    writer.flush().map_err(|error| failed(&error))?;
    Ok(rows)
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
