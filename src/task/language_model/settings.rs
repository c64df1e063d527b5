//! `samples`: what a language model writes after each epoch.

use serde::Deserialize;

use runner_declare::{Bound, Field, Kind, Presence, Range, Section};
use runner_ground::error::{Error, Kind as ErrorKind, Result};
use runner_recipe::Recipe;

pub(super) const SAMPLES: Field = Field {
    key: "samples",
    doc: "What is written after each epoch, to look at.",
    kind: Kind::Section(&SECTION),
    presence: Presence::Default("{}"),
};

static SECTION: Section = Section {
    name: "samples",
    doc: "What is written after each epoch, to look at.",
    shorthand: None,
    fields: &FIELDS,
};

static FIELDS: [Field; 4] = [
    Field {
        key: "count",
        doc: "How many texts; 0 for none.",
        kind: Kind::Integer { min: 0, max: 100 },
        presence: Presence::Default("1"),
    },
    Field {
        key: "length",
        doc: "Characters of each, the prompt not among them.",
        kind: Kind::Integer { min: 1, max: 100_000 },
        presence: Presence::Default("400"),
    },
    Field {
        key: "temperature",
        doc: "How bold the choices are: outputs are divided by it before softmax. 0 takes the likeliest character each time.",
        kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(100.0))),
        presence: Presence::Default("0.8"),
    },
    Field {
        key: "prompt",
        doc: "How each begins. When absent: as after a line's end.",
        kind: Kind::Text,
        presence: Presence::Optional,
    },
];

/// The values.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Samples {
    pub count: usize,
    pub length: usize,
    pub temperature: f64,
    pub prompt: Option<String>,
}

impl Samples {
    pub fn of(recipe: &Recipe) -> Result<Self> {
        let value = recipe.task.settings.get("samples").cloned().unwrap_or_default();
        serde_json::from_value(value).map_err(|error| Error::new(ErrorKind::Recipe, format!("samples: {error}")))
    }

    /// The prompt's characters as numbers, or in words which the text does not have.
    pub fn prompt(&self, characters: &[String]) -> std::result::Result<Vec<u16>, String> {
        let number = |character: char| {
            let mut buffer = [0; 4];
            let wanted: &str = character.encode_utf8(&mut buffer);
            let place = characters.binary_search_by(|known| known.as_str().cmp(wanted));
            let unknown = || format!("the text that the network learns has no {wanted:?}");
            place.map(|place| place as u16).map_err(|_| unknown())
        };
        self.prompt
            .iter()
            .flat_map(|prompt| prompt.chars())
            .map(number)
            .collect()
    }
}
