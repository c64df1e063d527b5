//! What was seen of a classifier, from which all its metrics follow.

use serde::{Deserialize, Serialize};

use super::{Asked, ClassScores, Classes, ConfusionMatrix, Family, Metric, Probabilities, TopK};
use runner_data::Target;
use runner_loss::Prediction;

/// Counts of true against predicted classes; for metrics that are asked for also hits among the k largest outputs, and
/// the probabilities of all samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    confusion: ConfusionMatrix,
    top_k: Option<TopK>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    more_top_k: Vec<TopK>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probabilities: Option<Probabilities>,
    prediction: Prediction,
}

impl Classification {
    /// For `classes` classes, with the accuracy among the `k` largest outputs when a `k` is given.
    pub fn new(classes: usize, k: Option<usize>, prediction: Prediction) -> Self {
        Self {
            confusion: ConfusionMatrix::new(classes),
            top_k: k.map(TopK::new),
            more_top_k: Vec::new(),
            probabilities: None,
            prediction,
        }
    }

    /// For `classes` classes, and whatever these metrics need.
    pub fn seen_by(asked: &[Asked], classes: usize, prediction: Prediction) -> Self {
        let of_k = asked.iter().filter(|one| one.def.family == Family::K);
        let mut ks = of_k.map(|one| one.which);
        Self {
            top_k: ks.next().map(TopK::new),
            more_top_k: ks.map(TopK::new).collect(),
            probabilities: asked
                .iter()
                .any(Asked::reads_probabilities)
                .then(|| Probabilities::new(classes)),
            ..Self::new(classes, None, prediction)
        }
    }

    /// Counts of true against predicted classes.
    pub fn confusion(&self) -> &ConfusionMatrix {
        &self.confusion
    }

    /// The scores of one class; NaN where no sample was seen.
    pub fn of_class(&self, class: usize) -> ClassScores {
        let scores = self.confusion.scores().get(class).copied();
        let scores = scores.filter(|_| self.confusion.total() > 0);
        scores.unwrap_or(ClassScores {
            precision: f64::NAN,
            recall: f64::NAN,
            f1: f64::NAN,
            support: 0,
        })
    }

    /// Hits among the `k` largest outputs, where they are counted.
    pub fn top_k(&self, k: usize) -> Option<&TopK> {
        self.top_k.iter().chain(&self.more_top_k).find(|top_k| top_k.k() == k)
    }

    /// The probabilities of all samples, where they are kept.
    pub fn probabilities(&self) -> Option<&Probabilities> {
        self.probabilities.as_ref()
    }

    /// The value of a metric; NaN where no sample was seen.
    pub fn value(&self, asked: &Asked) -> f64 {
        let of = asked.def.of_classes;
        of.map_or(f64::NAN, |of| (of.value)(self, asked.which))
    }

    /// Adds what another accumulator of the same classes has seen.
    pub fn merge(&mut self, other: &Self) {
        self.confusion.merge(&other.confusion);
        let ours = self.top_k.iter_mut().chain(&mut self.more_top_k);
        let theirs = other.top_k.iter().chain(&other.more_top_k);
        ours.zip(theirs).for_each(|(ours, theirs)| ours.merge(theirs));
        if let (Some(ours), Some(theirs)) = (&mut self.probabilities, &other.probabilities) {
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
            let counters = self.top_k.iter_mut().chain(&mut self.more_top_k);
            match (self.prediction, row) {
                // One output tells the second class from the first, whose own would be 0.
                (Prediction::Sigmoid, &[second]) => counters.for_each(|top_k| top_k.add(&[0.0, second], class)),
                _ => counters.for_each(|top_k| top_k.add(row, class)),
            }
            if let Some(probabilities) = &mut self.probabilities {
                probabilities.add(class, &self.prediction.class_probabilities(row));
            }
        }
    }

    fn values(&self) -> Vec<(String, f64)> {
        let classes: Vec<String> = (0..self.confusion.classes()).map(|class| class.to_string()).collect();
        let asked = Asked::usual(self.top_k.as_ref().map(TopK::k), &Classes::new(&classes));
        asked.iter().map(|one| (one.name.clone(), self.value(one))).collect()
    }

    fn is_like(&self, other: &Self) -> bool {
        let ks = |one: &Self| -> Vec<usize> { one.top_k.iter().chain(&one.more_top_k).map(TopK::k).collect() };
        let classes = |one: &Self| one.probabilities.as_ref().map(Probabilities::classes);
        self.confusion.classes() == other.confusion.classes()
            && self.prediction == other.prediction
            && ks(self) == ks(other)
            && classes(self) == classes(other)
            && other
                .top_k
                .iter()
                .chain(&other.more_top_k)
                .all(|top_k| top_k.total() <= other.confusion.total())
            && other
                .probabilities
                .as_ref()
                .is_none_or(|kept| kept.len() as u64 <= other.confusion.total())
    }
}
