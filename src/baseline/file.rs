//! A baseline's file: JSON with a row of metrics a line, always in the same order, so that a difference of two
//! versions reads as what changed.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Tolerance;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::read_capped;
use runner_results::Record;
use runner_results::row::Row;

/// A larger file is no baseline.
const CAP: u64 = 64 << 20;
const FORMAT: u32 = 1;
/// Stands for a figure that an epoch does not have.
const ABSENT: &str = "-";

/// The figures of a run, and what it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The recipe's file, from the folder of the baseline.
    pub recipe: String,
    /// What the command line set over the recipe, as `key=value`.
    pub set: Vec<String>,
    /// What the run was made from.
    pub made_of: MadeOf,
    /// How far figures may move where program or machine are others.
    pub tolerance: Tolerance,
    /// An epoch each; without times.
    pub rows: Vec<Row>,
    /// Metrics on the test part.
    pub test: Vec<(String, f64)>,
}

/// What a training was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeOf {
    /// SHA-256 of the resolved recipe.
    pub recipe_digest: String,
    /// The name of the data.
    pub data: String,
    /// The name of what stood in for it.
    pub stand_in: Option<String>,
    /// SHA-256 of the samples and their division.
    pub data_digest: String,
    /// The program.
    pub program: Program,
    /// The machine.
    pub machine: System,
}

/// The program that trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Version of runner.
    pub runner: String,
    /// What it was built from.
    pub build: String,
    /// The compiler.
    pub rustc: String,
    /// SHA-256 that names the compiled network.
    pub digest: String,
}

/// The machine, without its name: that is nothing for version control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Such as `linux x86_64`.
    pub system: String,
    /// The processor's name, if known.
    pub cpu: Option<String>,
}

impl MadeOf {
    /// That of a run that has been trained.
    pub fn of(record: &Record) -> Self {
        Self {
            recipe_digest: record.recipe_digest.clone(),
            data: record.data.name.clone(),
            stand_in: record.data.stand_in.as_ref().map(|stand_in| stand_in.name.clone()),
            data_digest: record.data_digest.clone().unwrap_or_default(),
            program: Program {
                runner: record.runner.clone(),
                build: record.build.clone(),
                rustc: record.rustc.clone(),
                digest: record.program_digest.clone(),
            },
            machine: System {
                system: record.machine.system.clone(),
                cpu: record.machine.cpu.clone(),
            },
        }
    }
}

/// The file as JSON has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    recipe: String,
    set: Vec<String>,
    made_of: MadeOf,
    tolerance: Tolerance,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    #[serde(with = "runner_results::row::named")]
    test: Vec<(String, f64)>,
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Kind::Run`], when it is missing or not what [`Baseline::to_text`] writes.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = read_capped(path, CAP)?;
        let wrong = |what: &dyn std::fmt::Display| {
            let error = Error::new(Kind::Run, format!("{}: no baseline: {what}", path.display()));
            error.help("`runner baseline save RUN` writes a new one")
        };
        let raw: Raw = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
        if raw.format != FORMAT {
            let message = format!("it has the format {}, this version reads {FORMAT}", raw.format);
            return Err(wrong(&message));
        }
        if raw.columns.get(..3) != Some(&["epoch", "step", "lr"].map(str::to_owned)) {
            return Err(wrong(&"its columns do not begin with epoch, step, lr"));
        }
        let rows = raw.rows.iter().enumerate().map(|(index, cells)| {
            row(&raw.columns, cells).ok_or_else(|| wrong(&format!("row {} does not fit the columns", index + 1)))
        });
        Ok(Self {
            rows: rows.collect::<Result<_>>()?,
            recipe: raw.recipe,
            set: raw.set,
            made_of: raw.made_of,
            tolerance: raw.tolerance,
            test: raw.test,
        })
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut columns: Vec<&str> = Vec::new();
        for (name, _) in self.rows.iter().flat_map(|row| &row.metrics) {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        let rows = self.rows.iter().map(|row| {
            let metrics = columns
                .iter()
                .map(|name| row.metric(name).map_or(json!(ABSENT), number));
            let cells: Vec<Value> = [json!(row.epoch), json!(row.step), row.lr.map_or(json!(ABSENT), number)]
                .into_iter()
                .chain(metrics)
                .collect();
            format!("\n    {}", Value::from(cells))
        });
        let rows = rows.collect::<Vec<_>>().join(",");
        let test = self.test.iter().map(|(name, value)| json!([name, number(*value)]));
        let columns: Vec<&str> = ["epoch", "step", "lr"].into_iter().chain(columns).collect();
        let made_of = json!(self.made_of);
        let made_of = serde_json::to_string_pretty(&made_of)
            .unwrap_or_default()
            .replace('\n', "\n  ");
        let fields = [
            ("format", json!(FORMAT).to_string()),
            ("recipe", json!(self.recipe).to_string()),
            ("set", json!(self.set).to_string()),
            ("made_of", made_of),
            ("tolerance", json!(self.tolerance).to_string()),
            ("columns", json!(columns).to_string()),
            ("rows", format!("[{rows}\n  ]")),
            ("test", Value::from(test.collect::<Vec<_>>()).to_string()),
        ];
        let lines: Vec<String> = fields
            .iter()
            .map(|(key, value)| format!("  \"{key}\": {value}"))
            .collect();
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }
}

/// JSON has neither NaN nor infinity.
fn number(x: f64) -> Value {
    match x {
        f64::INFINITY => json!("inf"),
        f64::NEG_INFINITY => json!("-inf"),
        x => json!(x),
    }
}

fn row(columns: &[String], cells: &[Value]) -> Option<Row> {
    let value = |cell: &Value| match cell {
        Value::Null => Some(f64::NAN),
        Value::String(text) if text == "inf" => Some(f64::INFINITY),
        Value::String(text) if text == "-inf" => Some(f64::NEG_INFINITY),
        other => other.as_f64(),
    };
    let [epoch, step, lr, metrics @ ..] = cells else {
        return None;
    };
    let names = columns.get(3..)?;
    if names.len() != metrics.len() {
        return None;
    }
    let there = names.iter().zip(metrics).filter(|(_, cell)| *cell != ABSENT);
    Some(Row {
        epoch: epoch.as_u64()?,
        step: step.as_u64()?,
        lr: match lr {
            absent if *absent == ABSENT => None,
            lr => Some(value(lr)?),
        },
        metrics: there
            .map(|(name, cell)| Some((name.clone(), value(cell)?)))
            .collect::<Option<_>>()?,
        seconds: 0.0,
        samples_per_second: 0.0,
    })
}

#[cfg(test)]
pub(super) mod tests;
