//! `dataset`: what to learn from.

use crate::language::Entries;
use runner_declare::{Field, Kind, Presence};

/// The key `dataset`.
pub const fn field(of: Entries) -> Field {
    Field {
        key: "dataset",
        doc: "The data to learn from.",
        kind: Kind::Variant {
            of: of.entries,
            common: of.common,
        },
        presence: Presence::Required,
    }
}
