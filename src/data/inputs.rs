//! New inputs for a trained network: pictures, the rows of a CSV file, or a text.

use std::path::Path;

use super::column::ColumnInfo;
use super::csv_file;
use super::embedded::digits;
use super::image_folder;
use super::table::{DataInfo, Features, TargetInfo, Targets};
use super::text::new_text;
use runner_declare::Chosen;
use runner_ground::error::{Error, Kind, Result};

/// Inputs, and what each is called.
pub struct Inputs {
    /// A file's path, a row's number, from 0, or a character's line and column, from 1.
    pub names: Vec<String>,
    /// As the training's were stored: not normalized.
    pub features: Features,
    /// What follows each character of a text; of other inputs nothing is known.
    pub targets: Targets,
}

/// The inputs at a path, as data of this kind has them; `dataset` says how its CSV files are written.
///
/// # Errors
/// [`Kind::Data`], with the file and the line, where something is not what the network learnt from.
pub fn new_inputs(path: &Path, info: &DataInfo, dataset: &Chosen) -> Result<Inputs> {
    if let TargetInfo::Characters(characters) = &info.target {
        return text(path, characters, info.width());
    }
    match info.input[..] {
        [channels @ (1 | 3), height, width] => pictures(path, [channels, height, width], info),
        [_] => rows(path, info, dataset),
        _ => {
            let message = format!("inputs like those of {} cannot be read from files", info.name);
            Err(Error::new(Kind::Usage, message))
        }
    }
}

fn pictures(path: &Path, shape: [usize; 3], info: &DataInfo) -> Result<Inputs> {
    let found = image_folder::pictures(path)?;
    let bytes = image_folder::read(&found, shape)?;
    // The embedded digits are counts from 0 to 16.
    let features = if info.name == "digits" {
        Features::Floats(bytes.iter().map(|&b| f32::from(b) / 255.0 * digits::MAX).collect())
    } else {
        Features::Bytes(bytes)
    };
    Ok(Inputs {
        targets: Targets::Classes(vec![0; found.len()]),
        names: found.iter().map(|path| path.display().to_string()).collect(),
        features,
    })
}

fn rows(path: &Path, info: &DataInfo, dataset: &Chosen) -> Result<Inputs> {
    let columns = if info.columns.is_empty() {
        let names = info.features.as_deref().unwrap_or_default();
        names
            .iter()
            .map(|name| ColumnInfo::Number {
                name: name.clone(),
                fill: None,
            })
            .collect()
    } else {
        info.columns.clone()
    };
    let own = (dataset.name == csv_file::DEF.section.name).then_some(dataset);
    let (rows, values) = csv_file::new_rows(path, own, &columns)?;
    Ok(Inputs {
        names: (0..rows).map(|row| row.to_string()).collect(),
        features: Features::Floats(values),
        targets: Targets::Classes(vec![0; rows]),
    })
}

fn text(path: &Path, characters: &[String], length: usize) -> Result<Inputs> {
    let (names, windows) = new_text(path, characters, length)?;
    Ok(Inputs {
        names,
        targets: Targets::Following { samples: windows.len() },
        features: Features::Windows(windows),
    })
}
