//! Comparing runs: what differs between their recipes, what they reached, and whether a difference in that stands out
//! of what seeds alone bring about.
//!
//! ```text
//! RunFolder ──run──▶ Run ──entry──▶ Entry (a recipe over its seeds) ──evidence──▶ Pair (a test)
//!                     └──difference──▶ Key                    all in Comparison ──▶ text, page, csv, json
//! ```

mod choose;
pub mod csv;
pub mod curves;
mod data;
pub mod difference;
pub mod entry;
pub mod evidence;
pub mod json;
mod names;
pub mod page;
pub mod plot;
pub mod run;
pub mod statistics;

pub use difference::Key;
pub use entry::{Entry, Reached};
pub use evidence::Evidence;
pub use run::Run;

use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;
use runner_metric as metric;
use runner_metric::Goal;
use statistics::Estimate;

/// Runs held against each other in one metric.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The runs, as they were given.
    pub runs: Vec<Run>,
    /// The recipes, best first.
    pub entries: Vec<Entry>,
    /// What each recipe reached, in the order of the entries.
    pub reached: Vec<Reached>,
    /// The keys that differ, with a value for each entry.
    pub keys: Vec<Key>,
    /// What is compared.
    pub metric: String,
    /// Which way that gets better.
    pub goal: Goal,
    /// All metrics there are, the compared one first.
    pub metrics: Vec<String>,
    /// The tests in the compared metric.
    pub evidence: Evidence,
    /// What must be known beside the figures.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Compares runs in this metric, else in the one that suits them best.
    ///
    /// # Errors
    /// When there are fewer than two runs, or none has the metric.
    pub fn new(mut runs: Vec<Run>, metric: Option<&str>) -> Result<Self> {
        names::by_class(&mut runs);
        match runs.as_slice() {
            [] => return Err(few("there is no run to compare".to_owned())),
            [run] => {
                return Err(few(format!(
                    "{} is the only run, and there is nothing to compare it with",
                    run.name
                )));
            }
            _ => {}
        }
        let (metric, metrics) = choose::metrics(&runs, metric)?;
        let goal = goal_of(&runs, &metric);
        let (entries, reached) = ranked(&runs, &metric, goal);
        let examples: Vec<&Run> = entries.iter().map(|entry| entry.example(&runs)).collect();
        // Over several seeds, the seed is no difference between recipes.
        let seeds = entries.iter().any(|entry| entry.runs.len() > 1);
        let without: &[&str] = if seeds {
            &["name", "description", "seed"]
        } else {
            &difference::NAMES
        };
        let keys = difference::differing(&examples, without);
        let evidence = Evidence::gather(&runs, &entries, &metric, goal);
        let mut notes = notes(&runs, &entries, &reached, &metric);
        notes.extend(data::note(&examples));
        notes.extend(files(&runs));
        Ok(Self {
            keys,
            entries,
            reached,
            goal,
            evidence,
            notes,
            metric,
            metrics,
            runs,
        })
    }

    /// Which way one of the metrics gets better.
    #[must_use]
    pub fn goal_of(&self, metric: &str) -> Goal {
        goal_of(&self.runs, metric)
    }

    /// Whether an entry has more than one run.
    #[must_use]
    pub fn has_seeds(&self) -> bool {
        self.entries.iter().any(|entry| entry.runs.len() > 1)
    }

    /// The name that all runs' recipes have, if it is one.
    #[must_use]
    pub fn recipe(&self) -> Option<&str> {
        let first = &self.runs.first()?.recipe;
        self.runs.iter().all(|run| run.recipe == *first).then_some(first)
    }
}

/// Which way a metric gets better.
fn goal_of(runs: &[Run], metric: &str) -> Goal {
    let judged = runs.iter().find(|run| run.monitor == metric).map(|run| run.goal);
    let mut recorded = runs.iter().flat_map(|run| &run.metrics);
    let recorded = || recorded.find(|known| known.name == metric).map(|known| known.goal);
    judged
        .or_else(recorded)
        .or_else(|| metric::goal(metric))
        .unwrap_or(Goal::Min)
}

