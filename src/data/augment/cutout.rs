//! `cutout`: a square of each image hidden (DeVries and Taylor 2017).

use serde::Deserialize;

use super::draw::below;
use super::{Augment, AugmentDef, Frame, Image, Step};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_ground::random::Key;

/// The augmentation `cutout`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "cutout",
        doc: "Hides a square of an image under the mean of the training images (DeVries and Taylor 2017).\nIts middle is anywhere in the image, so that some of it may lie outside.",
        fields: &[Field {
            key: "size",
            doc: "Height and width of the square, in pixels.",
            kind: Kind::Integer { min: 1, max: 65_536 },
            presence: Presence::Required,
        }],
        shorthand: Some("size"),
    },
    build,
};

#[derive(Debug, Deserialize)]
struct Settings {
    size: usize,
}

#[derive(Debug)]
struct Cutout {
    size: usize,
    mean: Vec<u8>,
}

fn build(chosen: &Chosen, frame: &Frame) -> Result<Step, Problem> {
    let Settings { size } = super::typed(chosen)?;
    let side = frame.height.min(frame.width);
    if size > side {
        let message = format!(
            "a square of {size} is larger than images of {}×{}",
            frame.height, frame.width
        );
        return Err(Problem::new(KeyPath::from("size"), message).help(format!("at most {side}")));
    }
    Ok(Step::Alone(Box::new(Cutout {
        size,
        mean: frame.mean.clone(),
    })))
}

impl Augment for Cutout {
    fn apply(&self, image: &mut Image, key: Key) {
        let span = |i: u64, length: usize| {
            let start = below(key, i, length) as i64 - (self.size / 2) as i64;
            let end = start + self.size as i64;
            start.max(0) as usize..end.min(length as i64) as usize
        };
        let (rows, columns) = (span(0, image.height), span(1, image.width));
        let plane = (image.height * image.width).max(1);
        for (pixels, &mean) in image.pixels.chunks_exact_mut(plane).zip(&self.mean) {
            for y in rows.clone() {
                pixels[y * image.width..][columns.clone()].fill(mean);
            }
        }
    }
}
