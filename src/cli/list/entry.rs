//! One run, as the list shows it.

use std::path::{Path, PathBuf};

use serde::Serialize;

use runner_metric::Goal;
use runner_report as report;
use runner_results::folder::file;
use runner_results::row::Row;
use runner_results::{Group, Record, RunFolder, metrics};

/// Longer metrics are not read for a list.
const CAP: u64 = 64 << 20;

/// What the list shows of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// `recipe/run`.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// `running`, `finished`, `interrupted`, `killed`, `diverged`, `failed` or `broken`.
    pub status: &'static str,
    /// Whether `runner resume` can go on with it.
    pub resumable: bool,
    /// What stands in for its data, if anything does.
    pub stand_in: Option<String>,
    /// When it was made.
    pub created: Option<jiff::Timestamp>,
    /// Epochs done.
    pub epochs: u64,
    /// What "best" was judged by, and its value.
    pub best: Option<(String, f64)>,
    /// The class that metrics such as `f1` are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive_class: Option<String>,
    /// Metrics on the test part.
    pub test: Vec<(String, f64)>,
    /// Seconds of training.
    pub seconds: Option<f64>,
    /// The runs over other seeds that it belongs to, if any.
    pub group: Option<Group>,
    /// SHA-256 of the samples and their division.
    pub data_digest: Option<String>,
    /// Whether another run of the same recipe was trained on other data.
    pub data_differs: bool,
    /// SHA-256 of the resolved recipe.
    #[serde(skip)]
    pub recipe_digest: String,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

impl Entry {
    /// Reads a run; what is wrong with it becomes part of the entry.
    pub fn read(path: &Path) -> Self {
        let found = RunFolder::open(path).and_then(|folder| Ok((folder.record()?, folder)));
        match found {
            Ok((record, folder)) => Self::of(&folder, &record),
            Err(error) => Self::broken(path, error.to_string()),
        }
    }

    fn of(folder: &RunFolder, record: &Record) -> Self {
        let mut entry = Self {
            name: folder.id(),
            path: folder.path().to_owned(),
            status: report::standing(record, folder),
            resumable: false,
            stand_in: record.data.stand_in.as_ref().map(|stand_in| stand_in.sentence.clone()),
            created: record.created.parse().ok(),
            epochs: 0,
            best: None,
            positive_class: record.metrics.iter().find_map(|metric| metric.class.clone()),
            test: Vec::new(),
            seconds: None,
            group: record.group.clone(),
            data_digest: record.data_digest.clone(),
            data_differs: false,
            recipe_digest: record.recipe_digest.clone(),
            problem: None,
        };
        entry.resumable = matches!(entry.status, "interrupted" | "killed" | "failed");
        match &record.summary {
            Some(summary) => {
                entry.epochs = summary.epochs;
                entry.best = summary.best.map(|value| (record.name_of(&summary.monitor), value));
                entry.test = record.named(&summary.test);
                entry.seconds = Some(summary.seconds);
            }
            None => entry.add_progress(folder, record),
        }
        entry
    }

    /// What an unfinished run has reached stands in its metrics alone.
    fn add_progress(&mut self, folder: &RunFolder, record: &Record) {
        if !folder.file(file::METRICS).exists() {
            return;
        }
        match folder
            .read(file::METRICS, CAP)
            .and_then(|bytes| metrics::from_csv(&bytes))
        {
            Ok(rows) => {
                self.epochs = rows.last().map_or(0, |row| row.epoch);
                self.best = best(record, &rows);
                self.seconds = Some(rows.iter().map(|row| row.seconds).sum());
            }
            Err(error) => self.problem = Some(format!("{}: {error}", folder.file(file::METRICS).display())),
        }
    }

    /// A recipe's folder that cannot be read.
    pub fn unreadable(folder: &Path, error: &std::io::Error) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Self {
            name: name.into_owned(),
            ..Self::broken(folder, format!("{}: {error}", folder.display()))
        }
    }

    fn broken(path: &Path, problem: String) -> Self {
        let parts: Vec<_> = path.iter().rev().take(2).map(|part| part.to_string_lossy()).collect();
        Self {
            name: parts.iter().rev().map(AsRef::as_ref).collect::<Vec<&str>>().join("/"),
            path: path.to_owned(),
            status: "broken",
            resumable: false,
            stand_in: None,
            created: std::fs::metadata(path)
                .and_then(|metadata| metadata.modified())
                .ok()
                .and_then(|time| jiff::Timestamp::try_from(time).ok()),
            epochs: 0,
            best: None,
            positive_class: None,
            test: Vec::new(),
            seconds: None,
            group: None,
            data_digest: None,
            data_differs: false,
            recipe_digest: String::new(),
            problem: Some(problem),
        }
    }

    /// The best metric in one cell.
    pub fn best_cell(&self) -> String {
        let cell = |(name, value): &(String, f64)| self.cell(name, *value);
        self.best.as_ref().map(cell).unwrap_or_default()
    }

    /// Some digits of its data, where that is another one than that of another run of the same recipe.
    pub fn data_cell(&self) -> String {
        let digest = self.data_digest.as_ref().filter(|_| self.data_differs);
        digest.map_or_else(String::new, |digest| digest.chars().take(8).collect())
    }

    /// Its seed and which of its group it is: `43 (2 of 5)`.
    pub fn seed_cell(&self) -> String {
        self.group.as_ref().map_or_else(String::new, |group| {
            format!("{} ({} of {})", group.seed, group.place(), group.seeds.len())
        })
    }

    /// The main test metric in one cell.
    pub fn test_cell(&self) -> String {
        let metrics = runner_metric::test_metrics(&self.test);
        let cell = |(name, value): &(&str, f64)| self.cell(name, *value);
        metrics.first().map(cell).unwrap_or_default()
    }

    fn cell(&self, name: &str, value: f64) -> String {
        let class = self
            .positive_class
            .as_ref()
            .filter(|_| runner_metric::is_of_positive(name));
        let class = class.map(|class| format!(" ({class})")).unwrap_or_default();
        format!("{name}{class} {}", runner_metric::shown(name, value))
    }
}

/// The best value of the run's own metric.
fn best(record: &Record, rows: &[Row]) -> Option<(String, f64)> {
    let values = rows.iter().filter_map(|row| row.metric(&record.monitor));
    let finite = values.filter(|value| value.is_finite());
    let best = match record.goal {
        Goal::Min => finite.min_by(f64::total_cmp),
        Goal::Max => finite.max_by(f64::total_cmp),
    };
    Some((record.name_of(&record.monitor), best?))
}
