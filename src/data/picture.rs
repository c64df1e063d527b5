//! Samples as pictures, for reports.

use super::dataset::Part;

/// Pixels of one sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// `height × width × channels` bytes, channels last, as PNG wants them.
    pub pixels: Vec<u8>,
}

/// Sample `i` as a picture, where inputs are images of shape `[1, height, width]` or
/// `[3, height, width]`; `None` for other shapes or a sample that does not exist. Floats are stretched
/// from the sample's smallest to its largest value.
///
/// ```
/// use runner_data::{Part, picture, column::{Bytes, Ids}};
/// let part = Part::new(Bytes::new(4, vec![0, 9, 8, 7]), Ids::classes(vec![0]), vec![0]);
/// assert_eq!(picture(&part, &[1, 2, 2], 0).unwrap().pixels, [0, 9, 8, 7]);
/// assert!(picture(&part, &[4], 0).is_none());
/// ```
pub fn picture(part: &Part, input: &[usize], i: usize) -> Option<Picture> {
    let &[channels @ (1 | 3), height, width] = input else {
        return None;
    };
    let size = channels.checked_mul(height)?.checked_mul(width)?;
    let column = part.input().filter(|column| column.width() == size)?;
    let planes = match column.bytes() {
        Some(bytes) => bytes.chunks_exact(size.max(1)).nth(i)?.to_vec(),
        None => stretch(&column.numbers(i)?),
    };
    let plane = height * width;
    let pixels = (0..plane)
        .flat_map(|p| (0..channels).map(move |c| c * plane + p))
        .map(|at| planes[at])
        .collect();
    Some(Picture {
        height,
        width,
        channels,
        pixels,
    })
}

fn stretch(values: &[f64]) -> Vec<u8> {
    let values: Vec<f32> = values.iter().map(|&x| x as f32).collect();
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let range = if high > low { high - low } else { 1.0 };
    // A cast saturates, so that no value can wrap.
    values
        .iter()
        .map(|x| ((x - low) / range * 255.0).round() as u8)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::column::{Floats, Ids};
    use super::*;

    #[test]
    fn colours_are_interleaved_and_floats_stretched() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0];
        let part = Part::new(Floats::of(6, &values), Ids::classes(vec![0, 1]), vec![0, 1]);
        let first = picture(&part, &[3, 1, 2], 0).unwrap();
        assert_eq!(first.pixels, [0, 102, 204, 51, 153, 255]);
        assert_eq!(picture(&part, &[3, 1, 2], 1).unwrap().pixels, [0; 6]);
        assert!(picture(&part, &[3, 1, 2], 2).is_none());
        assert!(picture(&part, &[2, 3, 1], 0).is_none());
        assert!(picture(&part, &[1, usize::MAX, 2], 0).is_none());
    }
}
