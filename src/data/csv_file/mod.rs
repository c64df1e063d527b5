//! Tables in CSV files: what a file holds is inferred and said; what to do about gaps and words is
//! declared in the recipe, never guessed. Statistics and lists of categories come from the training
//! part alone.

mod column_fields;
mod column_options;
mod dialect;
mod encode;
mod fields;
mod fill;
mod header;
mod learnt;
mod lines;
mod looks;
mod new_rows;
mod options;
mod plan;
mod profile;
mod questions;
mod reading;
mod scales;
mod shared;
mod sheet;
mod table;
mod target;

pub(super) use dialect::{Dialect, names, text as read_text};
pub(super) use fields::COLUMN;
pub(super) use lines::Lines;
pub(super) use new_rows::{NewRows, new_rows};
pub(super) use options::place;
pub use shared::{SharedTables, VARIABLE as SHARED_TABLES};
pub(super) use target::sorted;

use encode::Encoder;
use options::{Missing, Options};
use plan::Plan;
use sheet::Sheet;
use table::Table;
use target::{Target, Targets};

use std::path::{Path, PathBuf};

use super::assemble::{self, Parts};
use super::dataset::Part;
use super::schema::FieldKind;
use super::settings::Splits;
use super::{DataContext, Dataset, DatasetDef, Origin};
use runner_declare::{Chosen, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;

/// The largest file that is read: it is held in memory while it is parsed.
pub const MAX_FILE_BYTES: u64 = 1 << 30;
/// The most columns of a file.
pub const MAX_COLUMNS: usize = 1 << 16;
/// The longest name of a column, category or class.
pub const MAX_NAME_BYTES: usize = 1024;
/// The most bytes of the names of all features and categories. They are kept twice, in JSON, by every run and in
/// the header of its weights, which has a cap of its own.
pub const MAX_NAMES_BYTES: usize = 1 << 22;
/// The most distinct words of a category column, and the most classes.
pub const MAX_CATEGORIES: usize = 10_000;
/// The most numbers after encoding (rows × features): 1 GB.
pub const MAX_CELLS: usize = 250_000_000;

/// The dataset `csv`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "csv",
        doc: "A table from a CSV file: numbers and categories are inferred, gaps and categories handled by declared rules.",
        fields: fields::FIELDS,
        shorthand: Some("path"),
    },
    origin: Origin::File,
    describe: |chosen, context| load(chosen, context).map(|dataset| dataset.info),
    load,
    new_inputs: super::inputs::rows,
};

/// A file, read: its cells, its targets, and the rows that are used.
struct Read {
    table: Table,
    kept: Vec<u32>,
    targets: Targets,
}

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let (options, splits) = (Options::of(chosen)?, Splits::of(chosen)?);
    let path = context.resolve(&options.path);
    let (sheet, plan, mut table) = main_file(&path, chosen, &options)?;
    let mut before = vec![path];
    let mut extra = |path: &Option<String>| -> Result<Option<Read>> {
        let Some(path) = path else { return Ok(None) };
        let path = context.resolve(path);
        let after: Vec<&Path> = before.iter().map(PathBuf::as_path).collect();
        let place = shared::Place::of(&path, chosen, &after);
        let (other, mut read) = match place.as_ref().and_then(|place| place.take(&path)) {
            Some(found) => found,
            None => {
                let other = match options.by_value() {
                    true => Sheet::open_like(&path, &options, &sheet.written(), 2)?,
                    false => Sheet::open(&path, &options, 2)?,
                };
                let other = other.arranged_like(&sheet, plan.places(), plan.target.place)?;
                let read = plan.read_other(&other, &mut table)?;
                if let Some(place) = &place {
                    place.leave(&other, &read);
                }
                (other, read)
            }
        };
        plan.give_back(&mut read, &mut table);
        before.push(path);
        held_out_file(&plan, &other, read).map(Some)
    };
    let (validation, test) = (extra(&options.validation_path)?, extra(&options.test_path)?);
    let kept = plan::kept(&table, &plan.dropping);
    let mut notes = plan.notes(&sheet, &table, table.rows - kept.len());
    let main = Read {
        targets: plan.target.read(&table, &kept, &sheet)?,
        table,
        kept,
    };
    let mut info = assemble::info("csv", FieldKind::numbers(Vec::new()), plan.target.info());
    info.dialect = options.by_value().then(|| sheet.written());
    drop(sheet);
    let share = |file: &Option<Read>, share: f64| if file.is_some() { 0.0 } else { share };
    let shares = [
        share(&validation, splits.validation_split),
        share(&test, splits.test_split),
    ];
    let [train_rows, validation_rows, test_rows] =
        assemble::divide(main.kept.len(), main.targets.classes(), shares, context.seed);
    let encoder = Encoder::fit(&plan, &main.table, &main.of_file(&train_rows), splits.normalize)?;
    let files: Vec<(&Table, &[u32])> = [Some(&main), validation.as_ref(), test.as_ref()]
        .into_iter()
        .flatten()
        .map(|read| (&read.table, read.kept.as_slice()))
        .collect();
    notes.extend(encoder.notes(&files, plan.reader.by_value()));
    info.inputs[0].kind = FieldKind::numbers(encoder.names()?);
    info.targets[0].name.clone_from(&plan.target.name);
    info.columns = encoder.columns();
    let held_out = |rows: Vec<u32>, own: Option<Read>| match own {
        Some(read) => part(&encoder, &plan, &read, &(0..read.kept.len() as u32).collect::<Vec<_>>()).map(Some),
        None if rows.is_empty() => Ok(None),
        None => part(&encoder, &plan, &main, &rows).map(Some),
    };
    let parts = Parts {
        train: part(&encoder, &plan, &main, &train_rows)?,
        validation: held_out(validation_rows, validation)?,
        test: held_out(test_rows, test)?,
    };
    info.notes = notes;
    assemble::finish_scaled(info, parts, &splits, &encoder.scales())
}

