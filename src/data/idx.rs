//! The IDX format of MNIST: two zero bytes, a type, the number of dimensions, each dimension as a
//! big-endian `u32`, then the values, row-major. Plain or gzipped.
//!
//! Nothing in a file is trusted: sizes are multiplied with care, memory is reserved only for what the
//! file's own length can hold, and unpacking stops one byte after what the header announced.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::files::unreadable;
use runner_ground::error::{Error, Kind, Result};

/// The most values a file may announce: 1 GiB. MNIST's largest has 47 MB.
pub const MAX_BYTES: u64 = 1 << 30;
/// The most dimensions a file may have.
pub const MAX_DIMENSIONS: usize = 4;
/// Deflate packs at most 1,032 bytes into one (RFC 1951: a match of 258 bytes in two bits).
const MAX_DEFLATE_RATIO: u64 = 1032;

/// An array of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Its shape; at least one dimension.
    pub dimensions: Vec<usize>,
    /// Its values, row-major: as many as the product of the dimensions.
    pub values: Vec<u8>,
}

impl Idx {
    /// Bytes before the values: `4 + 4 × dimensions`.
    pub fn header_bytes(&self) -> usize {
        4 + 4 * self.dimensions.len()
    }
}

/// Reads a file; gzipped if its name ends in `.gz`.
///
/// # Errors
/// [`Kind::Data`], naming the file and the byte, when it cannot be read or is not such a file.
pub fn read(path: &Path) -> Result<Idx> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let bytes = file.metadata().map_err(|error| unreadable(path, &error))?.len();
    let name = path.display().to_string();
    let reader = BufReader::with_capacity(1 << 16, file);
    if path.extension().is_some_and(|extension| extension == "gz") {
        decode(
            MultiGzDecoder::new(reader),
            &name,
            bytes.saturating_mul(MAX_DEFLATE_RATIO),
        )
    } else {
        decode(reader, &name, bytes)
    }
}

/// Decodes an array from a reader that gives at most `available` bytes.
///
/// ```
/// use runner_data::idx;
/// let file = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];
/// assert_eq!(idx::decode(&file[..], "labels", file.len() as u64)?.values, [7, 9]);
/// let error = idx::decode(&file[..9], "labels", 9).unwrap_err();
/// assert!(error.to_string().starts_with("labels ends at byte 9"));
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
///
/// # Errors
/// [`Kind::Data`], with the name and the byte: wrong magic, type or sizes; too short; too long.
pub fn decode(mut reader: impl Read, name: &str, available: u64) -> Result<Idx> {
    let mut header = Header {
        name,
        reader: &mut reader,
        at: 0,
    };
    let count = header.magic()?;
    let dimensions = header.dimensions(count)?;
    let start = header.at;
    let size = size(&dimensions, name)?;
    if size > available {
        return Err(short(name, available, start + size));
    }
    let values = body(&mut reader, size, name, start)?;
    Ok(Idx { dimensions, values })
}

struct Header<'a, R> {
    name: &'a str,
    reader: &'a mut R,
    at: u64,
}

impl<R: Read> Header<'_, R> {
    fn four(&mut self) -> Result<[u8; 4]> {
        let mut bytes = Vec::with_capacity(4);
        self.reader
            .take(4)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(self.name, self.at, &error))?;
        let four = <[u8; 4]>::try_from(bytes.as_slice());
        let four = four.map_err(|_| wrong(self.name, self.at + bytes.len() as u64, "the header is cut off"))?;
        self.at += 4;
        Ok(four)
    }

    /// The number of dimensions.
    fn magic(&mut self) -> Result<usize> {
        let [zero, also_zero, kind, dimensions] = self.four()?;
        if zero != 0 || also_zero != 0 {
            let what = format!("not an IDX file: it starts with {zero:#04x} {also_zero:#04x} instead of two zeros");
            return Err(wrong(self.name, 0, &what));
        }
        if kind != 0x08 {
            let what = format!("values of type {kind:#04x}; only unsigned bytes (0x08) are read");
            return Err(wrong(self.name, 2, &what));
        }
        let dimensions = usize::from(dimensions);
        if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
            let what = format!("{dimensions} dimensions; 1 to {MAX_DIMENSIONS} are read");
            return Err(wrong(self.name, 3, &what));
        }
        Ok(dimensions)
    }

    fn dimensions(&mut self, count: usize) -> Result<Vec<usize>> {
        (0..count)
            .map(|_| self.four().map(|bytes| u32::from_be_bytes(bytes) as usize))
            .collect()
    }
}

