//! What may stand in for MNIST and its like on a machine without a network: the embedded digits,
//! drawn as MNIST draws its own: 20×20 in the middle of a black 28×28 image, 0 to 255.

use super::super::assemble;
use super::super::column::{Bytes, Ids};
use super::super::context::DataContext;
use super::super::embedded::digits;
use super::super::settings::Splits;
use super::super::split;
use super::super::{DataInfo, Dataset, FieldKind, Part, StandIn};
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};

/// Height and width of the images.
const SIDE: usize = 28;
/// Height and width of the digit in it.
const INNER: usize = 20;
/// Share of the samples in the test part; MNIST has one in seven, but of so few samples that would
/// be a coarse measure.
const TEST_SHARE: f64 = 0.2;
/// The number of embedded digits.
const SAMPLES: usize = 1797;

/// The sentence that says what stands in.
pub(crate) fn sentence(dataset: &str) -> String {
    format!(
        "NOT {dataset}: the 1,797 embedded 8×8 handwritten digits, scaled to 28×28, stand in for it; \
         results cannot be compared with those on {dataset}"
    )
}

/// What the stand-in looks like.
pub(crate) fn describe(dataset: &str, splits: &Splits) -> DataInfo {
    let mut info = assemble::info(
        dataset,
        FieldKind::image([1, SIDE, SIDE]),
        FieldKind::Class(digits::class_names()),
    );
    info.stand_in = Some(StandIn {
        name: "digits".into(),
        sentence: sentence(dataset),
    });
    info.notes
        .push("source: the embedded digits, scaled to 28×28 (stand-in)".into());
    let test = split::size(SAMPLES, TEST_SHARE);
    let validation = split::size(SAMPLES - test, splits.validation_split);
    info.rows = [SAMPLES - test - validation, validation, test];
    info
}

/// The stand-in. As MNIST's, its test part is always the same one, whatever the seed.
pub(crate) fn load(dataset: &str, splits: &Splits, context: &DataContext) -> Result<Dataset> {
    let (small, classes) = digits::samples();
    let images: Vec<u8> = small
        .chunks_exact(digits::SIDE * digits::SIDE)
        .flat_map(enlarge)
        .collect();
    let rows = (0..classes.len() as u32).collect();
    let all = Part::new(Bytes::new(SIDE * SIDE, images), Ids::classes(classes), rows);
    let official = Key::new(0).purpose(Purpose::Split);
    let (train, test) = split::hold_out(all, TEST_SHARE, official);
    let parts = assemble::with_validation(train, test, splits, context.seed);
    assemble::finish(describe(dataset, splits), parts, splits)
}

/// One digit: 8×8 of 0..=16 to 20×20 (bilinear, pixel centres aligned as in PyTorch's
/// `interpolate(align_corners=False)`), in the middle of 28×28.
fn enlarge(small: &[f32]) -> [u8; SIDE * SIDE] {
    let margin = (SIDE - INNER) / 2;
    let mut image = [0; SIDE * SIDE];
    for y in 0..INNER {
        for x in 0..INNER {
            let ink = bilinear(small, source(y), source(x)) / digits::MAX * 255.0;
            image[(y + margin) * SIDE + x + margin] = ink.round().clamp(0.0, 255.0) as u8;
        }
    }
    image
}

/// The place in the small image, and how far it lies towards the next pixel.
fn source(to: usize) -> (usize, f32) {
    let last = digits::SIDE - 1;
    let at = ((to as f32 + 0.5) * digits::SIDE as f32 / INNER as f32 - 0.5).clamp(0.0, last as f32);
    let pixel = (at as usize).min(last - 1);
    (pixel, at - pixel as f32)
}

fn bilinear(small: &[f32], (y, dy): (usize, f32), (x, dx): (usize, f32)) -> f32 {
    let pixel = |y: usize, x: usize| small[y * digits::SIDE + x];
    let row = |y: usize| pixel(y, x) * (1.0 - dx) + pixel(y, x + 1) * dx;
    row(y) * (1.0 - dy) + row(y + 1) * dy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enlarging_keeps_the_ink_and_the_frame() {
        let (small, _) = digits::samples();
        for digit in small.chunks_exact(64).take(50) {
            let image = enlarge(digit);
            for (i, &pixel) in image.iter().enumerate() {
                let (y, x) = (i / SIDE, i % SIDE);
                if !(4..24).contains(&y) || !(4..24).contains(&x) {
                    assert_eq!(pixel, 0);
                }
            }
            let mean_small = digit.iter().sum::<f32>() / 64.0 / digits::MAX;
            let mean = image.iter().map(|&p| f32::from(p)).sum::<f32>() / 400.0 / 255.0;
            assert!((mean - mean_small).abs() < 0.05, "{mean} {mean_small}");
        }
        assert!(enlarge(&[16.0; 64]).iter().all(|&p| p == 0 || p == 255));
    }

    /// Bilinear interpolation is exact on a plane, away from the rim.
    #[test]
    fn a_plane_stays_a_plane() {
        let plane: Vec<f32> = (0..64).map(|i| (i / 8) as f32 + (i % 8) as f32 / 8.0).collect();
        for to in 1..INNER - 1 {
            let (pixel, rest) = source(to);
            let exact = (to as f32 + 0.5) * 0.4 - 0.5;
            assert!((pixel as f32 + rest - exact).abs() < 1e-5);
            let value = bilinear(&plane, source(to), source(10));
            assert!((value - (exact + (10.5 * 0.4 - 0.5) / 8.0)).abs() < 1e-5);
        }
    }

    #[test]
    fn the_test_part_does_not_depend_on_the_seed() {
        let splits = Splits::standard(0.1);
        let with = |seed| load("mnist", &splits, &DataContext::new(".", seed)).unwrap();
        let (a, b) = (with(1), with(2));
        assert_eq!(a.test.as_ref().unwrap().rows, b.test.as_ref().unwrap().rows);
        assert_ne!(a.validation.unwrap().rows, b.validation.unwrap().rows);
        assert_eq!(a.info, describe("mnist", &splits));
        assert!(a.info.stand_in.unwrap().sentence.starts_with("NOT mnist"));
    }
}
