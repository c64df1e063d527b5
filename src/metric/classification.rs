//! All figures of a classifier in one accumulator.

use serde::{Deserialize, Serialize};

use super::{ConfusionMatrix, Metric, TopK};
use runner_data::Target;
use runner_loss::Prediction;

/// Accuracy, top-k accuracy, macro precision, recall and F1, and the confusion matrix behind them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    confusion: ConfusionMatrix,
    top_k: Option<TopK>,
    prediction: Prediction,
}

impl Classification {
    /// For so many classes, with the accuracy among the `k` largest outputs when a `k` is given.
    pub fn new(classes: usize, k: Option<usize>, prediction: Prediction) -> Self {
        Self {
            confusion: ConfusionMatrix::new(classes),
            top_k: k.map(TopK::new),
            prediction,
        }
    }

    /// Counts of true against predicted classes.
    pub fn confusion(&self) -> &ConfusionMatrix {
        &self.confusion
    }

    /// Adds what another accumulator of the same classes has seen.
    pub fn merge(&mut self, other: &Self) {
        self.confusion.merge(&other.confusion);
        if let (Some(ours), Some(theirs)) = (&mut self.top_k, &other.top_k) {
            ours.merge(theirs);
        }
    }
}

impl Metric for Classification {
    fn update(&mut self, outputs: &[f32], target: Target<'_>) {
        let Target::Classes(classes) = target else {
            return;
        };
        let width = outputs.len() / classes.len().max(1);
        if width == 0 || width * classes.len() != outputs.len() {
            return;
        }
        for (row, &class) in outputs.chunks_exact(width).zip(classes) {
            self.confusion.add(class, self.prediction.class(row));
            if let Some(top_k) = &mut self.top_k {
                top_k.add(row, class);
            }
        }
    }

    fn values(&self) -> Vec<(String, f64)> {
        let scores = self.confusion.macro_average();
        let mut values = vec![("accuracy".to_owned(), self.confusion.accuracy())];
        values.extend(self.top_k.iter().map(|top_k| (top_k.name(), top_k.value())));
        values.push(("precision".to_owned(), scores.precision));
        values.push(("recall".to_owned(), scores.recall));
        values.push(("f1".to_owned(), scores.f1));
        values
    }

    fn is_like(&self, other: &Self) -> bool {
        self.confusion.classes() == other.confusion.classes()
            && self.prediction == other.prediction
            && self.top_k.as_ref().map(TopK::k) == other.top_k.as_ref().map(TopK::k)
            && other
                .top_k
                .as_ref()
                .is_none_or(|top_k| top_k.total() <= other.confusion.total())
    }
}
