//! How much each parameter mattered: a random forest learns a trial's value from its parameters, and a parameter
//! matters as much as the forest's error grows when this parameter's values are exchanged among the trials
//! (permutation importance, Breiman 2001). Beside it the rank correlation shows the direction.

use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

use super::distribution::{Distribution, same, scale};
use super::manifest::Manifest;
use super::space::Parameter;
use super::state::State;
use runner_declare::Value;
use runner_ground::random::Key;

/// Fewer trials show nothing.
const FEWEST: usize = 5;
/// More trials are not looked at; the first are taken.
const MOST: usize = 1000;
/// How often values are exchanged.
const ROUNDS: u64 = 5;

/// Stands for a parameter that is not there: less than any value.
const ABSENT: f64 = -1e9;

/// How much a parameter mattered.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// The parameter.
    pub key: String,
    /// Its share of all importance, from 0 to 1.
    pub share: f64,
    /// Spearman's rank correlation with the trial's value; none for words.
    pub correlation: Option<f64>,
}

/// The importance of all parameters that take more than one value, the most important first. Nothing where there are
/// too few trials, or all have the same value.
pub fn importance(manifest: &Manifest, state: &State) -> Vec<Importance> {
    let judged: Vec<(usize, f64)> = state
        .ended()
        .filter(|(_, ended)| ended.status.counts())
        .filter_map(|(index, ended)| Some((index, ended.value?)))
        .take(MOST)
        .collect();
    let parameters: Vec<&Parameter> = manifest.sweep.space.parameters.iter().collect();
    let column = |parameter: &&Parameter| -> Vec<f64> {
        let value = |(index, _): &(usize, f64)| number(parameter, state.trials[*index].values.get(&parameter.key));
        judged.iter().map(value).collect()
    };
    let values: Vec<f64> = judged.iter().map(|(_, value)| *value).collect();
    let varied: Vec<(&Parameter, Vec<f64>)> = parameters
        .into_iter()
        .map(|parameter| (parameter, column(&parameter)))
        .filter(|(_, column)| varies(column))
        .collect();
    if judged.len() < FEWEST || varied.is_empty() || !varies(&values) {
        return Vec::new();
    }
    let columns: Vec<Vec<f64>> = varied.iter().map(|(_, column)| column.clone()).collect();
    let shares = shares(&columns, &values).unwrap_or_else(|| vec![0.0; columns.len()]);
    let mut found: Vec<Importance> = varied
        .into_iter()
        .zip(shares)
        .map(|((parameter, column), share)| Importance {
            key: parameter.key.clone(),
            share,
            correlation: has_order(parameter).then(|| {
                // Only trials that have the parameter show its direction.
                let there = column.iter().zip(&values).filter(|(x, _)| **x != ABSENT);
                let (column, values): (Vec<f64>, Vec<f64>) = there.map(|(x, value)| (*x, *value)).unzip();
                spearman(&column, &values)
            }),
        })
        .collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share));
    found
}

/// Whether a parameter's values have an order.
fn has_order(parameter: &Parameter) -> bool {
    match &parameter.distribution {
        Distribution::Categorical { values, .. } => values.iter().all(Value::is_number),
        _ => true,
    }
}

/// A value as a number: of words their place in the list. One that is not there is less than all.
fn number(parameter: &Parameter, value: Option<&Value>) -> f64 {
    let Some(value) = value else { return ABSENT };
    match (&parameter.distribution, value.as_f64()) {
        (Distribution::Categorical { values, .. }, number) if number.is_none() || !has_order(parameter) => values
            .iter()
            .position(|known| same(known, value))
            .map_or(-1.0, |place| place as f64),
        (distribution, Some(x)) => scale(x, distribution.is_logarithmic()),
        (_, None) => -1.0,
    }
}

fn varies(values: &[f64]) -> bool {
    values.iter().any(|value| value != &values[0])
}

fn shares(columns: &[Vec<f64>], values: &[f64]) -> Option<Vec<f64>> {
    let rows = |columns: &[Vec<f64>]| -> Vec<Vec<f64>> {
        (0..values.len())
            .map(|row| columns.iter().map(|column| column[row]).collect())
            .collect()
    };
    let matrix = |columns: &[Vec<f64>]| DenseMatrix::from_2d_vec(&rows(columns)).ok();
    let parameters = RandomForestRegressorParameters::default()
        .with_n_trees(50)
        .with_m(columns.len())
        .with_seed(1);
    let values = values.to_vec();
    let forest = RandomForestRegressor::fit(&matrix(columns)?, &values, parameters).ok()?;
    let error = |columns: &[Vec<f64>]| -> Option<f64> {
        let found: Vec<f64> = forest.predict(&matrix(columns)?).ok()?;
        let squares = found.iter().zip(&values).map(|(found, value)| (found - value).powi(2));
        Some(squares.sum::<f64>() / values.len() as f64)
    };
    let before = error(columns)?;
    let mut grown = Vec::with_capacity(columns.len());
    for index in 0..columns.len() {
        let mut sum = 0.0;
        for round in 0..ROUNDS {
            let order = Key::new(1).at(index as u64).at(round).permutation(values.len());
            let mut exchanged = columns.to_vec();
            exchanged[index] = order.iter().map(|row| columns[index][*row as usize]).collect();
            sum += (error(&exchanged)? - before).max(0.0);
        }
        grown.push(sum);
    }
    let all: f64 = grown.iter().sum();
    (all > 0.0).then(|| grown.iter().map(|sum| sum / all).collect())
}

/// Spearman's rank correlation; equal values share their mean rank.
fn spearman(one: &[f64], other: &[f64]) -> f64 {
    let (a, b) = (ranks(one), ranks(other));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let size = (product(&a, &a) * product(&b, &b)).sqrt();
    if size > 0.0 { product(&a, &b) / size } else { 0.0 }
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| *other == value).count() as f64;
        below + (equal - 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_the_value_matters_most() {
        let key = Key::new(5);
        let column = |index: u64| {
            (0..60)
                .map(|row| f64::from(key.at(index).uniform(row)))
                .collect::<Vec<f64>>()
        };
        let columns = [column(0), column(1), column(2)];
        let values: Vec<f64> = (0..60).map(|row| 10.0 * columns[1][row] + columns[2][row]).collect();
        let shares = shares(&columns, &values).unwrap();
        assert!(
            shares[1] > 0.8 && shares[1] > shares[2] && shares[2] > shares[0],
            "{shares:?}"
        );
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(spearman(&columns[1], &values) > 0.9);
    }

    #[test]
    fn ranks_that_are_equal_are_shared() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0]), [1.5, 0.0, 1.5]);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[9.0, 4.0, 1.0]), -1.0);
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
    }
}
