//! Rows without a target, encoded by what the training part has taught.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::super::column::Floats;
use super::super::schema::{DataInfo, FieldKind};
use super::super::settings::{suggest, with_defaults};
use super::super::table_column::{ColumnInfo, Encoding};
use super::learnt::write_place;
use super::options::{ColumnType, Missing, Options};
use super::reading::{Cell, Format, Reader, class_name};
use super::sheet::Sheet;
use super::{DEF, MAX_CELLS, wrong};
use runner_declare::{Chosen, Settings};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::clip as shown;
use runner_ground::text::{closest, format};

/// Cells that cannot be used, of which this many are named.
const NAMED: usize = 20;
/// Words that are named of those that the training did not have.
const WORDS: usize = 5;

/// Rows of a file, as features.
pub(crate) struct NewRows {
    pub rows: usize,
    pub input: Floats,
    /// Lines for the user, such as words that the training did not have.
    pub notes: Vec<String>,
}

/// Columns are found by their names; others, such as the target, are passed over. `chosen` is the dataset that the
/// training had, where it was a CSV file too; its settings, and how its file was written, hold for this one.
///
/// # Errors
/// With the file and the line: a column is missing; all cells that are empty where no rule fills them, or that are no
/// numbers, in one error.
pub(crate) fn new_rows(
    path: &Path,
    chosen: Option<&Chosen>,
    info: &DataInfo,
    columns: &[ColumnInfo],
) -> Result<NewRows> {
    let options = Options::of(&chosen.cloned().unwrap_or_else(plain))?;
    let sheet = match info.dialect.filter(|_| options.by_value()) {
        Some(known) => Sheet::open_like(path, &options, &known, 1)?,
        None => Sheet::open_by_names(path, &options, columns)?,
    };
    let places = places(&sheet, columns, info)?;
    let reader = options.reader();
    let target = place_of_target(&sheet, info);
    let mut columns: Vec<New> = columns
        .iter()
        .zip(places)
        .map(|(column, place)| New::of(column, place, &options))
        .collect();
    let mut values = Vec::new();
    let mut rows = 0;
    let mut wrong_cells = Vec::new();
    let mut count = 0usize;
    sheet.records(&mut |_, line, row| {
        if let Some(place) = target.filter(|_| rows == 0) {
            check_target(row.cell(place), place, info, &reader).map_err(|what| {
                let help = "write all columns in the training's order, with the target or without it";
                wrong(&sheet.file, line, what).help(help)
            })?;
        }
        for column in &mut columns {
            if let Err(what) = column.push(row.cell(column.place), &reader, &mut values) {
                count += 1;
                if wrong_cells.len() < NAMED {
                    wrong_cells.push((line, what));
                }
            }
        }
        rows += 1;
        if values.len() > MAX_CELLS {
            let what = format!("more than the {MAX_CELLS} cells that are read");
            return Err(wrong(&sheet.file, line, what));
        }
        Ok(())
    })?;
    refuse(&sheet.file, wrong_cells, count)?;
    let notes = columns.iter().filter_map(|column| column.note(rows)).collect();
    Ok(NewRows {
        rows,
        input: reader.floats(info.width(), values),
        notes,
    })
}

/// One error for all cells that cannot be used.
fn refuse(file: &str, cells: Vec<(u64, Unusable)>, count: usize) -> Result<()> {
    let Some((line, first)) = cells.first() else {
        return Ok(());
    };
    let gap = cells.iter().any(|(_, cell)| cell.gap);
    let help = match gap {
        true => {
            "fill the cells; or train with a rule that does: 'missing: {numbers: median, words: most_frequent}' in 'dataset'"
        }
        false => "write numbers, or leave the cells empty where the training had a rule for missing ones",
    };
    if count == 1 {
        return Err(wrong(file, *line, &first.what).help(help));
    }
    let more = if count > cells.len() { "\n    …" } else { "" };
    let lines: Vec<String> = cells
        .iter()
        .map(|(line, cell)| format!("    {file}:{line}: {}", cell.what))
        .collect();
    let message = format!("{file}: {count} cells cannot be used:\n{}{more}", lines.join("\n"));
    Err(Error::new(Kind::Data, message).help(help))
}

/// The settings of a file of which nothing is said.
fn plain() -> Chosen {
    let path = Settings::from_iter([("path".to_owned(), "".into())]);
    with_defaults(DEF.section.name, DEF.section.fields, path)
}

pub(super) fn name_of(column: &ColumnInfo) -> &str {
    match column {
        ColumnInfo::Number { name, .. } | ColumnInfo::Category { name, .. } => name,
    }
}

/// Where the columns are. Columns without names are counted: a file that lacks the target alone has the others in their
/// order.
fn places(sheet: &Sheet, columns: &[ColumnInfo], info: &DataInfo) -> Result<Vec<usize>> {
    let target = info
        .targets
        .first()
        .and_then(|target| target.name.parse::<usize>().ok());
    let known: Vec<&str> = sheet.names.iter().map(String::as_str).collect();
    let mut shift = None;
    if let (Some(target), Some(all), false) = (target, columns_of(info), sheet.header) {
        let found = sheet.names.len();
        if found != all && found + 1 != all {
            let what = format!(
                "{found} columns, but the training's file had {all}, or {} without the target",
                all - 1
            );
            let help = "columns without names are counted: write all of them, in the same order";
            return Err(wrong(&sheet.file, 1, what).help(help));
        }
        shift = (found + 1 == all).then_some(target);
    }
    let place = |column: &ColumnInfo| {
        let name = name_of(column);
        let counted = name.parse::<usize>().ok().zip(shift);
        if let Some((place, _)) = counted.filter(|(place, target)| place > target) {
            return Ok(place - 1);
        }
        sheet.names.iter().position(|other| other == name).ok_or_else(|| {
            let what = format!("there is no column '{}', which the training had", shown(name));
            let help = match (sheet.names.len(), closest(name, &known)) {
                (1, _) if columns.len() > 1 => format!(
                    "the file must be written as the training's was, with {} between its cells",
                    sheet.dialect.told()
                ),
                (_, Some(near)) => format!("rename '{}', if that is it", shown(near)),
                (_, None) => format!("{}; the first line must name the columns", suggest(name, &known)),
            };
            wrong(&sheet.file, 1, what).help(help)
        })
    };
    columns.iter().map(place).collect()
}

