//! The share of classes that were found, where there are too many answers for anything finer.

use serde::{Deserialize, Serialize};

use super::{Goal, MOST_SAMPLES, Metric, MetricDef, Reads, Unit};
use runner_data::Target;
use runner_kernel::reduce::max;

/// `accuracy` (`sklearn.metrics.accuracy_score`).
pub static ACCURACY: MetricDef = MetricDef::new(
    "accuracy",
    "Share of samples whose class was found.",
    Goal::Max,
    Unit::Share,
)
.of_classes(Reads::Counts, |seen, _| seen.confusion().accuracy());

/// How often the class is the largest output; of equal ones the first counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accuracy {
    correct: u64,
    total: u64,
}

impl Accuracy {
    /// The share; NaN where nothing was seen.
    pub fn value(&self) -> f64 {
        self.correct as f64 / self.total as f64
    }
}

impl Metric for Accuracy {
    fn update(&mut self, outputs: &[f32], target: Target<'_>) {
        let Target::Classes(classes) = target else {
            return;
        };
        let width = outputs.len() / classes.len().max(1);
        if width == 0 || width * classes.len() != outputs.len() {
            return;
        }
        for (row, &class) in outputs.chunks_exact(width).zip(classes) {
            let Some(&output) = row.get(class as usize) else {
                continue;
            };
            let top = max(row);
            let found = output == top && row.iter().position(|&z| z == top) == Some(class as usize);
            self.correct += u64::from(found);
            self.total += 1;
        }
    }

    fn values(&self) -> Vec<(String, f64)> {
        vec![("accuracy".to_owned(), self.value())]
    }

    fn is_like(&self, other: &Self) -> bool {
        other.correct <= other.total && other.total <= MOST_SAMPLES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Classification;
    use runner_loss::Prediction;

    #[test]
    fn it_counts_as_the_confusion_matrix_does() {
        let key = runner_ground::random::Key::new(4);
        let outputs: Vec<f32> = (0..3000).map(|i| (key.uniform(i) * 8.0).floor()).collect();
        let classes: Vec<u32> = (0..600).map(|i| (key.bits(i + 9000) % 5) as u32).collect();
        let mut accuracy = Accuracy::default();
        let mut matrix = Classification::new(5, None, Prediction::Softmax);
        for (outputs, classes) in outputs.chunks(500).zip(classes.chunks(100)) {
            accuracy.update(outputs, Target::Classes(classes));
            matrix.update(outputs, Target::Classes(classes));
        }
        assert_eq!(accuracy.values()[0], matrix.values()[0]);
        assert!(accuracy.is_like(&accuracy) && !accuracy.is_like(&Accuracy { correct: 2, total: 1 }));
        let mut nothing = Accuracy::default();
        nothing.update(&[1.0, f32::NAN], Target::Classes(&[7]));
        nothing.update(&[1.0], Target::Values(&[1.0]));
        assert!(nothing.value().is_nan());
    }
}
