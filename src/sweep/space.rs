//! The space of a sweep: its parameters, when each is there, and what their values keep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::constraint::Constraint;
use super::distribution::{self, Distribution, MOST_GRID_VALUES};
use super::seen::Seen;
use runner_declare::Value;

/// The values of one trial by the recipe's keys; a parameter that is not there in this trial has none.
pub type Values = BTreeMap<String, Value>;

/// One thing that changes from trial to trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// The recipe's key, such as `network.0.linear`.
    pub key: String,
    /// How its values are drawn.
    pub distribution: Distribution,
    /// It is there only where all of these hold.
    pub when: Vec<Condition>,
    /// Whether it draws whole numbers for no other reason than that both bounds are whole: what the recipe takes decides.
    #[serde(skip)]
    pub by_bounds: bool,
}

/// Another parameter has one of these values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The other parameter.
    pub key: String,
    /// Its values.
    pub values: Vec<Value>,
}

impl Parameter {
    /// Whether the parameter is there beside these values.
    pub fn is_active(&self, values: &Values) -> bool {
        let holds = |condition: &Condition| {
            let value = values.get(&condition.key);
            value.is_some_and(|value| condition.values.iter().any(|known| distribution::same(known, value)))
        };
        self.when.iter().all(holds)
    }

    /// Whether its values are single words or numbers, never lists or mappings.
    pub fn is_scalar(&self) -> bool {
        match &self.distribution {
            Distribution::Categorical { values, .. } => {
                values.iter().all(|value| !value.is_array() && !value.is_object())
            }
            _ => true,
        }
    }
}

/// Parameters and what their values keep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Space {
    /// In the order in which they are shown; a grid changes the last one fastest.
    pub parameters: Vec<Parameter>,
    /// Comparisons that hold for the values of each trial.
    pub constraints: Vec<Constraint>,
    /// Indices of parameters, each after those that decide whether it is there.
    order: Vec<usize>,
}

