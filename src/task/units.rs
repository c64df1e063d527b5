//! A regression trains on standardized targets; what it reports is in the data's own units.

use serde::{Deserialize, Serialize};

use runner_data::Normalization;
use runner_data::Target;
use runner_metric::{Metric, Regression};

/// From standardized numbers back to the data's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Units {
    mean: Vec<f32>,
    std: Vec<f32>,
}

impl Units {
    pub(super) fn new(width: usize, normalization: Option<&Normalization>) -> Self {
        match normalization {
            Some(normalization) => Self {
                mean: normalization.mean.iter().map(|&x| x as f32).collect(),
                std: normalization.std.iter().map(|&x| x as f32).collect(),
            },
            None => Self {
                mean: vec![0.0; width],
                std: vec![1.0; width],
            },
        }
    }

    pub(super) fn restore(&self, values: &[f32]) -> Vec<f32> {
        let scales = self.mean.iter().zip(&self.std).cycle();
        values
            .iter()
            .zip(scales)
            .map(|(&x, (&mean, &std))| x * std + mean)
            .collect()
    }
}

/// [`Regression`] in the data's own units.
#[derive(Serialize, Deserialize)]
pub(super) struct InUnits {
    pub(super) units: Units,
    pub(super) metric: Regression,
}

impl Metric for InUnits {
    fn update(&mut self, outputs: &[f32], target: Target<'_>) {
        if let Target::Values(values) = target {
            let (outputs, values) = (self.units.restore(outputs), self.units.restore(values));
            self.metric.update(&outputs, Target::Values(&values));
        }
    }

    fn values(&self) -> Vec<(String, f64)> {
        self.metric.values()
    }

    fn is_like(&self, other: &Self) -> bool {
        self.units == other.units && self.metric.is_like(&other.metric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::Meter;

    #[test]
    fn metrics_are_in_the_datas_units_and_survive_saving() {
        let units = Units {
            mean: vec![100.0],
            std: vec![10.0],
        };
        let mut meter = InUnits {
            units,
            metric: Regression::new(1),
        };
        meter.update(&[0.0, 1.0], Target::Values(&[1.0, 1.0]));
        assert_eq!(meter.values()[0], ("mae".to_owned(), 5.0));
        let state = meter.state();
        let mut back = InUnits {
            units: meter.units.clone(),
            metric: Regression::new(1),
        };
        back.restore(&state).unwrap();
        assert_eq!(back.values(), meter.values());
    }
}
