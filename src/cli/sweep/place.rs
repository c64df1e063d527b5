//! Where the values of a parameter stand in a sweep's file.

use runner_declare::{KeyPath, Value};
use runner_recipe::Declared;
use runner_sweep::Parameter;

/// The place of a parameter, of one of its keys, or of the value of this index.
pub fn of(declared: &Declared, parameter: &Parameter, key: Option<&'static str>, index: usize) -> KeyPath {
    let mut place = KeyPath::from("parameters");
    let mut settings = declared.settings.get("parameters");
    let mut left = parameter.key.as_str();
    // Nested parameters spell a key in pieces.
    while let Some(entries) = settings.and_then(Value::as_object) {
        let fits = |name: &&String| left == name.as_str() || left.starts_with(&format!("{name}."));
        let whole = entries.keys().find(|name| left == name.as_str());
        let Some(name) = whole.or_else(|| entries.keys().find(fits)) else {
            break;
        };
        place = place.join(name);
        let inner = entries.get(name);
        if left == name {
            break;
        }
        left = &left[name.len() + 1..];
        place = place.join("parameters");
        settings = inner.and_then(|inner| inner.get("parameters"));
    }
    match key {
        Some("values") => place.join("values").join(index),
        Some(key) => place.join(key),
        None => place,
    }
}
