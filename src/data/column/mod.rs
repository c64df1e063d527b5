//! One field of all samples of a part, as it is kept in memory. A kind of column is a file: what it is kept as, how
//! it is divided, named and measured, and how it gets into a batch.

mod bytes;
mod floats;
mod ids;
mod sequences;
mod windows;

pub use bytes::Bytes;
pub use floats::Floats;
pub use ids::Ids;
pub use sequences::Sequences;
pub use windows::{Following, Seen, Windows};

use std::any::Any;
use std::fmt::Debug;

use super::dataset::Normalization;
use super::digest::Hasher;
use super::lane::Lane;
use super::normalize::Affine;
use runner_ground::random::Key;

/// One field of many samples.
///
/// ```
/// use runner_data::column::{At, Bytes, Column};
/// let images = Bytes::new(2, vec![0, 255, 51, 102]);
/// let mut lane = images.lane(2);
/// images.fill(&At::default(), &[1], &mut lane);
/// assert_eq!(lane.as_floats(), [51.0, 102.0]);
/// ```
pub trait Column: Any + Debug + Send + Sync {
    /// Number of samples.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers that a sample has in a batch.
    fn width(&self) -> usize;

    /// A copy of these rows.
    fn gather(&self, rows: &[u32]) -> Box<dyn Column>;

    /// Only these rows (rising), in place: the training part is the large one, and a copy of it would double the
    /// memory at its peak.
    fn retain(&mut self, rows: &[u32]);

    /// Adds everything that samples are made of.
    fn digest(&self, hash: &mut Hasher);

    /// Room for these many samples in a batch.
    fn lane(&self, samples: usize) -> Lane;

    /// Writes these rows to a lane that [`Column::lane`] made; within its capacity nothing is allocated.
    fn fill(&self, at: &At<'_>, rows: &[u32], lane: &mut Lane);

    /// Divides what is stored so that it lies between 0 and 1, where it has such bounds; else 1.
    fn unit(&self) -> f32 {
        1.0
    }

    /// Mean and standard deviation of each of `groups` equal divisions of a sample; none where numbers are names.
    fn moments(&self, _groups: usize) -> Option<Normalization> {
        None
    }

    /// The middle and the half of the range of each of `groups` equal divisions of a sample.
    fn reach(&self, _groups: usize) -> Option<Normalization> {
        None
    }

    /// The smallest and the largest number that there may be (bytes) or is (floats).
    fn bounds(&self) -> Option<[f32; 2]> {
        None
    }

    /// All classes, where the column has one a sample.
    fn classes(&self) -> Option<&[u32]> {
        None
    }

    /// All bytes, where it has bytes.
    fn bytes(&self) -> Option<&[u8]> {
        None
    }

    /// The numbers of a sample, as they are in the data.
    fn numbers(&self, _row: usize) -> Option<Vec<f64>> {
        None
    }

    /// The tokens of a sample, without what fills it up.
    fn tokens(&self, _row: usize) -> Option<Vec<u32>> {
        None
    }

    /// Where the first sample begins in an epoch with this key.
    fn offset(&self, _key: Key) -> usize {
        0
    }
}

/// How rows get into a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct At<'a> {
    /// Where the first sample begins: see [`Column::offset`].
    pub offset: usize,
    /// How numbers are scaled; as they are without it.
    pub scale: Option<&'a Affine>,
}

/// Columns of one part, each with the same rows.
pub(super) type Columns = Vec<Box<dyn Column>>;

/// Row `i` of values with `width` a row.
#[inline]
fn row<T>(values: &[T], i: u32, width: usize) -> &[T] {
    &values[i as usize * width..][..width]
}

fn copy<T: Copy>(values: &[T], width: usize, rows: &[u32]) -> Vec<T> {
    let mut out = Vec::with_capacity(rows.len() * width);
    for &i in rows {
        out.extend_from_slice(row(values, i, width));
    }
    out
}

/// Moves rows, which rise, to the front.
pub(super) fn keep<T: Copy>(values: &mut Vec<T>, width: usize, rows: &[u32]) {
    for (to, &from) in rows.iter().enumerate() {
        let from = from as usize * width;
        values.copy_within(from..from + width, to * width);
    }
    values.truncate(rows.len() * width);
    values.shrink_to_fit();
}

/// Statistics of each of `groups` equal divisions of a sample.
fn measured<T: Copy>(
    values: &[T],
    width: usize,
    groups: usize,
    moments: fn(&mut dyn Iterator<Item = &[T]>) -> (f64, f64),
) -> (Vec<f64>, Vec<f64>) {
    let block = width.checked_div(groups).unwrap_or(0).max(1);
    let each = |group: usize| {
        let mut blocks = values
            .chunks_exact(width.max(1))
            .map(|row| &row[group * block..][..block]);
        moments(&mut blocks)
    };
    (0..groups).map(each).unzip()
}

/// Statistics of 32 bits; 1 where nothing varies.
fn single(mean: &[f64], std: &[f64]) -> Normalization {
    let mean: Vec<f32> = mean.iter().map(|&m| m as f32).collect();
    let std: Vec<f32> = std.iter().map(|&s| s as f32).collect();
    let varies = |s: &f32| if s.is_normal() { *s } else { 1.0 };
    Normalization::single(&mean, &std.iter().map(varies).collect::<Vec<_>>())
}

/// The same with all their digits.
fn double(mean: Vec<f64>, std: Vec<f64>) -> Normalization {
    let varies = |s: f64| if s.is_normal() { s } else { 1.0 };
    Normalization {
        mean,
        std: std.into_iter().map(varies).collect(),
    }
}

#[cfg(test)]
mod tests;
