//! The comparison as JSON: everything that tables and page are made from.

use serde_json::{Value, json};

use super::evidence::{self, Evidence, Pair};
use super::{Comparison, Entry, Reached, Run};

/// The comparison; what is not known is `null`.
pub fn json(comparison: &Comparison) -> Value {
    let entries = comparison.entries.iter().zip(&comparison.reached).enumerate();
    let entries: Vec<Value> = entries
        .map(|(place, (entry, reached))| of_entry(comparison, place, entry, reached))
        .collect();
    json!({
        "metric": comparison.metric,
        "goal": comparison.goal,
        "metrics": comparison.metrics,
        "differs": comparison.keys.iter().map(|key| &key.path).collect::<Vec<_>>(),
        "entries": entries,
        "tests": comparison.evidence.pairs.iter().map(|pair| of_pair(&comparison.evidence, pair, &comparison.entries)).collect::<Vec<_>>(),
        "method": evidence::method(&comparison.evidence, comparison.entries.len()),
        "notes": comparison.notes,
    })
}

fn of_entry(comparison: &Comparison, place: usize, entry: &Entry, reached: &Reached) -> Value {
    let keys = comparison
        .keys
        .iter()
        .map(|key| (key.path.clone(), json!(key.values[place])));
    json!({
        "label": entry.label,
        "name": entry.name,
        "keys": keys.collect::<serde_json::Map<_, _>>(),
        "best": reached.estimate(),
        "last": reached.last_estimate(),
        "seconds": entry.seconds(&comparison.runs),
        "parameters": entry.example(&comparison.runs).parameters,
        "runs": entry.runs.iter().map(|&run| of_run(comparison, &comparison.runs[run])).collect::<Vec<_>>(),
    })
}

fn of_run(comparison: &Comparison, run: &Run) -> Value {
    let figures = comparison.metrics.iter().filter_map(|metric| {
        let reading = run.reading(metric, comparison.goal_of(metric))?;
        Some((
            metric.clone(),
            json!({"best": reading.best, "epoch": reading.epoch, "last": reading.last}),
        ))
    });
    json!({
        "name": run.name,
        "path": run.path,
        "status": run.status,
        "seed": run.seed(),
        "data": run.data,
        "data_digest": run.data_digest,
        "data_source": run.data_source,
        "positive_class": run.positive_class(),
        "epochs": run.epochs,
        "seconds": run.seconds,
        "metrics": figures.collect::<serde_json::Map<_, _>>(),
        "problem": run.problem,
    })
}

fn of_pair(evidence: &Evidence, pair: &Pair, entries: &[Entry]) -> Value {
    json!({
        "entries": pair.entries.map(|entry| &entries[entry].label),
        "runs": pair.n,
        "shared_seeds": pair.shared,
        "test": pair.test,
        "p_corrected": pair.p,
        "stands_out": pair.p.map(|p| p < evidence::LEVEL),
        "words": evidence.words(pair, entries),
    })
}
