//! Data: what a dataset is, the registry of those a recipe may name, and how they are had.

mod table;

pub use table::{DataInfo, Dataset, Features, Normalization, Part, Targets, TargetInfo};

use std::path::PathBuf;

use crate::error::Result;
use crate::spec::{Chosen, Section};

/// A dataset that a recipe may name. Adding one: a file with its definition, a line in [`DATASETS`].
pub struct DatasetDef {
    /// Name, doc and fields, beyond the fields that every dataset has (`validation_split`, …).
    pub section: Section,
    /// Its shapes, without reading more than is needed to know them.
    pub describe: fn(&Chosen, &DataContext) -> Result<DataInfo>,
    /// All of it, split and ready.
    pub load: fn(&Chosen, &DataContext) -> Result<Dataset>,
}

/// Where data is looked for and how.
#[derive(Clone, Debug)]
pub struct DataContext {
    /// The folder of data files: `data/`, or `RUNNER_DATA`.
    pub folder: PathBuf,
    /// The folder that relative paths in a recipe start from: the recipe's own.
    pub recipe_folder: PathBuf,
    /// The recipe's seed: splits and made data follow from it.
    pub seed: u64,
    /// No download is tried.
    pub offline: bool,
    /// Whether the recipe's stand-in was chosen (decided once, before the run starts).
    pub use_stand_in: bool,
}

/// Every dataset.
pub static DATASETS: &[&DatasetDef] = &[];
