//! Classes, and tokens of a fixed number a sample.

use super::{At, Column, copy, keep, row};
use crate::digest::Hasher;
use crate::lane::Lane;

/// Numbers that are names, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids {
    width: usize,
    values: Vec<u32>,
}

impl Ids {
    /// A class a sample.
    pub fn classes(values: Vec<u32>) -> Self {
        Self { width: 1, values }
    }
}

impl Column for Ids {
    fn len(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    fn width(&self) -> usize {
        self.width
    }

    fn gather(&self, rows: &[u32]) -> Box<dyn Column> {
        Box::new(Self {
            width: self.width,
            values: copy(&self.values, self.width, rows),
        })
    }

    fn retain(&mut self, rows: &[u32]) {
        keep(&mut self.values, self.width, rows);
    }

    fn digest(&self, hash: &mut Hasher) {
        hash.words(self.values.iter().map(|id| id.to_le_bytes()));
    }

    fn lane(&self, samples: usize) -> Lane {
        Lane::ids(self.width, Vec::with_capacity(samples * self.width))
    }

    fn fill(&self, _at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        let out = lane.ids_mut(rows.len()).chunks_exact_mut(self.width.max(1));
        for (out, &i) in out.zip(rows) {
            out.copy_from_slice(row(&self.values, i, self.width));
        }
    }

    fn classes(&self) -> Option<&[u32]> {
        (self.width == 1).then_some(&self.values)
    }
}
