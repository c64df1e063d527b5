//! One row of metrics.csv.

use serde::{Deserialize, Serialize};

/// What one epoch brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Counted from 1.
    pub epoch: u64,
    /// Optimizer steps done in all.
    pub step: u64,
    /// Learning rate of the epoch's last step.
    pub lr: f64,
    /// `train_loss`, `val_loss`, and the task's metrics, in the order of the columns.
    #[serde(with = "named")]
    pub metrics: Vec<(String, f64)>,
    /// Wall-clock seconds of this epoch. A time column: not compared between runs.
    pub seconds: f64,
    /// Training samples a second. A time column.
    pub samples_per_second: f64,
}

impl Row {
    /// A metric by name.
    pub fn metric(&self, name: &str) -> Option<f64> {
        find(&self.metrics, name)
    }
}

/// A metric by name.
pub fn find(metrics: &[(String, f64)], name: &str) -> Option<f64> {
    metrics.iter().find(|(key, _)| key == name).map(|&(_, value)| value)
}

/// Named numbers in JSON, which has no NaN: a metric that is not defined is `null`.
pub(crate) mod named {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(values: &[(String, f64)], serializer: S) -> Result<S::Ok, S::Error> {
        let values: Vec<_> = values
            .iter()
            .map(|(name, x)| (name, x.is_finite().then_some(*x)))
            .collect();
        values.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, f64)>, D::Error> {
        let values = Vec::<(String, Option<f64>)>::deserialize(deserializer)?;
        Ok(values
            .into_iter()
            .map(|(name, x)| (name, x.unwrap_or(f64::NAN)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undefined_metric_survives_json() {
        let row = Row {
            epoch: 1,
            step: 2,
            lr: 0.1,
            metrics: vec![("val_r2".to_owned(), f64::NAN), ("val_loss".to_owned(), 0.1 + 0.2)],
            seconds: 1.0,
            samples_per_second: 3.0,
        };
        let back: Row = serde_json::from_str(&serde_json::to_string(&row).unwrap()).unwrap();
        assert!(back.metric("val_r2").unwrap().is_nan());
        assert_eq!(back.metric("val_loss"), Some(0.1 + 0.2));
    }
}
