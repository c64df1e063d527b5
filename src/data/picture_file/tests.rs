use std::fs;
use std::path::Path;

use super::decode::{Decoded, open};
use super::*;

/// As they are stored.
const PLAIN: Rules = Rules {
    turns: false,
    ground: Ground::None,
};

fn decode(path: &Path, channels: usize) -> Result<Decoded, String> {
    open(path).map(|stored| stored.seen(&PLAIN, channels))
}

/// Bytes that look random.
pub(crate) fn noise(n: usize) -> Vec<u8> {
    (0..n).map(|i| ((i * i * 31 + i * 17) % 256) as u8).collect()
}

pub(crate) fn png(path: &Path, width: u32, height: u32, color: png::ColorType, depth: png::BitDepth, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
}

pub(crate) fn rgb(path: &Path, width: u32, height: u32, bytes: &[u8]) {
    png(path, width, height, png::ColorType::Rgb, png::BitDepth::Eight, bytes);
}

/// Figures of PIL: `Image.fromarray(noise 7×5×3).resize((w, h), Image.BILINEAR)`, planes one after another.
#[test]
fn resizing_is_pils_to_the_bit() {
    let picture = Decoded {
        height: 7,
        width: 5,
        channels: 3,
        pixels: noise(7 * 5 * 3),
    };
    for (height, width, expected) in [
        (
            3,
            2,
            &[
                102, 107, 119, 116, 166, 108, 91, 123, 91, 119, 150, 126, 118, 132, 120, 100, 96, 116,
            ][..],
        ),
        (1, 1, &[121, 114, 114]),
        (
            7,
            4,
            &[
                19, 124, 142, 71, 74, 149, 136, 36, 192, 44, 150, 126, 51, 66, 141, 87, 229, 213, 109, 109, 84, 230,
                96, 66, 194, 117, 102, 148, 49, 73, 158, 113, 75, 153, 59, 175, 98, 61, 86, 172, 56, 95, 238, 102, 139,
                41, 5, 31, 157, 221, 154, 149, 172, 121, 173, 138, 142, 84, 87, 152, 73, 177, 150, 185, 67, 140, 83,
                87, 122, 80, 142, 116, 176, 188, 71, 14, 35, 124, 125, 39, 21, 79, 199, 189,
            ],
        ),
    ] {
        assert_eq!(resize::planes(&picture, height, width), expected, "{height} {width}");
    }
    let larger = resize::planes(&picture, 14, 9);
    assert_eq!(
        larger[..20],
        [
            0, 25, 66, 127, 194, 144, 99, 75, 60, 16, 38, 76, 133, 197, 143, 94, 67, 50, 47, 65
        ]
    );
    assert_eq!(
        larger[358..],
        [
            81, 60, 14, 27, 50, 93, 141, 179, 201, 158, 132, 12, 23, 42, 82, 126, 196, 243, 196, 168
        ]
    );
}

/// A ramp that PIL wrote as a JPEG file, and its first row as PIL reads it.
const JPEG: [u8; 304] = [
    255, 216, 255, 224, 0, 16, 74, 70, 73, 70, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 255, 219, 0, 67, 0, 2, 1, 1, 1, 1, 1, 2,
    1, 1, 1, 2, 2, 2, 2, 2, 4, 3, 2, 2, 2, 2, 5, 4, 4, 3, 4, 6, 5, 6, 6, 6, 5, 6, 6, 6, 7, 9, 8, 6, 7, 9, 7, 6, 6, 8,
    11, 8, 9, 10, 10, 10, 10, 10, 6, 8, 11, 12, 11, 10, 12, 9, 10, 10, 10, 255, 219, 0, 67, 1, 2, 2, 2, 2, 2, 2, 5, 3,
    3, 5, 10, 7, 6, 7, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
    10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 255, 192,
    0, 17, 8, 0, 16, 0, 16, 3, 1, 34, 0, 2, 17, 1, 3, 17, 1, 255, 196, 0, 21, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 10, 9, 255, 196, 0, 23, 16, 0, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 69, 130, 255, 196, 0,
    20, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 196, 0, 20, 17, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 255, 218, 0, 12, 3, 1, 0, 2, 17, 3, 17, 0, 63, 0, 157, 171, 38, 126, 68, 64, 178, 103, 228, 59, 235,
    38, 126, 68, 64, 178, 103, 228, 15, 255, 217,
];
const RAMP: [u8; 16] = [0, 16, 34, 51, 68, 85, 103, 119, 136, 152, 170, 187, 204, 221, 239, 255];

#[test]
fn every_kind_of_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.png");
    let read = |channels| decode(&path, channels).map(|picture| picture.pixels);
    rgb(&path, 5, 7, &noise(105));
    assert_eq!(read(3).unwrap(), noise(105));
    // Figures of PIL's convert("L").
    assert_eq!(
        read(1).unwrap(),
        [
            46, 63, 126, 158, 87, 32, 202, 89, 95, 147, 143, 61, 72, 128, 155, 77, 16, 180, 211, 61, 184, 127, 85, 14,
            65, 85, 228, 190, 93, 118, 189, 79, 165, 147, 146
        ]
    );
    png(
        &path,
        2,
        1,
        png::ColorType::GrayscaleAlpha,
        png::BitDepth::Sixteen,
        &[9, 200, 0, 0, 7, 0, 255, 255],
    );
    assert_eq!(
        (read(1).unwrap(), read(3).unwrap()),
        (vec![9, 7], vec![9, 9, 9, 7, 7, 7])
    );
    png(
        &path,
        3,
        1,
        png::ColorType::Grayscale,
        png::BitDepth::One,
        &[0b1010_0000],
    );
    assert_eq!(read(1).unwrap(), [255, 0, 255]);
    png(&path, 1, 1, png::ColorType::Rgba, png::BitDepth::Eight, &[1, 2, 3, 0]);
    assert_eq!(read(3).unwrap(), [1, 2, 3]);
    fs::write(&path, JPEG).unwrap();
    let jpeg = read(1).unwrap();
    assert_eq!(jpeg.len(), 256);
    assert!(
        jpeg.iter().zip(RAMP.iter().cycle()).all(|(a, b)| a.abs_diff(*b) <= 2),
        "{jpeg:?}"
    );
}

