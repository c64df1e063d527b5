//! Pictures turned as they are shown, and laid over a ground.

use super::super::decode::open;
use super::super::*;
use super::{JPEG, PLAIN, png};
use std::fs;
use std::path::Path;

/// The EXIF data of a camera that was held so, in either order of bytes.
fn exif(orientation: u8, little: bool) -> Vec<u8> {
    let short = |x: u16| if little { x.to_le_bytes() } else { x.to_be_bytes() };
    let long = |x: u32| if little { x.to_le_bytes() } else { x.to_be_bytes() };
    let mut bytes = if little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
    bytes.extend(long(8));
    bytes.extend(short(2));
    for (tag, value) in [(0x0100, 3), (0x0112, u16::from(orientation))] {
        bytes.extend([short(tag), short(3)].concat());
        bytes.extend(long(1));
        bytes.extend([short(value), short(0)].concat());
    }
    bytes.extend(long(0));
    bytes
}

/// Where a PNG file has its EXIF data.
#[derive(Clone, Copy, PartialEq)]
pub enum Chunk {
    Before,
    After,
}

pub fn turned_png(path: &Path, orientation: u8, place: Chunk) {
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), 3, 2);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    let data = exif(orientation, place == Chunk::After);
    if place == Chunk::Before {
        writer.write_chunk(png::chunk::eXIf, &data).unwrap();
    }
    writer.write_image_data(b"abcdef").unwrap();
    if place == Chunk::After {
        writer.write_chunk(png::chunk::eXIf, &data).unwrap();
    }
}

/// As PIL's `ImageOps.exif_transpose` turns `abc/def`.
const TURNED: [&str; 8] = [
    "abc/def", "cba/fed", "fed/cba", "def/abc", "ad/be/cf", "da/eb/fc", "fc/eb/da", "cf/be/ad",
];

#[test]
fn pictures_are_turned_as_they_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.png");
    let turning = Rules { turns: true, ..PLAIN };
    let shown = |rules: &Rules| {
        let picture = open(&path).unwrap().seen(rules, 1);
        let rows = picture.pixels.chunks(picture.width).map(String::from_utf8_lossy);
        assert_eq!(picture.pixels.len(), picture.width * picture.height);
        rows.collect::<Vec<_>>().join("/")
    };
    for (orientation, expected) in (1..).zip(TURNED) {
        for place in [Chunk::Before, Chunk::After] {
            turned_png(&path, orientation, place);
            assert_eq!(shown(&turning), expected, "{orientation}");
            assert_eq!(shown(&PLAIN), "abc/def");
            assert_eq!(open(&path).unwrap().is_turned(), orientation != 1);
        }
        // JPEG: the ramp runs from dark to bright, from left to right as it is stored.
        let data = [b"Exif\0\0".to_vec(), exif(orientation, true)].concat();
        let length = (data.len() as u16 + 2).to_be_bytes();
        let file = [&JPEG[..2], &[0xff, 0xe1], &length, &data, &JPEG[2..]].concat();
        fs::write(&path, file).unwrap();
        let picture = open(&path).unwrap().seen(&turning, 1);
        let at = |y: usize, x: usize| picture.pixels[y * 16 + x];
        // Where `abc/def` has its d and its f: the dark and the bright end.
        let ends = match expected {
            "abc/def" | "def/abc" => [at(8, 0), at(8, 15)],
            "cba/fed" | "fed/cba" => [at(8, 15), at(8, 0)],
            "ad/be/cf" | "da/eb/fc" => [at(0, 8), at(15, 8)],
            _ => [at(15, 8), at(0, 8)],
        };
        assert!(ends[0] < 10 && ends[1] > 245, "{orientation}: {ends:?}");
    }
    // What is no orientation turns nothing, whatever else it is.
    let whole = exif(6, true);
    for data in [vec![], exif(0, true), exif(9, false), b"II*\0\xff\xff\xff\xff".to_vec()] {
        assert_eq!(super::super::orientation::of_exif(&data), 1);
    }
    for length in 0..30 {
        assert_eq!(super::super::orientation::of_exif(&whole[..length]), 1, "{length}");
    }
    let marked = [b"Exif\0\0".to_vec(), whole].concat();
    assert_eq!(super::super::orientation::of_exif(&marked), 6);
}

