//! Images as they are stored: a byte a number.

use super::{At, Column, copy, keep, measured, row, single};
use crate::dataset::Normalization;
use crate::digest::Hasher;
use crate::lane::Lane;

/// Bytes, 0 to 255, row-major: a quarter of the memory of floats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    width: usize,
    values: Vec<u8>,
}

impl Bytes {
    /// These, `width` a sample.
    pub fn new(width: usize, values: Vec<u8>) -> Self {
        Self { width, values }
    }
}

impl Column for Bytes {
    fn len(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    fn width(&self) -> usize {
        self.width
    }

    fn gather(&self, rows: &[u32]) -> Box<dyn Column> {
        Box::new(Self::new(self.width, copy(&self.values, self.width, rows)))
    }

    fn retain(&mut self, rows: &[u32]) {
        keep(&mut self.values, self.width, rows);
    }

    fn digest(&self, hash: &mut Hasher) {
        hash.bytes(&self.values);
    }

    fn lane(&self, samples: usize) -> Lane {
        Lane::floats(self.width, Vec::with_capacity(samples * self.width))
    }

    fn fill(&self, at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        let out = lane.floats_mut(rows.len()).chunks_exact_mut(self.width.max(1));
        for (out, &i) in out.zip(rows) {
            let raw = row(&self.values, i, self.width);
            match at.scale {
                Some(scale) => scale.bytes(raw, out),
                None => out.iter_mut().zip(raw).for_each(|(out, &x)| *out = f32::from(x)),
            }
        }
    }

    fn unit(&self) -> f32 {
        255.0
    }

    fn moments(&self, groups: usize) -> Option<Normalization> {
        let (mean, std) = measured(&self.values, self.width, groups, moments);
        Some(single(&mean, &std))
    }

    fn reach(&self, _groups: usize) -> Option<Normalization> {
        Some(Normalization {
            mean: vec![127.5],
            std: vec![127.5],
        })
    }

    fn bounds(&self) -> Option<[f32; 2]> {
        Some([0.0, 255.0])
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(&self.values)
    }

    fn numbers(&self, row: usize) -> Option<Vec<f64>> {
        let mut rows = self.values.chunks_exact(self.width.max(1));
        Some(rows.nth(row)?.iter().map(|&x| f64::from(x)).collect())
    }
}

/// Exact: the sums fit in 64 bits for more than 10^14 bytes.
fn moments(blocks: &mut dyn Iterator<Item = &[u8]>) -> (f64, f64) {
    let (mut n, mut sum, mut squares) = (0u64, 0u64, 0u64);
    for block in blocks {
        n += block.len() as u64;
        // In 32 bits a chunk of this length cannot overflow, and it vectorizes.
        for chunk in block.chunks(1 << 14) {
            sum += u64::from(chunk.iter().map(|&x| u32::from(x)).sum::<u32>());
            squares += u64::from(chunk.iter().map(|&x| u32::from(x) * u32::from(x)).sum::<u32>());
        }
    }
    let n = n.max(1);
    let variance = (u128::from(squares) * u128::from(n)).saturating_sub(u128::from(sum) * u128::from(sum));
    (sum as f64 / n as f64, (variance as f64).sqrt() / n as f64)
}
