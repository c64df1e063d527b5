//! New inputs for a trained network, read as its dataset reads them.

use std::path::Path;

use super::column::{Bytes, Column, Ids};
use super::csv_file;
use super::dataset::Part;
use super::find;
use super::image_folder;
use super::schema::{DataInfo, FieldKind};
use super::table_column::ColumnInfo;
use runner_declare::Chosen;
use runner_ground::error::{Error, Kind, Result};

/// Inputs, and what the rows of their predictions are called.
#[derive(Debug)]
pub struct Inputs {
    /// As the training's were stored: not normalized. Its targets are what is known of these inputs, such as the
    /// characters that follow in a text; where nothing is known, class 0.
    pub part: Part,
    /// The names of rows.
    pub names: Names,
    /// Lines worth showing the user, such as what was left out.
    pub notes: Vec<String>,
}

/// What the rows of predictions are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// A name a sample, which every row about it has: a file's path, or a row's number, from 0.
    Samples(Vec<String>),
    /// A name a row, such as a character's line and column, from 1. Rows beyond them are about nothing.
    Rows(Vec<String>),
}

impl Inputs {
    /// A sample a name, of which nothing is known.
    pub(super) fn unknown(names: Vec<String>, input: impl Column) -> Self {
        let (target, rows) = (Ids::classes(vec![0; names.len()]), 0..names.len() as u32);
        Self {
            part: Part::new(input, target, rows.collect()),
            names: Names::Samples(names),
            notes: Vec::new(),
        }
    }
}

/// The inputs at a path, as this dataset has them; its settings say how its files are written.
///
/// # Errors
/// [`Kind::Data`], with the file and the line, where something is not what the network learnt from.
pub fn new_inputs(path: &Path, info: &DataInfo, dataset: &Chosen) -> Result<Inputs> {
    (find(&dataset.name)?.new_inputs)(path, info, dataset)
}

/// For datasets of pictures with bytes.
pub(super) fn pictures(path: &Path, info: &DataInfo, _: &Chosen) -> Result<Inputs> {
    let (names, bytes) = read_pictures(path, info)?;
    Ok(Inputs::unknown(names, Bytes::new(info.width(), bytes)))
}

/// The pictures of a folder in the shape of a dataset's, and their paths.
pub(super) fn read_pictures(path: &Path, info: &DataInfo) -> Result<(Vec<String>, Vec<u8>)> {
    let Some(&FieldKind::Image {
        channels,
        height,
        width,
    }) = info.input()
    else {
        return Err(Error::new(Kind::Failure, format!("{} has no pictures", info.name)));
    };
    let found = image_folder::pictures(path)?;
    let bytes = image_folder::read(&found, [channels, height, width])?;
    Ok((found.iter().map(|path| path.display().to_string()).collect(), bytes))
}

/// For datasets of numbers with names: a CSV file with such columns.
pub(super) fn rows(path: &Path, info: &DataInfo, dataset: &Chosen) -> Result<Inputs> {
    let number = |name: &String| ColumnInfo::Number {
        name: name.clone(),
        fill: None,
    };
    let columns = if info.columns.is_empty() {
        info.features().unwrap_or_default().iter().map(number).collect()
    } else {
        info.columns.clone()
    };
    let own = (dataset.name == csv_file::DEF.section.name).then_some(dataset);
    let csv_file::NewRows { rows, input, notes } = csv_file::new_rows(path, own, info, &columns)?;
    let names = (0..rows).map(|row| row.to_string()).collect();
    Ok(Inputs {
        notes,
        ..Inputs::unknown(names, input)
    })
}
