//! What a model is fitted to.

/// All samples of a part with their targets.
#[derive(Clone, Debug)]
pub struct Samples {
    /// Numbers of a sample.
    pub width: usize,
    /// `[samples, width]`, row-major, as they stand in the data.
    pub features: Vec<f64>,
    /// What is to be predicted.
    pub targets: Targets,
}

/// What is to be predicted of many samples.
#[derive(Clone, Debug)]
pub enum Targets {
    /// Class indices, one a sample.
    Classes {
        /// Number of classes; some may not occur.
        classes: usize,
        /// `[samples]`, each below `classes`.
        ids: Vec<u32>,
    },
    /// Numbers.
    Values {
        /// Numbers of a sample; at least 1.
        width: usize,
        /// `[samples, width]`, row-major.
        values: Vec<f64>,
    },
}

impl Samples {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match &self.targets {
            Targets::Classes { ids, .. } => ids.len(),
            Targets::Values { width, values } => values.len() / (*width).max(1),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
