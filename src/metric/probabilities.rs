//! The probabilities of samples, kept for metrics that rank them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

/// Each sample's class and the probability of every class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Probabilities {
    classes: usize,
    truths: Vec<u32>,
    /// `samples × classes`.
    values: Vec<f32>,
}

/// As it is saved: bits, since JSON has no NaN.
#[derive(Serialize, Deserialize)]
struct Saved {
    classes: usize,
    truths: String,
    values: String,
}

impl Probabilities {
    /// Of `classes` classes; no samples yet.
    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            ..Self::default()
        }
    }

    /// Keeps a sample; one whose class does not exist, or that has another count of probabilities, is left out.
    pub fn add(&mut self, truth: u32, probabilities: &[f32]) {
        if (truth as usize) < self.classes && probabilities.len() == self.classes {
            self.truths.push(truth);
            self.values.extend_from_slice(probabilities);
        }
    }

    /// Adds the samples of another.
    pub fn merge(&mut self, other: &Self) {
        self.truths.extend_from_slice(&other.truths);
        self.values.extend_from_slice(&other.values);
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.truths.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.truths.is_empty()
    }

    /// Each sample's class and its probabilities.
    pub fn samples(&self) -> impl Iterator<Item = (u32, &[f32])> {
        self.truths
            .iter()
            .copied()
            .zip(self.values.chunks_exact(self.classes.max(1)))
    }

    /// A figure of one class against the rest. Of two classes it is that of the positive one, as scikit-learn has it; of
    /// more, the plain mean over the classes that are told apart by the samples (some are of the class, some are not).
    /// `figure` is given pairs of a probability and whether the sample is of the class, the largest first, and their
    /// numbers. NaN where there are none.
    pub fn one_vs_rest(&self, positive: usize, figure: impl Fn(&[(f32, bool)]) -> f64) -> f64 {
        let classes = match self.classes {
            2 => positive..2.min(positive + 1),
            all => 0..all,
        };
        let mut sum = 0.0;
        let mut told = 0;
        for class in classes {
            let mut pairs: Vec<(f32, bool)> = self
                .samples()
                .map(|(truth, row)| (row[class], truth as usize == class))
                .collect();
            let positive = pairs.iter().filter(|(_, positive)| *positive).count();
            if positive == 0 || positive == pairs.len() {
                continue;
            }
            if pairs.iter().any(|(score, _)| score.is_nan()) {
                return f64::NAN;
            }
            pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
            sum += figure(&pairs);
            told += 1;
        }
        sum / f64::from(told)
    }
}

impl TryFrom<Saved> for Probabilities {
    type Error = String;

    fn try_from(saved: Saved) -> Result<Self, String> {
        let words = |text: &str| -> Result<Vec<u32>, String> {
            let bytes = BASE64.decode(text).map_err(|error| error.to_string())?;
            let (words, rest) = bytes.as_chunks::<4>();
            let words = words.iter().map(|&word| u32::from_le_bytes(word)).collect();
            rest.is_empty().then_some(words).ok_or("half a number".to_owned())
        };
        let (truths, values) = (words(&saved.truths)?, words(&saved.values)?);
        if truths.len().checked_mul(saved.classes) != Some(values.len())
            || truths.iter().any(|&truth| truth as usize >= saved.classes)
        {
            return Err("probabilities that do not fit their classes".to_owned());
        }
        Ok(Self {
            classes: saved.classes,
            truths,
            values: values.into_iter().map(f32::from_bits).collect(),
        })
    }
}

impl From<Probabilities> for Saved {
    fn from(kept: Probabilities) -> Self {
        let text = |words: &mut dyn Iterator<Item = u32>| {
            let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
            BASE64.encode(bytes)
        };
        Self {
            classes: kept.classes,
            truths: text(&mut kept.truths.iter().copied()),
            values: text(&mut kept.values.iter().map(|value| value.to_bits())),
        }
    }
}
