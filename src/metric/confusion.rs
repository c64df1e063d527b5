//! Counts of true against predicted classes, and what follows from them.

use serde::{Deserialize, Serialize};

/// How often each class was taken for each.
///
/// ```
/// use runner::metric::ConfusionMatrix;
/// let mut matrix = ConfusionMatrix::new(2);
/// for (truth, predicted) in [(0, 0), (0, 1), (1, 1), (1, 1)] {
///     matrix.add(truth, predicted);
/// }
/// assert_eq!(matrix.count(0, 1), 1);
/// assert_eq!(matrix.accuracy(), 0.75);
/// assert_eq!(matrix.scores(1).precision, 2.0 / 3.0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfusionMatrix {
    classes: usize,
    /// Row-major, a row for each true class.
    counts: Vec<u64>,
}

/// How well one class, or the mean over classes, was found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassScores {
    /// tp / (tp + fp).
    pub precision: f64,
    /// tp / (tp + fn).
    pub recall: f64,
    /// 2 tp / (2 tp + fp + fn).
    pub f1: f64,
    /// Samples that belong to the class: tp + fn.
    pub support: u64,
}

impl ConfusionMatrix {
    /// For so many classes.
    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            counts: vec![0; classes.saturating_mul(classes)],
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Counts a sample; one with a class that does not exist is left out.
    pub fn add(&mut self, truth: u32, predicted: u32) {
        if let Some(count) = self
            .index(truth as usize, predicted as usize)
            .and_then(|i| self.counts.get_mut(i))
        {
            *count += 1;
        }
    }

    /// How often `truth` was taken for `predicted`.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.index(truth, predicted)
            .and_then(|i| self.counts.get(i))
            .copied()
            .unwrap_or(0)
    }

    /// Adds the counts of another matrix of the same classes.
    pub fn merge(&mut self, other: &Self) {
        self.counts
            .iter_mut()
            .zip(&other.counts)
            .for_each(|(ours, theirs)| *ours += theirs);
    }

    /// Samples counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Share of samples on the diagonal; NaN when there are none.
    pub fn accuracy(&self) -> f64 {
        let right: u64 = (0..self.classes).map(|class| self.count(class, class)).sum();
        right as f64 / self.total() as f64
    }

    /// Precision, recall and F1 of one class; 0 where there is nothing to divide by.
    pub fn scores(&self, class: usize) -> ClassScores {
        let found = self.count(class, class);
        let support: u64 = (0..self.classes).map(|predicted| self.count(class, predicted)).sum();
        let predicted: u64 = (0..self.classes).map(|truth| self.count(truth, class)).sum();
        ClassScores {
            precision: ratio(found, predicted),
            recall: ratio(found, support),
            f1: ratio(2 * found, predicted + support),
            support,
        }
    }

    /// The plain mean of the classes' scores, over classes that are true or predicted somewhere, as
    /// scikit-learn's `average="macro"`; NaN when there are no samples. `support` is all samples.
    pub fn macro_average(&self) -> ClassScores {
        let occurs =
            |class: &usize| (0..self.classes).any(|other| self.count(*class, other) + self.count(other, *class) > 0);
        let mut sum = ClassScores::default();
        let mut classes = 0.0;
        for scores in (0..self.classes).filter(occurs).map(|class| self.scores(class)) {
            sum.precision += scores.precision;
            sum.recall += scores.recall;
            sum.f1 += scores.f1;
            classes += 1.0;
        }
        ClassScores {
            precision: sum.precision / classes,
            recall: sum.recall / classes,
            f1: sum.f1 / classes,
            support: self.total(),
        }
    }

    fn index(&self, truth: usize, predicted: usize) -> Option<usize> {
        (truth < self.classes && predicted < self.classes).then(|| truth * self.classes + predicted)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
