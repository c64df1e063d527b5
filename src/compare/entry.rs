//! What is held against each other: recipes, each with its runs over seeds.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::data::divided;
use super::difference::NAMES;
use super::run::Run;
use super::statistics::{Estimate, estimate};
use runner_metric::Goal;

/// Runs of one recipe, on the same data, that differ in nothing but their seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// A, B, …, Z, AA, …: the best comes first.
    pub label: String,
    /// `recipe/run`, or the recipe's name for several runs.
    pub name: String,
    /// Places of its runs, oldest first.
    pub runs: Vec<usize>,
    /// Those of them that count: for each seed the newest that is finished.
    pub counted: BTreeMap<u64, usize>,
}

/// What an entry reached in one metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// Best value of each counted run by its seed.
    pub best: BTreeMap<u64, f64>,
    /// Last value of each counted run by its seed.
    pub last: BTreeMap<u64, f64>,
    /// Where no run counts: best and last value of the newest that has any.
    pub so_far: Option<(f64, f64)>,
}

impl Reached {
    /// The mean of the best values.
    pub fn estimate(&self) -> Option<Estimate> {
        of(&self.best).or_else(|| estimate(&[self.so_far?.0]))
    }

    /// The mean of the last values.
    pub fn last_estimate(&self) -> Option<Estimate> {
        of(&self.last).or_else(|| estimate(&[self.so_far?.1]))
    }
}

fn of(values: &BTreeMap<u64, f64>) -> Option<Estimate> {
    estimate(&values.values().copied().collect::<Vec<_>>())
}

impl Entry {
    /// What it reached in a metric.
    pub fn reached(&self, runs: &[Run], metric: &str, goal: Goal) -> Reached {
        let mut reached = Reached::default();
        for (&seed, &run) in &self.counted {
            if let Some(reading) = runs[run].reading(metric, goal) {
                reached.best.insert(seed, reading.best);
                reached.last.insert(seed, reading.last);
            }
        }
        if self.counted.is_empty() {
            let newest = self.runs.iter().rev().find_map(|&run| runs[run].reading(metric, goal));
            reached.so_far = newest.map(|reading| (reading.best, reading.last));
        }
        reached
    }

    /// A run that stands for all: a counted one where there is one.
    pub fn example<'a>(&self, runs: &'a [Run]) -> &'a Run {
        let counted = self.counted.values().next().or_else(|| self.runs.last());
        &runs[counted.copied().unwrap_or(0)]
    }

    /// How its runs stand: `finished`, or `4 finished, 1 diverged`.
    pub fn status(&self, runs: &[Run]) -> String {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for &run in &self.runs {
            let status = runs[run].status;
            match counts.iter_mut().find(|(known, _)| *known == status) {
                Some((_, count)) => *count += 1,
                None => counts.push((status, 1)),
            }
        }
        match counts.as_slice() {
            [(status, _)] => (*status).to_owned(),
            _ => counts
                .iter()
                .map(|(status, n)| format!("{n} {status}"))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    /// Mean seconds of the runs that count, else of all.
    pub fn seconds(&self, runs: &[Run]) -> f64 {
        let counted: Vec<usize> = self.counted.values().copied().collect();
        let of = if counted.is_empty() { &self.runs } else { &counted };
        of.iter().map(|&run| runs[run].seconds).sum::<f64>() / of.len().max(1) as f64
    }
}

/// Runs by their recipes, in the order in which recipes first appear, without labels. Where the recipe of a run cannot
/// be read it stands alone.
pub fn grouped(runs: &[Run]) -> Vec<Entry> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut alike: Vec<Vec<usize>> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let place = *places.entry(identity(run)).or_insert_with(|| {
            alike.push(Vec::new());
            alike.len() - 1
        });
        alike[place].push(index);
    }
    for members in alike.into_iter().flat_map(|members| divided(runs, members)) {
        entries.push(Entry {
            label: String::new(),
            name: members.first().map(|&run| runs[run].name.clone()).unwrap_or_default(),
            runs: members,
            counted: BTreeMap::new(),
        });
    }
    for entry in &mut entries {
        entry
            .runs
            .sort_by(|&a, &b| runs[a].created.cmp(&runs[b].created).then(a.cmp(&b)));
        // A run without a seed that can be read stands alone, so any number will do for it.
        let finished = entry.runs.iter().filter(|&&run| runs[run].is_finished());
        entry.counted = finished.map(|&run| (runs[run].seed().unwrap_or(0), run)).collect();
        if let [_, _, ..] = entry.runs.as_slice() {
            entry.name = runs[entry.runs[0]].recipe.clone();
        }
    }
    entries
}

/// Everything of a run that makes it what it is, but for its seed.
fn identity(run: &Run) -> String {
    let Value::Object(settings) = &run.settings else {
        return run.path.to_string_lossy().into_owned();
    };
    let mut settings: BTreeMap<&str, Value> = settings
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    for key in NAMES.iter().chain(&["seed"]) {
        settings.remove(key);
    }
    if let Some(trainer) = settings.get_mut("trainer").and_then(Value::as_object_mut) {
        trainer.remove("seeds");
    }
    let settings: Vec<String> = settings
        .into_iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    format!("{}\n{}\n{}", run.recipe, run.data, settings.join("\n"))
}

/// A, B, …, Z, AA, AB, ….
pub fn label(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + (index % 26) as u8);
        index = match index / 26 {
            0 => break,
            rest => rest - 1,
        };
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_go_on_after_z() {
        let shown: Vec<String> = [0, 25, 26, 27, 51, 52, 701, 702].map(label).to_vec();
        assert_eq!(shown, ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
    }
}
