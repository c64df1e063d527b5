//! `optimizer`: the update rule and its settings.

use crate::language::Registry;
use runner_declare::{Field, Kind, Presence};

/// The declaration of the key.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "optimizer",
        doc: "The rule by which gradients change the weights.",
        kind: Kind::Variant { of, common: &[] },
        presence: Presence::Default("\"adam\""),
    }
}