/// The entries, best first, labelled, with what they reached; those that reached nothing come last.
fn ranked(runs: &[Run], metric: &str, goal: Goal) -> (Vec<Entry>, Vec<Reached>) {
    let with = |entry: Entry| {
        let reached = entry.reached(runs, metric, goal);
        (reached.estimate().map(|found| found.mean), entry, reached)
    };
    let mut all: Vec<_> = entry::grouped(runs).into_iter().map(with).collect();
    all.sort_by(|(a, ..), (b, ..)| match (a, b) {
        (Some(a), Some(b)) if goal == Goal::Min => a.total_cmp(b),
        (Some(a), Some(b)) => b.total_cmp(a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let labelled = |(index, (_, entry, reached))| {
        (
            Entry {
                label: entry::label(index),
                ..entry
            },
            reached,
        )
    };
    all.into_iter().enumerate().map(labelled).unzip()
}

/// Runs of one name that are of several recipes.
fn files(runs: &[Run]) -> Option<String> {
    let named = |name: &str| {
        runs.iter()
            .filter(|run| run.recipe == name)
            .map(|run| run.recipe_path.as_path())
            .collect()
    };
    runs.iter().find_map(|run| {
        let files = runner_results::recipes_among(named(&run.recipe));
        let shown: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        (files.len() > 1).then(|| {
            format!(
                "the runs called {} are of several recipes: {}",
                run.recipe,
                shown.join(", ")
            )
        })
    })
}

fn few(message: String) -> Error {
    Error::new(Kind::Usage, message).help("name two runs or more, a glob, or a recipe that was run more than once")
}

fn notes(runs: &[Run], entries: &[Entry], reached: &[Reached], metric: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let without = reached.iter().filter(|reached| reached.estimate().is_none()).count();
    if without > 0 {
        notes.push(format!(
            "{without} of {} have no {metric} (yet); they stand last",
            entries.len()
        ));
    }
    let twice: usize = entries
        .iter()
        .map(|entry| entry.runs.iter().filter(|&&run| runs[run].is_finished()).count() - entry.counted.len())
        .sum();
    if twice > 0 {
        notes.push(format!(
            "{} a recipe and seed that another has, too: the newest counts, since the same training says nothing new",
            format::plural(twice, "run repeats", "runs repeat")
        ));
    }
    let left_out = entries.iter().filter(|entry| !entry.counted.is_empty());
    let left_out: usize = left_out
        .map(|entry| entry.runs.iter().filter(|&&run| !runs[run].is_finished()).count())
        .sum();
    if left_out > 0 {
        notes.push(format!(
            "{} not finished, and left out of means and tests",
            format::plural(left_out, "run is", "runs are")
        ));
    }
    notes.extend(names::note(runs));
    if runs.iter().any(|run| run.stands_in) {
        notes.push("* trained on stand-in data: its figures are not those of the data asked for".to_owned());
    }
    let differ = |of: fn(&Run) -> &str| runs.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]));
    if differ(|run| &run.task) {
        notes.push("the runs are of different tasks: equal names of metrics may mean different things".to_owned());
    }
    if differ(|run| &run.data) && !runs.iter().any(|run| run.stands_in) {
        notes.push("the runs are on different data: their figures compare only so far".to_owned());
    }
    if differ(|run| &run.machine) {
        notes.push("they ran on different machines: their times do not compare".to_owned());
    }
    if differ(|run| &run.build) {
        notes.push("they come from different builds of runner".to_owned());
    }
    notes
}

/// A mean with what it may be off, or a single value.
#[must_use]
pub fn estimate_text(metric: &str, found: Estimate) -> String {
    let Estimate { mean, half, .. } = found;
    match half {
        None => runner_metric::shown(metric, mean),
        Some(half) if runner_metric::is_share(metric) => format!("{:.2} ± {:.2} %", mean * 100.0, half * 100.0),
        Some(half) => format!("{} ± {}", format::number(mean), format::number(half)),
    }
}
