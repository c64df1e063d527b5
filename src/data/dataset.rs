//! Samples in memory: inputs, targets, splits, and the normalization learnt from the training part.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::augment::Augmentation;
use super::column::{Column, Columns};
use super::loader::{Loader, Order};
use super::schema::DataInfo;
use runner_ground::error::Result;

/// A dataset, loaded and split.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Names and shapes.
    pub info: DataInfo,
    /// What the training sees.
    pub train: Arc<Part>,
    /// What early stopping and schedules look at.
    pub validation: Option<Arc<Part>>,
    /// What is looked at once, at the end.
    pub test: Option<Arc<Part>>,
    /// Learnt from the training part only.
    pub normalization: Normalization,
    /// Mean and standard deviation of each target of the training part, where targets are numbers:
    /// a regression trains on standardized targets and reports in the original units.
    pub target_normalization: Option<Normalization>,
    /// How training images are changed at random.
    pub augmentation: Option<Arc<Augmentation>>,
    /// SHA-256 over all samples and splits, as hex: the same data gives the same digest.
    pub digest: String,
}

impl Dataset {
    /// What is known of data, without any samples: for networks that need none to do their work.
    pub fn without_samples(
        info: DataInfo,
        normalization: Normalization,
        target_normalization: Option<Normalization>,
    ) -> Self {
        let empty = Part {
            inputs: Vec::new(),
            targets: Vec::new(),
            rows: Vec::new(),
            names: Vec::new(),
        };
        Self {
            info,
            train: Arc::new(empty),
            validation: None,
            test: None,
            normalization,
            target_normalization,
            augmentation: None,
            digest: String::new(),
        }
    }

    /// Serves one of its parts as training sees it: inputs normalized, and targets too where they are numbers. The
    /// training part, shuffled, is augmented.
    ///
    /// # Errors
    /// When the part and its normalization do not fit; those of a loaded dataset fit.
    pub fn loader(&self, part: &Arc<Part>, batch_size: usize, order: Order) -> Result<Loader> {
        let learnt = Arc::ptr_eq(part, &self.train) && matches!(order, Order::Shuffled { .. });
        let augmentation = self.augmentation.clone().filter(|_| learnt);
        let loader = Loader::new(part.clone(), &self.normalization, batch_size, order)?.augment(augmentation);
        match &self.target_normalization {
            Some(normalization) => loader.normalize_targets(normalization),
            None => Ok(loader),
        }
    }
}

/// Samples with their targets; row `i` of one column belongs to row `i` of the others.
#[derive(Debug)]
pub struct Part {
    /// What networks are given, a column a field, as stored (not normalized).
    pub inputs: Columns,
    /// What is to be predicted.
    pub targets: Columns,
    /// Where each sample stands in its source, counted from 0; rising. For MNIST the test images
    /// follow the training images, for CSV each file counts its data rows from 0, the header not among them.
    pub rows: Vec<u32>,
    /// What each sample is called, such as its file; empty where samples have no names, and in parts that nobody is shown.
    pub names: Vec<String>,
}

impl Part {
    /// Samples of one input and one target each.
    ///
    /// ```
    /// use runner_data::Part;
    /// use runner_data::column::{Bytes, Ids};
    /// let part = Part::new(Bytes::new(4, vec![0, 9, 8, 7]), Ids::classes(vec![0]), vec![0]);
    /// assert_eq!((part.len(), part.inputs[0].width()), (1, 4));
    /// ```
    pub fn new(input: impl Column, target: impl Column, rows: Vec<u32>) -> Self {
        Self {
            inputs: vec![Box::new(input)],
            targets: vec![Box::new(target)],
            rows,
            names: Vec::new(),
        }
    }

    /// The same samples with names.
    #[must_use]
    pub fn named(self, names: Vec<String>) -> Self {
        Self { names, ..self }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The (first) input.
    pub fn input(&self) -> Option<&dyn Column> {
        self.inputs.first().map(|column| &**column)
    }

    /// The (first) target.
    pub fn target(&self) -> Option<&dyn Column> {
        self.targets.first().map(|column| &**column)
    }

    /// The class of each sample, where classes are to be predicted.
    pub fn classes(&self) -> Option<&[u32]> {
        self.target()?.classes()
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &dyn Column> {
        self.inputs.iter().chain(&self.targets).map(|column| &**column)
    }
}

/// `(x - mean) / std`, for each feature or for each channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalization {
    /// One entry for each of the first `n` equal divisions of a sample: as many as features, or as channels.
    pub mean: Vec<f64>,
    /// Never zero: a constant feature has 1.
    pub std: Vec<f64>,
}

impl Normalization {
    /// Statistics of 32 bits, as bytes and numbers of 32 bits have them.
    pub fn single(mean: &[f32], std: &[f32]) -> Self {
        let all = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x)).collect();
        Self {
            mean: all(mean),
            std: all(std),
        }
    }
}
