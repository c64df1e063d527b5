//! Random choices, and the fields of several augmentations.

use serde::Deserialize;

use runner_declare::{Bound, Field, Kind, Presence, Range};
use runner_ground::random::Key;

/// A number between two, the `i`-th of a key.
pub(super) fn between(key: Key, i: u64, [low, high]: [f64; 2]) -> f64 {
    low + (high - low) * f64::from(key.uniform(i))
}

/// One of `n` places, the `i`-th choice of a key.
pub(super) fn below(key: Key, i: u64, n: usize) -> usize {
    // A 64-bit product keeps the bias beneath notice for any size of image.
    ((u128::from(key.bits(i)) * n as u128) >> 64) as usize
}

/// A number that stands for a range around 0, or the range's ends.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Around {
    Of(f64),
    Ends([f64; 2]),
}

impl Around {
    pub(super) fn ends(self) -> [f64; 2] {
        match self {
            Around::Of(most) => [-most, most],
            Around::Ends(ends) => ends,
        }
    }
}

/// Angles, in degrees.
pub(super) const ANGLE: Kind = Kind::Number(Range::new(Bound::Including(-360.0), Bound::Including(360.0)));
/// How far an image may be turned.
pub(super) const DEGREES: Field = Field {
    key: "degrees",
    doc: "The angle is drawn from -degrees to degrees, or from [min, max]; in degrees.",
    kind: Kind::Either(&[
        Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(360.0))),
        Kind::List {
            of: &ANGLE,
            min: 2,
            max: 2,
        },
    ]),
    presence: Presence::Required,
};

/// What comes in where there was no image.
pub(super) const FILL: Field = Field {
    key: "fill",
    doc: "The byte, 0 to 255, of every channel where there was no image; 0 is black.",
    kind: Kind::Integer { min: 0, max: 255 },
    presence: Presence::Default("0"),
};
