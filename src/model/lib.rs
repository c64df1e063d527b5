//! Models that are fitted to all samples at once, such as trees: the registry of those a recipe may name, and what
//! each of them can do.
//!
//! A model knows no recipe, no file and no metric: it sees numbers as they stand in the data, not scaled, and gives
//! numbers, probabilities of classes or predicted values.

mod decision_tree;
mod def;
mod estimator;
mod samples;

pub use decision_tree::{Branch, upper_tree};
pub use def::{EstimatorDef, ModelDef, Shape};
pub use estimator::{Estimator, Insight, Step};
pub use samples::{Samples, Targets};

use runner_declare::Section;

/// Every model.
pub static MODELS: &[&ModelDef] = &[&decision_tree::DEF];

/// The models that predict classes, each with its settings then.
pub fn classifiers() -> Vec<&'static Section> {
    let all = MODELS.iter().filter_map(|def| def.classifier.as_ref());
    all.map(|def| &def.section).collect()
}

/// The models that predict numbers, each with its settings then.
pub fn regressors() -> Vec<&'static Section> {
    let all = MODELS.iter().filter_map(|def| def.regressor.as_ref());
    all.map(|def| &def.section).collect()
}

/// The classifier of this name.
pub fn classifier(name: &str) -> Option<&'static EstimatorDef> {
    let mut all = MODELS.iter().filter_map(|def| def.classifier.as_ref());
    all.find(|def| def.section.name == name)
}

/// The regressor of this name.
pub fn regressor(name: &str) -> Option<&'static EstimatorDef> {
    let mut all = MODELS.iter().filter_map(|def| def.regressor.as_ref());
    all.find(|def| def.section.name == name)
}
