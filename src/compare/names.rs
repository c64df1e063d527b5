//! What metrics are called beside each other: one name never means two things.

use std::collections::BTreeSet;

use super::run::Run;
use runner_metric::{bare, is_of_positive};
use runner_results::names::{class_of, name_of};

impl Run {
    /// Its metrics by their names of today.
    pub(super) fn by_names_of_today(mut self) -> Self {
        let known = self.metrics.clone();
        self.rename(&|metric| name_of(&known, metric));
        self
    }

    /// The class that metrics such as `f1` are of.
    #[must_use]
    pub fn positive_class(&self) -> Option<&str> {
        self.metrics.iter().find_map(|metric| metric.class.as_deref())
    }

    fn rename(&mut self, name: &dyn Fn(&str) -> String) {
        let columns = self.columns.metrics.iter_mut().map(|(metric, _)| metric);
        let test = self.test.iter_mut().map(|(metric, _)| metric);
        let known = self.metrics.iter_mut().map(|metric| &mut metric.name);
        for metric in columns.chain(test).chain(known).chain([&mut self.monitor]) {
            *metric = name(metric);
        }
    }
}

/// Where the metrics of runs are of different positive classes, each is called by its class: `val_f1_spam`.
pub fn by_class(runs: &mut [Run]) {
    if classes(runs).len() < 2 {
        return;
    }
    for run in runs {
        let known = run.metrics.clone();
        run.rename(&|metric| match class_of(&known, metric) {
            Some(class) => format!("{metric}_{class}"),
            None => metric.to_owned(),
        });
    }
}

/// Of which class they are where it is one for all runs.
pub fn note(runs: &[Run]) -> Option<String> {
    let class = match classes(runs).into_iter().collect::<Vec<_>>()[..] {
        [class] => class,
        _ => return None,
    };
    let mut names: Vec<&str> = Vec::new();
    for metric in runs
        .iter()
        .flat_map(Run::metrics)
        .map(bare)
        .filter(|metric| is_of_positive(metric))
    {
        if !names.contains(&metric) {
            names.push(metric);
        }
    }
    let listed = match names[..] {
        [] => return None,
        [one] => format!("{one} is that"),
        [ref all @ .., last] => format!("{} and {last} are those", all.join(", ")),
    };
    Some(format!("{listed} of class '{class}'"))
}

fn classes(runs: &[Run]) -> BTreeSet<&str> {
    runs.iter().filter_map(Run::positive_class).collect()
}
