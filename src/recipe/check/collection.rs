//! Lists, mappings with free keys, and values that may be one kind or another.

use std::ops::RangeInclusive;

use figment::value::Value as Found;

use runner_declare::{KeyPath, Kind, Settings, Value};

use super::Checker;

impl Checker<'_> {
    pub(super) fn list(
        &mut self,
        kind: &Kind,
        of: &Kind,
        length: RangeInclusive<usize>,
        found: &Found,
        path: &KeyPath,
    ) -> Option<Value> {
        let Found::Array(_, items) = found else {
            return self.mismatch(kind, found, path);
        };
        if !length.contains(&items.len()) {
            let message = format!(
                "expected {}, found a list of {}",
                crate::phrase::expected(kind),
                items.len()
            );
            self.refuse(found, runner_declare::Problem::new(path.clone(), message));
            return None;
        }
        self.record(found, path);
        let values: Vec<Option<Value>> = items
            .iter()
            .enumerate()
            .map(|(i, item)| self.value(of, item, &path.join(i)))
            .collect();
        values.into_iter().collect::<Option<Vec<Value>>>().map(Value::Array)
    }

    pub(super) fn map(&mut self, kind: &Kind, of: &Kind, found: &Found, path: &KeyPath) -> Option<Value> {
        let Found::Dict(_, entries) = found else {
            return self.mismatch(kind, found, path);
        };
        self.record_section(found, path);
        let mut settings = Settings::new();
        let mut complete = true;
        for (key, found) in entries {
            match self.value(of, found, &path.join(key)) {
                Some(value) => {
                    settings.insert(key.clone(), value);
                }
                None => complete = false,
            }
        }
        complete.then_some(Value::Object(settings))
    }

    /// The first alternative that fits. Where none does, the mistakes of the one whose shape it has.
    pub(super) fn either(&mut self, kind: &Kind, kinds: &[Kind], found: &Found, path: &KeyPath) -> Option<Value> {
        let before = self.diagnostics.len();
        for kind in kinds {
            if let Some(value) = self.value(kind, found, path)
                && self.diagnostics.len() == before
            {
                return Some(value);
            }
            self.diagnostics.truncate(before);
        }
        match kinds.iter().find(|kind| same_shape(kind, found)) {
            Some(kind) => self.value(kind, found, path),
            None => self.mismatch(kind, found, path),
        }
    }
}

/// Lists and mappings have mistakes inside; those of a single value are reported for all alternatives.
fn same_shape(kind: &Kind, found: &Found) -> bool {
    match found {
        Found::Dict(..) => matches!(kind, Kind::Section(_) | Kind::Variant { .. } | Kind::Map(_)),
        Found::Array(..) => matches!(kind, Kind::List { .. } | Kind::Layers),
        _ => false,
    }
}
