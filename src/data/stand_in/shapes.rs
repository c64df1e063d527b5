//! What may stand in for CIFAR-10: drawn shapes and patterns, colour images of 32×32 in ten classes. Place, size, tilt
//! and colours are random and there is noise, so that there is something to learn; a mirrored image keeps its class.

use super::super::assemble;
use super::super::column::{Bytes, Ids};
use super::super::context::DataContext;
use super::super::generated::Draw;
use super::super::settings::Splits;
use super::super::split;
use super::super::{DataInfo, Dataset, FieldKind, Part, StandIn};
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};

/// Height and width of the images.
const SIDE: usize = 32;
const CLASSES: [&str; 10] = [
    "disc", "ring", "square", "triangle", "plus", "star", "rows", "columns", "checks", "dots",
];
/// Images of each class, in the training and in the test part.
const IMAGES: [usize; 2] = [400, 100];
/// Samples of a pixel along each axis: edges are smooth.
const FINE: usize = 3;

/// The sentence that says what stands in.
pub(crate) fn sentence(dataset: &str) -> String {
    format!(
        "NOT {dataset}: 5,000 drawn images of shapes and patterns in ten classes stand in for it; \
         results cannot be compared with those on {dataset}"
    )
}

/// What the stand-in looks like.
pub(crate) fn describe(dataset: &str, splits: &Splits) -> DataInfo {
    let names = CLASSES.map(str::to_owned).to_vec();
    let mut info = assemble::info(dataset, FieldKind::image([3, SIDE, SIDE]), FieldKind::Class(names));
    info.stand_in = Some(StandIn {
        name: "shapes".into(),
        sentence: sentence(dataset),
    });
    info.notes.push("source: drawn shapes and patterns (stand-in)".into());
    let [train, test] = IMAGES.map(|images| images * CLASSES.len());
    let validation = split::size(train, splits.validation_split);
    info.rows = [train - validation, validation, test];
    info
}

/// The stand-in. Its images are always the same ones, whatever the seed.
pub(crate) fn load(dataset: &str, splits: &Splits, context: &DataContext) -> Result<Dataset> {
    let train = part(0, IMAGES[0] * CLASSES.len());
    let test = part(train.len(), IMAGES[1] * CLASSES.len());
    let parts = assemble::with_validation(train, Some(test), splits, context.seed);
    assemble::finish(describe(dataset, splits), parts, splits)
}

fn part(first: usize, images: usize) -> Part {
    let rows = first..first + images;
    let class = |row: usize| row % CLASSES.len();
    let images = rows.clone().flat_map(|row| draw(class(row), row as u64)).collect();
    let classes = rows.clone().map(|row| class(row) as u32).collect();
    let rows = rows.map(|row| row as u32).collect();
    Part::new(Bytes::new(3 * SIDE * SIDE, images), Ids::classes(classes), rows)
}

/// One image, planes of red, green and blue.
fn draw(class: usize, row: u64) -> Vec<u8> {
    let mut draw = Draw::of(Key::new(0).purpose(Purpose::Generate).at(row));
    let mut between = |low: f64, high: f64| low + (high - low) * draw.uniform();
    let size = between(6.0, 13.0);
    let middle = [between(size, 32.0 - size), between(size, 32.0 - size)];
    let tilt = between(-0.35, 0.35);
    let (sin, cos) = (libm::sin(tilt), libm::cos(tilt));
    let back: [f64; 3] = std::array::from_fn(|_| between(20.0, 235.0));
    let slope: [f64; 3] = std::array::from_fn(|_| between(-1.5, 1.5));
    // Each colour away from the ground's, so that no shape is invisible.
    let front: [f64; 3] = std::array::from_fn(|c| (back[c] + between(60.0, 170.0)) % 256.0);
    let mut covered = [0.0; SIDE * SIDE];
    for (i, covered) in covered.iter_mut().enumerate() {
        for fine in 0..FINE * FINE {
            let at = |pixel: usize, fine: usize| pixel as f64 + (fine as f64 + 0.5) / FINE as f64;
            let y = (at(i / SIDE, fine / FINE) - middle[0]) / size;
            let x = (at(i % SIDE, fine % FINE) - middle[1]) / size;
            if is_inside(class, x * cos - y * sin, x * sin + y * cos) {
                *covered += 1.0 / (FINE * FINE) as f64;
            }
        }
    }
    let mut image = Vec::with_capacity(3 * SIDE * SIDE);
    for c in 0..3 {
        for (i, covered) in covered.iter().enumerate() {
            let ground = back[c] + slope[c] * ((i / SIDE) as f64 - 16.0);
            let colour = ground + covered * (front[c] - ground) + 18.0 * draw.normal();
            image.push(colour.round().clamp(0.0, 255.0) as u8);
        }
    }
    image
}

