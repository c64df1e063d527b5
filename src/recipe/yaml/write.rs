//! Values as YAML text that every reader takes for the same values.

use serde_yaml::{Mapping, Value};

use super::parse;

/// At the end of a text it makes `serde_yaml` write that text within double quotes, as `\x01`; there it is cut off again.
const MARK: char = '\u{1}';
/// The mark as it is written, with the quotes that close the text.
const WRITTEN: &str = "\\x01\"";

/// The text of these values: one value a line, keys in their order. [`parse`] reads the same values from it, but for
/// an empty key, which it refuses, and whole numbers above `i64::MAX`, of which it takes the nearest `f64`.
///
/// `serde_yaml` quotes what YAML 1.1 would take for something else. Quotes get also what our reader would: `1e400` is
/// a number to it, `<<` no key, and U+2028 breaks no line. What holds line breaks stands on one line with its escapes.
///
/// ```
/// use runner_recipe::yaml;
/// let value = serde_yaml::from_str("{b: [1e-8, 'no'], a: \"two\\nlines\"}").unwrap();
/// assert_eq!(yaml::write(value), "b:\n- 1e-8\n- no\na: \"two\\nlines\"\n");
/// ```
#[must_use]
pub fn write(value: Value) -> String {
    let text = serde_yaml::to_string(&marked(value));
    // Writing values without tags into memory cannot fail.
    debug_assert!(text.is_ok());
    text.unwrap_or_default().replace(WRITTEN, "\"")
}

fn marked(value: Value) -> Value {
    match value {
        Value::String(mut text) => {
            if !reads_as_written(&text) {
                text.push(MARK);
            }
            Value::String(text)
        }
        Value::Sequence(items) => items.into_iter().map(marked).collect(),
        Value::Mapping(entries) => {
            let entries = entries.into_iter();
            Value::Mapping(entries.map(|(key, value)| (marked(key), marked(value))).collect())
        }
        other => other,
    }
}

/// Whether `serde_yaml` writes a text on one line as our reader wants it, as a key and as a value.
fn reads_as_written(text: &str) -> bool {
    let both = Mapping::from_iter([(text.into(), text.into())]);
    let written = serde_yaml::to_string(&both).unwrap_or_default();
    if text.contains('\n') || written.contains(WRITTEN) {
        return false;
    }
    let (node, flaws) = parse(&written);
    flaws.is_empty() && node.is_some_and(|node| node.get(text).and_then(|value| value.text()) == Some(text))
}
