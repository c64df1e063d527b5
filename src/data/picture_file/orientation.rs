//! How a camera was held: EXIF says by which of eight turns and reflections a picture is shown.

use super::decode::Decoded;

/// The orientation that EXIF data says, from 1 to 8; 1, as it is stored, where they say none that there is.
pub(super) fn of_exif(exif: &[u8]) -> u8 {
    // Some writers keep JPEG's mark in PNG files too.
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    tag(exif)
        .filter(|orientation| (1..=8).contains(orientation))
        .unwrap_or(1)
}

/// The value of the tag Orientation in the first directory of TIFF data.
fn tag(tiff: &[u8]) -> Option<u8> {
    const ORIENTATION: u32 = 0x0112;
    const SHORT: u32 = 3;
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, bytes: usize| -> Option<u32> {
        let bytes = tiff.get(at..at.checked_add(bytes)?)?;
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        Some(if little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        })
    };
    let directory = number(4, 4)? as usize;
    let entries = number(directory, 2)? as usize;
    let mut places = (0..entries).map(|i| directory.saturating_add(2 + 12 * i));
    let at = places.find(|&at| number(at, 2) == Some(ORIENTATION))?;
    if number(at + 2, 2)? != SHORT {
        return None;
    }
    u8::try_from(number(at + 8, 2)?).ok()
}

/// The picture as it is shown. What is stored in a row is shown in a column for 5 to 8.
pub(super) fn turn(picture: Decoded, orientation: u8) -> Decoded {
    let (h, w, c) = (picture.height, picture.width, picture.channels);
    let (height, width) = if orientation >= 5 { (w, h) } else { (h, w) };
    let from = |y: usize, x: usize| match orientation {
        2 => (y, w - 1 - x),
        3 => (h - 1 - y, w - 1 - x),
        4 => (h - 1 - y, x),
        5 => (x, y),
        6 => (h - 1 - x, y),
        7 => (h - 1 - x, w - 1 - y),
        8 => (x, w - 1 - y),
        _ => (y, x),
    };
    if orientation == 1 {
        return picture;
    }
    let mut pixels = Vec::with_capacity(picture.pixels.len());
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let (row, column) = from(y, x);
        pixels.extend_from_slice(&picture.pixels[(row * w + column) * c..][..c]);
    }
    Decoded {
        height,
        width,
        channels: c,
        pixels,
    }
}
