//! What a resolved recipe says, as plain values: for those who compare recipes and check none.

use serde_json::Value;

/// The values of a recipe that runner wrote; `None` where the text is no YAML or no mapping.
///
/// ```
/// use runner_recipe::values;
/// let recipe = values("seed: 1\nnetwork:\n- linear:\n    out_features: 4\n- relu\n").unwrap();
/// assert_eq!(recipe["network"][0]["linear"]["out_features"], 4);
/// assert!(values("seed: [1").is_none() && values("seed").is_none());
/// ```
#[must_use]
pub fn values(text: &str) -> Option<Value> {
    // Not into JSON at once: of a key that stands twice, that would take the second.
    let yaml: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    serde_json::to_value(yaml).ok().filter(Value::is_object)
}