/// Whether a place belongs to the shape; its middle is at 0 and it reaches to 1.
fn is_inside(class: usize, x: f64, y: f64) -> bool {
    let radius = libm::sqrt(x * x + y * y);
    let largest = x.abs().max(y.abs());
    let stripe = |at: f64| libm::floor(at * 2.5 + 0.5) as i64;
    match class {
        0 => radius < 0.9,
        1 => (0.55..0.95).contains(&radius),
        2 => largest < 0.8,
        3 => y < 0.75 && y > -0.9 + 1.9 * x.abs(),
        4 => largest < 0.95 && x.abs().min(y.abs()) < 0.28,
        5 => radius < star(x, y),
        6 => largest < 0.95 && stripe(y) % 2 == 0,
        7 => largest < 0.95 && stripe(x) % 2 == 0,
        8 => largest < 0.95 && (stripe(x) + stripe(y)) % 2 == 0,
        _ => {
            let dot = |at: f64| at * 2.1 - libm::round(at * 2.1);
            largest < 1.0 && libm::sqrt(dot(x) * dot(x) + dot(y) * dot(y)) < 0.33
        }
    }
}

/// How far a star of five points reaches in the direction of a place.
fn star(x: f64, y: f64) -> f64 {
    use std::f64::consts::PI;
    let turn = libm::fabs(libm::fmod(libm::atan2(x, -y) + 2.0 * PI, 0.4 * PI) - 0.2 * PI);
    // From a point (at 0.2 π of the folded angle) to the notch between two.
    0.42 + 0.58 * (turn / (0.2 * PI))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_covers_some_of_its_image_and_not_all() {
        for (class, name) in CLASSES.iter().enumerate() {
            let grid = (0..1600).map(|i| (f64::from(i % 40) / 20.0 - 1.0, f64::from(i / 40) / 20.0 - 1.0));
            let share = grid.filter(|&(x, y)| is_inside(class, x, y)).count() as f64 / 1600.0;
            assert!((0.15..0.8).contains(&share), "{name}: {share}");
        }
    }

    #[test]
    fn a_mirrored_shape_keeps_its_class() {
        for (class, name) in CLASSES.iter().enumerate() {
            for i in 0..1000 {
                let (x, y) = (f64::from(i % 37) / 18.3 - 1.003, f64::from(i / 37) / 13.7 - 1.001);
                assert_eq!(is_inside(class, x, y), is_inside(class, -x, y), "{name} {x} {y}");
            }
        }
    }

    #[test]
    fn images_are_the_same_whatever_the_seed() {
        let splits = Splits::standard(0.1);
        let with = |seed| load("cifar10", &splits, &DataContext::new(".", seed)).unwrap();
        let (a, b) = (with(1), with(2));
        assert_eq!(a.info, describe("cifar10", &splits));
        assert_eq!(a.info.rows, [3600, 400, 1000]);
        let bytes = |part: &Part| part.inputs[0].bytes().unwrap().to_vec();
        assert_eq!(bytes(a.test.as_ref().unwrap()), bytes(b.test.as_ref().unwrap()));
        assert_ne!(a.validation.unwrap().rows, b.validation.unwrap().rows);
    }
}
