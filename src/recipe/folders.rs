//! Where the relative paths of a recipe's files start from.

use std::path::{Path, PathBuf};

use super::files::Layer;
use super::origin::Source;

/// The folder that a base's relative paths start from, seen from the one that the recipe's own start from; none
/// for what starts from there itself. Where `moved` knows of another than the file's own, it is absolute.
pub fn folder(layer: &Layer, layers: &[Layer], moved: &dyn Fn(&Path) -> Option<PathBuf>) -> Option<PathBuf> {
    let base = file(layer).filter(|(depth, _)| *depth > 0)?.1;
    let home = layers.iter().filter_map(file).find(|(depth, _)| *depth == 0)?.1;
    if let Some(folder) = moved(base) {
        return Some(folder);
    }
    let folder = base.parent()?;
    if moved(home).is_some() {
        return std::path::absolute(folder).ok();
    }
    let beside = folder.strip_prefix(home.parent()?);
    Some(beside.unwrap_or(folder).to_owned())
}

fn file(layer: &Layer) -> Option<(usize, &Path)> {
    match &layer.source {
        Source::File { depth, path } => Some((*depth, path)),
        _ => None,
    }
}
