//! Bilinear resizing with antialiasing, to the bit as PIL's `Image.resize(size, BILINEAR)`, which is what torchvision's
//! `Resize` does to pictures: a triangle as wide as a pixel of the coarser grid, first across, then down.

use super::decode::Decoded;

/// Fractions of weights, as PIL has them for bytes.
const BITS: u32 = 32 - 8 - 2;

/// Weights of the source pixels of one output pixel, from `first` on.
struct Tap {
    first: usize,
    weights: Vec<i32>,
}

fn taps(from: usize, to: usize) -> Vec<Tap> {
    let scale = from as f64 / to as f64;
    let filter = scale.max(1.0);
    let tap = |i: usize| {
        let centre = (i as f64 + 0.5) * scale;
        let first = (centre - filter + 0.5).max(0.0) as usize;
        let last = ((centre + filter + 0.5) as usize).min(from);
        let weight = |x: usize| (1.0 - ((x as f64 - centre + 0.5) / filter).abs()).max(0.0);
        let weights: Vec<f64> = (first..last).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let fixed = |w: &f64| (0.5 + w / sum * f64::from(1 << BITS)) as i32;
        Tap {
            first,
            weights: weights.iter().map(fixed).collect(),
        }
    };
    (0..to).map(tap).collect()
}

fn apply(tap: &Tap, at: impl Fn(usize) -> u8) -> u8 {
    let start = 1i64 << (BITS - 1);
    let terms = tap.weights.iter().enumerate();
    let sum = terms.fold(start, |sum, (i, &w)| sum + i64::from(w) * i64::from(at(tap.first + i)));
    (sum >> BITS).clamp(0, 255) as u8
}

/// The picture in this size, plane by plane.
pub fn planes(picture: &Decoded, height: usize, width: usize) -> Vec<u8> {
    let c = picture.channels;
    let across = if width == picture.width {
        None
    } else {
        Some(taps(picture.width, width))
    };
    let rows: Vec<u8> = match across {
        None => picture.pixels.clone(),
        Some(taps) => picture
            .pixels
            .chunks_exact(picture.width * c)
            .flat_map(|row| {
                taps.iter()
                    .flat_map(move |tap| (0..c).map(move |k| apply(tap, |x| row[x * c + k])))
            })
            .collect(),
    };
    let stride = width * c;
    let mut out = Vec::with_capacity(height * stride);
    let down = if height == picture.height {
        None
    } else {
        Some(taps(picture.height, height))
    };
    for k in 0..c {
        for y in 0..height {
            for x in 0..width {
                let at = |y: usize| rows[y * stride + x * c + k];
                out.push(down.as_ref().map_or_else(|| at(y), |taps| apply(&taps[y], at)));
            }
        }
    }
    out
}
