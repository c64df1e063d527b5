use std::fs;

use serde_json::json;

use super::super::settings::chosen;
use super::decode::{Decoded, decode};
use super::*;

/// Bytes that look random.
fn noise(n: usize) -> Vec<u8> {
    (0..n).map(|i| ((i * i * 31 + i * 17) % 256) as u8).collect()
}

fn png(path: &Path, width: u32, height: u32, color: png::ColorType, depth: png::BitDepth, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
}

fn rgb(path: &Path, width: u32, height: u32, bytes: &[u8]) {
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
fn damaged_files_are_named_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.png");
    rgb(&path, 16, 16, &noise(768));
    let png = fs::read(&path).unwrap();
    for whole in [&png[..], &JPEG[..]] {
        for length in (0..whole.len() - 4).step_by(7) {
            fs::write(&path, &whole[..length]).unwrap();
            let text = decode(&path, 3).err().map(|error| error.to_string());
            assert!(text.is_some_and(|text| text.contains("x.png")), "{length} bytes");
        }
        for i in 0..whole.len() {
            let mut changed = whole.to_vec();
            changed[i] ^= 0x55;
            fs::write(&path, changed).unwrap();
            let _ = decode(&path, 3);
        }
    }
    // A header that promises 2^30 pixels a side.
    let mut bomb = png;
    bomb[16..24].copy_from_slice(&[0x40, 0, 0, 0, 0x40, 0, 0, 0]);
    fs::write(&path, bomb).unwrap();
    assert!(decode(&path, 3).is_err());
}

/// Two classes of six pictures each, one of them in a folder inside.
fn pets(root: &Path) {
    for (class, first) in [("cat", 10), ("dog", 200)] {
        for i in 0..5u8 {
            rgb(&root.join(format!("{class}/{i}.png")), 2, 2, &[first + i; 12]);
        }
        rgb(&root.join(format!("{class}/more/deep.PNG")), 2, 2, &[first + 5; 12]);
    }
    fs::write(root.join("cat/readme.txt"), "no picture").unwrap();
    fs::create_dir(root.join(".hidden")).unwrap();
    fs::write(root.join("dog/.x.png"), "no picture").unwrap();
}

#[test]
fn folders_are_classes_in_the_order_of_their_names() {
    let root = tempfile::tempdir().unwrap();
    pets(&root.path().join("pets"));
    let settings = json!({"path": "pets", "size": [3, 4], "channels": 1, "validation_split": 0.2, "test_split": 0.34});
    let (chosen, context) = (chosen("image_folder", settings), DataContext::new(root.path(), 3));
    let info = (DEF.describe)(&chosen, &context).unwrap();
    assert_eq!((info.rows, &info.shape()[..]), ([6, 2, 4], &[1, 3, 4][..]));
    assert_eq!(info.classes().unwrap(), ["cat", "dog"]);
    assert!(info.notes[0].contains("12 pictures in 2 classes"), "{:?}", info.notes);
    assert!(info.notes[1].ends_with(": 1"), "{:?}", info.notes);
    let data = (DEF.load)(&chosen, &context).unwrap();
    assert_eq!(data.info, info);
    let parts = [Some(&data.train), data.validation.as_ref(), data.test.as_ref()];
    for part in parts.into_iter().flatten() {
        let (bytes, classes) = (part.inputs[0].bytes().unwrap(), part.classes().unwrap());
        for ((image, &row), &class) in bytes.chunks(12).zip(&part.rows).zip(classes) {
            let value = [10, 200][class as usize] + (row % 6) as u8;
            assert!(image.iter().all(|&p| p == value) && row / 6 == class, "{row} {image:?}");
        }
    }
}

#[test]
fn parts_may_have_folders_of_their_own() {
    let root = tempfile::tempdir().unwrap();
    pets(&root.path().join("train"));
    rgb(&root.path().join("test/dog/a.png"), 2, 2, &[7; 12]);
    let settings = json!({"path": "train", "test_path": "test", "size": [2, 2], "validation_split": 0.0});
    let (chosen, context) = (chosen("image_folder", settings), DataContext::new(root.path(), 3));
    let data = (DEF.load)(&chosen, &context).unwrap();
    assert_eq!(data.info.rows, [12, 0, 1]);
    assert_eq!(data.test.as_ref().unwrap().classes().unwrap(), [1]);
    rgb(&root.path().join("test/cow/a.png"), 2, 2, &[7; 12]);
    let text = (DEF.load)(&chosen, &context).unwrap_err().to_string();
    assert!(
        text.contains("no class of this name") && text.contains("cat, dog"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_used_is_told() {
    let root = tempfile::tempdir().unwrap();
    let context = DataContext::new(root.path(), 1);
    let text = |path: &str, size: [usize; 2]| {
        let settings = json!({"path": path, "size": size});
        (DEF.load)(&chosen("image_folder", settings), &context)
            .unwrap_err()
            .to_string()
    };
    assert!(text("nothing", [2, 2]).contains("cannot read"));
    fs::create_dir(root.path().join("flat")).unwrap();
    assert!(text("flat", [2, 2]).contains("each class needs one"));
    pets(&root.path().join("pets"));
    fs::create_dir(root.path().join("pets/empty")).unwrap();
    assert!(text("pets", [2, 2]).contains("no PNG or JPEG file"));
    fs::remove_dir(root.path().join("pets/empty")).unwrap();
    fs::write(root.path().join("pets/dog/2.png"), "damaged").unwrap();
    let damaged = text("pets", [2, 2]);
    assert!(damaged.contains("2.png: neither a PNG nor a JPEG file"), "{damaged}");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root.path().join("pets/cat"), root.path().join("pets/cat/loop")).unwrap();
        assert!(text("pets", [2, 2]).contains("a link that leads back"));
    }
}
