//! `horizontal_flip`: images mirrored, as `torchvision.transforms.RandomHorizontalFlip`.

use serde::Deserialize;

use super::{Augment, AugmentDef, Image, Step};
use runner_declare::{Bound, Field, Kind, Presence, Range, Section};
use runner_ground::random::Key;

/// The augmentation `horizontal_flip`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "horizontal_flip",
        doc: "Mirrors an image, left and right.\nAs torchvision.transforms.RandomHorizontalFlip.",
        fields: &[Field {
            key: "p",
            doc: "How often, from 0 (never) to 1 (always).",
            kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(1.0))),
            presence: Presence::Default("0.5"),
        }],
        shorthand: None,
    },
    build: |chosen, _| Ok(Step::Alone(Box::new(super::typed::<HorizontalFlip>(chosen)?))),
};

#[derive(Debug, Deserialize)]
struct HorizontalFlip {
    p: f64,
}

impl Augment for HorizontalFlip {
    fn apply(&self, image: &mut Image, key: Key) {
        if f64::from(key.uniform(0)) < self.p {
            image
                .pixels
                .chunks_exact_mut(image.width.max(1))
                .for_each(<[u8]>::reverse);
        }
    }
}
