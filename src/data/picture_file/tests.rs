mod seen;

use std::fs;
use std::path::Path;

use super::decode::{Decoded, open};
use super::*;
use seen::{Chunk, turned_png};

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
