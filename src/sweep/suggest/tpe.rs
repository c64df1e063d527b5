//! The tree-structured Parzen estimator (Bergstra et al., "Algorithms for hyper-parameter optimization", 2011), each
//! parameter by itself: what good trials had is likely, what all others had is not. Of some candidates that the good
//! ones make likely, the one is taken whose likelihoods differ most.

use super::first_new;
use super::random::{self, DRAWS, key, uniform};
use crate::distribution::{Distribution, quantile, same, scale, unscale};
use crate::event::Status;
use crate::space::{Parameter, Values};
use crate::spec::Sweep;
use crate::state::{State, badness};
use runner_declare::Value;
use runner_ground::error::Result;
use runner_ground::random::Key;
use runner_metric::Goal;

/// This many trials are random before there is anything to learn from.
const STARTUP: usize = 10;
/// Candidates for each value.
const CANDIDATES: u64 = 24;
/// The share of trials that count as good, and the most of them.
const GOOD: f64 = 0.15;
const MOST_GOOD: usize = 25;

/// Whether a trial's values are random: those before enough have ended always are, so they are known ahead.
pub fn is_random(trial: u64) -> bool {
    trial < STARTUP as u64
}

/// The values of the next trial; `None` where no setting is left.
///
/// # Errors
/// When no draw keeps the constraints.
pub fn values(sweep: &Sweep, state: &State, goal: Goal) -> Result<Option<Values>> {
    let trial = state.trials.len() as u64;
    let (good, others) = divide(state, goal);
    if is_random(trial) || good.is_empty() {
        return random::values(sweep, &state.seen, trial);
    }
    let draw = |draw| {
        sweep.space.values(|parameter| {
            let key = key(sweep.seed, trial, &parameter.key).at(draw);
            suggest(parameter, &of(&good, parameter), &of(&others, parameter), key)
        })
    };
    first_new(sweep, &state.seen, DRAWS, draw, || {
        uniform(key(sweep.seed, trial, ""), 0)
    })
}

/// The values of good trials, and those of all others: worse ones, failed ones, and those under way, lest all workers
/// try the same at once.
fn divide(state: &State, goal: Goal) -> (Vec<&Values>, Vec<&Values>) {
    let mut judged: Vec<(&Values, (bool, u64, f64))> = Vec::new();
    let mut others = Vec::new();
    for trial in &state.trials {
        match trial
            .ended
            .as_ref()
            .filter(|ended| ended.status.counts() && ended.value.is_some())
        {
            // A pruned trial comes after all that were not; of two pruned ones that is better which came further.
            Some(ended) => {
                let pruned = ended.status == Status::Pruned;
                let came = if pruned { u64::MAX - ended.epochs } else { 0 };
                judged.push((&trial.values, (pruned, came, badness(ended.value, goal))));
            }
            None => others.push(&trial.values),
        }
    }
    judged.sort_by(|(_, a), (_, b)| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    let count = ((GOOD * judged.len() as f64).ceil() as usize).min(MOST_GOOD);
    let mut values = judged.into_iter().map(|(values, _)| values);
    let good: Vec<&Values> = values.by_ref().take(count).collect();
    let worse: Vec<&Values> = values.collect();
    others.splice(0..0, worse);
    (good, others)
}

fn of<'a>(trials: &[&'a Values], parameter: &Parameter) -> Vec<&'a Value> {
    trials.iter().filter_map(|values| values.get(&parameter.key)).collect()
}

fn suggest(parameter: &Parameter, good: &[&Value], others: &[&Value], key: Key) -> Value {
    let distribution = &parameter.distribution;
    match distribution {
        Distribution::Categorical { values, probabilities } => {
            let prior = |index: usize| probabilities.as_ref().map_or(1.0 / values.len() as f64, |p| p[index]);
            let [good, others] = [good, others].map(|seen| shares(values, &prior, seen));
            let candidates = (0..CANDIDATES).map(|candidate| pick(&good, uniform(key, candidate)));
            let best = candidates.fold(None, |best: Option<(usize, f64)>, index| {
                let gain = good[index] / others[index].max(f64::MIN_POSITIVE);
                if best.is_some_and(|(_, most)| most >= gain) {
                    best
                } else {
                    Some((index, gain))
                }
            });
            best.and_then(|(index, _)| values.get(index))
                .cloned()
                .unwrap_or_default()
        }
        Distribution::IntUniform { min, max } => {
            let (low, high) = (*min as f64 - 0.5, *max as f64 + 0.5);
            distribution.value(best_of(low, high, &numbers(good, false), &numbers(others, false), key))
        }
        Distribution::Uniform { min, max, log, q } => {
            // A value at an end stands for half of its step on either side, as all others do.
            let half = if *log { 0.0 } else { q.unwrap_or(0.0) / 2.0 };
            let (low, high) = (scale(*min, *log) - half, scale(*max, *log) + half);
            let x = best_of(low, high, &numbers(good, *log), &numbers(others, *log), key);
            distribution.value(unscale(x, *log))
        }
        Distribution::Normal { mu, sigma, log, .. } => {
            let (low, high) = (mu - 4.0 * sigma, mu + 4.0 * sigma);
            let x = best_of(low, high, &numbers(good, *log), &numbers(others, *log), key);
            distribution.value(unscale(x, *log))
        }
    }
}

