//! What a PNG or JPEG file holds, as it is stored: 16 bits become 8, as PIL has them.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::ground;
use super::orientation::{self, turn};
use super::refused;
use super::rules::Rules;
use runner_ground::text::format;

/// The largest file of a picture.
pub const MAX_FILE_BYTES: u64 = 256 << 20;
/// The most pixels of a picture, and its longest side: a small file may unpack to more than there is memory.
pub const MAX_PIXELS: u64 = 1 << 26;
const MAX_SIDE: usize = 1 << 16;

/// A picture, channels last.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// A picture as its file has it.
pub struct Stored {
    height: usize,
    width: usize,
    /// 1 or 3, and one more where `alpha` says so.
    channels: usize,
    alpha: bool,
    pixels: Vec<u8>,
    /// From 1 to 8, as EXIF counts them; 1 is as it is stored.
    orientation: u8,
}

impl Stored {
    /// Whether viewers turn or mirror it.
    pub fn is_turned(&self) -> bool {
        self.orientation != 1
    }

    /// Whether something behind it would be seen.
    pub fn is_transparent(&self) -> bool {
        self.alpha
            && self
                .pixels
                .chunks_exact(self.channels)
                .any(|p| p[self.channels - 1] < 255)
    }

    /// The picture that these rules make of it, with 1 channel or 3.
    pub fn seen(self, rules: &Rules, channels: usize) -> Decoded {
        let (height, width, orientation) = (self.height, self.width, self.orientation);
        let colours = self.channels - usize::from(self.alpha);
        let (colours, pixels) = if self.alpha {
            ground::laid(&self.pixels, colours, rules.ground)
        } else {
            (colours, self.pixels)
        };
        let picture = Decoded {
            height,
            width,
            channels,
            pixels: ground::converted(pixels, colours, channels),
        };
        if rules.turns {
            turn(picture, orientation)
        } else {
            picture
        }
    }
}

/// Whether a name is that of a picture.
pub fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads a file.
///
/// # Errors
/// Why it cannot be read, without its name.
pub fn open(path: &Path) -> Result<Stored, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    // Whoever opens a pipe waits for its other end.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err("no file".to_owned());
    }
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(failed)?;
    opened
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("more than the {} that are read", format::bytes(MAX_FILE_BYTES)));
    }
    // By what is in it: the extension may lie.
    match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => png(&bytes),
        [0xff, 0xd8, ..] => jpeg(&bytes),
        other => Err(refused::other(other)),
    }
}

fn check_size(width: usize, height: usize) -> Result<(), String> {
    let pixels = (width as u64).saturating_mul(height as u64);
    if pixels > MAX_PIXELS || width.max(height) > MAX_SIDE {
        let most = format::count(MAX_PIXELS);
        return Err(format!(
            "{width}×{height} pixels; up to {most} are read, and sides up to {MAX_SIDE}"
        ));
    }
    match pixels {
        0 => Err(format!("{width}×{height} pixels: there is nothing in it")),
        _ => Ok(()),
    }
}

fn png(bytes: &[u8]) -> Result<Stored, String> {
    let damaged = |error: png::DecodingError| refused::png(&error);
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    let size = reader.output_buffer_size().ok_or("a damaged PNG file: no size")?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    let (channels, alpha) = match frame.color_type {
        png::ColorType::Grayscale => (1, false),
        png::ColorType::GrayscaleAlpha => (2, true),
        png::ColorType::Rgb => (3, false),
        png::ColorType::Rgba => (4, true),
        png::ColorType::Indexed => return Err("a damaged PNG file: colours without a palette".to_owned()),
    };
    // What follows the pixels may hold the EXIF data; the picture is whole without it.
    if reader.info().exif_metadata.is_none() {
        let _ = reader.finish();
    }
    let orientation = reader
        .info()
        .exif_metadata
        .as_ref()
        .map_or(1, |exif| orientation::of_exif(exif));
    Ok(Stored {
        height,
        width,
        channels,
        alpha,
        pixels,
        orientation,
    })
}

fn jpeg(bytes: &[u8]) -> Result<Stored, String> {
    // Strict: a file that ends early would else become a picture with a grey end.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| refused::jpeg(&error))?;
    let (width, height) = decoder.dimensions().ok_or("a damaged JPEG file: no size")?;
    check_size(width, height)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (space, channels) = if grey {
        (ColorSpace::Luma, 1)
    } else {
        (ColorSpace::RGB, 3)
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(|error| refused::jpeg(&error))?;
    if pixels.len() != width * height * channels {
        return Err("a JPEG file with colours that are not read: convert it to RGB".to_owned());
    }
    let orientation = decoder.exif().map_or(1, |exif| orientation::of_exif(exif));
    Ok(Stored {
        height,
        width,
        channels,
        alpha: false,
        pixels,
        orientation,
    })
}
