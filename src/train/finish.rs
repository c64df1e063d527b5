//! The end of a run: the best weights look at the test part, and what they find is written.

use super::state::State;
use super::stopping::Judge;
use runner_data::loader::Loader;
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;
use runner_report as report;
use runner_results::CHECKPOINT_CAP;
use runner_results::Summary;
use runner_results::findings;
use runner_results::folder::file;
use runner_results::row::EPOCH;
use runner_results::{Record, RunFolder, Status};
use runner_task::{Model, Outcome};

/// Brings back the best weights and looks at the test part with them.
///
/// # Errors
/// When the weights cannot be read or do not fit, or the device fails.
pub fn best_on_test(folder: &RunFolder, task: &mut dyn Model, test: Option<&Loader>) -> Result<Outcome> {
    let best = Tensors::from_bytes(&folder.read(file::BEST, CHECKPOINT_CAP)?, &folder.file(file::BEST))?;
    task.import(&best)?;
    task.finish(test.map(|loader| loader.epoch(0, 0)))
}

/// Writes predictions, findings, report and the finished record. A run killed in here does it again when
/// it is resumed, with the same result.
///
/// # Errors
/// When a file cannot be written.
pub fn finish(
    folder: &RunFolder,
    record: &mut Record,
    judge: &Judge,
    state: &State,
    outcome: Outcome,
) -> Result<Summary> {
    if let Some(predictions) = &outcome.predictions {
        folder.write(file::PREDICTIONS, predictions)?;
    }
    let summary = Summary {
        epochs: state.epoch,
        steps: state.step,
        best_epoch: state.best.epoch,
        monitor: judge.monitor.clone(),
        // The last epoch is the best for want of a figure: there is none to show.
        best: state.best.value.filter(|_| judge.monitor != EPOCH),
        test: outcome.test,
        seconds: state.seconds[0],
    };
    record.summary = Some(summary.clone());
    record.status = Status::Finished;
    record.touch();
    findings::write(folder, &outcome.findings)?;
    if !folder.is_trial() {
        report::write(folder, record, &state.rows, &outcome.findings)?;
    }
    folder.write_record(record)?;
    Ok(summary)
}
