//! AdamW (Loshchilov and Hutter 2019), as `torch.optim.AdamW`.

use super::adam::{Adam, Decay};
use super::{OptimizerDef, fields, no_conflicts};
use runner_declare::{Field, Kind, Presence, Range, Section};

/// The definition of `adamw`.
pub(super) static ADAMW: OptimizerDef = OptimizerDef {
    section: Section {
        name: "adamw",
        doc: "Adam with weight decay that does not pass through the running means (Loshchilov and Hutter 2019).\n\
              p ← (1 − lr · weight_decay) · p, then Adam's step. As torch.optim.AdamW.",
        fields: &[
            fields::lr("0.001"),
            fields::betas(),
            fields::eps(),
            Field {
                key: "weight_decay",
                doc: "Share of the parameters, times lr, that each step takes away.",
                kind: Kind::Number(Range::NON_NEGATIVE),
                presence: Presence::Default("0.01"),
            },
            fields::amsgrad(),
        ],
        shorthand: None,
    },
    check: no_conflicts,
    build: |chosen, parameters| Ok(Box::new(Adam::new(chosen.typed()?, Decay::Decoupled, parameters))),
};
