//! Data: what a dataset is, the registry of those a recipe may name, and how they are had.
//!
//! The way of a dataset: [`prepare`] makes sure before a run that its files are there (found,
//! downloaded, or replaced by a stand-in that the recipe allows); [`load`] reads, splits and measures
//! it; a [`loader::Loader`] serves it in batches.

mod assemble;
pub mod augment;
mod cifar10;
pub mod column;
pub mod context;
pub mod csv_file;
mod dataset;
mod digest;
pub mod download;
mod embedded;
mod fashion_mnist;
mod files;
mod generated;
pub mod idx;
pub mod image_folder;
mod inputs;
mod inventory;
mod lane;
pub mod loader;
mod lost;
mod mnist;
mod normalize;
mod picture;
pub mod picture_file;
mod prepare;
mod schema;
mod settings;
mod source;
mod split;
mod stand_in;
mod table_column;
pub mod target;
mod text;
mod text_csv;

pub use context::DataContext;
pub use dataset::{Dataset, Normalization, Part};
pub use digest::Hasher;
pub use download::Progress;
pub use files::{Collection, RemoteFile, Unpacked, Wanted};
pub use inputs::{Inputs, Names, new_inputs};
pub use inventory::{FileState, FileStatus, Status, fetch, status, verify};
pub use lane::{Lane, Values};
pub use normalize::Affine;
pub use picture::{Picture, picture};
pub use prepare::{Prepared, prepare};
pub use schema::{DataInfo, FieldInfo, FieldKind, StandIn};
pub use settings::COMMON;
pub use source::source;
pub use table_column::{ColumnInfo, Digits, Encoding, FileDialect};
pub use target::Target;

use std::path::Path;
use std::sync::Arc;

use augment::Augmentation;

use runner_declare::{Chosen, KeyPath, Problem, Section};
use runner_ground::error::Result;

/// A dataset that a recipe may name. Adding one: a file with its definition, a line in [`DATASETS`].
pub struct DatasetDef {
    /// Name, doc and fields, beyond the fields that every dataset has ([`COMMON`]).
    pub section: Section,
    /// Where its samples come from.
    pub origin: Origin,
    /// Its shapes, without reading more than is needed to know them.
    pub describe: fn(&Chosen, &DataContext) -> Result<DataInfo>,
    /// All of it, split and ready.
    pub load: fn(&Chosen, &DataContext) -> Result<Dataset>,
    /// New inputs like its samples, at a path: what `predict` reads.
    pub new_inputs: fn(&Path, &DataInfo, &Chosen) -> Result<Inputs>,
}

/// Where the samples of a dataset come from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// They are part of the program.
    Embedded,
    /// They are made from the recipe's seed.
    Generated,
    /// They are public files, found in the data folder or downloaded.
    Download(&'static Collection),
    /// They are in a file that the recipe names.
    File,
}

/// Every dataset.
pub static DATASETS: &[&DatasetDef] = &[
    &mnist::DEF,
    &fashion_mnist::DEF,
    &cifar10::DEF,
    &embedded::digits::DEF,
    &embedded::iris::DEF,
    &embedded::breast_cancer::DEF,
    &embedded::diabetes::DEF,
    &generated::blobs::DEF,
    &generated::moons::DEF,
    &generated::circles::DEF,
    &generated::spirals::DEF,
    &csv_file::DEF,
    &text::DEF,
    &text::tiny_shakespeare::DEF,
    &text_csv::DEF,
    &text_csv::sms_spam::DEF,
    &image_folder::DEF,
];

/// The definition of a dataset by its name.
///
/// # Errors
/// When there is none, with the names there are.
///
/// ```
/// assert!(runner_data::find("iris").is_ok());
/// let error = runner_data::find("irsi").err().unwrap();
/// assert!(error.to_string().contains("did you mean 'iris'"));
/// ```
pub fn find(name: &str) -> Result<&'static DatasetDef> {
    if let Some(def) = DATASETS.iter().find(|def| def.section.name == name) {
        return Ok(def);
    }
    let names: Vec<&str> = DATASETS.iter().map(|def| def.section.name).collect();
    let problem = Problem::new(KeyPath::from("dataset"), format!("there is no dataset '{name}'"));
    Err(problem.help(settings::suggest(name, &names)).into())
}

/// Whether the chosen dataset's files may have to be downloaded; its shapes are known without them.
pub fn is_downloaded(chosen: &Chosen) -> bool {
    find(&chosen.name).is_ok_and(|def| matches!(def.origin, Origin::Download(_)))
}

/// Shapes, names and sizes of the chosen dataset. Reads files only where these depend on them (csv).
///
/// # Errors
/// When the settings do not fit the data, or a file that must be read cannot be.
pub fn describe(chosen: &Chosen, context: &DataContext) -> Result<DataInfo> {
    let info = (find(&chosen.name)?.describe)(chosen, context)?;
    augment::check(chosen, &info)?;
    Ok(info)
}

/// That no two parts of the data are read from the same file: one that is held out would measure what was learnt by heart.
///
/// # Errors
/// With the key of the second.
pub fn distinct_files(chosen: &Chosen, context: &DataContext) -> Result<()> {
    let fields = find(&chosen.name)?.section.fields.iter();
    let mut seen: Vec<(&str, std::path::PathBuf)> = Vec::new();
    for field in fields.filter(|field| matches!(field.kind, runner_declare::Kind::Path)) {
        let path = chosen.settings.get(field.key).and_then(|path| path.as_str());
        let Some(path) = path.and_then(|path| context.resolve(path).canonicalize().ok()) else {
            continue;
        };
        if let Some((other, _)) = seen.iter().find(|(_, other)| *other == path) {
            let message = format!("this is what '{other}' names: parts of the data must differ");
            let at = KeyPath::from("dataset").join(field.key);
            let help = "name another file, or remove it: 'test_split' and 'validation_split' take parts of 'path'";
            return Err(Problem::new(at, message).help(help).into());
        }
        seen.push((field.key, path));
    }
    Ok(())
}

/// The chosen dataset, split, with the normalization of its training part.
///
/// ```
/// use runner_data::{DataContext, load};
/// use runner_declare::Chosen;
/// let settings = serde_json::json!({"test_split": 0.2, "validation_split": 0.1, "normalize": "standardize"});
/// let chosen = Chosen { name: "iris".into(), settings: settings.as_object().unwrap().clone() };
/// let iris = load(&chosen, &DataContext::new(".", 42))?;
/// assert_eq!(iris.info.rows, [108, 12, 30]);
/// assert_eq!(iris.info.shape(), [4]);
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
///
/// # Errors
/// When a file is missing, damaged, or not what it should be; never replaces data silently.
pub fn load(chosen: &Chosen, context: &DataContext) -> Result<Dataset> {
    let mut dataset = (find(&chosen.name)?.load)(chosen, context)?;
    let (shape, mean) = (dataset.info.shape(), &dataset.normalization.mean);
    dataset.augmentation = Augmentation::of(chosen, &shape, mean, context.seed)?.map(Arc::new);
    Ok(dataset)
}
