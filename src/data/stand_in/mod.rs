//! What may stand in for downloaded data on a machine without a network. Each says in every result what it is.

pub mod digits;
pub mod shapes;

use super::find;
use crate::spec::{Chosen, Kind};

/// The sentence on the stand-in that a recipe allows; none where it allows none.
pub(super) fn sentence(chosen: &Chosen) -> Option<String> {
    match chosen.settings.get("stand_in")?.as_str()? {
        "shapes" => Some(shapes::sentence(&chosen.name)),
        _ => Some(digits::sentence(&chosen.name)),
    }
}

/// The stand-in that recipes may choose for a dataset.
pub(super) fn offered(dataset: &str) -> Option<&'static str> {
    let def = find(dataset).ok()?;
    let field = def.section.fields.iter().find(|field| field.key == "stand_in")?;
    match field.kind {
        Kind::Choice(choices) => choices.first().map(|(name, _)| *name),
        _ => None,
    }
}
