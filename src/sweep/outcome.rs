//! What came of a sweep: the table, trials.csv and the best recipe.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::manifest::Manifest;
use super::space::Values;
use super::state::State;
use runner_declare::Value;
use runner_ground::text::format;

/// A table of more trials than this is left to trials.csv.
const MOST_ROWS: usize = 30;

/// A value as it is shown: a word without quotes, all else as JSON.
pub fn show(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        other => other.to_string(),
    }
}

/// All values of a trial on one line.
pub fn show_values(values: &Values) -> String {
    let shown: Vec<String> = values
        .iter()
        .map(|(key, value)| format!("{key}={}", show(value)))
        .collect();
    shown.join(" ")
}

/// trials.csv: a row a trial, in their order. The time column comes last; all others are the same whenever the sweep
/// is, however many workers it had.
pub fn csv(manifest: &Manifest, state: &State) -> Vec<u8> {
    let keys: Vec<&str> = manifest.sweep.space.keys().collect();
    let mut metrics: Vec<&str> = Vec::new();
    for (_, ended) in state.ended() {
        for (name, _) in &ended.metrics {
            if !metrics.contains(&name.as_str()) {
                metrics.push(name);
            }
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let stand_in = manifest.stand_in.as_ref().map(|stand_in| stand_in.name.as_str());
    let marker = stand_in.map(|_| "stand_in");
    let first = ["trial", "status"]
        .into_iter()
        .chain(marker)
        .chain(keys.iter().copied());
    // Of several seeds best is the mean, and the best epoch that of each.
    let seeds = state.ended().any(|(_, ended)| !ended.seeds.is_empty());
    let over: &[&str] = if seeds { &["seeds", "best_std"] } else { &[] };
    let header = first
        .chain(["best", "best_epoch", "epochs"])
        .chain(over.iter().copied())
        .chain(metrics.iter().copied())
        .chain(["failure", "seconds"]);
    // Writing into memory fails only for records of unequal length, and all have the header's.
    let mut written = writer.write_record(header);
    for (index, ended) in state.ended() {
        let values = &state.trials[index].values;
        let mut cells = vec![index.to_string(), ended.status.word().to_owned()];
        cells.extend(stand_in.map(str::to_owned));
        cells.extend(keys.iter().map(|key| values.get(*key).map(show).unwrap_or_default()));
        cells.push(ended.value.map(number).unwrap_or_default());
        let one = ended.seeds.is_empty();
        cells.push(if one {
            ended.best_epoch.to_string()
        } else {
            String::new()
        });
        cells.push(ended.epochs.to_string());
        if seeds {
            cells.push(ended.seeds.len().max(1).to_string());
            cells.push(ended.deviation().map(number).unwrap_or_default());
        }
        let metric = |name: &&str| {
            runner_results::row::find(&ended.metrics, name)
                .map(number)
                .unwrap_or_default()
        };
        cells.extend(metrics.iter().map(metric));
        cells.push(
            ended
                .failure
                .as_deref()
                .and_then(|why| why.lines().next())
                .unwrap_or_default()
                .to_owned(),
        );
        cells.push(number(ended.seconds));
        written = written.and_then(|()| writer.write_record(cells));
    }
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}

/// As many digits as reading it back exactly needs.
fn number(x: f64) -> String {
    format!("{x:?}")
}

/// The best trials, the best first, as many columns as fit.
pub fn table(manifest: &Manifest, state: &State, width: Option<usize>) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let keys: Vec<&str> = manifest.sweep.space.keys().collect();
    let name = manifest.metric.name.as_str();
    let heads = ["trial", "status", name]
        .into_iter()
        .chain(keys.iter().copied())
        .chain(["epochs", "time"]);
    table.set_header(heads);
    let ranked = state.ranking(manifest.metric.goal);
    let failed = state.ended().filter(|(_, ended)| !ended.status.counts());
    let rows: Vec<_> = ranked.into_iter().chain(failed).collect();
    for (index, ended) in rows.iter().take(MOST_ROWS) {
        let values = &state.trials[*index].values;
        let mut cells = vec![
            index.to_string(),
            ended.status.word().to_owned(),
            ended
                .value
                .map_or_else(|| "-".to_owned(), |value| runner_metric::shown(name, value)),
        ];
        cells.extend(keys.iter().map(|key| {
            values
                .get(*key)
                .map(|value| runner_ground::text::clip(&show(value)))
                .unwrap_or_default()
        }));
        cells.push(ended.epochs.to_string());
        cells.push(format::seconds(ended.seconds));
        table.add_row(cells);
    }
    for column in [0, 2] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines = table.lines().map(|line| match width {
        Some(width) => line.trim_end().chars().take(width).collect::<String>(),
        None => line.trim_end().to_owned(),
    });
    let mut text = format!("\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    if let Some((_, ended)) = state.ended().find(|(_, ended)| !ended.seeds.is_empty()) {
        text += &format!(
            "{name}: the mean over {} seeds of the best of their epochs\n",
            ended.seeds.len()
        );
    }
    if rows.len() > MOST_ROWS {
        text += &format!("… and {} more in trials.csv\n", rows.len() - MOST_ROWS);
    }
    if let Some(stand_in) = &manifest.stand_in {
        text += &format!("stand-in data: {}\n", stand_in.sentence);
    }
    text
}

/// The best trial's recipe with its story: ready to run.
pub fn best_recipe(manifest: &Manifest, state: &State, index: usize, recipe: &str) -> String {
    let trial = &state.trials[index];
    let value = trial.ended.as_ref().and_then(|ended| ended.value);
    let value = value.map_or_else(
        || "-".to_owned(),
        |value| runner_metric::shown(&manifest.metric.name, value),
    );
    let ended = state.ended().count();
    let mut text = format!(
        "# The best of {ended} trials of the sweep {}: trial {index}, {} {value}.\n",
        manifest.name, manifest.metric.name
    );
    for (key, value) in &trial.values {
        text += &format!("#   {key}: {}\n", runner_ground::text::one_line(&show(value)));
    }
    text + recipe
}