impl Space {
    /// The parameters' keys, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().map(|parameter| parameter.key.as_str())
    }

    /// A space of these parameters.
    ///
    /// # Errors
    /// The index of a parameter that depends on itself, and why that cannot be.
    pub fn new(parameters: Vec<Parameter>) -> Result<Self, (usize, String)> {
        let mut order: Vec<usize> = Vec::with_capacity(parameters.len());
        while order.len() < parameters.len() {
            let ready = |condition: &Condition| {
                let other = parameters.iter().position(|other| other.key == condition.key);
                // A condition on what is no parameter is reported elsewhere; it never holds.
                other.is_none_or(|other| order.contains(&other))
            };
            let next =
                (0..parameters.len()).find(|index| !order.contains(index) && parameters[*index].when.iter().all(ready));
            match next {
                Some(index) => order.push(index),
                None => {
                    let index = (0..parameters.len()).find(|index| !order.contains(index)).unwrap_or(0);
                    return Err((index, "whether this parameter is there depends on itself".to_owned()));
                }
            }
        }
        Ok(Self {
            parameters,
            constraints: Vec::new(),
            order,
        })
    }

    /// Parameters, each after those that decide whether it is there.
    pub fn in_order(&self) -> impl Iterator<Item = &Parameter> {
        self.order.iter().filter_map(|index| self.parameters.get(*index))
    }

    /// Values for all parameters that are there, each chosen by `choose`.
    pub fn values(&self, mut choose: impl FnMut(&Parameter) -> Value) -> Values {
        let mut values = Values::new();
        for parameter in self.in_order() {
            if parameter.is_active(&values) {
                let value = choose(parameter);
                values.insert(parameter.key.clone(), value);
            }
        }
        values
    }

    /// Whether values keep all constraints. One that speaks of a parameter that is not there says nothing.
    pub fn allows(&self, values: &Values) -> bool {
        self.constraints
            .iter()
            .all(|constraint| constraint.holds(values).unwrap_or(true))
    }

    /// The `index`-th combination of a grid.
    pub fn grid(&self, index: u64) -> Option<Values> {
        let mut left = index;
        self.walk(&mut |values| {
            let found = left == 0;
            left = left.saturating_sub(1);
            found.then(|| values.clone())
        })
    }

    /// How many combinations a grid has, counted up to `cap`.
    pub fn grid_size(&self, cap: u64) -> Option<u64> {
        let mut count = 0;
        self.walk(&mut |_| {
            count += 1;
            (count >= cap).then_some(())
        });
        Some(count)
    }

    /// How many settings can be drawn, counted up to `cap`; `None` where they cannot be counted.
    pub fn settings(&self, cap: u64) -> Option<u64> {
        let choices = self.drawn()?;
        let mut count = 0;
        self.walk_from(0, &choices, &mut Values::new(), &mut |_| {
            count += 1;
            (count >= cap).then_some(())
        });
        Some(count)
    }

    /// The settings that can be drawn and have not been, at most `cap` of them; `None` where they cannot be counted.
    pub fn unseen(&self, seen: &Seen, cap: usize) -> Option<Vec<Values>> {
        let choices = self.drawn()?;
        let mut left = Vec::new();
        self.walk_from(0, &choices, &mut Values::new(), &mut |values| {
            if !seen.has(values) {
                left.push(values.clone());
            }
            (left.len() >= cap).then_some(())
        });
        Some(left)
    }

    fn drawn(&self) -> Option<Vec<Vec<Value>>> {
        self.in_order()
            .map(|parameter| parameter.distribution.drawn(MOST_GRID_VALUES))
            .collect()
    }

    /// Shows the combinations one after another, until `visit` gives something.
    fn walk<T>(&self, visit: &mut dyn FnMut(&Values) -> Option<T>) -> Option<T> {
        let choices: Vec<Vec<Value>> = self
            .in_order()
            .map(|parameter| parameter.distribution.grid(MOST_GRID_VALUES).unwrap_or_default())
            .collect();
        self.walk_from(0, &choices, &mut Values::new(), visit)
    }

    fn walk_from<T>(
        &self,
        at: usize,
        choices: &[Vec<Value>],
        values: &mut Values,
        visit: &mut dyn FnMut(&Values) -> Option<T>,
    ) -> Option<T> {
        let Some(parameter) = self.order.get(at).and_then(|index| self.parameters.get(*index)) else {
            return if self.allows(values) { visit(values) } else { None };
        };
        if !parameter.is_active(values) {
            return self.walk_from(at + 1, choices, values, visit);
        }
        for value in &choices[at] {
            values.insert(parameter.key.clone(), value.clone());
            let found = self.walk_from(at + 1, choices, values, visit);
            if found.is_some() {
                return found;
            }
        }
        values.remove(&parameter.key);
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameter(key: &str, values: Value, when: &[(&str, Value)]) -> Parameter {
        Parameter {
            key: key.to_owned(),
            distribution: Distribution::Categorical {
                values: values.as_array().unwrap().clone(),
                probabilities: None,
            },
            when: when
                .iter()
                .map(|(key, value)| Condition {
                    key: (*key).to_owned(),
                    values: vec![value.clone()],
                })
                .collect(),
            by_bounds: false,
        }
    }

    fn all(space: &Space) -> Vec<Value> {
        (0..)
            .map_while(|index| space.grid(index))
            .map(|values| json!(values))
            .collect()
    }

    #[test]
    fn a_grid_changes_the_last_parameter_fastest() {
        let space = Space::new(vec![
            parameter("b", json!([1, 2]), &[]),
            parameter("a", json!(["x", "y"]), &[]),
        ]);
        let space = space.unwrap();
        let expected = [
            json!({"b": 1, "a": "x"}),
            json!({"b": 1, "a": "y"}),
            json!({"b": 2, "a": "x"}),
            json!({"b": 2, "a": "y"}),
        ];
        assert_eq!(all(&space), expected);
        assert_eq!(space.grid_size(100), Some(4));
        assert_eq!(space.grid_size(3), Some(3));
    }

    #[test]
    fn what_is_not_there_is_not_combined() {
        // The momentum stands first in the file, and depends on what stands after it.
        let space = Space::new(vec![
            parameter("momentum", json!([0, 0.9]), &[("name", json!("sgd"))]),
            parameter("name", json!(["adam", "sgd"]), &[]),
        ]);
        let expected = [
            json!({"name": "adam"}),
            json!({"name": "sgd", "momentum": 0}),
            json!({"name": "sgd", "momentum": 0.9}),
        ];
        assert_eq!(all(&space.unwrap()), expected);
    }

    #[test]
    fn constraints_leave_combinations_out() {
        let mut space = Space::new(vec![
            parameter("a", json!([1, 2, 3]), &[]),
            parameter("b", json!([1, 2, 3]), &[]),
        ])
        .unwrap();
        space.constraints = vec![Constraint::parse("a > b", &["a", "b"]).unwrap()];
        assert_eq!(
            all(&space),
            [
                json!({"a": 2, "b": 1}),
                json!({"a": 3, "b": 1}),
                json!({"a": 3, "b": 2})
            ]
        );
    }

    #[test]
    fn conditions_that_go_round_are_refused() {
        let space = Space::new(vec![
            parameter("a", json!([1]), &[("b", json!(1))]),
            parameter("b", json!([1]), &[("a", json!(1))]),
        ]);
        assert_eq!(space.unwrap_err().0, 0);
    }
}
