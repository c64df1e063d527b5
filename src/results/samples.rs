//! What the networks of a run made, epoch by epoch: `samples/epoch_00012_from_noise.png`.

use std::fs;

use super::RunFolder;

/// The folder in the run's folder.
pub const FOLDER: &str = "samples";

/// A file with something that a network made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// The epoch, counted from 1.
    pub epoch: u64,
    /// What it is.
    pub name: String,
    /// The file's name in the run's folder.
    pub file: String,
}

/// The name of a sample's file; `None` where the sample's name holds more than letters, digits, `_`, `-` and `.`.
///
/// ```
/// use runner_results::samples::file_name;
/// assert_eq!(file_name(12, "from_noise", "png").as_deref(), Some("samples/epoch_00012_from_noise.png"));
/// assert_eq!(file_name(12, "../noise", "png"), None);
/// ```
pub fn file_name(epoch: u64, name: &str, extension: &str) -> Option<String> {
    is_plain(name).then(|| format!("{FOLDER}/epoch_{epoch:05}_{name}.{extension}"))
}

/// Whether a name can be a part of a file's name, wherever that lies.
pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !name.is_empty() && name.len() <= 100 && name.chars().all(plain)
}

/// All samples of a run, by epoch and name.
pub fn list(folder: &RunFolder) -> Vec<Sample> {
    let files = fs::read_dir(folder.file(FOLDER)).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let mut samples: Vec<Sample> = names.filter_map(|name| parse(&name)).collect();
    samples.sort();
    samples
}

fn parse(file: &str) -> Option<Sample> {
    let (stem, _) = file.rsplit_once('.')?;
    let (epoch, name) = stem.strip_prefix("epoch_")?.split_once('_')?;
    Some(Sample {
        epoch: epoch.parse().ok()?,
        name: name.to_owned(),
        file: format!("{FOLDER}/{file}"),
    })
}
