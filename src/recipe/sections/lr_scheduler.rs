//! `lr_scheduler`: how the learning rate changes.

use crate::language::Entries;
use runner_declare::{Field, Kind, Presence};

/// The key `lr_scheduler`.
pub const fn field(of: Entries) -> Field {
    Field {
        key: "lr_scheduler",
        doc: "How the learning rate changes during training; constant when absent.",
        kind: Kind::Variant {
            of: of.entries,
            common: of.common,
        },
        presence: Presence::Optional,
    }
}
