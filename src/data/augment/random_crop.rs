//! `random_crop`: images moved a little, as `torchvision.transforms.RandomCrop(size, padding)` with the image's own size.

use serde::Deserialize;

use super::draw::{FILL, below};
use super::{Augment, AugmentDef, Frame, Image, Step};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_ground::random::Key;

/// The augmentation `random_crop`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "random_crop",
        doc: "Adds a border on all sides and takes a piece of the image's own size from a random place.\nAs torchvision.transforms.RandomCrop with the image's size.",
        fields: &[
            Field {
                key: "padding",
                doc: "Pixels of the border on each side.",
                kind: Kind::Integer { min: 0, max: 4096 },
                presence: Presence::Required,
            },
            FILL,
        ],
        shorthand: Some("padding"),
    },
    build,
};

#[derive(Debug, Deserialize)]
struct RandomCrop {
    padding: usize,
    fill: u8,
}

fn build(chosen: &Chosen, frame: &Frame) -> Result<Step, Problem> {
    let crop: RandomCrop = super::typed(chosen)?;
    let side = frame.height.min(frame.width);
    if crop.padding >= side {
        let (height, width) = (frame.height, frame.width);
        let message = format!(
            "a border of {} can leave nothing of images of {height}×{width}",
            crop.padding
        );
        return Err(Problem::new(KeyPath::from("padding"), message).help(format!("at most {}", side - 1)));
    }
    Ok(Step::Alone(Box::new(crop)))
}

impl Augment for RandomCrop {
    fn apply(&self, image: &mut Image, key: Key) {
        let places = 2 * self.padding + 1;
        let (down, right) = (below(key, 0, places), below(key, 1, places));
        if (down, right) == (self.padding, self.padding) {
            return;
        }
        let (height, width) = (image.height, image.width);
        // Columns of the piece that lie on the image.
        let first = self.padding.saturating_sub(right);
        let from = right.saturating_sub(self.padding);
        let length = width - first.max(from);
        image.remake(|old, new| {
            for (y, row) in new.chunks_exact_mut(width).enumerate() {
                row.fill(self.fill);
                let source = (y + down).checked_sub(self.padding).filter(|&source| source < height);
                if let Some(source) = source {
                    row[first..first + length].copy_from_slice(&old[source * width + from..][..length]);
                }
            }
        });
    }
}
