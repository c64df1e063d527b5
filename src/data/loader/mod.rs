//! Batches: shuffled by (seed, epoch), augmented, normalized, the last one partial, and prepared on a thread
//! of their own while the batch before them trains.

mod batch;
mod epoch;

use std::sync::Arc;

pub use batch::{Batch, Mixed};
pub use epoch::Epoch;

use super::augment::Augmentation;
use super::normalize::Affine;
use super::table::{Features, Normalization, Part};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::Key;

/// In which order an epoch visits the samples.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// A new order each epoch.
    Shuffled {
        /// The run's key for [`runner_ground::random::Purpose::Shuffle`]; the epoch is added to it.
        key: Key,
    },
    /// As they stand: for validation and test.
    Sequential,
}

/// Serves one part of a dataset in batches.
///
/// ```
/// use std::sync::Arc;
/// use runner_data::{Features, Normalization, Part, Targets, loader::{Loader, Order}};
/// let part = Arc::new(Part {
///     features: Features::Floats(vec![1.0, 2.0, 3.0]),
///     targets: Targets::Classes(vec![0, 1, 0]),
///     rows: vec![0, 1, 2],
/// });
/// let normalization = Normalization { mean: vec![2.0], std: vec![1.0] };
/// let loader = Loader::new(part, &normalization, 2, Order::Sequential)?;
/// let mut sizes = Vec::new();
/// let mut epoch = loader.epoch(0, 0);
/// while let Some(batch) = epoch.next_batch() {
///     sizes.push(batch.len());
/// }
/// assert_eq!(sizes, [2, 1]);
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Loader {
    pub(super) part: Arc<Part>,
    pub(super) affine: Arc<Affine>,
    /// For targets that are numbers, where they are to be scaled as well.
    pub(super) target_affine: Option<Arc<Affine>>,
    /// For training images, where they are to be changed.
    pub(super) augmentation: Option<Arc<Augmentation>>,
    pub(super) width: usize,
    pub(super) batch_size: usize,
    /// Where the first window of a text begins in this epoch.
    pub(super) offset: usize,
    order: Order,
}

impl Loader {
    /// A loader over a part whose inputs are scaled by these statistics. Targets are served as they are.
    ///
    /// # Errors
    /// [`Kind::Data`] when the part is inconsistent, the batch size is zero, or the statistics do not
    /// fit the samples.
    pub fn new(part: Arc<Part>, normalization: &Normalization, batch_size: usize, order: Order) -> Result<Self> {
        let samples = part.len();
        let width = part
            .features
            .len()
            .checked_div(samples)
            .unwrap_or(normalization.mean.len());
        if batch_size == 0 || part.features.len() != samples * width || u32::try_from(samples).is_err() {
            let message = format!(
                "cannot serve {samples} samples with {} numbers in batches of {batch_size}",
                part.features.len()
            );
            return Err(Error::new(Kind::Data, message));
        }
        let affine = Arc::new(Affine::new(normalization, width)?);
        Ok(Self {
            part,
            affine,
            target_affine: None,
            augmentation: None,
            width,
            batch_size,
            offset: 0,
            order,
        })
    }

    /// Scales targets that are numbers by these statistics, those of the training part.
    ///
    /// # Errors
    /// [`Kind::Data`] when the statistics do not fit the targets.
    pub fn normalize_targets(mut self, normalization: &Normalization) -> Result<Self> {
        if let super::table::Targets::Values { width, .. } = self.part.targets {
            self.target_affine = Some(Arc::new(Affine::new(normalization, width)?));
        }
        Ok(self)
    }

    /// Changes images before they are scaled.
    #[must_use]
    pub fn augment(mut self, augmentation: Option<Arc<Augmentation>>) -> Self {
        self.augmentation = augmentation;
        self
    }

    /// Batches of an epoch, the last partial one included.
    pub fn batches(&self) -> usize {
        self.part.len().div_ceil(self.batch_size)
    }

    /// Samples of an epoch.
    pub fn samples(&self) -> usize {
        self.part.len()
    }

    /// The batches of an epoch from batch `first` on: a run resumed in the middle of an epoch sees what
    /// the uninterrupted one would have seen.
    pub fn epoch(&self, epoch: u64, first: usize) -> Epoch {
        let offset = self.offset(epoch);
        Epoch::start(Self { offset, ..self.clone() }, epoch, first)
    }

    fn offset(&self, epoch: u64) -> usize {
        match (&self.part.features, self.order) {
            (Features::Windows(text), Order::Shuffled { key }) => text.offset(key.at(epoch)),
            _ => 0,
        }
    }

    /// The order of the samples in an epoch.
    pub(super) fn order(&self, epoch: u64) -> Vec<u32> {
        match self.order {
            Order::Shuffled { key } => key.at(epoch).permutation(self.part.len()),
            Order::Sequential => (0..self.part.len() as u32).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
