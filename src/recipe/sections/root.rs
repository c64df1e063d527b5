//! The top of a recipe: what it is called, which task it is, and which sections it has.

use crate::language::{Entries, Registry};
use runner_declare::{Field, Kind, Presence};

use super::{dataset, early_stopping, logging, lr_scheduler, optimizer, trainer};

/// The largest seed: every whole number up to it is exact in any JSON reader.
pub const MAX_SEED: i64 = 1 << 53;
/// The longest name of a recipe, in characters.
pub const MAX_NAME: usize = 100;
/// And in bytes: it becomes the name of a folder, and with an ending that of a file, of at most 255 everywhere.
pub const MAX_NAME_BYTES: usize = 200;

/// The keys that are shown before the task's own.
#[must_use]
pub const fn head(tasks: Registry, datasets: Entries) -> [Field; 6] {
    [
        Field {
            key: "extends",
            doc: "Another recipe to start from: a path relative to this file. What this file says goes first; \
                  mappings are merged by key, lists and single values replaced; \
                  paths that a base says start from its own folder. 'name' and 'description' are not taken over.",
            kind: Kind::Text,
            presence: Presence::Optional,
        },
        Field {
            key: "name",
            doc: "What the experiment is called; its results are kept in a folder of this name. \
                  Letters and digits of any script, '_', '-' and '.'. When absent: the file's name without its ending.",
            kind: Kind::Text,
            presence: Presence::Optional,
        },
        Field {
            key: "description",
            doc: "One line that says what the experiment shows.",
            kind: Kind::Text,
            presence: Presence::Optional,
        },
        Field {
            key: "task",
            doc: "The kind of experiment; it decides which other keys there are.",
            kind: Kind::Name(tasks),
            presence: Presence::Required,
        },
        Field {
            key: "seed",
            doc: "All randomness follows from it: splits, initial weights, shuffling, dropout. Same seed, same results.",
            kind: Kind::Integer { min: 0, max: MAX_SEED },
            presence: Presence::Default("0"),
        },
        dataset::field(datasets),
    ]
}

/// The keys that are shown after the task's own.
#[must_use]
pub const fn tail(optimizers: Registry, schedulers: Entries) -> [Field; 5] {
    [
        optimizer::field(optimizers),
        lr_scheduler::field(schedulers),
        trainer::FIELD,
        early_stopping::FIELD,
        logging::FIELD,
    ]
}

/// The same where a model learns: it has no gradients, and no epochs that it could stop after.
#[must_use]
pub const fn tail_of_models() -> [Field; 2] {
    [trainer::FIELD_OF_MODELS, logging::FIELD]
}