/// How many columns the training's file had, where that is known.
fn columns_of(info: &DataInfo) -> Option<usize> {
    info.dialect.and_then(|dialect| dialect.columns)
}

/// The place of the target, where columns are counted and the file has all of them.
fn place_of_target(sheet: &Sheet, info: &DataInfo) -> Option<usize> {
    let place = info.targets.first()?.name.parse().ok()?;
    let all = !sheet.header && columns_of(info) == Some(sheet.names.len());
    all.then_some(place)
}

/// Refuses what no target can be, where the target's column was: columns stand somewhere else then.
fn check_target(cell: &str, place: usize, info: &DataInfo, reader: &Reader) -> std::result::Result<(), String> {
    let fits = match info.target() {
        Some(FieldKind::Class(classes)) => classes.iter().any(|class| *class == class_name(cell)),
        _ => matches!(reader.read(cell, &Format::PLAIN), Cell::Number(_)),
    };
    if fits || reader.missing(cell) {
        return Ok(());
    }
    Err(format!(
        "column {place} has '{}', where the training's file had the target: columns without names are counted",
        shown(cell)
    ))
}

/// Why a cell cannot be used.
struct Unusable {
    what: String,
    gap: bool,
}

/// A column of the new file.
struct New<'a> {
    column: &'a ColumnInfo,
    place: usize,
    format: Format,
    single: bool,
    /// The place of each category.
    places: HashMap<&'a str, u32>,
    /// Whether a gap may be no category at all.
    zero: bool,
    /// Words that the training did not have, with their number.
    unseen: BTreeMap<String, usize>,
}

impl<'a> New<'a> {
    fn of(column: &'a ColumnInfo, place: usize, options: &Options) -> Self {
        let name = name_of(column);
        let places = match column {
            ColumnInfo::Category { categories, .. } => categories.iter().map(String::as_str).zip(0..).collect(),
            ColumnInfo::Number { .. } => HashMap::new(),
        };
        Self {
            column,
            place,
            format: options.format(name),
            single: !options.by_value(),
            places,
            zero: options.missing(name, ColumnType::Category) == Missing::Zero,
            unseen: BTreeMap::new(),
        }
    }

    fn push(&mut self, cell: &str, reader: &Reader, out: &mut Vec<f64>) -> std::result::Result<(), Unusable> {
        let found = reader.read(cell, &self.format);
        let gap = |name: &str| Unusable {
            what: format!("column '{}' is missing", shown(name)),
            gap: true,
        };
        match (self.column, found) {
            (ColumnInfo::Number { name, fill }, Cell::Missing) => {
                let fill = fill.ok_or_else(|| gap(name))?.get();
                out.push(if self.single { f64::from(fill as f32) } else { fill });
            }
            (ColumnInfo::Number { .. }, Cell::Number(x)) => out.push(x),
            (ColumnInfo::Number { name, .. }, Cell::Word) => {
                return Err(Unusable {
                    what: format!("'{}' in column '{}' is not a number", shown(cell), shown(name)),
                    gap: false,
                });
            }
            (
                ColumnInfo::Category {
                    name,
                    encoding,
                    categories,
                    fill,
                },
                found,
            ) => {
                let missing = found == Cell::Missing;
                if missing && fill.is_none() && !self.zero {
                    return Err(gap(name));
                }
                let own = reader.category(cell);
                let word = if missing { fill.as_deref() } else { Some(own.as_ref()) };
                let place = word.and_then(|word| self.places.get(word).copied());
                if !missing && place.is_none() && (self.unseen.len() < 1000 || self.unseen.contains_key(own.as_ref())) {
                    *self.unseen.entry(own.into_owned()).or_default() += 1;
                }
                let one_hot = *encoding == Encoding::OneHot;
                let first = out.len();
                out.resize(first + if one_hot { categories.len() } else { 1 }, 0.0);
                write_place(place, one_hot, &mut out[first..]);
            }
        }
        Ok(())
    }

    /// Words that the training did not have.
    fn note(&self, rows: usize) -> Option<String> {
        let ColumnInfo::Category { name, encoding, .. } = self.column else {
            return None;
        };
        let cells: usize = self.unseen.values().sum();
        let mut words: Vec<(&String, &usize)> = self.unseen.iter().collect();
        words.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let named: Vec<String> = words.iter().take(WORDS).map(|(word, _)| self.named(word)).collect();
        let more = if words.len() > WORDS { ", …" } else { "" };
        let code = if *encoding == Encoding::OneHot {
            "as none of its categories"
        } else {
            "as -1"
        };
        (cells > 0).then(|| {
            format!(
                "column '{}': {} of {} rows have words that the training did not have, read {code}: {}{more}",
                shown(name),
                format::count(cells as u64),
                format::count(rows as u64),
                named.join(", ")
            )
        })
    }

    /// A word, with the one that was perhaps meant.
    fn named(&self, word: &str) -> String {
        let like = self
            .places
            .keys()
            .find(|known| known.to_lowercase() == word.to_lowercase());
        match like {
            Some(like) => format!("'{}' (the training had '{}')", shown(word), shown(like)),
            None => format!("'{}'", shown(word)),
        }
    }
}
