//! Single values: truth values, numbers, texts and words.

use figment::value::{Num, Value as Found};

use runner_declare::{KeyPath, Kind, Value};

use super::Checker;

/// Beyond this, not every whole number is a float, so a float cannot stand for one.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

impl Checker<'_> {
    pub(super) fn scalar(&mut self, kind: &Kind, found: &Found, path: &KeyPath) -> Option<Value> {
        let value = match (kind, found) {
            (Kind::Bool, Found::Bool(_, value)) => Some(Value::from(*value)),
            (Kind::Integer { min, max }, Found::Num(_, num)) => whole(*num)
                .filter(|value| (min..=max).contains(&value))
                .map(Value::from),
            (Kind::Number(range), Found::Num(_, num)) => Some(number(*num))
                .filter(|value| range.contains(*value))
                .map(Value::from),
            (Kind::Text | Kind::Path, Found::String(_, text)) => Some(Value::from(text.as_str())),
            (Kind::Choice(words), Found::String(_, text)) => words
                .iter()
                .find(|(word, _)| word == text)
                .map(|(word, _)| Value::from(*word)),
            _ => None,
        };
        if value.is_none() {
            return self.mismatch(kind, found, path);
        }
        self.record(found, path);
        value
    }
}

/// A whole number; `1e3` is one too.
fn whole(num: Num) -> Option<i64> {
    match num {
        Num::I64(value) => Some(value),
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
        Num::F64(value) if value.fract() == 0.0 && value.abs() <= EXACT => Some(value as i64),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a number field holds floats; that is what it means"
)]
fn number(num: Num) -> f64 {
    match num {
        Num::I64(value) => value as f64,
        // `-0` and `0` are the same setting, and must not differ in a digest.
        Num::F64(value) => value + 0.0,
        _ => f64::NAN,
    }
}
