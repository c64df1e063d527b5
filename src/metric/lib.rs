//! What a model is judged by: accumulators that take a batch at a time, can be merged and saved to the
//! bit, and name their figures as metrics.csv does.
//!
//! Conventions are scikit-learn's: of two classes the second is the positive one unless a recipe says otherwise, macro
//! averages go over the classes that occur among the targets or the predictions, 0/0 is 0 (`zero_division=0`), and several
//! target numbers are averaged evenly.
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
mod asked;
mod average_precision;
mod balanced_accuracy;
mod classification;
mod confusion;
mod def;
mod exact;
mod f1;
mod log_loss;
mod matthews_corrcoef;
mod of_tasks;
mod precision;
mod probabilities;
mod recall;
mod regression;
mod roc_auc;
mod shown;
mod top_k;

pub use accuracy::Accuracy;
pub use asked::{Asked, Average, Classes};
pub use classification::Classification;
pub use confusion::{ClassScores, ConfusionMatrix};
pub use def::{About, Family, Goal, MetricDef, OfClasses, Reads, Unit};
pub use probabilities::Probabilities;
pub use regression::Regression;
pub use shown::{is_share, shown, test_metrics};
pub use top_k::TopK;

use runner_data::Target;
use runner_declare::Section;

/// Every metric of classifiers, in the order in which they are shown.
pub static METRICS: &[&MetricDef] = &[
    &accuracy::ACCURACY,
    &top_k::TOP_K_ACCURACY,
    &precision::PRECISION,
    &precision::PRECISION_MACRO,
    &precision::PRECISION_WEIGHTED,
    &precision::PRECISION_OF_CLASS,
    &recall::RECALL,
    &recall::RECALL_MACRO,
    &recall::RECALL_WEIGHTED,
    &recall::RECALL_OF_CLASS,
    &f1::F1,
    &f1::F1_MACRO,
    &f1::F1_WEIGHTED,
    &f1::F1_OF_CLASS,
    &balanced_accuracy::BALANCED_ACCURACY,
    &matthews_corrcoef::MATTHEWS_CORRCOEF,
    &roc_auc::ROC_AUC,
    &average_precision::AVERAGE_PRECISION,
    &log_loss::LOG_LOSS,
];

/// Sections of the metrics that a recipe may ask for.
pub fn sections() -> Vec<&'static Section> {
    METRICS.iter().map(|def| &def.section).collect()
}

/// The metric of a name such as `val_loss` or `top_5_accuracy`, and what the name says in the place of `k` or
/// `CLASS`; none for an unknown one.
pub fn find(name: &str) -> Option<(&'static MetricDef, &str)> {
    named(bare(name))
}

/// The same for a name without its part.
fn named(bare: &str) -> Option<(&'static MetricDef, &str)> {
    let all = || METRICS.iter().copied().chain(of_tasks::OF_TASKS);
    // A metric's own name goes before one that has another's name at its end.
    let own = all().find(|def| def.family == Family::One && def.section.name == bare);
    own.map(|def| (def, ""))
        .or_else(|| all().find_map(|def| Some((def, def.says(bare)?))))
}

/// Which way a metric such as `val_loss` or `top_5_accuracy` gets better; `None` for an unknown one.
///
/// ```
/// use runner_metric::{Goal, goal};
/// assert_eq!(goal("val_loss"), Some(Goal::Min));
/// assert_eq!(goal("val_top_5_accuracy"), Some(Goal::Max));
/// assert_eq!(goal("val_beauty"), None);
/// ```
pub fn goal(name: &str) -> Option<Goal> {
    find(name).map(|(def, _)| def.goal)
}

/// The only way in which a metric can get better; `None` for an unknown one, and for one that two networks pull either
/// way.
///
/// ```
/// use runner_metric::{Goal, only_goal};
/// assert_eq!(only_goal("val_accuracy"), Some(Goal::Max));
/// assert_eq!(only_goal("val_discriminator_loss"), None);
/// ```
pub fn only_goal(name: &str) -> Option<Goal> {
    find(name).filter(|(def, _)| !def.contested).map(|(def, _)| def.goal)
}

/// The metric's name without its part: `accuracy` of `val_accuracy`.
pub fn bare(name: &str) -> &str {
    let parts = ["train_", "val_", "test_"];
    parts.iter().find_map(|part| name.strip_prefix(part)).unwrap_or(name)
}

/// Whether a metric is that of the positive class, where there are two.
pub fn is_of_positive(name: &str) -> bool {
    let of = find(name).and_then(|(def, _)| def.of_classes);
    of.is_some_and(|of| of.about != About::All)
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
