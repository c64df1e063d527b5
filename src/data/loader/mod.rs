//! Batches: shuffled by (seed, epoch), augmented, normalized, the last one partial, and prepared on a thread
//! of their own while the batch before them trains.

mod batch;
mod epoch;

use std::sync::Arc;

pub use batch::{Batch, Mixed};
pub use epoch::Epoch;

use super::augment::Augmentation;
use super::dataset::{Normalization, Part};
use super::normalize::Affine;
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
/// use runner_data::{Normalization, Part, loader::{Loader, Order}};
/// use runner_data::column::{Floats, Ids};
/// let input = Floats::of(1, &[1.0, 2.0, 3.0]);
/// let part = Arc::new(Part::new(input, Ids::classes(vec![0, 1, 0]), vec![0, 1, 2]));
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
    /// How the first input is scaled.
    pub(super) scale: Arc<Affine>,
    /// For targets that are numbers, where they are to be scaled as well.
    pub(super) target_scale: Option<Arc<Affine>>,
    /// For training images, where they are to be changed.
    pub(super) augmentation: Option<Arc<Augmentation>>,
    pub(super) batch_size: usize,
    /// Whether a last batch that is not full is left out.
    drop_last: bool,
    /// Where the first window of a text begins in this epoch.
    pub(super) offset: usize,
    order: Order,
}

impl Loader {
    /// A loader over a part whose (first) input is scaled by these statistics; everything else is served as it is.
    ///
    /// # Errors
    /// [`Kind::Data`] when the part is inconsistent, the batch size is zero, or the statistics do not
    /// fit the samples.
    pub fn new(part: Arc<Part>, normalization: &Normalization, batch_size: usize, order: Order) -> Result<Self> {
        let samples = part.len();
        let width = part.input().map_or(0, |input| input.width());
        let whole = part.columns().all(|column| column.len() == samples);
        if batch_size == 0 || !whole || u32::try_from(samples).is_err() {
            let columns: Vec<usize> = part.columns().map(|column| column.len()).collect();
            let message = format!("cannot serve {samples} samples of {columns:?} entries in batches of {batch_size}");
            return Err(Error::new(Kind::Data, message));
        }
        Ok(Self {
            part,
            scale: Arc::new(Affine::new(normalization, width)?),
            target_scale: None,
            augmentation: None,
            batch_size,
            drop_last: false,
            offset: 0,
            order,
        })
    }

    /// Scales targets that are numbers by these statistics, those of the training part.
    ///
    /// # Errors
    /// [`Kind::Data`] when the statistics do not fit the targets.
    pub fn normalize_targets(mut self, normalization: &Normalization) -> Result<Self> {
        let target = self.part.target().filter(|target| target.moments(1).is_some());
        self.target_scale = target
            .map(|target| Affine::new(normalization, target.width()).map(Arc::new))
            .transpose()?;
        Ok(self)
    }

    /// Changes images before they are scaled.
    #[must_use]
    pub fn augment(mut self, augmentation: Option<Arc<Augmentation>>) -> Self {
        self.augmentation = augmentation;
        self
    }

    /// Leaves out the last batch of an epoch where it is not full. Which samples those are, the order decides.
    #[must_use]
    pub fn drop_last(self, drop_last: bool) -> Self {
        Self { drop_last, ..self }
    }

    /// Batches of an epoch, the last partial one included unless it is left out.
    pub fn batches(&self) -> usize {
        if self.drop_last {
            self.part.len() / self.batch_size
        } else {
            self.part.len().div_ceil(self.batch_size)
        }
    }

    /// Samples of an epoch.
    pub fn samples(&self) -> usize {
        self.part.len().min(self.batches().saturating_mul(self.batch_size))
    }

    /// The batches of an epoch from batch `first` on: a run resumed in the middle of an epoch sees what
    /// the uninterrupted one would have seen.
    pub fn epoch(&self, epoch: u64, first: usize) -> Epoch {
        let offset = self.offset(epoch);
        Epoch::start(Self { offset, ..self.clone() }, epoch, first)
    }

    fn offset(&self, epoch: u64) -> usize {
        match (self.part.input(), self.order) {
            (Some(input), Order::Shuffled { key }) => input.offset(key.at(epoch)),
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