/// The product of the dimensions, within the cap.
fn size(dimensions: &[usize], name: &str) -> Result<u64> {
    let product = dimensions
        .iter()
        .try_fold(1u64, |product, &d| product.checked_mul(d as u64));
    product.filter(|&size| size <= MAX_BYTES).ok_or_else(|| {
        let shape: Vec<String> = dimensions.iter().map(usize::to_string).collect();
        let what = format!(
            "the header announces {} values, more than the {MAX_BYTES} that are read",
            shape.join("×")
        );
        wrong(name, 4, &what)
    })
}

/// Exactly `size` bytes and then the end.
fn body(reader: &mut impl Read, size: u64, name: &str, start: u64) -> Result<Vec<u8>> {
    let mut values = Vec::new();
    values
        .try_reserve_exact(size as usize + 1)
        .map_err(|error| Error::new(Kind::Data, format!("{name}: {error}")))?;
    // One byte more than announced shows whether the file goes on; reaching the end checks gzip's CRC.
    if let Err(error) = reader.take(size + 1).read_to_end(&mut values) {
        return Err(broken(name, start + values.len() as u64, &error));
    }
    let read = values.len() as u64;
    if read < size {
        return Err(short(name, start + read, start + size));
    }
    if read > size {
        return Err(wrong(
            name,
            start + size,
            "the file goes on after the last value that its header announces",
        ));
    }
    Ok(values)
}

fn short(name: &str, at: u64, expected: u64) -> Error {
    Error::new(
        Kind::Data,
        format!("{name} ends at byte {at}; its header announces {expected} bytes"),
    )
}

fn broken(name: &str, at: u64, error: &std::io::Error) -> Error {
    wrong(name, at, &format!("cannot be read or unpacked: {error}"))
}

/// A mistake at a byte (of the unpacked content).
fn wrong(name: &str, at: u64, what: &str) -> Error {
    Error::new(Kind::Data, format!("{name}: byte {at}: {what}"))
}

/// Checks that images and labels belong together: `[n, height, width]`, `[n]`, labels below `classes`.
///
/// # Errors
/// [`Kind::Data`], naming the file and the byte of the first wrong label.
pub fn check_pair(images: (&Idx, &Path), labels: (&Idx, &Path), side: usize, classes: u32) -> Result<()> {
    let (images, images_path) = images;
    let (labels, labels_path) = labels;
    let n = match images.dimensions.as_slice() {
        &[n, height, width] if height == side && width == side => n,
        other => {
            let what = format!("images of shape {other:?}, expected [n, {side}, {side}]");
            return Err(wrong(&images_path.display().to_string(), 4, &what));
        }
    };
    if labels.dimensions != [n] {
        let what = format!(
            "labels of shape {:?}, but {} holds {n} images",
            labels.dimensions,
            images_path.display()
        );
        return Err(wrong(&labels_path.display().to_string(), 4, &what));
    }
    match labels.values.iter().position(|&label| u32::from(label) >= classes) {
        None => Ok(()),
        Some(i) => {
            let what = format!("label {}, expected 0 to {}", labels.values[i], classes - 1);
            Err(wrong(
                &labels_path.display().to_string(),
                (labels.header_bytes() + i) as u64,
                &what,
            ))
        }
    }
}

#[cfg(test)]
mod tests;
