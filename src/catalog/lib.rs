//! Everything that a recipe may name: the one place where the language meets the registries.

use runner_data::COMMON as DATASET_COMMON;
use runner_declare::{Field, Kind, Section};
use runner_optim::schedule::SCHEDULER_COMMON;
use runner_recipe::{Entries, Language, Models, sections};

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
static TAIL_OF_MODELS: [Field; 2] = sections::tail_of_models();
static LANGUAGE: Language = Language {
    head: &HEAD,
    tail: &TAIL,
    tasks,
    layers,
    models: Models {
        tasks: tasks_of_models,
        tail: &TAIL_OF_MODELS,
    },
};

/// The language of this program: every registered task, dataset, optimizer, schedule and layer.
///
/// ```
/// use runner_recipe::{reference, schema};
/// let language = runner_catalog::language();
/// assert!(schema::json(language).contains("\"adamw\""));
/// let page = reference::markdown(language);
/// assert!(page.contains("### `adamw`") && page.contains("| `batch_size` | integer, 1 to 65,536 | 64 |"));
/// ```
#[must_use]
pub fn language() -> &'static Language {
    &LANGUAGE
}

/// Kinds of experiment: what `task:` may name. Their fields stand at the top of a recipe.
pub fn tasks() -> Vec<&'static Section> {
    runner_task::TASKS.iter().map(|def| &def.section).collect()
}

/// The tasks that a `model` can do, with the fields that they have then. One whose models are yet to come is not among
/// them.
pub fn tasks_of_models() -> Vec<&'static Section> {
    let all = runner_task::TASKS.iter().filter_map(|def| def.by_model.as_ref());
    let chosen = |section: &Section| {
        let kinds = section.fields.iter().map(|field| &field.kind);
        kinds
            .into_iter()
            .all(|kind| !matches!(kind, Kind::Variant { of, .. } if of().is_empty()))
    };
    all.map(|def| &def.section).filter(|section| chosen(section)).collect()
}

/// What `dataset:` may name.
pub fn datasets() -> Vec<&'static Section> {
    runner_data::DATASETS.iter().map(|def| &def.section).collect()
}

/// What `optimizer:` may name.
pub fn optimizers() -> Vec<&'static Section> {
    runner_optim::sections()
}

/// What `lr_scheduler:` may name.
pub fn schedulers() -> Vec<&'static Section> {
    runner_optim::schedule::SCHEDULERS
        .iter()
        .map(|def| &def.section)
        .collect()
}

/// What a list of layers may hold.
pub fn layers() -> Vec<&'static Section> {
    runner_nn::LAYERS.iter().map(|def| &def.section).collect()
}

#[cfg(test)]
mod tests {
    use runner_recipe::lint;

    #[test]
    fn every_default_fits_its_field_and_every_key_is_told_apart() {
        assert_eq!(lint::faults(super::language()), Vec::<String>::new());
    }
}
