//! `color_jitter`: brightness, contrast and saturation, as `torchvision.transforms.ColorJitter`.

use serde::Deserialize;

use super::draw::{below, between};
use super::{Augment, AugmentDef, Frame, Image, Step};
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::random::Key;

const fn amount(key: &'static str, doc: &'static str) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(10.0))),
        presence: Presence::Default("0.0"),
    }
}

/// The augmentation `color_jitter`.
pub(super) static DEF: AugmentDef = AugmentDef {
    section: Section {
        name: "color_jitter",
        doc: "Changes brightness, contrast and saturation, in random order.\nAs torchvision.transforms.ColorJitter, without hue; values are rounded, not cut off.",
        fields: &[
            amount(
                "brightness",
                "The factor of all values is drawn from 1 - brightness (at least 0) to 1 + brightness.",
            ),
            amount("contrast", "The same for the distance from the image's mean grey."),
            amount(
                "saturation",
                "The same for the distance of each pixel from its own grey.",
            ),
        ],
        shorthand: None,
    },
    build,
};

#[derive(Debug, Deserialize)]
struct ColorJitter {
    brightness: f64,
    contrast: f64,
    saturation: f64,
}

fn build(chosen: &Chosen, frame: &Frame) -> Result<Step, Problem> {
    let jitter: ColorJitter = super::typed(chosen)?;
    if jitter.saturation > 0.0 && frame.channels != 3 {
        let message = "images without colours have no saturation";
        return Err(Problem::new(KeyPath::from("saturation"), message).help("remove it"));
    }
    Ok(Step::Alone(Box::new(jitter)))
}

/// The orders of three.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

impl Augment for ColorJitter {
    fn apply(&self, image: &mut Image, key: Key) {
        let amounts = [self.brightness, self.contrast, self.saturation];
        for which in ORDERS[below(key, 3, ORDERS.len())] {
            let amount = amounts[which];
            if amount == 0.0 {
                continue;
            }
            let factor = between(key, which as u64, [(1.0 - amount).max(0.0), 1.0 + amount]) as f32;
            match which {
                0 => image.pixels.iter_mut().for_each(|p| *p = blend(*p, 0.0, factor)),
                1 => {
                    let mean = mean_grey(image);
                    image.pixels.iter_mut().for_each(|p| *p = blend(*p, mean, factor));
                }
                _ => saturate(image, factor),
            }
        }
    }
}

/// So far from `other` as the factor says.
#[inline]
fn blend(pixel: u8, other: f32, factor: f32) -> u8 {
    // A cast saturates at 0 and 255.
    (factor * f32::from(pixel) + (1.0 - factor) * other + 0.5) as u8
}

/// ITU-R 601, as torchvision's and PIL's.
#[inline]
fn grey(r: u8, g: u8, b: u8) -> f32 {
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

fn planes(image: &mut Image) -> Option<[&mut [u8]; 3]> {
    let plane = (image.height * image.width).max(1);
    let mut planes = image.pixels.chunks_exact_mut(plane);
    let (Some(r), Some(g), Some(b), None) = (planes.next(), planes.next(), planes.next(), planes.next()) else {
        return None;
    };
    Some([r, g, b])
}

/// Sums of whole numbers, so that the mean does not depend on an order.
fn mean_grey(image: &mut Image) -> f32 {
    let sum = |plane: &[u8]| plane.iter().map(|&p| u64::from(p)).sum::<u64>() as f64;
    let pixels = (image.height * image.width).max(1) as f64;
    let total = match planes(image) {
        Some([r, g, b]) => 0.299 * sum(r) + 0.587 * sum(g) + 0.114 * sum(b),
        None => sum(&image.pixels) / image.channels.max(1) as f64,
    };
    (total / pixels) as f32
}

fn saturate(image: &mut Image, factor: f32) {
    let Some([reds, greens, blues]) = planes(image) else {
        return;
    };
    for ((r, g), b) in reds.iter_mut().zip(greens).zip(blues) {
        let grey = grey(*r, *g, *b);
        [r, g, b].into_iter().for_each(|p| *p = blend(*p, grey, factor));
    }
}
