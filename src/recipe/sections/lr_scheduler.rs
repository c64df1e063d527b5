//! `lr_scheduler`: how the learning rate changes.

use crate::recipe::language::Registry;
use crate::recipe::registries;
use crate::spec::{Field, Kind, Presence};

/// The key `lr_scheduler`.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "lr_scheduler",
        doc: "How the learning rate changes during training; constant when absent.",
        kind: Kind::Variant {
            of,
            common: registries::SCHEDULER_COMMON,
        },
        presence: Presence::Optional,
    }
}
