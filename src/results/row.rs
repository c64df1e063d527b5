//! One row of metrics.csv.

use serde::{Deserialize, Serialize};

/// The monitor of tasks whose metrics do not say which epoch is the best: the last one counts.
pub const EPOCH: &str = "epoch";

/// What one epoch brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Counted from 1.
    pub epoch: u64,
    /// Optimizer steps done in all.
    pub step: u64,
    /// Learning rate of the epoch's last step; none where a model was fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lr: Option<f64>,
    /// `train_loss`, `val_loss`, and the task's metrics, in the order of the columns.
    #[serde(with = "named")]
    pub metrics: Vec<(String, f64)>,
    /// Wall-clock seconds of this epoch. A time column: not compared between runs.
    pub seconds: f64,
    /// Training samples a second. A time column.
    pub samples_per_second: f64,
}

impl Row {
    /// A metric by name, [`EPOCH`] among them.
    pub fn metric(&self, name: &str) -> Option<f64> {
        match name {
            EPOCH => Some(self.epoch as f64),
            _ => find(&self.metrics, name),
        }
    }
}

/// A metric by name.
pub fn find(metrics: &[(String, f64)], name: &str) -> Option<f64> {
    metrics.iter().find(|(key, _)| key == name).map(|&(_, value)| value)
}

/// Named numbers in JSON, which has neither NaN nor infinity: a metric that is not defined is `null`, an infinite one
/// the text `inf` or `-inf`. So metrics.csv is the same whether its rows have been through a checkpoint or not.
pub mod named {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    /// Writes them.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(values: &[(String, f64)], serializer: S) -> Result<S::Ok, S::Error> {
        let value = |x: f64| match x {
            f64::INFINITY => Value::from("inf"),
            f64::NEG_INFINITY => Value::from("-inf"),
            // Of NaN it makes null.
            x => Value::from(x),
        };
        let values: Vec<_> = values.iter().map(|(name, x)| (name, value(*x))).collect();
        values.serialize(serializer)
    }

    /// Reads them.
    ///
    /// # Errors
    /// When something else stands there.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, f64)>, D::Error> {
        let number = |value: &Value| match value {
            Value::Null => Some(f64::NAN),
            Value::String(text) if text == "inf" => Some(f64::INFINITY),
            Value::String(text) if text == "-inf" => Some(f64::NEG_INFINITY),
            other => other.as_f64(),
        };
        let values = Vec::<(String, Value)>::deserialize(deserializer)?;
        let named = values.into_iter().map(|(name, value)| match number(&value) {
            Some(x) => Ok((name, x)),
            None => Err(D::Error::custom(format!("{name} is {value}, which is no number"))),
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_and_infinite_metrics_survive_json() {
        let row = Row {
            epoch: 1,
            step: 2,
            lr: Some(0.1),
            metrics: [
                ("r2", f64::NAN),
                ("up", f64::INFINITY),
                ("down", f64::NEG_INFINITY),
                ("loss", 0.1 + 0.2),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
            seconds: 1.0,
            samples_per_second: 3.0,
        };
        let back: Row = serde_json::from_str(&serde_json::to_string(&row).unwrap()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{row:?}"));
    }
}
