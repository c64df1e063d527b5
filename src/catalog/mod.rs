//! Everything that a recipe may name: the one place where the language meets the registries.

use crate::data::COMMON as DATASET_COMMON;
use crate::declare::{Field, Section};
use crate::optim::schedule::SCHEDULER_COMMON;
use crate::recipe::{Entries, Language, sections};

/// What `dataset:` may name, with the settings that all datasets have.
pub const DATASETS: Entries = Entries {
    entries: datasets,
    common: DATASET_COMMON,
};
/// What `lr_scheduler:` may name, with the settings that all schedules have.
pub const SCHEDULERS: Entries = Entries {
    entries: schedulers,
    common: SCHEDULER_COMMON,
};

static HEAD: [Field; 6] = sections::head(tasks, DATASETS);
static TAIL: [Field; 5] = sections::tail(optimizers, SCHEDULERS);
static LANGUAGE: Language = Language {
    head: &HEAD,
    tail: &TAIL,
    tasks,
    layers,
};

/// The language of this program: every registered task, dataset, optimizer, schedule and layer.
#[must_use]
pub fn language() -> &'static Language {
    &LANGUAGE
}

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
    crate::optim::sections()
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

#[cfg(test)]
mod tests {
    use crate::recipe::lint;

    #[test]
    fn every_default_fits_its_field_and_every_key_is_told_apart() {
        assert_eq!(lint::faults(super::language()), Vec::<String>::new());
    }
}
