//! New inputs for a trained network, read as its dataset reads them.

use std::path::Path;

use super::column::{Bytes, Column, Ids, keep};
use super::csv_file;
use super::dataset::Part;
use super::find;
use super::image_folder;
use super::picture_file::{Rules, Unread, read};
use super::schema::{DataInfo, FieldKind};
use super::table_column::ColumnInfo;
use runner_declare::Chosen;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::some_of;

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
    /// Files that cannot be read, each with the reason: nothing is predicted of them.
    pub unread: Vec<String>,
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
            unread: Vec::new(),
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
pub(super) fn pictures(path: &Path, info: &DataInfo, dataset: &Chosen) -> Result<Inputs> {
    read_pictures(path, info, dataset, |bytes| Bytes::new(info.width(), bytes))
}

/// The pictures of a folder in the shape of a dataset's, by the names of their files. Those that cannot be read are told,
/// and keep the others from nothing.
pub(super) fn read_pictures<C: Column>(
    path: &Path,
    info: &DataInfo,
    dataset: &Chosen,
    column: impl FnOnce(Vec<u8>) -> C,
) -> Result<Inputs> {
    let Some(&FieldKind::Image {
        channels,
        height,
        width,
    }) = info.input()
    else {
        return Err(Error::new(Kind::Failure, format!("{} has no pictures", info.name)));
    };
    let (found, rules) = (image_folder::pictures(path)?, Rules::of(dataset));
    let (mut bytes, noticed) = read(&found, [channels, height, width], &rules)?;
    let unread: Vec<String> = noticed.unread.iter().map(Unread::line).collect();
    if unread.len() == found.len() {
        let message = match unread.as_slice() {
            [one] => one.clone(),
            all => format!("none of {} pictures can be read{}", all.len(), some_of(all)),
        };
        return Err(Error::new(Kind::Data, message).help("give a PNG or JPEG file, or a folder with some"));
    }
    let broken = |place: usize| {
        noticed
            .unread
            .binary_search_by_key(&place, |unread| unread.index)
            .is_ok()
    };
    let good: Vec<u32> = (0..found.len())
        .filter(|&place| !broken(place))
        .map(|place| place as u32)
        .collect();
    keep(&mut bytes, channels * height * width, &good);
    let names = good
        .iter()
        .map(|&place| found[place as usize].display().to_string())
        .collect();
    Ok(Inputs {
        notes: noticed.notes(&rules),
        unread,
        ..Inputs::unknown(names, column(bytes))
    })
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
