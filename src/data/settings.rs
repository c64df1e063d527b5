//! Fields that datasets share, and reading them from validated settings.

use serde::Deserialize;

use runner_declare::{Chosen, Field, Kind, Presence, Range};
use runner_ground::error::Result;
use runner_ground::text::clip;
use runner_ground::text::closest;

/// Fields that every dataset has besides its own.
pub const COMMON: &[Field] = &[
    Field {
        key: "validation_split",
        doc: "Share of the training samples held out for validation, in [0, 1); drawn from the seed, each class in its proportion; of a text, its end. 0 for none.",
        kind: Kind::Number(Range::FRACTION),
        presence: Presence::Default("0.1"),
    },
    Field {
        key: "normalize",
        doc: "How inputs are scaled before training, with statistics of the training part only. Texts are not.",
        kind: Kind::Choice(&[
            (
                "standardize",
                "Subtract the mean and divide by the standard deviation, of each feature or of each image channel.",
            ),
            (
                "symmetric",
                "From -1 to 1, as a generator that ends in tanh makes them: pixels of 0 to 255, else the smallest and largest of each feature or image channel.",
            ),
            ("none", "As stored; pixels of 0 to 255 become 0 to 1."),
        ]),
        presence: Presence::Default("\"standardize\""),
    },
];

/// For datasets without an official test part.
pub(super) const TEST_SPLIT: Field = Field {
    key: "test_split",
    doc: "Share of the samples held out for the test at the end, in [0, 1); drawn from the seed, each class in its proportion. 0 for none: \
          then nothing says how good the result is on samples that were not chosen by.",
    kind: Kind::Number(Range::FRACTION),
    presence: Presence::Default("0.2"),
};

/// For datasets that have to be downloaded: what may stand in for them.
const fn stand_in(choices: &'static [(&'static str, &'static str)]) -> Field {
    Field {
        key: "stand_in",
        doc: "What to train on where the files can neither be found nor downloaded; said in every result. Without it that is an error.",
        kind: Kind::Choice(choices),
        presence: Presence::Optional,
    }
}

/// For MNIST and its like.
pub(super) const STAND_IN: Field = stand_in(&[(
    "digits",
    "The embedded handwritten digits (1,797 images of 8×8), scaled to 28×28.",
)]);

/// For small colour images.
pub(super) const STAND_IN_SHAPES: Field = stand_in(&[(
    "shapes",
    "5,000 drawn colour images of 32×32, shapes and patterns in ten classes.",
)]);

/// How inputs are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Normalize {
    Standardize,
    Symmetric,
    None,
}

/// The values of [`COMMON`] and of [`TEST_SPLIT`], where a dataset has it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Splits {
    pub validation_split: f64,
    pub normalize: Normalize,
    #[serde(default)]
    pub test_split: f64,
}

impl Splits {
    pub fn of(chosen: &Chosen) -> Result<Self> {
        chosen.typed()
    }

    /// Standardized, with this share for validation.
    #[cfg(test)]
    pub fn standard(validation_split: f64) -> Self {
        Self {
            validation_split,
            normalize: Normalize::Standardize,
            test_split: 0.0,
        }
    }
}

/// "did you mean …" where a name is close to one that exists, or else the names there are.
pub(super) fn suggest(name: &str, known: &[&str]) -> String {
    if let Some(candidate) = closest(name, known) {
        return format!("did you mean '{}'?", clip(candidate));
    }
    let shown: Vec<String> = known
        .iter()
        .take(SHOWN_NAMES)
        .map(|name| format!("'{}'", clip(name)))
        .collect();
    let more = if known.len() > SHOWN_NAMES { ", …" } else { "" };
    format!("there are {}{more}", shown.join(", "))
}

/// More names than this do not help.
const SHOWN_NAMES: usize = 30;

/// Settings with every default filled in, as a validated recipe has them.
#[cfg(test)]
pub(super) fn chosen(name: &str, settings: serde_json::Value) -> Chosen {
    let def = super::find(name).expect("a dataset's name");
    let all = settings.as_object().expect("an object").clone();
    let all = with_defaults(name, COMMON, all).settings;
    with_defaults(name, def.section.fields, all)
}

/// The same for an entry with these fields.
pub(super) fn with_defaults(name: &str, fields: &[Field], mut settings: runner_declare::Settings) -> Chosen {
    for field in fields {
        let literal = field.presence.default();
        // That every default is JSON is tested.
        if let Some(value) = literal.and_then(|text| serde_json::from_str(text).ok()) {
            settings.entry(field.key).or_insert(value);
        }
    }
    Chosen {
        name: name.into(),
        settings,
    }
}
