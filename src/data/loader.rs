//! Batches of samples.
use std::sync::Arc;

use super::{Dataset, Features, Part, Targets};
use crate::loss::Target;
use crate::random::Key;

/// The order of samples.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// As they are.
    Sequential,
    /// By this key.
    Shuffled {
        /// The epoch's key.
        key: Key,
    },
}

/// A batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Normalized inputs.
    pub features: Vec<f32>,
    targets: Targets,
    /// Rows in the part.
    pub indices: Vec<u32>,
}

impl Batch {
    /// Samples.
    pub fn len(&self) -> usize {
        self.indices.len()
    }
    /// None.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }
    /// Targets.
    pub fn target(&self) -> Target<'_> {
        match &self.targets {
            Targets::Classes(c) => Target::Classes(c),
            Targets::Values { values, .. } => Target::Values(values),
        }
    }
}

/// Loader.
pub struct Loader {
    part: Arc<Part>,
    dataset: Dataset,
    batch: usize,
    order: Vec<u32>,
    next: usize,
}

impl Loader {
    /// New.
    pub fn new(part: Arc<Part>, dataset: &Dataset, batch: usize, order: Order, start: usize) -> Self {
        let n = part.len();
        let order = match order {
            Order::Sequential => (0..n as u32).collect(),
            Order::Shuffled { key } => key.permutation(n),
        };
        Self { part, dataset: dataset.clone(), batch, order, next: start * batch }
    }
}

impl Iterator for Loader {
    type Item = Batch;
    fn next(&mut self) -> Option<Batch> {
        if self.next >= self.order.len() {
            return None;
        }
        let end = (self.next + self.batch).min(self.order.len());
        let indices = self.order[self.next..end].to_vec();
        self.next = end;
        let w = self.dataset.info.width();
        let mut features = Vec::new();
        let norm = &self.dataset.normalization;
        let per = w / norm.mean.len().max(1);
        for &i in &indices {
            for j in 0..w {
                let x = match &self.part.features {
                    Features::Bytes(b) => f32::from(b[i as usize * w + j]),
                    Features::Floats(f) => f[i as usize * w + j],
                };
                let c = j / per.max(1);
                features.push((x - norm.mean[c]) / norm.std[c]);
            }
        }
        let targets = match &self.part.targets {
            Targets::Classes(c) => Targets::Classes(indices.iter().map(|&i| c[i as usize]).collect()),
            Targets::Values { width, values } => Targets::Values {
                width: *width,
                values: indices.iter().flat_map(|&i| values[i as usize * width..(i as usize + 1) * width].to_vec()).collect(),
            },
        };
        Some(Batch { features, targets, indices })
    }
}