#[test]
fn damaged_files_are_told_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.png");
    rgb(&path, 16, 16, &noise(768));
    let png = fs::read(&path).unwrap();
    let mut told = std::collections::BTreeSet::new();
    for whole in [&png[..], &JPEG[..]] {
        for length in (0..whole.len() - 4).step_by(7) {
            fs::write(&path, &whole[..length]).unwrap();
            let text = decode(&path, 3).err().unwrap_or_default();
            assert!(!text.is_empty(), "{length} bytes");
            told.insert(text);
        }
        for i in 0..whole.len() {
            let mut changed = whole.to_vec();
            changed[i] ^= 0x55;
            fs::write(&path, changed).unwrap();
            let _ = decode(&path, 3);
        }
    }
    for text in [
        "an empty file",
        "a PNG file that is cut off",
        "a JPEG file that is cut off",
    ] {
        assert!(told.contains(text), "{text}: {told:?}");
    }
    // A header that promises 2^30 pixels a side.
    let mut bomb = png;
    bomb[16..24].copy_from_slice(&[0x40, 0, 0, 0, 0x40, 0, 0, 0]);
    fs::write(&path, bomb).unwrap();
    assert!(decode(&path, 3).is_err());
}

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
enum Chunk {
    Before,
    After,
}

fn turned_png(path: &Path, orientation: u8, place: Chunk) {
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
        assert_eq!(super::orientation::of_exif(&data), 1);
    }
    for length in 0..30 {
        assert_eq!(super::orientation::of_exif(&whole[..length]), 1, "{length}");
    }
    let marked = [b"Exif\0\0".to_vec(), whole].concat();
    assert_eq!(super::orientation::of_exif(&marked), 6);
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
        let (_, laid) = super::ground::laid(&[c, alpha], 1, Ground::Colour([behind; 3]));
        let share = f64::from(alpha) / 255.0;
        let exact = f64::from(c) * share + f64::from(behind) * (1.0 - share);
        assert_eq!(f64::from(laid[0]), exact.round(), "{c} {behind} {alpha}");
    }
    // Alpha that is full everywhere hides what is behind.
    png(&path, 1, 1, png::ColorType::Rgba, eight, &[1, 2, 3, 255]);
    assert!(!open(&path).unwrap().is_transparent());
}

#[test]
fn what_is_no_picture_is_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jpg");
    let told = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        open(&path).err().unwrap()
    };
    for (bytes, expected) in [
        (&b""[..], "an empty file"),
        (b"GIF89a\x01\0\x01\0", "a GIF file: convert it to PNG or JPEG"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP file"),
        (b"BM\x46\0\0\0", "a BMP file"),
        (b"II*\0\x08\0\0\0", "a TIFF file"),
        (b"\0\0\0\x20ftypavif", "an AVIF file"),
        (b"\0\0\0\x18ftypheic", "a HEIC file"),
        (
            b"<!DOCTYPE html><html>404</html>",
            "neither a PNG nor a JPEG file, but text",
        ),
        (&[0; 64], "zeros alone"),
        (&[1, 2, 3], "neither a PNG nor a JPEG file, but something else"),
    ] {
        assert!(told(bytes).starts_with(expected), "{}", told(bytes));
    }
    let folder = folder.path().join("folder.png");
    fs::create_dir(&folder).unwrap();
    assert_eq!(open(&folder).err().unwrap(), "no file");
}

#[test]
fn many_are_read_at_once_and_every_broken_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |i: usize| folder.path().join(format!("{i}.png"));
    for i in 0..40 {
        match i % 10 {
            3 => fs::write(path(i), b"GIF89a").unwrap(),
            4 => turned_png(&path(i), 3, Chunk::Before),
            5 => png(
                &path(i),
                1,
                1,
                png::ColorType::GrayscaleAlpha,
                png::BitDepth::Eight,
                &[0, 0],
            ),
            _ => rgb(&path(i), 1, 1, &[i as u8; 3]),
        }
    }
    let paths: Vec<_> = (0..40).map(path).collect();
    let rules = Rules {
        turns: true,
        ground: Ground::Colour([255; 3]),
    };
    let (bytes, noticed) = read(&paths, [1, 1, 1], &rules).unwrap();
    assert_eq!((noticed.turned, noticed.transparent), (4, 4));
    let places: Vec<usize> = noticed.unread.iter().map(|unread| unread.index).collect();
    assert_eq!(places, [3, 13, 23, 33]);
    assert!(
        noticed.unread[1]
            .line()
            .ends_with("13.png: a GIF file: convert it to PNG or JPEG")
    );
    assert_eq!((bytes[3], bytes[5], bytes[12], bytes[39]), (0, 255, 12, 39));
    assert_eq!(survey(&paths).unwrap(), noticed);
    let notes = noticed.notes(&rules);
    assert!(notes[0].ends_with(": 4") && notes[0].contains("EXIF"), "{notes:?}");
    assert!(notes[1].ends_with(": 4") && notes[1].contains("white"), "{notes:?}");
    // What was mended since is looked at again.
    rgb(&paths[3], 9, 9, &[1; 243]);
    assert_eq!(survey(&paths).unwrap().unread.len(), 3);
}
