//! `rotation`: images turned about their middle, as `torchvision.transforms.RandomRotation` with bilinear interpolation.

use serde::Deserialize;

use super::draw::{Around, DEGREES, FILL, between};
use super::warp::{Motion, warp};
use super::{Augment, AugmentDef, Image, Step};
use runner_declare::Section;
use runner_ground::random::Key;

/// The augmentation `rotation`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "rotation",
        doc: "Turns an image about its middle, counter-clockwise.\nAs torchvision.transforms.RandomRotation with bilinear interpolation.",
        fields: &[DEGREES, FILL],
        shorthand: Some("degrees"),
    },
    build: |chosen, _| Ok(Step::Alone(Box::new(super::typed::<Rotation>(chosen)?))),
};

#[derive(Debug, Deserialize)]
struct Rotation {
    degrees: Around,
    fill: u8,
}

impl Augment for Rotation {
    fn apply(&self, image: &mut Image, key: Key) {
        let motion = Motion {
            angle: -between(key, 0, self.degrees.ends()),
            translate: [0.0; 2],
            scale: 1.0,
            shear: [0.0; 2],
        };
        warp(image, motion.inverse(image.height, image.width), self.fill);
    }
}
