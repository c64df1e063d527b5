//! The end of a run: the best weights look at the test part, and what they find is written.

use super::event::{Event, Summary};
use super::row::Row;
use super::state::{CHECKPOINT_CAP, State};
use super::stopping::Judge;
use crate::data::Dataset;
use crate::data::loader::{Loader, Order};
use crate::error::Result;
use crate::report;
use crate::store::folder::file;
use crate::store::tensors::Tensors;
use crate::store::{Record, RunFolder, Status};
use crate::task::Task;

/// Brings back the best weights, tests them, and writes predictions, summary and report. A run killed in
/// here does it again when it is resumed, with the same result.
///
/// # Errors
/// When a file cannot be read or written, or the device fails.
pub fn finish(
    folder: &RunFolder,
    record: &mut Record,
    dataset: &Dataset,
    batch_size: usize,
    judge: &Judge,
    state: &State,
    task: &mut dyn Task,
    send: &dyn Fn(&Event),
) -> Result<()> {
    let best = Tensors::from_bytes(&folder.read(file::BEST, CHECKPOINT_CAP)?, &folder.file(file::BEST))?;
    task.import(&best)?;
    let test = dataset.test.as_ref();
    let loader = test.map(|part| Loader::new(part.clone(), dataset, batch_size, Order::Sequential, 0));
    let outcome = task.finish(loader)?;
    if let Some(predictions) = &outcome.predictions {
        folder.write(file::PREDICTIONS, predictions)?;
    }
    let summary = summary(state, judge, outcome.test);
    record.summary = Some(summary.clone());
    record.status = Status::Finished;
    record.touch();
    write_report(folder, record, &state.rows, &outcome.findings)?;
    folder.write_record(record)?;
    send(&Event::Finished { summary });
    Ok(())
}

fn write_report(folder: &RunFolder, record: &Record, rows: &[Row], findings: &report::Findings) -> Result<()> {
    report::write(folder, record, rows, findings)
}

fn summary(state: &State, judge: &Judge, test: Vec<(String, f64)>) -> Summary {
    Summary {
        epochs: state.epoch,
        steps: state.step,
        best_epoch: state.best.epoch,
        monitor: judge.monitor.clone(),
        best: state.best.value,
        test,
        seconds: state.seconds[0],
    }
}
