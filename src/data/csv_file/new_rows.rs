//! Rows without a target, encoded by what the training part has taught.

use std::collections::HashMap;
use std::path::Path;

use super::super::settings::suggest;
use super::super::table_column::{ColumnInfo, Encoding};
use super::options::{Missing, Options};
use super::profile::{Markers, number, shown};
use super::sheet::Sheet;
use super::{DEF, MAX_CELLS, wrong};
use runner_declare::{Chosen, Settings};
use runner_ground::error::Result;

/// The number of rows, and their features. Columns are found by their names; others, such as the target, are passed
/// over. `chosen` is the dataset that the training had, where it was a CSV file too.
///
/// # Errors
/// With the file and the line: a column is missing, a cell is empty and no rule fills it, or is no number.
pub(crate) fn new_rows(path: &Path, chosen: Option<&Chosen>, columns: &[ColumnInfo]) -> Result<(usize, Vec<f32>)> {
    let options = match chosen {
        Some(chosen) => Options::of(chosen)?,
        None => Options::of(&plain())?,
    };
    let markers = Markers::of(&options);
    // Columns without a name are called by their place.
    let named = columns.iter().any(|column| name_of(column).parse::<usize>().is_err());
    let sheet = Sheet::open_with(path, &options, Some(named), 1)?;
    let columns: Vec<New> = columns
        .iter()
        .map(|column| New::of(column, &sheet, &options))
        .collect::<Result<_>>()?;
    let mut values = Vec::new();
    let mut rows = 0;
    sheet.records(&mut |_, line, row| {
        for column in &columns {
            column.push(row.cell(column.place), &markers, &sheet.file, line, &mut values)?;
        }
        rows += 1;
        if values.len() > MAX_CELLS {
            return Err(wrong(
                &sheet.file,
                line,
                format!("more than the {MAX_CELLS} cells that are read"),
            ));
        }
        Ok(())
    })?;
    Ok((rows, values))
}

/// The settings of a file of which nothing is said.
fn plain() -> Chosen {
    let mut settings = Settings::from_iter([("path".to_owned(), "".into())]);
    for field in DEF.section.fields {
        if let Some(text) = field.presence.default()
            && let Ok(value) = serde_json::from_str(text)
        {
            settings.insert(field.key.to_owned(), value);
        }
    }
    Chosen {
        name: DEF.section.name.to_owned(),
        settings,
    }
}

fn name_of(column: &ColumnInfo) -> &str {
    match column {
        ColumnInfo::Number { name, .. } | ColumnInfo::Category { name, .. } => name,
    }
}

/// A column of the new file.
struct New<'a> {
    column: &'a ColumnInfo,
    place: usize,
    /// The place of each category.
    places: HashMap<&'a str, usize>,
    /// Whether a gap may be no category at all.
    zero: bool,
}

impl<'a> New<'a> {
    fn of(column: &'a ColumnInfo, sheet: &Sheet, options: &Options) -> Result<Self> {
        let name = name_of(column);
        let place = sheet.names.iter().position(|other| other == name);
        let place = place.ok_or_else(|| {
            let known: Vec<&str> = sheet.names.iter().map(String::as_str).collect();
            let what = format!("there is no column '{}', which the training had", shown(name));
            wrong(&sheet.file, 1, what).help(suggest(name, &known))
        })?;
        let places = match column {
            ColumnInfo::Category { categories, .. } => categories.iter().map(String::as_str).zip(0..).collect(),
            ColumnInfo::Number { .. } => HashMap::new(),
        };
        Ok(Self {
            column,
            place,
            places,
            zero: options.missing(name) == Missing::Zero,
        })
    }

    fn push(&self, cell: &str, markers: &Markers, file: &str, line: u64, out: &mut Vec<f32>) -> Result<()> {
        let missing = markers.missing(cell);
        let gap = || {
            let what = format!("column '{}' is missing", shown(name_of(self.column)));
            wrong(file, line, what).help("fill the cell: the training had no rule that does")
        };
        match self.column {
            ColumnInfo::Number { fill, .. } if missing => out.push(fill.ok_or_else(gap)?),
            ColumnInfo::Number { name, .. } => out.push(number(cell).ok_or_else(|| {
                let what = format!("'{}' in column '{}' is not a number", shown(cell), shown(name));
                wrong(file, line, what)
            })?),
            ColumnInfo::Category {
                encoding,
                categories,
                fill,
                ..
            } => {
                if missing && fill.is_none() && !self.zero {
                    return Err(gap());
                }
                let word = if missing { fill.as_deref() } else { Some(cell) };
                let place = word.and_then(|word| self.places.get(word).copied());
                match encoding {
                    Encoding::OneHot => {
                        out.extend((0..categories.len()).map(|i| if Some(i) == place { 1.0 } else { 0.0 }));
                    }
                    Encoding::Ordinal => out.push(place.map_or(-1.0, |place| place as f32)),
                }
            }
        }
        Ok(())
    }
}
