//! Classes.

use super::{At, Column, copy, keep};
use crate::digest::Hasher;
use crate::lane::Lane;

/// A class a sample, by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids(Vec<u32>);

impl Ids {
    /// A class a sample.
    pub fn classes(values: Vec<u32>) -> Self {
        Self(values)
    }
}

impl Column for Ids {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn width(&self) -> usize {
        1
    }

    fn gather(&self, rows: &[u32]) -> Box<dyn Column> {
        Box::new(Self(copy(&self.0, 1, rows)))
    }

    fn retain(&mut self, rows: &[u32]) {
        keep(&mut self.0, 1, rows);
    }

    fn digest(&self, hash: &mut Hasher) {
        hash.words(self.0.iter().map(|id| id.to_le_bytes()));
    }

    fn lane(&self, samples: usize) -> Lane {
        Lane::ids(1, Vec::with_capacity(samples))
    }

    fn fill(&self, _at: &At<'_>, rows: &[u32], lane: &mut Lane) {
        for (out, &i) in lane.ids_mut(rows.len()).iter_mut().zip(rows) {
            *out = self.0[i as usize];
        }
    }

    fn classes(&self) -> Option<&[u32]> {
        Some(&self.0)
    }
}
