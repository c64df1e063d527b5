//! The comparison as CSV: a row for each run, with all its figures.

use super::{Comparison, Run};
use runner_results::metrics::POSITIVE_CLASS;

/// The file's bytes. Numbers have all their digits; what a run does not have is an empty cell.
pub fn csv(comparison: &Comparison) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let metrics: Vec<&str> = comparison.metrics.iter().map(String::as_str).collect();
    let mut header: Vec<String> = FIRST.map(str::to_owned).to_vec();
    let positive = comparison.runs.iter().any(|run| run.positive_class().is_some());
    header.extend(positive.then(|| POSITIVE_CLASS.to_owned()));
    header.extend(comparison.keys.iter().map(|key| key.path.clone()));
    for metric in &metrics {
        let of_test = metric.starts_with("test_");
        header.extend(if of_test {
            vec![(*metric).to_owned()]
        } else {
            vec![format!("best_{metric}"), format!("last_{metric}")]
        });
    }
    // Writing into memory fails only for records of unequal length, and all have the header's.
    let mut written = writer.write_record(&header);
    for (place, entry) in comparison.entries.iter().enumerate() {
        for run in entry.runs.iter().map(|&run| &comparison.runs[run]) {
            let mut cells = first(run, &entry.label);
            cells.extend(positive.then(|| run.positive_class().unwrap_or_default().to_owned()));
            cells.extend(
                comparison
                    .keys
                    .iter()
                    .map(|key| key.values[place].clone().unwrap_or_default()),
            );
            cells.extend(metrics.iter().flat_map(|metric| figures(comparison, run, metric)));
            written = written.and_then(|()| writer.write_record(&cells));
        }
    }
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}

const FIRST: [&str; 11] = [
    "run",
    "label",
    "recipe",
    "task",
    "data",
    "status",
    "seed",
    "epochs",
    "seconds",
    "parameters",
    "path",
];

fn first(run: &Run, label: &str) -> Vec<String> {
    vec![
        run.name.clone(),
        label.to_owned(),
        run.recipe.clone(),
        run.task.clone(),
        run.data.clone(),
        run.status.to_owned(),
        run.seed().map(|seed| seed.to_string()).unwrap_or_default(),
        run.epochs.to_string(),
        format!("{:?}", run.seconds),
        run.parameters.map_or_else(String::new, |count| count.to_string()),
        run.path.display().to_string(),
    ]
}

fn figures(comparison: &Comparison, run: &Run, metric: &str) -> Vec<String> {
    let reading = run.reading(metric, comparison.goal_of(metric));
    let cell = |value: Option<f64>| value.map(|value| format!("{value:?}")).unwrap_or_default();
    let best = cell(reading.map(|reading| reading.best));
    if metric.starts_with("test_") {
        return vec![best];
    }
    vec![best, cell(reading.map(|reading| reading.last))]
}
