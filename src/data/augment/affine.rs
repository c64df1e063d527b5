//! `affine`: images turned, moved, scaled and slanted, as `torchvision.transforms.RandomAffine` with bilinear
//! interpolation.

use serde::Deserialize;

use super::draw::{Around, DEGREES, FILL, between};
use super::warp::{Motion, warp};
use super::{Augment, AugmentDef, Image, Step};
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::random::Key;

const SLANT: Kind = Kind::Number(Range::new(Bound::Including(-80.0), Bound::Including(80.0)));

/// The augmentation `affine`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "affine",
        doc: "Turns an image clockwise about its middle, scales, slants and moves it.\nAs torchvision.transforms.RandomAffine with bilinear interpolation.",
        fields: &[
            DEGREES,
            Field {
                key: "translate",
                doc: "[across, down]: how far it is moved at most, as shares of width and height; by whole pixels.",
                kind: Kind::List {
                    of: &Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(1.0))),
                    min: 2,
                    max: 2,
                },
                presence: Presence::Optional,
            },
            Field {
                key: "scale",
                doc: "[min, max]: the factor of its size.",
                kind: Kind::List {
                    of: &Kind::Number(Range::new(Bound::Including(0.01), Bound::Including(100.0))),
                    min: 2,
                    max: 2,
                },
                presence: Presence::Optional,
            },
            Field {
                key: "shear",
                doc: "Degrees along x, from -shear to shear or from [min, max]; with four numbers [x min, x max, y min, y max].",
                kind: Kind::Either(&[
                    Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(80.0))),
                    Kind::List {
                        of: &SLANT,
                        min: 2,
                        max: 4,
                    },
                ]),
                presence: Presence::Optional,
            },
            FILL,
        ],
        shorthand: None,
    },
    build,
};

#[derive(Debug, Deserialize)]
struct Settings {
    degrees: Around,
    translate: Option<[f64; 2]>,
    scale: Option<[f64; 2]>,
    shear: Option<Shear>,
    fill: u8,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Shear {
    Of(f64),
    Ends(Vec<f64>),
}

fn build(chosen: &Chosen, _: &super::Frame) -> Result<Step, Problem> {
    let settings: Settings = super::typed(chosen)?;
    let shear = match settings.shear.as_ref() {
        None => [[0.0; 2]; 2],
        Some(&Shear::Of(most)) => [[-most, most], [0.0; 2]],
        Some(Shear::Ends(ends)) => match ends[..] {
            [low, high] => [[low, high], [0.0; 2]],
            [low, high, y_low, y_high] => [[low, high], [y_low, y_high]],
            _ => {
                let message = format!("expected two numbers or four, found {}", ends.len());
                return Err(Problem::new(KeyPath::from("shear"), message).help("[x min, x max, y min, y max]"));
            }
        },
    };
    Ok(Step::Alone(Box::new(Affine {
        degrees: settings.degrees.ends(),
        translate: settings.translate.unwrap_or_default(),
        scale: settings.scale.unwrap_or([1.0; 2]),
        shear,
        fill: settings.fill,
    })))
}

#[derive(Debug)]
struct Affine {
    degrees: [f64; 2],
    translate: [f64; 2],
    scale: [f64; 2],
    shear: [[f64; 2]; 2],
    fill: u8,
}

impl Augment for Affine {
    fn apply(&self, image: &mut Image, key: Key) {
        let moved = |i: u64, share: f64, size: usize| {
            let most = share * size as f64;
            between(key, i, [-most, most]).round()
        };
        let motion = Motion {
            angle: between(key, 0, self.degrees),
            translate: [
                moved(1, self.translate[0], image.width),
                moved(2, self.translate[1], image.height),
            ],
            scale: between(key, 3, self.scale),
            shear: [between(key, 4, self.shear[0]), between(key, 5, self.shear[1])],
        };
        warp(image, motion.inverse(image.height, image.width), self.fill);
    }
}
