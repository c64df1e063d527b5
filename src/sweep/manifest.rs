//! sweep.json: what a sweep is, once and for all. Everything that a worker has to know besides the journal.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::spec::{Metric, Sweep};
use runner_data::StandIn;
use runner_declare::Chosen;
use runner_ground::error::{Error, Kind, Result};
use runner_results::SweepFolder;
use runner_results::sweep::file;

/// The contents of sweep.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this file's format.
    pub format: u32,
    /// The sweep's name, also the folder's.
    pub name: String,
    /// What is tried, and how it is judged.
    pub sweep: Sweep,
    /// What trials are judged by, where the sweep itself leaves it to the recipe as well.
    pub metric: Metric,
    /// The recipe's file, by its absolute path.
    pub recipe_path: String,
    /// The folder that the recipe's relative paths start from.
    pub recipe_folder: String,
    /// The folder that relative paths among the sweep's values start from, seen from the recipe's folder; that itself
    /// when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values_folder: Option<String>,
    /// The folder of data files, by its absolute path.
    pub data_folder: String,
    /// Digests of the files that data is read from, by what recipes say of it ([`Manifest::source_key`]): a trial is
    /// not trained on others. Data that cannot change is not among them, nor any of sweeps of earlier versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, String>,
    /// What the recipe's data is called.
    pub dataset: String,
    /// What stands in for it; every result says so.
    pub stand_in: Option<StandIn>,
    /// Commit of the repository that the recipe lies in.
    pub git: Option<String>,
    /// Version of the runner.
    pub runner: String,
    /// What the runner's library was built from.
    pub build: String,
    /// When it was made (RFC 3339, UTC).
    pub created: String,
}

impl Manifest {
    /// The format that this version writes, and the only one that it reads.
    pub const FORMAT: u32 = 1;

    /// Reads a sweep's manifest.
    ///
    /// # Errors
    /// When it is not what this version writes.
    pub fn read(folder: &SweepFolder) -> Result<Self> {
        let bytes = folder.read(file::MANIFEST)?;
        let wrong = |what: String| {
            Error::new(Kind::Run, format!("{}: {what}", folder.file(file::MANIFEST).display()))
                .help("the file was changed or comes from another version of runner")
        };
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if manifest.format != Self::FORMAT {
            return Err(wrong(format!(
                "it has the format {}, this version reads {}",
                manifest.format,
                Self::FORMAT
            )));
        }
        Ok(manifest)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::new(Kind::Failure, error.to_string()))?;
        Ok((text + "\n").into_bytes())
    }

    /// What names the data of a recipe among [`sources`](Manifest::sources).
    pub fn source_key(data: &Chosen) -> String {
        serde_json::to_string(data).unwrap_or_default()
    }

    /// The source of the data of a recipe, as it was when the sweep began.
    pub fn source(&self, data: &Chosen) -> Option<&String> {
        self.sources.get(&Self::source_key(data))
    }

    /// The recipe's folder as a path.
    pub fn recipe_folder(&self) -> PathBuf {
        PathBuf::from(&self.recipe_folder)
    }
}
