use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::settings::with_defaults;
use super::*;

/// A dataset whose recipe lists these.
fn dataset(list: Value) -> Chosen {
    let entry = |entry: &Value| {
        let name = entry["name"].as_str().unwrap();
        let def = AUGMENTATIONS.iter().find(|def| def.section.name == name).unwrap();
        let mut settings = entry.as_object().unwrap().clone();
        settings.remove("name");
        json!(with_defaults(name, def.section.fields, settings))
    };
    let list: Vec<Value> = list.as_array().unwrap().iter().map(entry).collect();
    Chosen {
        name: "images".into(),
        settings: json!({ "augment": list }).as_object().unwrap().clone(),
    }
}

fn augmentation(list: Value, input: [usize; 3], seed: u64) -> Augmentation {
    let mean = [10.0, 20.0, 30.0];
    Augmentation::of(&dataset(list), &input, &mean[..input[0]], seed)
        .unwrap()
        .unwrap()
}

/// The sample as epoch `epoch` sees it.
fn seen(augmentation: &Augmentation, stored: &[u8], epoch: u64, index: u32) -> Vec<u8> {
    let mut image = augmentation.image();
    augmentation.apply(stored, augmentation.key(epoch, index), &mut image);
    image.pixels
}

fn once(list: Value, input: [usize; 3], stored: &[u8]) -> Vec<u8> {
    seen(&augmentation(list, input, 1), stored, 0, 0)
}

fn noise(n: usize) -> Vec<u8> {
    (0..n as u64).map(|i| (Key::new(9).bits(i) >> 56) as u8).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_changes_nothing_is_the_identity(c in prop::sample::select(vec![1usize, 3]), h in 1usize..9, w in 1usize..9) {
        let stored = noise(c * h * w);
        for list in [
            json!([{"name": "random_crop", "padding": 0}]),
            json!([{"name": "horizontal_flip", "p": 0.0}]),
            json!([{"name": "horizontal_flip", "p": 1.0}, {"name": "horizontal_flip", "p": 1.0}]),
            json!([{"name": "rotation", "degrees": 0}]),
            json!([{"name": "rotation", "degrees": [360.0, 360.0]}]),
            json!([{"name": "affine", "degrees": 0, "translate": [0.0, 0.0], "scale": [1.0, 1.0], "shear": 0}]),
            json!([{"name": "color_jitter"}]),
        ] {
            prop_assert_eq!(&once(list.clone(), [c, h, w], &stored), &stored, "{}", list);
        }
    }

    #[test]
    fn any_image_can_be_augmented(c in prop::sample::select(vec![1usize, 3]), h in 1usize..9, w in 1usize..9, seed in 0u64..50) {
        let stored = noise(c * h * w);
        let list = json!([
            {"name": "random_crop", "padding": h.min(w) - 1, "fill": 7},
            {"name": "horizontal_flip"},
            {"name": "rotation", "degrees": 180},
            {"name": "affine", "degrees": [-30, 200], "translate": [1.0, 0.5], "scale": [0.01, 100.0], "shear": [-80, 80, -80, 80]},
            {"name": "color_jitter", "brightness": 10, "contrast": 10, "saturation": if c == 3 { 10 } else { 0 }},
            {"name": "cutout", "size": h.min(w)},
        ]);
        let augmentation = augmentation(list, [c, h, w], seed);
        for epoch in 0..3 {
            let pixels = seen(&augmentation, &stored, epoch, 5);
            prop_assert_eq!(pixels.len(), stored.len());
            prop_assert_eq!(pixels, seen(&augmentation, &stored, epoch, 5), "the same place, the same image");
        }
    }
}

#[test]
fn quarter_turns_are_exact() {
    let (h, w) = (6, 6);
    let stored = noise(3 * h * w);
    let at = |pixels: &[u8], c: usize, y: usize, x: usize| pixels[(c * h + y) * w + x];
    let turned = once(json!([{"name": "rotation", "degrees": [90, 90]}]), [3, h, w], &stored);
    let half = once(json!([{"name": "affine", "degrees": [180, 180]}]), [3, h, w], &stored);
    for (c, y, x) in (0..3 * h * w).map(|i| (i / (h * w), i / w % h, i % w)) {
        // Counter-clockwise, as numpy.rot90: what was in the last column is in the first row.
        assert_eq!(at(&turned, c, y, x), at(&stored, c, x, w - 1 - y));
        assert_eq!(at(&half, c, y, x), at(&stored, c, h - 1 - y, w - 1 - x));
    }
}

