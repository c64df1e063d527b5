//! Figures of a regressor: mae, rmse, r².

use serde::{Deserialize, Serialize};

use super::{MOST_SAMPLES, Metric, exact};
use runner_data::Target;

/// Sums over the samples, for each of the target numbers of a sample.
///
/// ```
/// use runner_data::Target;
/// use runner_metric::{Metric, Regression};
/// let mut metric = Regression::new(1);
/// metric.update(&[1.0, 3.0], Target::Values(&[2.0, 4.0]));
/// let values: Vec<f64> = metric.values().into_iter().map(|(_, value)| value).collect();
/// assert_eq!(values, [1.0, 1.0, 0.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    columns: Vec<Column>,
}

/// One target number's sums. The spread is kept as Welford (1962) does, so that a large mean does not
/// swallow it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Column {
    samples: u64,
    #[serde(with = "exact")]
    absolute: f64,
    #[serde(with = "exact")]
    squared: f64,
    #[serde(with = "exact")]
    mean: f64,
    /// Sum of squared distances from the mean of the targets.
    #[serde(with = "exact")]
    spread: f64,
}

impl Regression {
    /// For `width` numbers a sample.
    pub fn new(width: usize) -> Self {
        Self {
            columns: vec![Column::default(); width],
        }
    }

    /// Adds what another accumulator of the same width has seen.
    pub fn merge(&mut self, other: &Self) {
        self.columns
            .iter_mut()
            .zip(&other.columns)
            .for_each(|(ours, theirs)| ours.merge(theirs));
    }

    /// Takes samples in whose numbers have 64 bits, row-major.
    pub fn see(&mut self, outputs: &[f64], truths: &[f64]) {
        let width = self.columns.len().max(1);
        for (row, truths) in outputs.chunks_exact(width).zip(truths.chunks_exact(width)) {
            for ((column, &output), &truth) in self.columns.iter_mut().zip(row).zip(truths) {
                column.add(output, truth);
            }
        }
    }

    fn average(&self, figure: impl Fn(&Column) -> f64) -> f64 {
        self.columns.iter().map(figure).sum::<f64>() / self.columns.len() as f64
    }
}

impl Metric for Regression {
    fn update(&mut self, outputs: &[f32], target: Target<'_>) {
        let Target::Values(values) = target else {
            return;
        };
        let [outputs, truths] =
            [outputs, values].map(|numbers| numbers.iter().copied().map(f64::from).collect::<Vec<_>>());
        self.see(&outputs, &truths);
    }

    fn values(&self) -> Vec<(String, f64)> {
        vec![
            (
                "mae".to_owned(),
                self.average(|column| column.absolute / column.samples as f64),
            ),
            (
                "rmse".to_owned(),
                self.average(|column| (column.squared / column.samples as f64).sqrt()),
            ),
            ("r2".to_owned(), self.average(Column::r2)),
        ]
    }

    fn is_like(&self, other: &Self) -> bool {
        self.columns.len() == other.columns.len() && other.columns.iter().all(|column| column.samples <= MOST_SAMPLES)
    }
}

impl Column {
    fn add(&mut self, output: f64, truth: f64) {
        let error = output - truth;
        self.absolute += error.abs();
        self.squared += error * error;
        self.samples += 1;
        let distance = truth - self.mean;
        self.mean += distance / self.samples as f64;
        self.spread += distance * (truth - self.mean);
    }

    /// Means and spreads of two groups become those of both (Chan, Golub and LeVeque 1983).
    fn merge(&mut self, other: &Self) {
        let samples = self.samples + other.samples;
        if samples == 0 {
            return;
        }
        let (ours, theirs, both) = (self.samples as f64, other.samples as f64, samples as f64);
        let distance = other.mean - self.mean;
        self.mean += distance * theirs / both;
        self.spread += other.spread + distance * distance * ours * theirs / both;
        self.absolute += other.absolute;
        self.squared += other.squared;
        self.samples = samples;
    }

    /// 1 − Σ(z − y)² / Σ(y − ȳ)². Where the targets do not vary, 1 for no error and 0 for any, as
    /// scikit-learn has it; NaN for fewer than two samples.
    fn r2(&self) -> f64 {
        match self {
            Column { samples: 0 | 1, .. } => f64::NAN,
            Column { spread, squared, .. } if *spread == 0.0 => f64::from(u8::from(*squared == 0.0)),
            Column { spread, squared, .. } => 1.0 - squared / spread,
        }
    }
}
