//! `runner check RECIPE…`: says all that is wrong, or shows what each network or model is. Starts and compiles nothing.

use std::fmt::Write;
use std::path::Path;

use comfy_table::{CellAlignment, Table};

use super::args::CheckArgs;
use super::output;
use runner_experiment as experiment;
use runner_experiment::Checked;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_nn::def::show_shape;
use runner_results::NetworkRecord;

/// Checks recipes: a layer table for each good one, all errors of each bad one; both as JSON if asked for.
///
/// # Errors
/// When one of them is wrong: the error says how many.
pub fn run(args: &CheckArgs) -> Result<()> {
    let mut failures: Vec<Error> = Vec::new();
    let mut records = Vec::new();
    for path in &args.recipes {
        match experiment(path, args) {
            Ok(experiment) if args.json => records.push(json(path, &experiment)),
            Ok(experiment) => output::print(&describe(path, &experiment))?,
            Err(error) => {
                if args.json {
                    records.push(serde_json::json!({"recipe": path, "errors": error.located()}));
                } else {
                    output::error(&error);
                }
                failures.push(error);
            }
        }
    }
    if args.json {
        output::print_json(&records)?;
    }
    conclude(&failures, args.recipes.len())
}

fn conclude(failures: &[Error], recipes: usize) -> Result<()> {
    let Some(first) = failures.first() else { return Ok(()) };
    // One kind for all where they agree, else the recipe's.
    let same = failures.iter().all(|error| error.kind() == first.kind());
    let kind = if same { first.kind() } else { Kind::Recipe };
    Err(Error::new(
        kind,
        format!("{} of {recipes} recipes cannot run", failures.len()),
    ))
}

fn experiment(path: &Path, args: &CheckArgs) -> Result<Checked> {
    let source = args.data.as_it_is();
    let recipe = experiment::load(path, &args.set.set, &source)?;
    let context = source.context(&recipe);
    Checked::new(recipe, &context)
}

fn json(path: &Path, experiment: &Checked) -> serde_json::Value {
    serde_json::json!({
        "recipe": path,
        "task": experiment.recipe.task.name,
        "data": experiment.info,
        "metrics": experiment.plan.metrics,
        "warnings": experiment.warnings(),
        "network": experiment.network_record(),
        "model": experiment.recipe.chosen("model"),
    })
}

fn describe(path: &Path, experiment: &Checked) -> String {
    let (info, record) = (&experiment.info, experiment.network_record());
    let [train, validation, test] = info.rows.map(|rows| format::count(rows as u64));
    let mut text = format!("{}: {} on {}\n", path.display(), experiment.recipe.task.name, info.name);
    // Writing to a String does not fail.
    let _ = writeln!(
        text,
        "  samples     {train} train, {validation} validation, {test} test"
    );
    let _ = writeln!(text, "  input       {}", show_shape(&info.shape()));
    for note in info.notes.iter().chain(&experiment.plan.notes) {
        let _ = writeln!(
            text,
            "{}",
            output::wrap(&format!("  note        {note}"), 14, output::width())
        );
    }
    for warning in experiment.warning_lines() {
        let warning = format!("  warning     {warning}");
        let _ = writeln!(text, "{}", output::wrap(&warning, 14, output::width()));
    }
    if let Some(model) = &experiment.plan.model {
        let _ = writeln!(text, "  model       {}", model.name);
        let _ = writeln!(
            text,
            "  memory      {} for the fit, without the data\n",
            format::bytes(model.memory)
        );
        return text;
    }
    for line in layer_table(&record).lines() {
        let _ = writeln!(text, "  {line}");
    }
    let batch = experiment.recipe.trainer.batch_size;
    let _ = writeln!(text, "  parameters  {}", format::count(record.parameters));
    let _ = writeln!(
        text,
        "  FLOPs       {} a sample forward; {} a training step",
        format::short_count(record.flops),
        format::short_count(3 * record.flops * batch as u64)
    );
    let _ = writeln!(
        text,
        "  memory      {} while training, without the data\n",
        format::bytes(record.memory)
    );
    text
}

/// The layers as a table for terminals.
pub fn layer_table(record: &NetworkRecord) -> Table {
    let mut table = Table::new();
    table
        .load_style(output::NO_LINES)
        .set_header(["layer", "output", "parameters", "FLOPs"]);
    for layer in &record.layers {
        table.add_row([
            layer.name.clone(),
            layer.output.clone(),
            format::count(layer.parameters),
            format::count(layer.flops),
        ]);
    }
    for column in [2, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
