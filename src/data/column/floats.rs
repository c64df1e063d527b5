//! Numbers of tables, inputs as well as targets.

use super::{At, Column, copy, double, keep, measured, row, single};
use crate::dataset::Normalization;
use crate::digest::Hasher;
use crate::lane::Lane;

/// Numbers, row-major, with all digits that the data has; a network sees them as 32 bits, after they were scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Floats {
    width: usize,
    values: Vec<f64>,
    precision: Precision,
}

/// How many digits numbers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    /// 32 bits: they are measured, scaled and hashed as such.
    Single,
    /// 64 bits until they are scaled.
    Double,
}

impl Floats {
    /// These, `width` a sample.
    pub fn new(width: usize, values: Vec<f64>) -> Self {
        Self {
            width,
            values,
            precision: Precision::Double,
        }
    }

    /// The same from numbers of 32 bits.
    pub fn of(width: usize, values: &[f32]) -> Self {
        Self::single(width, values.iter().map(|&x| f64::from(x)).collect())
    }

    /// Numbers of which each is one of 32 bits.
    pub fn single(width: usize, values: Vec<f64>) -> Self {
        Self {
            width,
            values,
            precision: Precision::Single,
        }
    }

    /// Statistics with as many digits as the numbers have.
    fn rounded(&self, (mean, std): (Vec<f64>, Vec<f64>)) -> Normalization {
        match self.precision {
            Precision::Single => single(&mean, &std),
            Precision::Double => double(mean, std),
        }
    }

    fn like(&self, values: Vec<f64>) -> Self {
        Self { values, ..*self }
    }
}

impl Column for Floats {
    fn len(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    fn width(&self) -> usize {
        self.width
    }

    fn gather(&self, rows: &[u32]) -> Box<dyn Column> {
        Box::new(self.like(copy(&self.values, self.width, rows)))
    }

    fn retain(&mut self, rows: &[u32]) {
        keep(&mut self.values, self.width, rows);
    }

    fn digest(&self, hash: &mut Hasher) {
        match self.precision {
            Precision::Single => hash.words(self.values.iter().map(|&x| (x as f32).to_le_bytes())),
            Precision::Double => hash.words(self.values.iter().flat_map(|x| {
                let [a, b, c, d, e, f, g, h] = x.to_le_bytes();
                [[a, b, c, d], [e, f, g, h]]
            })),
        }
    }

    fn lane(&self, samples: usize) -> Lane {
        Lane::floats(self.width, Vec::with_capacity(samples * self.width))
    }

    fn fill(&self, at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        let out = lane.floats_mut(rows.len()).chunks_exact_mut(self.width.max(1));
        for (out, &i) in out.zip(rows) {
            let raw = row(&self.values, i, self.width);
            match (at.scale, self.precision) {
                (Some(scale), Precision::Double) => scale.numbers(raw, out),
                (scale, _) => {
                    out.iter_mut().zip(raw).for_each(|(out, &x)| *out = x as f32);
                    if let Some(scale) = scale {
                        scale.in_place(out);
                    }
                }
            }
        }
    }

    fn moments(&self, groups: usize) -> Option<Normalization> {
        let found = moments(&self.values, self.width, groups);
        Some(self.rounded(found))
    }

    fn reach(&self, groups: usize) -> Option<Normalization> {
        Some(self.rounded(measured(&self.values, self.width, groups, middle_and_reach)))
    }

    fn bounds(&self) -> Option<[f32; 2]> {
        let ends = [f32::INFINITY, f32::NEG_INFINITY];
        let ends = self.values.iter().fold(ends, |[low, high], &x| {
            let x = x as f32;
            [low.min(x), high.max(x)]
        });
        Some(ends)
    }

    fn numbers(&self, row: usize) -> Option<Vec<f64>> {
        Some(self.values.chunks_exact(self.width.max(1)).nth(row)?.to_vec())
    }
}

/// Mean and standard deviation of each of `groups` equal divisions of a sample, by Welford's recurrence (1962): stable
/// where the mean is large beside the spread; a constant division comes out at exactly zero. All divisions in one pass
/// over the numbers as they lie, which of wide samples is the sooner.
fn moments(values: &[f64], width: usize, groups: usize) -> (Vec<f64>, Vec<f64>) {
    let block = width.checked_div(groups).unwrap_or(0).max(1);
    let (mut before, mut mean, mut squares) = (0.0f64, vec![0.0f64; groups], vec![0.0f64; groups]);
    for row in values.chunks_exact(width.max(1)) {
        let divisions = row.chunks_exact(block).zip(&mut mean).zip(&mut squares);
        for ((numbers, mean), squares) in divisions {
            let mut n = before;
            for &x in numbers {
                n += 1.0;
                let delta = x - *mean;
                *mean += delta / n;
                *squares += delta * (x - *mean);
            }
        }
        before += block as f64;
    }
    let std = squares.iter().map(|squares| (squares / before.max(1.0)).sqrt());
    let std = std.collect();
    (mean, std)
}

/// The middle between the smallest and the largest number, and how far they are from it.
fn middle_and_reach(blocks: &mut dyn Iterator<Item = &[f64]>) -> (f64, f64) {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = blocks.flatten().fold(ends, |(low, high), &x| (low.min(x), high.max(x)));
    (f64::midpoint(low, high), high / 2.0 - low / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_measured_the_same_one_by_one_and_together() {
        let values: Vec<f64> = (0..900)
            .map(|i| f64::from(i * 7919 % 1000) / 7.0 + 1e6 * f64::from(i % 3))
            .collect();
        let (mean, std) = moments(&values, 3, 3);
        for group in 0..3 {
            let own: Vec<f64> = values.iter().skip(group).step_by(3).copied().collect();
            assert_eq!(moments(&own, 1, 1), (vec![mean[group]], vec![std[group]]));
        }
    }
}
