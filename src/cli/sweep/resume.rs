//! A sweep that is gone on with: its trials stand in one ranking, so the data has to be what it was.

use std::collections::BTreeSet;

use super::trial_builder::TrialBuilder;
use runner_experiment as experiment;
use runner_experiment::Source;
use runner_ground::error::Result;
use runner_results::RunFolder;
use runner_sweep::{Log, Status};

/// Demands that the data is what the trials that are done were trained on.
///
/// # Errors
/// When it is another one, or the journal cannot be read.
pub fn same_data(builder: &TrialBuilder, source: &Source) -> Result<()> {
    let log = Log::open(builder.folder.journal()?)?;
    let state = log.state();
    if state.is_done() {
        return Ok(());
    }
    let mut known = BTreeSet::new();
    for (index, ended) in state.ended() {
        if ended.status == Status::Failed {
            continue;
        }
        let values = &state.trials[index].values;
        // What else a trial is given says nothing of its data.
        let of_data = |key: &&String| ["dataset", "seed", "task"].contains(&key.split('.').next().unwrap_or_default());
        let about: Vec<String> = values
            .iter()
            .filter(|(key, _)| of_data(key))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let Some(run) = builder.folder.runs_of(index as u64).into_iter().next() else {
            continue;
        };
        let Ok(record) = RunFolder::open(run).and_then(|run| run.record()) else {
            continue;
        };
        if known.insert((about, record.data_source.clone())) {
            let recipe = builder.recipe(values)?;
            experiment::same_data(&recipe, &record, source, &format!("trial {index}"))?;
        }
    }
    Ok(())
}
