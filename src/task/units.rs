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
    /// The same with all their digits, where the data's numbers have 64 bits: far from zero, 32 would not tell them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<Normalization>,
}

impl Units {
    pub(super) fn new(width: usize, normalization: Option<&Normalization>) -> Self {
        let single = |numbers: &[f64]| numbers.iter().map(|&x| x as f32).collect();
        match normalization {
            Some(normalization) => Self {
                mean: single(&normalization.mean),
                std: single(&normalization.std),
                exact: (!is_single(normalization)).then(|| normalization.clone()),
            },
            None => Self {
                mean: vec![0.0; width],
                std: vec![1.0; width],
                exact: None,
            },
        }
    }

    /// Whether numbers have 64 bits.
    pub(super) fn are_exact(&self) -> bool {
        self.exact.is_some()
    }

    /// Numbers in the data's own units; of 32 bits where those of the data are.
    pub(super) fn restore(&self, values: &[f32]) -> Vec<f64> {
        match &self.exact {
            Some(Normalization { mean, std }) => {
                let scales = mean.iter().zip(std).cycle();
                let all = values.iter().zip(scales);
                all.map(|(&x, (&mean, &std))| f64::from(x) * std + mean).collect()
            }
            None => {
                let scales = self.mean.iter().zip(&self.std).cycle();
                let all = values.iter().zip(scales);
                all.map(|(&x, (&mean, &std))| f64::from(x * std + mean)).collect()
            }
        }
    }

    /// The same for predictions that are told, which have no more digits than the outputs: of the numbers that are scaled
    /// to the same 32 bits, the one with the fewest decimals.
    pub(super) fn predicted(&self, outputs: &[f32]) -> Vec<f64> {
        let restored = self.restore(outputs);
        let Some(Normalization { mean, std }) = &self.exact else {
            return restored;
        };
        let scales = mean.iter().zip(std).cycle();
        let each = restored.into_iter().zip(outputs).zip(scales);
        each.map(|((x, &output), (&mean, &std))| {
            let same = |rounded: &f64| ((rounded - mean) / std) as f32 == output;
            let mut rounded = (0..=MOST_DECIMALS).filter_map(|decimals| format!("{x:.decimals$}").parse().ok());
            rounded.find(same).unwrap_or(x)
        })
        .collect()
    }

    /// A number with all the digits that it has.
    pub(super) fn cell(&self, x: f64) -> String {
        match self.exact {
            Some(_) => x.to_string(),
            None => (x as f32).to_string(),
        }
    }

    /// A prediction for people, of the number at this place of a sample: to a ten thousandth of what the numbers vary by.
    pub(super) fn shown(&self, place: usize, x: f64) -> String {
        let std = self.exact.as_ref().and_then(|exact| exact.std.get(place));
        let decimals = std.map_or(4.0, |std| (4.0 - std.log10().floor()).clamp(0.0, 12.0));
        format!("{x:.0$}", decimals as usize)
    }
}

/// Numbers that vary by less than these decimals show have them all.
const MOST_DECIMALS: usize = 15;

/// Whether statistics are those of numbers of 32 bits.
pub(super) fn is_single(normalization: &Normalization) -> bool {
    let mut all = normalization.mean.iter().chain(&normalization.std);
    all.all(|&x| f64::from(x as f32) == x)
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
            self.metric.see(&outputs, &values);
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
            exact: None,
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

    #[test]
    fn numbers_far_from_zero_keep_their_digits() {
        let seconds = Normalization {
            mean: vec![1_700_000_029.5],
            std: vec![17.318_102_282_486_4],
        };
        let units = Units::new(1, Some(&seconds));
        let restored = units.restore(&[0.0, 1.0, -1.0]);
        assert_eq!(restored[0], 1_700_000_029.5);
        assert!((restored[1] - restored[2] - 2.0 * seconds.std[0]).abs() < 1e-6);
        assert_eq!(
            (units.cell(restored[0]), units.shown(0, restored[1])),
            ("1700000029.5".to_owned(), "1700000046.818".to_owned())
        );
        // As many digits as 32 bits tell apart at this distance from the mean.
        let scaled = |x: f64| ((x - seconds.mean[0]) / seconds.std[0]) as f32;
        assert_eq!(units.predicted(&[scaled(1_700_000_012.25)]), [1_700_000_012.25]);
        let single = Units::new(1, Some(&Normalization::single(&[11.7], &[3.1])));
        assert!(!single.are_exact());
        assert_eq!(single.cell(single.restore(&[0.0])[0]), "11.7");
    }
}
