//! What a model is judged by: accumulators that take a batch at a time, can be merged and saved to the
//! bit, and name their figures as metrics.csv does.
//!
//! Conventions are scikit-learn's: macro averages go over the classes that occur among the targets or
//! the predictions, 0/0 is 0 (`zero_division=0`), and several target numbers are averaged evenly.
//!
//! ```
//! use runner_data::Target;
//! use runner_loss::Prediction;
//! use runner_metric::{Classification, Metric};
//!
//! let mut metric = Classification::new(2, None, Prediction::Softmax);
//! metric.update(&[2.0, -1.0, 0.0, 3.0, 5.0, 1.0], Target::Classes(&[0, 1, 1]));
//! assert_eq!(metric.values()[0], ("accuracy".to_owned(), 2.0 / 3.0));
//! ```

mod accuracy;
mod classification;
mod confusion;
mod exact;
mod regression;
mod top_k;

pub use accuracy::Accuracy;
pub use classification::Classification;
pub use confusion::{ClassScores, ConfusionMatrix};
pub use regression::Regression;
pub use top_k::TopK;

use serde::{Deserialize, Serialize};

use runner_data::Target;

/// Which way a figure gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

/// A figure by its name.
#[derive(Clone, Copy, Debug)]
pub struct MetricDef {
    /// As in metrics.csv, without `train_`, `val_` or `test_`. `k` stands for a number.
    pub name: &'static str,
    /// What it says, with its formula.
    pub doc: &'static str,
    /// Which way it gets better.
    pub goal: Goal,
}

/// Every figure.
pub static METRICS: &[MetricDef] = &[
    MetricDef {
        name: "loss",
        doc: "The loss that is trained on.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "accuracy",
        doc: "Share of samples whose class was found.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "top_k_accuracy",
        doc: "Share of samples whose class is among the k largest outputs.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "precision",
        doc: "Of what was taken for a class, the share that belongs to it; mean over classes.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "recall",
        doc: "Of what belongs to a class, the share that was found; mean over classes.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "f1",
        doc: "Harmonic mean of a class's precision and recall; mean over classes.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "perplexity",
        doc: "exp(loss) of a language model: among so many equally likely characters it hesitates.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "bits_per_character",
        doc: "loss / ln 2 of a language model: as many bits a character would take, packed with it.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "mae",
        doc: "Mean absolute error, in units of the target.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "rmse",
        doc: "Root of the mean squared error, in units of the target.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "r2",
        doc: "Coefficient of determination: 1 is perfect, 0 is no better than the mean of the targets.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "elbo",
        doc: "Evidence lower bound of a vae, −(reconstruction + kl): what a sample's log-likelihood is at least.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "reconstruction",
        doc: "How far the decoder's outputs are from the sample; sum over its numbers.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "kl",
        doc: "Kullback-Leibler divergence of where the encoder puts a sample from N(0, 1), in nats.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "discriminator_loss",
        doc: "Loss of a gan's discriminator: mean over real samples plus mean over made ones.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "generator_loss",
        doc: "Loss of a gan's generator.",
        goal: Goal::Min,
    },
    MetricDef {
        name: "discriminator_accuracy",
        doc: "Share of real and made samples that the discriminator takes for what they are.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "real_score",
        doc: "How real samples of the data look to the discriminator, D(x): a chance from 0 to 1, or its plain output.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "fake_score",
        doc: "How real made samples look to the discriminator, D(G(z)), before it learns from them.",
        goal: Goal::Max,
    },
    MetricDef {
        name: "epoch",
        doc: "The epoch itself, where no figure tells which one is best: the last one counts.",
        goal: Goal::Max,
    },
];

/// Which way a figure such as `val_loss` or `top_5_accuracy` gets better; `None` for an unknown one.
///
/// ```
/// use runner_metric::{Goal, goal};
/// assert_eq!(goal("val_loss"), Some(Goal::Min));
/// assert_eq!(goal("val_top_5_accuracy"), Some(Goal::Max));
/// assert_eq!(goal("val_beauty"), None);
/// ```
pub fn goal(name: &str) -> Option<Goal> {
    let bare = ["train_", "val_", "test_"]
        .iter()
        .find_map(|part| name.strip_prefix(part))
        .unwrap_or(name);
    let is_top_k = bare
        .strip_prefix("top_")
        .and_then(|rest| rest.strip_suffix("_accuracy"))
        .is_some_and(|k| k.parse::<u32>().is_ok());
    let known = if is_top_k { "top_k_accuracy" } else { bare };
    METRICS.iter().find(|def| def.name == known).map(|def| def.goal)
}

/// No accumulator has seen more samples than this: a saved one that says so was made up.
const MOST_SAMPLES: u64 = 1 << 53;

/// An accumulator of figures over batches.
pub trait Metric: Send {
    /// Takes a batch: `outputs` is `[batch, outputs]`, row-major, as the network gives them (logits).
    /// Samples whose class does not exist are left out, and so is a batch whose lengths do not fit.
    fn update(&mut self, outputs: &[f32], target: Target<'_>);

    /// The figures so far, by name, in a fixed order; NaN where no sample was seen.
    fn values(&self) -> Vec<(String, f64)>;

    /// Whether a saved accumulator is one of the same figures, with counts that can be.
    fn is_like(&self, other: &Self) -> bool
    where
        Self: Sized;
}
