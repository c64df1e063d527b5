//! `optimizer`: the update rule and its settings.

use crate::declare::{Field, Kind, Presence};
use crate::recipe::language::Registry;

/// The declaration of the key.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "optimizer",
        doc: "The rule by which gradients change the weights.",
        kind: Kind::Variant { of, common: &[] },
        presence: Presence::Default("\"adam\""),
    }
}
