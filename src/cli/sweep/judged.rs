//! What a sweep's trials are judged by: all of them by the same.

use super::check::{Checks, shown};
use runner_declare::{KeyPath, Problem};
use runner_experiment::Checked;
use runner_results::row::EPOCH;
use runner_sweep::{Metric, Sweep, Values};
use runner_train::stopping::Judge;

/// A trial's values with what they make.
type Trial = (Values, Checked);

/// The metric of a sweep: its own, else what its trials' recipes judge their best epochs by.
pub fn metric(checks: &Checks, sweep: &Sweep, trials: &[Trial]) -> Result<Metric, Vec<Problem>> {
    let alone = [(Values::new(), checks.base.clone())];
    let trials = if trials.is_empty() { &alone[..] } else { trials };
    match &sweep.metric {
        Some(metric) => known(metric, trials),
        None => shared(trials),
    }
}

fn known(metric: &Metric, trials: &[Trial]) -> Result<Metric, Vec<Problem>> {
    let has = |(_, checked): &&Trial| checked.plan.metrics.contains(&metric.name) || metric.name == EPOCH;
    let Some((values, checked)) = trials.iter().find(|trial| !has(trial)) else {
        return Ok(metric.clone());
    };
    let names: Vec<&str> = checked.plan.metrics.iter().map(String::as_str).collect();
    let whose = match trials.iter().find(has) {
        Some(_) => format!("a trial of {}", given(values)),
        None => checked.recipe.name.clone(),
    };
    let help = match runner_task::near(&metric.name, &checked.plan) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("its metrics are {}", names.join(", ")),
    };
    let at = KeyPath::from("metric").join("name");
    Err(vec![
        Problem::new(at, format!("{whose} has no metric '{}'", metric.name)).help(help),
    ])
}

/// What all judge by; where trials differ in that, nobody can say which is the best.
fn shared(trials: &[Trial]) -> Result<Metric, Vec<Problem>> {
    let judge = |checked: &Checked| {
        let Judge {
            monitor: name, goal, ..
        } = Judge::new(&checked.recipe, &checked.plan);
        Metric { name, goal }
    };
    let Some((first, checked)) = trials.first() else {
        return Err(Vec::new());
    };
    let metric = judge(checked);
    let Some((other, unlike)) = trials.iter().find(|(_, checked)| judge(checked) != metric) else {
        return Ok(metric);
    };
    let message = format!(
        "trials are judged by different metrics: {} by {}, {} by {}",
        given(first),
        metric.name,
        given(other),
        judge(unlike).name
    );
    let all = |name: &&String| trials.iter().all(|(_, checked)| checked.plan.metrics.contains(name));
    let common: Vec<&String> = checked.plan.metrics.iter().filter(all).collect();
    let known = |name: &&&String| name.starts_with("val_") && runner_metric::goal(name).is_some();
    let help = match common.iter().find(known) {
        Some(name) => format!("say 'metric: {name}' in the sweep's file: all of them have it"),
        None => "they have no metric of the validation part in common: make a sweep of each".to_owned(),
    };
    Err(vec![Problem::new(KeyPath::from("metric"), message).help(help)])
}

fn given(values: &Values) -> String {
    let all: Vec<String> = values.iter().map(|(key, value)| shown(key, value)).collect();
    if all.is_empty() {
        "the recipe".to_owned()
    } else {
        all.join(" ")
    }
}
