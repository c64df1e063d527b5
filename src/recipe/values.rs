//! What a resolved recipe says, as plain values: for whoever compares recipes and checks none.

use serde_json::{Map, Number, Value};

use super::yaml::{self, Atom, Data, Node};

/// The values of a recipe's text; `None` where it is no YAML or no mapping.
///
/// ```
/// use runner_recipe::values;
/// let recipe = values("seed: 1\nnetwork:\n- linear:\n      out_features: 4\n- relu\n").unwrap();
/// assert_eq!(recipe["network"][0]["linear"]["out_features"], 4);
/// assert!(values("seed: [1").is_none() && values("seed").is_none());
/// ```
#[must_use]
pub fn values(text: &str) -> Option<Value> {
    let (node, flaws) = yaml::parse(text);
    let value = value(&node.filter(|_| flaws.is_empty())?);
    value.is_object().then_some(value)
}

fn value(node: &Node) -> Value {
    match &node.data {
        Data::Scalar(scalar) => match scalar.atom {
            Atom::Null => Value::Null,
            Atom::Bool(value) => Value::Bool(value),
            Atom::Integer(value) => value.into(),
            // JSON has neither NaN nor infinity: they stay as they were written.
            Atom::Number(value) => Number::from_f64(value).map_or_else(|| scalar.raw.clone().into(), Value::Number),
            Atom::Text => scalar.raw.clone().into(),
        },
        Data::List(items) => items.iter().map(value).collect(),
        Data::Map(entries) => {
            let entries = entries.iter().map(|(key, entry)| (key.clone(), value(&entry.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Data::Elements(items) => {
            let items = items.iter().map(|(key, item)| (key.to_string(), value(item)));
            Value::Object(items.collect())
        }
    }
}