/// Bilinear interpolation is exact on a plane: a linear map of a ramp is a ramp, whose slope says what the map is.
#[test]
fn maps_of_a_ramp_are_those_of_torchvision() {
    let side = 64;
    let ramp: Vec<u8> = (0..side * side).map(|i| (2 * (i % side) + i / side) as u8).collect();
    let middle = side as f64 / 2.0;
    let (degrees, scale, slant) = (25.0f64, 1.3, 10.0f64);
    let list =
        json!([{"name": "affine", "degrees": [degrees, degrees], "scale": [scale, scale], "shear": [slant, slant]}]);
    let moved = once(list, [1, side, side], &ramp);
    // torchvision: the forward map is scale · R(angle) · shear, shear x by −tan(slant) y for sy = 0.
    let (a, t) = (degrees.to_radians(), slant.to_radians().tan());
    let forward = [
        [scale * a.cos(), scale * (-a.cos() * t - a.sin())],
        [scale * a.sin(), scale * (-a.sin() * t + a.cos())],
    ];
    let det = forward[0][0] * forward[1][1] - forward[0][1] * forward[1][0];
    for (y, x) in (20..44).flat_map(|y| (20..44).map(move |x| (y, x))) {
        let (dx, dy) = (x as f64 + 0.5 - middle, y as f64 + 0.5 - middle);
        let from_x = (forward[1][1] * dx - forward[0][1] * dy) / det + middle - 0.5;
        let from_y = (-forward[1][0] * dx + forward[0][0] * dy) / det + middle - 0.5;
        let expected = 2.0 * from_x + from_y;
        assert!(
            (f64::from(moved[y * side + x]) - expected).abs() < 0.52,
            "{y} {x}: {} {expected}",
            moved[y * side + x]
        );
    }
}

#[test]
fn crops_lie_evenly_over_all_places() {
    let (h, w, padding) = (5, 4, 2);
    let augmentation = augmentation(
        json!([{"name": "random_crop", "padding": padding, "fill": 255}]),
        [1, h, w],
        3,
    );
    let stored: Vec<u8> = (0..h * w).map(|i| i as u8).collect();
    let mut counts = std::collections::BTreeMap::new();
    let n = 25_000;
    for index in 0..n {
        let pixels = seen(&augmentation, &stored, 0, index);
        *counts.entry(pixels).or_insert(0u32) += 1;
    }
    assert_eq!(counts.len(), 25, "every place, and no other image");
    for (down, right) in (0..5usize).flat_map(|d| (0..5).map(move |r| (d, r))) {
        let pixel = |y: usize, x: usize| match ((y + down).checked_sub(padding), (x + right).checked_sub(padding)) {
            (Some(y), Some(x)) if y < h && x < w => stored[y * w + x],
            _ => 255,
        };
        let expected: Vec<u8> = (0..h * w).map(|i| pixel(i / w, i % w)).collect();
        // Five standard deviations of a binomial share of 1/25.
        let count = f64::from(counts[&expected]);
        assert!((count - 1000.0).abs() < 155.0, "{down} {right}: {count}");
    }
}

#[test]
fn chances_are_what_they_say() {
    let flip = augmentation(json!([{"name": "horizontal_flip", "p": 0.3}]), [1, 1, 2], 5);
    let flipped = (0..10_000).filter(|&i| seen(&flip, &[1, 2], 2, i) == [2, 1]).count();
    assert!((2770..3230).contains(&flipped), "{flipped}");
    let jitter = augmentation(json!([{"name": "color_jitter", "brightness": 0.4}]), [1, 1, 1], 5);
    let values: Vec<u8> = (0..10_000).map(|i| seen(&jitter, &[100], 0, i)[0]).collect();
    assert_eq!((values.iter().min(), values.iter().max()), (Some(&60), Some(&140)));
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e4;
    assert!((mean - 100.0).abs() < 1.2, "{mean}");
}

/// Figures of PIL.ImageEnhance: Contrast and Color of one image of four colours.
#[test]
fn colours_change_towards_grey() {
    let stored = [200, 10, 60, 90, 30, 220, 60, 90, 50, 70, 60, 90];
    let (mut grey, mut less) = (Image::new(3, 2, 2), None);
    let jitter = augmentation(json!([{"name": "color_jitter", "saturation": 1.0}]), [3, 2, 2], 5);
    for i in 0..2000 {
        jitter.apply(&stored, jitter.key(0, i), &mut grey);
        // Grey pixels stay, and each pixel keeps its own grey.
        assert_eq!(
            [2, 3].map(|p| [0, 4, 8].map(|c| grey.pixels[c + p])),
            [[60; 3], [90; 3]]
        );
        if grey.pixels[0].abs_diff(grey.pixels[4]) < 3 {
            less = Some(grey.pixels.clone());
        }
    }
    let less = less.expect("a factor near 0 in 2000");
    // 0.299·200 + 0.587·30 + 0.114·50 = 83, 0.299·10 + 0.587·220 + 0.114·70 = 140.
    for (pixel, expected) in [(0, 83), (1, 140)] {
        assert!(
            [0, 4, 8].iter().all(|c| less[c + pixel].abs_diff(expected) <= 3),
            "{less:?}"
        );
    }
}

