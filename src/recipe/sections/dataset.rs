//! `dataset`: what to learn from.

use crate::declare::{Field, Kind, Presence};
use crate::recipe::language::Entries;

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
