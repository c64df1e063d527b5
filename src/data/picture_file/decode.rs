//! Pictures from PNG and JPEG files, as PIL converts them: alpha is left out, 16 bits become 8, EXIF turns nothing.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::files::unreadable;
use runner_ground::error::{Error, Kind, Result};

/// The largest file of a picture.
pub const MAX_FILE_BYTES: u64 = 256 << 20;
/// The most pixels of a picture, and its longest side: a small file may unpack to more than there is memory.
pub const MAX_PIXELS: u64 = 1 << 26;
const MAX_SIDE: usize = 1 << 16;

/// A picture, channels last.
pub struct Decoded {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// 1 or 3.
    pub channels: usize,
    /// `height × width × channels` bytes.
    pub pixels: Vec<u8>,
}

/// Whether a name is that of a picture.
pub fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads a picture with this many channels (1 or 3).
///
/// # Errors
/// [`Kind::Data`], naming the file, when it cannot be read or is damaged.
pub fn decode(path: &Path, channels: usize) -> Result<Decoded> {
    let wrong = |what: &str| Error::new(Kind::Data, format!("{}: {what}", path.display()));
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(|error| unreadable(path, &error))?;
    let read = opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(wrong(&format!("more than the {MAX_FILE_BYTES} bytes that are read")));
    }
    // By what is in it: the extension may lie.
    let decoded = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => png(&bytes),
        [0xff, 0xd8, ..] => jpeg(&bytes),
        _ => Err("neither a PNG nor a JPEG file".to_owned()),
    };
    let decoded = decoded.map_err(|what| wrong(&what))?;
    Ok(convert(decoded, channels))
}

fn check_size(width: usize, height: usize) -> std::result::Result<(), String> {
    let pixels = (width as u64).saturating_mul(height as u64);
    if pixels == 0 || pixels > MAX_PIXELS || width.max(height) > MAX_SIDE {
        return Err(format!("{width}×{height} pixels; 1 to {MAX_PIXELS} are read"));
    }
    Ok(())
}

fn png(bytes: &[u8]) -> std::result::Result<Decoded, String> {
    let damaged = |error: png::DecodingError| format!("a damaged PNG file: {error}");
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    let size = reader.output_buffer_size().ok_or("a damaged PNG file: no size")?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    let (channels, stride) = match frame.color_type {
        png::ColorType::Grayscale => (1, 1),
        png::ColorType::GrayscaleAlpha => (1, 2),
        png::ColorType::Rgb => (3, 3),
        png::ColorType::Rgba => (3, 4),
        png::ColorType::Indexed => return Err("a damaged PNG file: colours without a palette".to_owned()),
    };
    if stride != channels {
        pixels = pixels
            .chunks_exact(stride)
            .flat_map(|p| &p[..channels])
            .copied()
            .collect();
    }
    Ok(Decoded {
        height,
        width,
        channels,
        pixels,
    })
}

fn jpeg(bytes: &[u8]) -> std::result::Result<Decoded, String> {
    let damaged = |error: &dyn std::fmt::Debug| format!("a damaged JPEG file: {error:?}");
    // Strict: a file that ends early would else become a picture with a grey end.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| damaged(&error))?;
    let (width, height) = decoder.dimensions().ok_or("a damaged JPEG file: no size")?;
    check_size(width, height)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (space, channels) = if grey {
        (ColorSpace::Luma, 1)
    } else {
        (ColorSpace::RGB, 3)
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(|error| damaged(&error))?;
    if pixels.len() != width * height * channels {
        return Err("a JPEG file with colours that are not read".to_owned());
    }
    Ok(Decoded {
        height,
        width,
        channels,
        pixels,
    })
}

/// Grey to colours and back, by PIL's weights.
fn convert(decoded: Decoded, channels: usize) -> Decoded {
    let pixels = match (decoded.channels, channels) {
        (1, 3) => decoded.pixels.iter().flat_map(|&p| [p; 3]).collect(),
        (3, 1) => {
            let grey = |p: &[u8]| {
                let [r, g, b] = [p[0], p[1], p[2]].map(u32::from);
                ((r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16) as u8
            };
            decoded.pixels.chunks_exact(3).map(grey).collect()
        }
        _ => decoded.pixels,
    };
    Decoded {
        channels,
        pixels,
        ..decoded
    }
}
