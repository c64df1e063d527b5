//! What a recipe says of how pictures are read.

use super::ground::Ground;
use runner_declare::{Chosen, Field, Kind, Presence, Value};

/// How the pictures of a dataset are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Whether they are turned as viewers show them.
    pub turns: bool,
    /// What those with transparency are laid over.
    pub ground: Ground,
}

impl Rules {
    /// Those of runs from before a recipe could say it.
    pub const BEFORE: Self = Self {
        turns: false,
        ground: Ground::None,
    };

    /// Those of a dataset. Without a word of it pictures are as they are stored.
    pub fn of(dataset: &Chosen) -> Self {
        let background = dataset.settings.get("background");
        Self {
            turns: dataset.settings.get("orientation").is_some_and(|word| word == "exif"),
            ground: background.map_or(Ground::None, ground),
        }
    }
}

fn ground(value: &Value) -> Ground {
    match value {
        Value::Array(colour) => {
            let of = |k: usize| colour.get(k).and_then(Value::as_u64).unwrap_or_default();
            Ground::Colour([0, 1, 2].map(|k| of(k).min(255) as u8))
        }
        word if word == "white" => Ground::Colour([255; 3]),
        word if word == "black" => Ground::Colour([0; 3]),
        _ => Ground::None,
    }
}

const fn orientation(doc: &'static str, presence: Presence) -> Field {
    Field {
        key: "orientation",
        doc,
        kind: Kind::Choice(&[
            (
                "exif",
                "Turned and mirrored as their EXIF data say, which is how viewers show them.",
            ),
            ("as_stored", "As they are stored."),
        ]),
        presence,
    }
}

const fn background(doc: &'static str, presence: Presence) -> Field {
    Field {
        key: "background",
        doc,
        kind: Kind::Either(&[
            Kind::Choice(&[
                ("white", "White."),
                ("black", "Black."),
                (
                    "none",
                    "Nothing: alpha is left out, and colours are as they are stored, seen or not.",
                ),
            ]),
            Kind::List {
                of: &Kind::Integer { min: 0, max: 255 },
                min: 3,
                max: 3,
            },
        ]),
        presence,
    }
}

/// Of pictures that are trained on.
pub const ORIENTATION: Field = orientation(
    "Which way up pictures are, such as those of a phone that was held upright.",
    Presence::Changed {
        now: "\"exif\"",
        before: "\"as_stored\"",
    },
);

/// Of pictures that are trained on.
pub const BACKGROUND: Field = background(
    "What is behind pictures with transparency: white, black, a colour as [red, green, blue] from 0 to 255, or none.",
    Presence::Changed {
        now: "\"white\"",
        before: "\"none\"",
    },
);

/// Of pictures that only `predict` reads.
pub const NEW_ORIENTATION: Field = orientation(
    "Which way up pictures are that `predict` reads; the dataset's own have none to turn.",
    Presence::Aside {
        now: "\"exif\"",
        before: "\"as_stored\"",
    },
);

/// Of pictures that only `predict` reads.
pub const NEW_BACKGROUND: Field = background(
    "What is behind pictures with transparency that `predict` reads: white, black, a colour as [red, green, blue] from 0 to 255, or none.",
    Presence::Aside {
        now: "\"white\"",
        before: "\"none\"",
    },
);
