//! Which settings there have been: what a trial gives follows from its values alone, so that the same ones again could
//! bring nothing new.

use std::collections::HashSet;
use std::fmt::Write;

use super::space::Values;
use runner_declare::Value;

/// Settings that there have been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(HashSet<String>);

impl Seen {
    /// Adds values; gives whether they are new.
    pub fn add(&mut self, values: &Values) -> bool {
        self.0.insert(canonical(values))
    }

    /// Whether there have been these values.
    pub fn has(&self, values: &Values) -> bool {
        self.0.contains(&canonical(values))
    }

    /// How many there have been.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there has been none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Values as text, 1 and 1.0 being the same.
fn canonical(values: &Values) -> String {
    let mut text = String::new();
    for (key, value) in values {
        let _ = write!(text, "{}=", Value::from(key.as_str()));
        write_value(value, &mut text);
        text.push(';');
    }
    text
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => {
            // Whole numbers beyond those that floats count by ones keep their digits.
            let whole = number.as_i64().filter(|whole| whole.unsigned_abs() > 1 << 53);
            let _ = match (whole, number.as_f64()) {
                (None, Some(x)) => write!(text, "{:?}", x + 0.0),
                _ => write!(text, "{number}"),
            };
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_value(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(entries) => {
            let mut keys: Vec<&String> = entries.keys().collect();
            keys.sort();
            text.push('{');
            for key in keys {
                let _ = write!(text, "{}:", Value::from(key.as_str()));
                write_value(&entries[key], text);
                text.push(',');
            }
            text.push('}');
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_number_is_the_same_setting_however_it_is_written() {
        let mut seen = Seen::default();
        let values = |value: Value| serde_json::from_value::<Values>(json!({"a": value})).unwrap();
        assert!(seen.add(&values(json!([{"x": 1, "y": 0.0}]))));
        assert!(!seen.add(&values(json!([{"y": -0.0, "x": 1.0}]))));
        assert!(seen.add(&values(json!("1"))) && !seen.has(&values(json!(1))));
        assert_eq!(seen.len(), 2);
    }
}
