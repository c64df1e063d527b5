//! Samples in memory: features, targets, splits, and the normalization learnt from the training part.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::augment::Augmentation;
use super::column::ColumnInfo;
use super::loader::{Loader, Order};
use super::windows::Windows;
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
            features: Features::Floats(Vec::new()),
            targets: Targets::Classes(Vec::new()),
            rows: Vec::new(),
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

/// What a dataset looks like, without its samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataInfo {
    /// The dataset's name in recipes.
    pub name: String,
    /// Shape of one sample, such as `[1, 28, 28]` (channels, height, width) or `[4]`.
    pub input: Vec<usize>,
    /// What is to be predicted.
    pub target: TargetInfo,
    /// Names of the features, where they have names.
    pub features: Option<Vec<String>>,
    /// What the training part taught about the columns of a table; empty where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnInfo>,
    /// Samples in the training, validation and test part.
    pub rows: [usize; 3],
    /// What stands in for the data that was asked for; `None` for the real thing.
    pub stand_in: Option<StandIn>,
    /// Lines worth telling the user: inferred columns and types, dropped rows, the source.
    pub notes: Vec<String>,
}

/// Data that was trained on in the place of what the recipe names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandIn {
    /// Its name in recipes: what `stand_in` says.
    pub name: String,
    /// What it is and what it is not, for people.
    pub sentence: String,
}

impl DataInfo {
    /// Numbers in one sample: the product of [`DataInfo::input`].
    pub fn width(&self) -> usize {
        self.input.iter().product()
    }
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetInfo {
    /// One of these classes.
    Classes(Vec<String>),
    /// These numbers.
    Values(Vec<String>),
    /// At each step of a sequence one of these characters: the one that follows it.
    Characters(Vec<String>),
}

/// Samples with their targets; row `i` of one belongs to row `i` of the others.
#[derive(Clone, Debug)]
pub struct Part {
    /// Inputs, row-major, as stored (not normalized).
    pub features: Features,
    /// What is to be predicted.
    pub targets: Targets,
    /// Where each sample stands in its source, counted from 0; rising. For MNIST the test images
    /// follow the training images, for CSV each file counts its data rows from 0, the header not among them.
    pub rows: Vec<u32>,
}

impl Part {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Inputs of many samples, row-major.
#[derive(Clone, Debug)]
pub enum Features {
    /// Images as stored: 0..=255. A quarter of the memory of floats.
    Bytes(Vec<u8>),
    /// Numbers.
    Floats(Vec<f32>),
    /// Windows of a text, whose tokens are served as whole numbers.
    Windows(Windows),
}

impl Features {
    /// Number of values over all samples.
    pub fn len(&self) -> usize {
        match self {
            Features::Bytes(values) => values.len(),
            Features::Floats(values) => values.len(),
            Features::Windows(text) => text.len() * text.length(),
        }
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Targets of many samples.
#[derive(Clone, Debug)]
pub enum Targets {
    /// Class indices.
    Classes(Vec<u32>),
    /// Numbers, row-major.
    Values {
        /// Numbers a sample; at least 1.
        width: usize,
        /// `samples × width` numbers.
        values: Vec<f32>,
    },
    /// The token that follows each one of a window. They are in the text: [`Features::Windows`].
    Following {
        /// Number of windows.
        samples: usize,
    },
    /// Tokens, row-major.
    Tokens {
        /// Tokens a sample; at least 1.
        width: usize,
        /// `samples × width` tokens.
        tokens: Vec<u32>,
    },
}

impl Targets {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Targets::Classes(classes) => classes.len(),
            Targets::Values { width, values } => values.len() / (*width).max(1),
            Targets::Following { samples } => *samples,
            Targets::Tokens { width, tokens } => tokens.len() / (*width).max(1),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The class indices, where targets are classes.
    pub fn classes(&self) -> Option<&[u32]> {
        match self {
            Targets::Classes(classes) => Some(classes),
            _ => None,
        }
    }
}

/// `(x - mean) / std`, for each feature or for each channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalization {
    /// One entry for each of the first `n` equal divisions of a sample: as many as features, or as channels.
    pub mean: Vec<f32>,
    /// Never zero: a constant feature has 1.
    pub std: Vec<f32>,
}
