//! run.json: the lock of a run. What it was made from, on what, and how it ended.

use serde::{Deserialize, Serialize};

use super::group::Group;
use crate::row::EPOCH;
use crate::summary::Summary;
use runner_data::DataInfo;
use runner_ground::error::{Error, Kind};
use runner_ground::files::machine::Machine;
use runner_metric::{Goal, Unit, find, is_of_positive};

/// The contents of run.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of this file's format.
    pub format: u32,
    /// How it stands.
    pub status: Status,
    /// Why it failed, where it did.
    pub failure: Option<String>,
    /// The recipe's name, also the folder's.
    pub name: String,
    /// The task's name.
    pub task: String,
    /// The recipe file, by its absolute path.
    pub recipe_path: String,
    /// The folder that the recipe's relative paths start from. A run's recipe.yaml can be run again: its
    /// paths still start from here, not from the run's folder.
    pub recipe_folder: String,
    /// The folder of data files, by its absolute path.
    pub data_folder: String,
    /// SHA-256 of the resolved recipe.
    pub recipe_digest: String,
    /// Where each value of the recipe came from: key path, source.
    pub provenance: Vec<(String, String)>,
    /// The data.
    pub data: DataInfo,
    /// SHA-256 of the samples and their division.
    pub data_digest: Option<String>,
    /// SHA-256 of the files that the data was read from, which the seed does not change; none of data that cannot
    /// change, and of runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_source: Option<String>,
    /// The weights that it began with, where those are another run's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial: Option<InitialWeights>,
    /// The network.
    pub network: NetworkRecord,
    /// The model that was fitted in its place, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRecord>,
    /// SHA-256 that names the compiled program.
    pub program_digest: String,
    /// Version of the runner.
    pub runner: String,
    /// What the runner's library was built from.
    pub build: String,
    /// `rustc --version` of the compiler.
    pub rustc: String,
    /// Commit of the repository that the recipe lies in, `-dirty` where files differ from it.
    pub git: Option<String>,
    /// The machine.
    pub machine: Machine,
    /// Threads that compute.
    pub threads: usize,
    /// The metric by which the best epoch is judged, such as `val_loss`.
    pub monitor: String,
    /// Which way it gets better.
    pub goal: Goal,
    /// The metrics of its rows. Runs of earlier versions do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<MetricRecord>,
    /// When it was made (RFC 3339, UTC).
    pub created: String,
    /// When it last changed its status.
    pub updated: String,
    /// What it reached, once finished.
    pub summary: Option<Summary>,
    /// The runs over other seeds that it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
}

impl Record {
    /// The format that this version writes, and the only one that it reads.
    pub const FORMAT: u32 = 1;

    /// What gives a row of metrics: `epoch`, or what a step of the model is called.
    pub fn step_name(&self) -> &str {
        self.model.as_ref().map_or(EPOCH, |model| &model.step)
    }

    /// Sets the time of the last change to now.
    pub fn touch(&mut self) {
        self.updated = now();
    }

    /// Notes the error that ended the training.
    pub fn fail(&mut self, error: &Error) {
        self.status = match error.kind() {
            Kind::Diverged => Status::Diverged,
            _ => Status::Failed,
        };
        self.failure = Some(error.to_string());
    }
}

/// Weights that a training begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitialWeights {
    /// Their file, by its absolute path.
    pub path: String,
    /// SHA-256 of it.
    pub digest: String,
}

/// A model that was fitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRecord {
    /// Its name in recipes.
    pub name: String,
    /// What a step of it is called.
    pub step: String,
    /// The most steps.
    pub steps: u64,
}

/// A metric of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricRecord {
    /// Its column in metrics.csv.
    pub name: String,
    /// Which way it gets better.
    pub goal: Goal,
    /// How it is written.
    pub unit: Unit,
    /// The class that it is of, where its name does not say it: the positive one of two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

impl MetricRecord {
    /// The metric of a column; none where there is no such metric. `positive` is the class that metrics such as `f1` are
    /// about.
    pub fn of(name: &str, positive: Option<&str>) -> Option<Self> {
        let (def, _) = find(name)?;
        Some(Self {
            name: name.to_owned(),
            goal: def.goal,
            unit: def.unit,
            class: positive.filter(|_| is_of_positive(name)).map(str::to_owned),
        })
    }
}

/// The present time, as run.json has it.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being trained, or killed without a word: whether its lock is held says which.
    Running,
    /// Stopped by the user; can be resumed.
    Interrupted,
    /// Done.
    Finished,
    /// A loss was not finite.
    Diverged,
    /// Something else went wrong; can be resumed.
    Failed,
}

/// The network, as the layer table shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkRecord {
    /// One row a layer, in order.
    pub layers: Vec<LayerRow>,
    /// Trainable numbers.
    pub parameters: u64,
    /// Floating-point operations of one sample going forward.
    pub flops: u64,
    /// Bytes of parameters, gradients, optimizer state and workspace while training.
    pub memory: u64,
}

impl NetworkRecord {
    /// The record of several networks that learn together, by their names. Where there is one, it needs no name.
    pub fn together(networks: Vec<(&str, NetworkRecord)>) -> Self {
        let several = networks.len() > 1;
        let mut all = Self {
            layers: Vec::new(),
            parameters: 0,
            flops: 0,
            memory: 0,
        };
        for (key, network) in networks {
            all.parameters = all.parameters.saturating_add(network.parameters);
            all.flops = all.flops.saturating_add(network.flops);
            all.memory = all.memory.saturating_add(network.memory);
            all.layers.extend(network.layers.into_iter().map(|layer| LayerRow {
                name: if several {
                    format!("{key}: {}", layer.name)
                } else {
                    layer.name
                },
                ..layer
            }));
        }
        all
    }
}

/// One row of the layer table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerRow {
    /// What the recipe calls it, such as `linear + relu`.
    pub name: String,
    /// Shape of one sample coming out, such as `512` or `64×12×12`.
    pub output: String,
    /// Trainable numbers.
    pub parameters: u64,
    /// Floating-point operations of one sample going forward.
    pub flops: u64,
}
