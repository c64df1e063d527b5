//! From a network's outputs to probabilities, classes and values: the other side of a loss.

use runner_kernel::math::{exp, sigmoid};
use runner_kernel::reduce::max;

/// How outputs are read. Which one follows from the loss that the network was trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Prediction {
    /// Each output is one class's logit; together they are a distribution.
    Softmax,
    /// Each output is the logit of a yes; a single one tells the second of two classes from the first.
    Sigmoid,
    /// Outputs are the predicted numbers.
    Identity,
    /// Each output is one class's probability already: what models give.
    Probabilities,
}

impl Prediction {
    /// Turns logits into probabilities, in place; `outputs` is `[batch, width]`, row-major.
    ///
    /// ```
    /// use runner_loss::Prediction;
    /// let mut outputs = [0.0, 0.0, 1e4, -1e4];
    /// Prediction::Softmax.apply(&mut outputs, 2);
    /// assert_eq!(outputs, [0.5, 0.5, 1.0, 0.0]);
    /// ```
    pub fn apply(self, outputs: &mut [f32], width: usize) {
        match self {
            Prediction::Softmax => outputs.chunks_mut(width.max(1)).for_each(softmax),
            Prediction::Sigmoid => outputs.iter_mut().for_each(|z| *z = sigmoid(*z)),
            Prediction::Identity | Prediction::Probabilities => {}
        }
    }

    /// The predicted class of one row of outputs (not probabilities): the largest output, or for a
    /// single output 1 where it is above 0. The lowest class wins a tie, and NaN never wins.
    ///
    /// ```
    /// use runner_loss::Prediction;
    /// assert_eq!(Prediction::Softmax.class(&[1.0, 3.0, 3.0]), 1);
    /// assert_eq!(Prediction::Softmax.class(&[f32::NAN, -1.0]), 1);
    /// assert_eq!(Prediction::Sigmoid.class(&[0.1]), 1);
    /// assert_eq!(Prediction::Probabilities.class(&[1.0]), 0); // there is no other class
    /// ```
    pub fn class(self, row: &[f32]) -> u32 {
        if let [single] = row {
            return u32::from(*single > 0.0 && matches!(self, Prediction::Sigmoid | Prediction::Identity));
        }
        let mut best = (0, f32::NEG_INFINITY);
        let mut found = false;
        for (class, &z) in (0u32..).zip(row) {
            if z > best.1 || (!found && !z.is_nan()) {
                best = (class, z);
                found = true;
            }
        }
        best.0
    }

    /// The probability of every class for one row of outputs; for a single sigmoid that is two.
    ///
    /// ```
    /// use runner_loss::Prediction;
    /// assert_eq!(Prediction::Sigmoid.class_probabilities(&[0.0]), [0.5, 0.5]);
    /// ```
    pub fn class_probabilities(self, row: &[f32]) -> Vec<f32> {
        if let (Prediction::Sigmoid, [z]) = (self, row) {
            return vec![sigmoid(-z), sigmoid(*z)];
        }
        let mut probabilities = row.to_vec();
        self.apply(&mut probabilities, row.len());
        probabilities
    }
}

fn softmax(row: &mut [f32]) {
    let top = max(row);
    let mut sum = 0.0f64;
    for z in row.iter_mut() {
        *z = exp(*z - top);
        sum += f64::from(*z);
    }
    row.iter_mut().for_each(|e| *e = (f64::from(*e) / sum) as f32);
}