/// The main file: read, or found where another process of the command has left it.
fn main_file(path: &Path, chosen: &Chosen, options: &Options) -> Result<(Sheet, Plan, Table)> {
    let place = shared::Place::of(path, chosen, &[]);
    if let Some((sheet, table)) = place.as_ref().and_then(|place| place.take(path)) {
        let (plan, table) = Plan::of(&sheet, options, Some(table))?;
        return Ok((sheet, plan, table));
    }
    let sheet = Sheet::open(path, options, 2)?;
    let (plan, table) = Plan::of(&sheet, options, None)?;
    if let Some(place) = &place {
        place.leave(&sheet, &table);
    }
    Ok((sheet, plan, table))
}

impl Read {
    /// Where these of the rows that are used stand in the file.
    fn of_file(&self, rows: &[u32]) -> Vec<u32> {
        rows.iter().map(|&row| self.kept[row as usize]).collect()
    }
}

/// A held-out file, whose cells must be what the main file's are.
fn held_out_file(plan: &Plan, sheet: &Sheet, table: Table) -> Result<Read> {
    let kept = plan::kept(&table, &plan.dropping);
    if kept.is_empty() {
        let message = format!("{}: every row has a missing cell and is left out", sheet.file);
        return Err(Error::new(Kind::Data, message).help("fill cells instead, as 'missing' in 'dataset' says"));
    }
    for column in &plan.columns {
        let (read, name) = (&table.columns[column.place], shown(&column.name));
        if let Some((line, word)) = read
            .profile
            .first_word
            .as_ref()
            .filter(|_| column.kind == options::ColumnType::Number)
        {
            let what = format!("'{}' in column '{name}' is not a number", shown(word));
            let help = "the column holds numbers in the training file; fix the cell, or add it to 'missing_markers'";
            return Err(wrong(&sheet.file, *line, what).help(help));
        }
        let gap = |row: &&u32| table.missing(column.place, **row as usize);
        if column.missing == Missing::Error
            && let Some(&row) = kept.iter().find(gap)
        {
            let help = format!("write 'columns: {{{name}: {{missing: …}}}}' with a rule");
            return Err(wrong(&sheet.file, sheet.line_of(row), format!("column '{name}' is missing")).help(help));
        }
    }
    Ok(Read {
        targets: plan.target.read(&table, &kept, sheet)?,
        table,
        kept,
    })
}

/// The samples of these of the rows that are used.
fn part(encoder: &Encoder, plan: &Plan, read: &Read, rows: &[u32]) -> Result<Part> {
    let records = read.of_file(rows);
    let features = encoder.encode(&read.table, &records)?;
    let input = plan.reader.floats(encoder.width(), features);
    Ok(Part {
        inputs: vec![Box::new(input)],
        targets: vec![Target::column(&read.targets, rows, &plan.reader)],
        rows: records,
        names: Vec::new(),
    })
}

/// A mistake at a line of a file.
pub(super) fn wrong(file: &str, line: u64, what: impl std::fmt::Display) -> Error {
    Error::new(Kind::Data, format!("{file}:{line}: {what}"))
}

#[cfg(test)]
mod tests;
