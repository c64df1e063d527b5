//! Tables in CSV files: what a file holds is inferred and said; what to do about gaps and words is
//! declared in the recipe, never guessed. Statistics and lists of categories come from the training
//! part alone.

mod cells;
mod dialect;
mod encode;
mod fields;
mod learnt;
mod lines;
mod new_rows;
mod options;
mod plan;
mod profile;
mod sheet;
mod target;

pub(super) use dialect::{names, text as read_text};
pub(super) use fields::COLUMN;
pub(super) use lines::Lines;
pub(super) use new_rows::new_rows;
pub(super) use options::place;
pub(super) use target::sorted;

use cells::{Cells, Dictionaries};
use encode::Encoder;
use options::Options;
use plan::Plan;
use sheet::Sheet;

use super::assemble::{self, Parts};
use super::column::Floats;
use super::dataset::Part;
use super::schema::FieldKind;
use super::settings::Splits;
use super::{DataContext, Dataset, DatasetDef, Origin};
use runner_declare::{Chosen, Section};
use runner_ground::error::{Error, Kind, Result};

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

fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let (options, splits) = (Options::of(chosen)?, Splits::of(chosen)?);
    let sheet = Sheet::open(&context.resolve(&options.path), &options)?;
    let plan = Plan::of(&sheet, &options)?;
    let mut dictionaries = Dictionaries::of(&plan);
    let main = Cells::read(&sheet, &plan, &mut dictionaries)?;
    let mut extra = |path: &Option<String>| -> Result<Option<Cells>> {
        let Some(path) = path else { return Ok(None) };
        let other = Sheet::open(&context.resolve(path), &options)?;
        Cells::read(&other.arranged_like(&sheet, &plan)?, &plan, &mut dictionaries).map(Some)
    };
    let (validation, test) = (extra(&options.validation_path)?, extra(&options.test_path)?);
    let mut notes = plan.notes(&sheet, &main);
    drop(sheet);
    let share = |file: &Option<Cells>, share: f64| if file.is_some() { 0.0 } else { share };
    let shares = [
        share(&validation, splits.validation_split),
        share(&test, splits.test_split),
    ];
    let [train_rows, validation_rows, test_rows] = assemble::divide(main.len(), main.classes(), shares, context.seed);
    let encoder = Encoder::fit(&plan, &dictionaries, &main, &train_rows)?;
    let files = [Some(&main), validation.as_ref(), test.as_ref()];
    notes.extend(encoder.notes(files));
    notes.extend(encoder.unseen_notes(&plan, files));
    let mut info = assemble::info("csv", FieldKind::numbers(encoder.names()?), plan.target.info());
    info.targets[0].name.clone_from(&plan.target.name);
    info.columns = encoder.columns();
    let parts = Parts {
        train: part(&encoder, &plan, &main, &train_rows)?,
        validation: held_out(&encoder, &plan, &main, validation_rows, validation)?,
        test: held_out(&encoder, &plan, &main, test_rows, test)?,
    };
    info.notes = notes;
    assemble::finish(info, parts, &splits)
}

/// A held-out part: from a file of its own, or these rows of the main file.
fn held_out(encoder: &Encoder, plan: &Plan, main: &Cells, rows: Vec<u32>, own: Option<Cells>) -> Result<Option<Part>> {
    match own {
        Some(cells) => part(encoder, plan, &cells, &(0..cells.len() as u32).collect::<Vec<_>>()).map(Some),
        None if rows.is_empty() => Ok(None),
        None => part(encoder, plan, main, &rows).map(Some),
    }
}

fn part(encoder: &Encoder, plan: &Plan, cells: &Cells, rows: &[u32]) -> Result<Part> {
    let records = rows
        .iter()
        .filter_map(|&row| cells.records.get(row as usize).copied())
        .collect();
    let input = Floats::of(encoder.width(), &encoder.encode(cells, rows)?);
    Ok(Part {
        inputs: vec![Box::new(input)],
        targets: vec![plan.target.column(cells, rows)],
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
