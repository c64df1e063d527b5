//! What each registry offers to a recipe: the one place where the language touches them.

use crate::spec::Section;

pub use crate::data::COMMON as DATASET_COMMON;
pub use crate::optim::schedule::SCHEDULER_COMMON;

/// Kinds of experiment: what `task:` may name. Their fields stand at the top of a recipe.
pub fn tasks() -> Vec<&'static Section> {
    crate::task::TASKS.iter().map(|def| &def.section).collect()
}

/// What `dataset:` may name.
pub fn datasets() -> Vec<&'static Section> {
    crate::data::DATASETS.iter().map(|def| &def.section).collect()
}

/// What `optimizer:` may name.
pub fn optimizers() -> Vec<&'static Section> {
    crate::optim::OPTIMIZERS.iter().map(|def| &def.section).collect()
}

/// What `lr_scheduler:` may name.
pub fn schedulers() -> Vec<&'static Section> {
    crate::optim::schedule::SCHEDULERS
        .iter()
        .map(|def| &def.section)
        .collect()
}

/// What a list of layers may hold.
pub fn layers() -> Vec<&'static Section> {
    crate::nn::LAYERS.iter().map(|def| &def.section).collect()
}
