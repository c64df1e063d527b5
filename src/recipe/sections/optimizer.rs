//! `optimizer`: the update rule and its settings.

use crate::recipe::language::Registry;
use crate::spec::{Field, Kind, Presence};

/// The declaration of the key.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "optimizer",
        doc: "The rule by which gradients change the weights.",
        kind: Kind::Variant { of, common: &[] },
        presence: Presence::Default("\"adam\""),
    }
}