/// How likely each value is by how often it was seen, the prior counting as one trial.
fn shares(values: &[Value], prior: &dyn Fn(usize) -> f64, seen: &[&Value]) -> Vec<f64> {
    let share = |(index, value): (usize, &Value)| {
        let count = seen.iter().filter(|other| same(value, other)).count();
        (count as f64 + prior(index)) / (seen.len() as f64 + 1.0)
    };
    values.iter().enumerate().map(share).collect()
}

fn pick(shares: &[f64], u: f64) -> usize {
    let mut sum = 0.0;
    let found = shares.iter().position(|share| {
        sum += share;
        u < sum
    });
    found.unwrap_or(shares.len().saturating_sub(1))
}

fn numbers(values: &[&Value], log: bool) -> Vec<f64> {
    let scaled = values.iter().filter_map(|value| value.as_f64()).map(|x| scale(x, log));
    scaled.filter(|x| x.is_finite()).collect()
}

/// The candidate between two bounds that good trials make likely and others do not.
fn best_of(low: f64, high: f64, good: &[f64], others: &[f64], key: Key) -> f64 {
    let [good, others] = [good, others].map(|seen| Parzen::new(low, high, seen));
    let mut best = (f64::midpoint(low, high), f64::NEG_INFINITY);
    for candidate in 0..CANDIDATES {
        let x = good.draw(uniform(key, 2 * candidate), uniform(key, 2 * candidate + 1));
        let gain = good.log_density(x) - others.log_density(x);
        if gain > best.1 {
            best = (x, gain);
        }
    }
    best.0
}

/// A sum of normal distributions, cut at the bounds: one around each number that was seen, and a wide one over all.
struct Parzen {
    low: f64,
    high: f64,
    /// Mean, deviation, and the share of it that lies within the bounds.
    parts: Vec<(f64, f64, f64)>,
}

impl Parzen {
    fn new(low: f64, high: f64, seen: &[f64]) -> Self {
        let width = (high - low).max(f64::MIN_POSITIVE);
        let mut sorted: Vec<f64> = seen.iter().map(|x| x.clamp(low, high)).collect();
        sorted.push(f64::midpoint(low, high));
        sorted.sort_by(f64::total_cmp);
        // As wide as the larger distance to a neighbour, but neither a needle nor wider than all.
        let least = width / (sorted.len() as f64 + 1.0).min(100.0);
        let mut parts: Vec<(f64, f64)> = (0..sorted.len())
            .map(|index| {
                let before = if index == 0 { low } else { sorted[index - 1] };
                let after = sorted.get(index + 1).copied().unwrap_or(high);
                let x = sorted[index];
                (x, (x - before).max(after - x).clamp(least, width))
            })
            .collect();
        let prior = parts.iter().position(|(x, _)| *x == f64::midpoint(low, high));
        if let Some(part) = prior.and_then(|index| parts.get_mut(index)) {
            part.1 = width;
        }
        let parts = parts.into_iter().map(|(mean, deviation)| {
            let within = below((high - mean) / deviation) - below((low - mean) / deviation);
            (mean, deviation, within)
        });
        Self {
            low,
            high,
            parts: parts.collect(),
        }
    }

    fn draw(&self, which: f64, u: f64) -> f64 {
        let index = ((which * self.parts.len() as f64) as usize).min(self.parts.len() - 1);
        let (mean, deviation, within) = self.parts[index];
        let x = mean + deviation * quantile(below((self.low - mean) / deviation) + u * within);
        x.clamp(self.low, self.high)
    }

    fn log_density(&self, x: f64) -> f64 {
        let density = self.parts.iter().map(|(mean, deviation, within)| {
            let z = (x - mean) / deviation;
            libm::exp(-0.5 * z * z) / (deviation * within)
        });
        libm::log((density.sum::<f64>() / self.parts.len() as f64).max(f64::MIN_POSITIVE))
    }
}

/// The share of the normal distribution below a number.
fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
#[path = "tpe_tests.rs"]
mod tests;
