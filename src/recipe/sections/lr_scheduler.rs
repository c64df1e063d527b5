//! `lr_scheduler`: how the learning rate changes, and what every schedule can be asked for.

use serde::{Deserialize, Serialize};

use crate::recipe::language::Registry;
use crate::spec::{Bound, Field, Kind, Presence, Range};

/// When a schedule moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// After each epoch.
    Epoch,
    /// After each step of the optimizer.
    Step,
}

static COMMON: [Field; 3] = [
    Field {
        key: "interval",
        doc: "When the schedule moves; its own numbers count in this unit.",
        kind: Kind::Choice(&[
            ("epoch", "After each epoch."),
            ("step", "After each step of the optimizer."),
        ]),
        presence: Presence::Default("\"epoch\""),
    },
    Field {
        key: "warmup_epochs",
        doc: "Epochs (fractions allowed) in which the rate climbs linearly, step by step, to where the schedule begins.",
        kind: Kind::Number(Range::NON_NEGATIVE),
        presence: Presence::Default("0"),
    },
    Field {
        key: "warmup_start_factor",
        doc: "The share of the learning rate at which the warmup starts (PyTorch's LinearLR start_factor).",
        kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(1.0))),
        presence: Presence::Default("0.1"),
    },
];

/// The declaration of the key.
pub const fn field(of: Registry) -> Field {
    Field {
        key: "lr_scheduler",
        doc: "How the learning rate changes during training; constant when absent.",
        kind: Kind::Variant {
            of,
            common: &COMMON,
        },
        presence: Presence::Optional,
    }
}
