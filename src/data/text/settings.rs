//! What a recipe may say of a text.

use serde::Deserialize;

use super::super::settings::Splits;
use runner_declare::{Bound, Chosen, Field, Kind, Presence, Range};
use runner_ground::error::Result;

pub(super) const PATH: Field = Field {
    key: "path",
    doc: "The file, relative to the recipe.",
    kind: Kind::Path,
    presence: Presence::Required,
};

pub(super) const SEQUENCE_LENGTH: Field = Field {
    key: "sequence_length",
    doc: "Characters that the network sees at once: the length of a sample.",
    kind: Kind::Integer { min: 1, max: 4096 },
    presence: Presence::Default("64"),
};

pub(super) const RANDOM_OFFSET: Field = Field {
    key: "random_offset",
    doc: "Whether each epoch cuts the training text at other places, which follow from the seed and the epoch.",
    kind: Kind::Bool,
    presence: Presence::Default("true"),
};

pub(super) const TEST_SPLIT: Field = Field {
    key: "test_split",
    doc: "Share of the text, its end, that is held out for the test, in (0, 1).",
    kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Excluding(1.0))),
    presence: Presence::Default("0.05"),
};

/// The values.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub sequence_length: usize,
    pub random_offset: bool,
    pub splits: Splits,
}

impl Settings {
    pub fn of(chosen: &Chosen) -> Result<Self> {
        #[derive(Deserialize)]
        struct Own {
            sequence_length: usize,
            random_offset: bool,
        }
        let own: Own = chosen.typed()?;
        Ok(Self {
            sequence_length: own.sequence_length,
            random_offset: own.random_offset,
            splits: Splits::of(chosen)?,
        })
    }
}
