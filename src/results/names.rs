//! What the columns of a run are called beside those of other runs: one name never means two things.

use super::record::{MetricRecord, Record};
use runner_metric::bare;

/// Metrics whose bare names were means over classes in runs that do not say of which class they are.
const AVERAGED: [&str; 3] = ["precision", "recall", "f1"];

impl Record {
    /// The class that a metric is of, where its name does not say it.
    pub fn class_of(&self, metric: &str) -> Option<&str> {
        class_of(&self.metrics, metric)
    }

    /// What a metric of this run is called today: `val_f1` of a run in which that was the mean over classes is
    /// `val_f1_macro`.
    pub fn name_of(&self, metric: &str) -> String {
        name_of(&self.metrics, metric)
    }

    /// The same for people, with the class that it is of: `f1 (spam)`.
    pub fn label_of(&self, metric: &str) -> String {
        let name = self.name_of(metric);
        match self.class_of(metric) {
            Some(class) => format!("{name} ({class})"),
            None => name,
        }
    }

    /// Metrics of this run by their names of today.
    pub fn named(&self, metrics: &[(String, f64)]) -> Vec<(String, f64)> {
        let named = metrics.iter().map(|(name, value)| (self.name_of(name), *value));
        named.collect()
    }
}

/// The class that a metric is of, among those that run.json knows; test metrics are those of the other parts.
pub fn class_of<'a>(known: &'a [MetricRecord], metric: &str) -> Option<&'a str> {
    let same = |known: &&MetricRecord| bare(&known.name) == bare(metric);
    known.iter().find(same)?.class.as_deref()
}

/// As [`Record::name_of`].
pub fn name_of(known: &[MetricRecord], metric: &str) -> String {
    if AVERAGED.contains(&bare(metric)) && class_of(known, metric).is_none() {
        format!("{metric}_macro")
    } else {
        metric.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_an_earlier_run_is_called_so() {
        let metric = |name| MetricRecord::of(name, Some("spam")).unwrap();
        let now = ["val_f1", "val_average_precision", "val_accuracy"].map(metric);
        assert_eq!(name_of(&now, "test_f1"), "test_f1");
        assert_eq!(
            (class_of(&now, "test_f1"), class_of(&now, "val_accuracy")),
            (Some("spam"), None)
        );
        let then = now.map(|metric| MetricRecord { class: None, ..metric });
        assert_eq!(name_of(&then, "val_f1"), "val_f1_macro");
        assert_eq!(name_of(&[], "test_recall"), "test_recall_macro");
        assert_eq!(name_of(&[], "f1_spam"), "f1_spam");
    }
}
