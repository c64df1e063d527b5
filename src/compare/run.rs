//! One run as a comparison sees it: what its folder says, read once.

use std::collections::HashSet;
use std::path::PathBuf;

use serde_json::Value;

use runner_ground::error::Result;
use runner_metric::Goal;
use runner_recipe::values;
use runner_report as report;
use runner_results::folder::file;
use runner_results::{Columns, MetricRecord, Record, RunFolder, Status};

/// No recipe is larger than this many bytes.
const CAP: u64 = 16 << 20;
/// Test metrics are named so beside those of metrics.csv.
const TEST: &str = "test_";

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    /// `recipe/run`.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// The recipe's name.
    pub recipe: String,
    /// The task's name.
    pub task: String,
    /// `running`, `finished`, `interrupted`, `killed`, `diverged` or `failed`.
    pub status: &'static str,
    /// The values of its resolved recipe; `null` where that cannot be read.
    pub settings: Value,
    /// Keys of it that nobody set.
    pub defaults: HashSet<String>,
    /// The data, with what stands in for it if anything does.
    pub data: String,
    /// SHA-256 of the samples and their division, which the seed changes.
    pub data_digest: Option<String>,
    /// SHA-256 of the files that they were read from, where these can be others than they were.
    pub data_source: Option<String>,
    /// The recipe's file.
    pub recipe_path: PathBuf,
    /// Whether its figures are those of a stand-in.
    pub stands_in: bool,
    /// metrics.csv.
    pub columns: Columns,
    /// Metrics of the best weights on the test part, as `test_accuracy`, in the order in which people ask for them.
    pub test: Vec<(String, f64)>,
    /// What run.json says of its metrics.
    pub metrics: Vec<MetricRecord>,
    /// What its best epoch is judged by.
    pub monitor: String,
    /// Which way that gets better.
    pub goal: Goal,
    /// Epochs done.
    pub epochs: u64,
    /// Seconds of training.
    pub seconds: f64,
    /// Trainable numbers of its networks; none where a model was fitted.
    pub parameters: Option<u64>,
    /// When it was made, as run.json has it.
    pub created: String,
    /// What its program was built from.
    pub build: String,
    /// The machine: its host, else its processor.
    pub machine: String,
    /// Whether it has a report.html.
    pub has_report: bool,
    /// What of it cannot be read.
    pub problem: Option<String>,
}

/// A metric of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The best value of all epochs.
    pub best: f64,
    /// The epoch of that; none for a metric of the test part.
    pub epoch: Option<u64>,
    /// The value of the last epoch.
    pub last: f64,
}

impl Run {
    /// Reads a run. A recipe or metrics that cannot be read become its `problem`.
    ///
    /// # Errors
    /// When run.json cannot be read: nothing is known then.
    pub fn read(folder: &RunFolder) -> Result<Self> {
        let record = folder.record()?;
        let mut problems = Vec::new();
        let settings = folder
            .read(file::RECIPE, CAP)
            .map(|bytes| values(&String::from_utf8_lossy(&bytes)));
        let settings = match settings {
            Ok(Some(settings)) => settings,
            Ok(None) => {
                problems.push(format!("{}: this is no recipe", folder.file(file::RECIPE).display()));
                Value::Null
            }
            Err(error) => {
                problems.push(error.to_string());
                Value::Null
            }
        };
        let columns = Columns::read(folder).unwrap_or_else(|error| {
            problems.push(error.to_string());
            Columns::default()
        });
        let run = Self {
            settings,
            columns,
            problem: (!problems.is_empty()).then(|| problems.join("\n")),
            ..Self::of(folder, record)
        };
        Ok(run.with_progress().by_names_of_today())
    }

    fn of(folder: &RunFolder, record: Record) -> Self {
        let summary = record.summary.as_ref().filter(|_| record.status == Status::Finished);
        let test = summary.map(|summary| runner_metric::test_metrics(&summary.test));
        let test = test
            .into_iter()
            .flatten()
            .map(|(name, value)| (format!("{TEST}{name}"), value));
        let defaults = record.provenance.iter().filter(|(_, source)| source == "default");
        let machine = &record.machine;
        Self {
            name: folder.id(),
            path: folder.path().to_owned(),
            status: report::standing(&record, folder),
            settings: Value::Null,
            defaults: defaults.map(|(key, _)| key.clone()).collect(),
            data: match &record.data.stand_in {
                Some(stand_in) => format!("{}, standing in for {}", stand_in.name, record.data.name),
                None => record.data.name.clone(),
            },
            data_digest: record.data_digest,
            data_source: record.data_source,
            recipe_path: record.recipe_path.into(),
            stands_in: record.data.stand_in.is_some(),
            columns: Columns::default(),
            test: test.collect(),
            goal: record.goal,
            epochs: summary.map_or(0, |summary| summary.epochs),
            seconds: summary.map_or(0.0, |summary| summary.seconds),
            parameters: record.model.is_none().then_some(record.network.parameters),
            machine: machine.host.clone().or_else(|| machine.cpu.clone()).unwrap_or_default(),
            has_report: folder.file(file::REPORT).exists(),
            problem: None,
            recipe: record.name,
            task: record.task,
            metrics: record.metrics,
            monitor: record.monitor,
            created: record.created,
            build: record.build,
        }
    }

    /// What an unfinished run has done so far stands in its metrics alone.
    fn with_progress(mut self) -> Self {
        if !self.is_finished() {
            self.epochs = self.columns.epochs.last().copied().unwrap_or(0);
            self.seconds = self.columns.seconds.iter().filter(|x| x.is_finite()).sum();
        }
        self
    }

    /// Whether it was trained to its end: only then its figures are evidence.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status == report::status(Status::Finished)
    }

    /// The seed that all its randomness follows from.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.settings.get("seed")?.as_u64()
    }

    /// Names of its metrics: those of the test part, then those of metrics.csv.
    pub fn metrics(&self) -> impl Iterator<Item = &str> {
        let test = self.test.iter().map(|(name, _)| name.as_str());
        test.chain(self.columns.metrics.iter().map(|(name, _)| name.as_str()))
    }

    /// Best and last value of a metric; `None` where it has none that is finite.
    #[must_use]
    pub fn reading(&self, metric: &str, goal: Goal) -> Option<Reading> {
        if let Some((_, value)) = self.test.iter().find(|(name, _)| name == metric) {
            let epoch = None;
            return value.is_finite().then_some(Reading {
                best: *value,
                epoch,
                last: *value,
            });
        }
        let values = self.columns.metric(metric)?;
        let better = |a: f64, b: f64| match goal {
            Goal::Min => a < b,
            Goal::Max => a > b,
        };
        let mut found: Option<Reading> = None;
        for (&value, &epoch) in values
            .iter()
            .zip(&self.columns.epochs)
            .filter(|(value, _)| value.is_finite())
        {
            let best = found.filter(|found| !better(value, found.best));
            let (best, epoch) = best.map_or((value, Some(epoch)), |found| (found.best, found.epoch));
            found = Some(Reading {
                best,
                epoch,
                last: value,
            });
        }
        found
    }
}
