//! Counts of true against predicted classes, and what follows from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::MOST_SAMPLES;

/// How often each class was taken for each.
///
/// ```
/// use runner_metric::ConfusionMatrix;
/// let mut matrix = ConfusionMatrix::new(2);
/// for (truth, predicted) in [(0, 0), (0, 1), (1, 1), (1, 1)] {
///     matrix.add(truth, predicted);
/// }
/// assert_eq!(matrix.count(0, 1), 1);
/// assert_eq!(matrix.accuracy(), 0.75);
/// assert_eq!(matrix.scores()[1].precision, 2.0 / 3.0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct ConfusionMatrix {
    classes: usize,
    /// By true and predicted class, where there are some: of ten thousand classes few pairs occur.
    counts: BTreeMap<(u32, u32), u64>,
}

/// The matrix as it is saved: JSON has no keys but texts.
#[derive(Serialize, Deserialize)]
struct Saved {
    classes: usize,
    counts: Vec<(u32, u32, u64)>,
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
    /// For `classes` classes.
    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            counts: BTreeMap::new(),
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Counts a sample; one with a class that does not exist is left out.
    pub fn add(&mut self, truth: u32, predicted: u32) {
        if self.has(truth, predicted) {
            *self.counts.entry((truth, predicted)).or_default() += 1;
        }
    }

    /// How often `truth` was taken for `predicted`.
    pub fn count(&self, truth: u32, predicted: u32) -> u64 {
        self.counts.get(&(truth, predicted)).copied().unwrap_or(0)
    }

    /// Every pair of a true and a predicted class that occurs, in order, with its count.
    pub fn counts(&self) -> impl Iterator<Item = (u32, u32, u64)> {
        self.counts
            .iter()
            .map(|(&(truth, predicted), &count)| (truth, predicted, count))
    }

    /// Adds the counts of another matrix of the same classes.
    pub fn merge(&mut self, other: &Self) {
        for (&pair, count) in &other.counts {
            *self.counts.entry(pair).or_default() += count;
        }
    }

    /// Samples counted.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Share of samples on the diagonal; NaN when there are none.
    pub fn accuracy(&self) -> f64 {
        let right: u64 = self.counts().filter(|(t, p, _)| t == p).map(|(.., count)| count).sum();
        right as f64 / self.total() as f64
    }

    /// Precision, recall and F1 of each class; 0 where there is nothing to divide by.
    pub fn scores(&self) -> Vec<ClassScores> {
        self.sums().into_iter().map(Sums::scores).collect()
    }

    /// The plain mean of the classes' scores, over classes that are true or predicted somewhere, as
    /// scikit-learn's `average="macro"`; NaN when there are no samples. `support` is all samples.
    pub fn macro_average(&self) -> ClassScores {
        let mut sum = ClassScores::default();
        let mut classes = 0.0;
        let occurring = self.sums().into_iter().filter(|sums| sums.support + sums.predicted > 0);
        for scores in occurring.map(Sums::scores) {
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

    /// The mean of the classes' scores, each counting by its samples, as scikit-learn's `average="weighted"`; NaN when
    /// there are no samples. `support` is all samples.
    pub fn weighted_average(&self) -> ClassScores {
        let (mut sum, total) = (ClassScores::default(), self.total());
        for scores in self.scores() {
            let weight = scores.support as f64;
            sum.precision += weight * scores.precision;
            sum.recall += weight * scores.recall;
            sum.f1 += weight * scores.f1;
        }
        ClassScores {
            precision: sum.precision / total as f64,
            recall: sum.recall / total as f64,
            f1: sum.f1 / total as f64,
            support: total,
        }
    }

    /// Sums of the matrix's rows and columns.
    fn sums(&self) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.classes];
        for (truth, predicted, count) in self.counts() {
            let (truth, predicted) = (truth as usize, predicted as usize);
            sums[truth].support += count;
            sums[predicted].predicted += count;
            if truth == predicted {
                sums[truth].found += count;
            }
        }
        sums
    }

    fn has(&self, truth: u32, predicted: u32) -> bool {
        (truth as usize) < self.classes && (predicted as usize) < self.classes
    }
}

/// What the scores of a class follow from.
#[derive(Clone, Copy, Default)]
struct Sums {
    /// Samples of the class that were found.
    found: u64,
    /// Samples of the class.
    support: u64,
    /// Samples that were taken for it.
    predicted: u64,
}

impl Sums {
    fn scores(self) -> ClassScores {
        ClassScores {
            precision: ratio(self.found, self.predicted),
            recall: ratio(self.found, self.support),
            f1: ratio(2 * self.found, self.predicted + self.support),
            support: self.support,
        }
    }
}

impl From<ConfusionMatrix> for Saved {
    fn from(matrix: ConfusionMatrix) -> Self {
        Self {
            classes: matrix.classes,
            counts: matrix.counts().collect(),
        }
    }
}

impl TryFrom<Saved> for ConfusionMatrix {
    type Error = String;

    fn try_from(saved: Saved) -> Result<Self, String> {
        let mut matrix = Self::new(saved.classes);
        let total = saved
            .counts
            .iter()
            .try_fold(0u64, |sum, (.., count)| sum.checked_add(*count));
        if total.is_none_or(|total| total > MOST_SAMPLES) {
            return Err("more samples than can be".to_owned());
        }
        for (truth, predicted, count) in saved.counts {
            if !matrix.has(truth, predicted) {
                return Err(format!("class {truth} or {predicted} is not among {}", saved.classes));
            }
            matrix.counts.insert((truth, predicted), count);
        }
        Ok(matrix)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_classes_take_room_for_what_occurs_alone() {
        let mut matrix = ConfusionMatrix::new(10_000);
        for class in 0..10_000 {
            matrix.add(class, class / 2);
        }
        matrix.add(10_000, 0);
        let json = serde_json::to_string(&matrix).unwrap();
        assert!(json.len() < 200_000, "{} bytes", json.len());
        assert_eq!(serde_json::from_str::<ConfusionMatrix>(&json).unwrap(), matrix);
        assert_eq!(
            (matrix.total(), matrix.count(0, 0), matrix.scores()[0].f1),
            (10_000, 1, 2.0 / 3.0)
        );
    }

    #[test]
    fn saved_counts_of_classes_that_do_not_exist_are_refused() {
        let saved = r#"{"classes": 2, "counts": [[0, 2, 1]]}"#;
        assert!(serde_json::from_str::<ConfusionMatrix>(saved).is_err());
    }
}