#[test]
fn transparency_is_laid_over_a_ground() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.png");
    let over = |ground: Ground, channels: usize| {
        let stored = open(&path).unwrap();
        assert!(stored.is_transparent());
        stored.seen(&Rules { turns: true, ground }, channels).pixels
    };
    let white = Ground::Colour([255; 3]);
    let pixels = [[10, 20, 30, 0], [10, 20, 30, 128], [10, 20, 30, 255]];
    png(
        &path,
        3,
        1,
        png::ColorType::Rgba,
        png::BitDepth::Eight,
        &pixels.concat(),
    );
    // (c·a + 255·(255 − a)) / 255, rounded: 132.0, 137.0, 142.1.
    assert_eq!(over(white, 3), [255, 255, 255, 132, 137, 142, 10, 20, 30]);
    assert_eq!(over(Ground::Colour([0; 3]), 3), [0, 0, 0, 5, 10, 15, 10, 20, 30]);
    assert_eq!(over(Ground::Colour([200, 0, 0]), 3)[..3], [200, 0, 0]);
    assert_eq!(over(Ground::None, 3), [10, 20, 30, 10, 20, 30, 10, 20, 30]);
    // Grey over a colour becomes coloured, and in one channel that colour's grey.
    let bytes = [40, 0, 40, 255];
    png(
        &path,
        2,
        1,
        png::ColorType::GrayscaleAlpha,
        png::BitDepth::Eight,
        &bytes,
    );
    assert_eq!(over(white, 1), [255, 40]);
    assert_eq!(over(Ground::Colour([9, 9, 9]), 1), [9, 40]);
    assert_eq!(over(Ground::Colour([200, 0, 0]), 3), [200, 0, 0, 40, 40, 40]);
    assert_eq!(over(Ground::Colour([200, 0, 0]), 1), [60, 40]);
    // A palette in which one colour shines through, and a grey and a colour that do.
    let keyed = |color, depth, palette: Option<&'static [u8]>, trns: &'static [u8], bytes: &[u8]| {
        let mut encoder = png::Encoder::new(fs::File::create(&path).unwrap(), 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if let Some(palette) = palette {
            encoder.set_palette(palette);
        }
        encoder.set_trns(trns);
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
    };
    let eight = png::BitDepth::Eight;
    keyed(png::ColorType::Indexed, eight, Some(&[1, 2, 3, 7, 8, 9]), &[0], &[0, 1]);
    assert_eq!(over(white, 3), [255, 255, 255, 7, 8, 9]);
    keyed(png::ColorType::Grayscale, eight, None, &[0, 5], &[5, 6]);
    assert_eq!((over(white, 1), over(Ground::None, 1)), (vec![255, 6], vec![5, 6]));
    keyed(
        png::ColorType::Rgb,
        eight,
        None,
        &[0, 1, 0, 2, 0, 3],
        &[1, 2, 3, 4, 5, 6],
    );
    assert_eq!(over(white, 3), [255, 255, 255, 4, 5, 6]);
    // To the nearest, whatever is laid over what.
    for (c, behind, alpha) in (0..=255u8)
        .step_by(5)
        .flat_map(|c| (0..=255).map(move |a| (c, 255 - c, a)))
    {
        let (_, laid) = super::super::ground::laid(&[c, alpha], 1, Ground::Colour([behind; 3]));
        let share = f64::from(alpha) / 255.0;
        let exact = f64::from(c) * share + f64::from(behind) * (1.0 - share);
        assert_eq!(f64::from(laid[0]), exact.round(), "{c} {behind} {alpha}");
    }
    // Alpha that is full everywhere hides what is behind.
    png(&path, 1, 1, png::ColorType::Rgba, eight, &[1, 2, 3, 255]);
    assert!(!open(&path).unwrap().is_transparent());
}
