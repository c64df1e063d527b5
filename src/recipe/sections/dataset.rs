//! `dataset`: what to learn from.

use crate::recipe::language::Registry;
use crate::recipe::registries;
use crate::spec::{Field, Kind, Presence};

/// The key `dataset`.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "dataset",
        doc: "The data to learn from.",
        kind: Kind::Variant {
            of,
            common: registries::DATASET_COMMON,
        },
        presence: Presence::Required,
    }
}