#[test]
fn cutout_hides_a_square_under_the_mean() {
    let augmentation = augmentation(json!([{"name": "cutout", "size": 4}]), [3, 8, 8], 1);
    let stored = vec![200; 3 * 64];
    let mut whole = 0;
    for index in 0..500 {
        let pixels = seen(&augmentation, &stored, 0, index);
        let hidden: Vec<usize> = (0..64).filter(|&i| pixels[i] != 200).collect();
        assert!((4..=16).contains(&hidden.len()), "at least a corner: {}", hidden.len());
        whole += usize::from(hidden.len() == 16);
        for (c, mean) in [10, 20, 30].into_iter().enumerate() {
            assert!(hidden.iter().all(|i| pixels[c * 64 + i] == mean));
        }
    }
    // Five of eight places along each axis leave the square inside.
    assert!((150..240).contains(&whole), "{whole}");
}

#[test]
fn shares_are_beta_distributed() {
    for alpha in [0.1, 1.0, 4.0] {
        let Ok(Step::Mix(mixup)) = (mixup::DEF.build)(
            &Chosen {
                name: "mixup".into(),
                settings: json!({ "alpha": alpha }).as_object().unwrap().clone(),
            },
            &Frame {
                channels: 1,
                height: 1,
                width: 1,
                mean: vec![0],
            },
        ) else {
            panic!("a mixup")
        };
        let n = 40_000;
        let drawn: Vec<(u32, f32)> = (0..n).map(|i| mixup.draw(Key::new(i), 10)).collect();
        assert!(
            drawn
                .iter()
                .all(|&(partner, share)| partner < 10 && (0.5..=1.0).contains(&share))
        );
        // Around 1/2 a Beta(a, a) has the variance 1 / (4 (2 a + 1)), whichever side is taken.
        let variance = drawn
            .iter()
            .map(|&(_, share)| (f64::from(share) - 0.5).powi(2))
            .sum::<f64>()
            / n as f64;
        let expected = 1.0 / (4.0 * (2.0 * alpha + 1.0));
        assert!(
            (variance / expected - 1.0).abs() < 0.03,
            "{alpha}: {variance} {expected}"
        );
        let first = drawn.iter().filter(|(partner, _)| *partner == 0).count();
        assert!((3700..4300).contains(&first), "{first}");
    }
}

#[test]
fn epochs_samples_and_seeds_differ() {
    let list = json!([{"name": "random_crop", "padding": 4}, {"name": "rotation", "degrees": 30}]);
    let stored = noise(3 * 64);
    let of = |seed, epoch, index| seen(&augmentation(list.clone(), [3, 8, 8], seed), &stored, epoch, index);
    assert_eq!(of(1, 2, 3), of(1, 2, 3));
    for other in [of(2, 2, 3), of(1, 3, 3), of(1, 2, 4), of(1, 3, 2)] {
        assert_ne!(of(1, 2, 3), other);
    }
}

#[test]
fn what_does_not_fit_the_images_is_told() {
    for (list, input, path, expected) in [
        (
            json!([{"name": "random_crop", "padding": 32}]),
            &[3, 32, 32][..],
            "dataset.augment.0.padding",
            "at most 31",
        ),
        (
            json!([{"name": "horizontal_flip"}, {"name": "cutout", "size": 29}]),
            &[1, 28, 28],
            "dataset.augment.1.size",
            "at most 28",
        ),
        (
            json!([{"name": "color_jitter", "saturation": 0.1}]),
            &[1, 28, 28],
            "dataset.augment.0.saturation",
            "without colours",
        ),
        (
            json!([{"name": "affine", "degrees": 0, "shear": [1.0, 2.0, 3.0]}]),
            &[1, 28, 28],
            "dataset.augment.0.shear",
            "two numbers or four",
        ),
        (
            json!([{"name": "mixup"}, {"name": "horizontal_flip"}]),
            &[1, 28, 28],
            "dataset.augment.0",
            "end of the list",
        ),
        (
            json!([{"name": "horizontal_flip"}]),
            &[64],
            "dataset.augment",
            "no images",
        ),
    ] {
        let error = Augmentation::of(&dataset(list), input, &[0.0], 1).unwrap_err();
        let [problem] = error.problems() else { panic!("{error}") };
        assert_eq!(problem.path.to_string(), path);
        assert!(error.to_string().contains(expected), "{error}");
    }
}
