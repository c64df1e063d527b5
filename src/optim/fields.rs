//! Fields that several optimizers declare alike.

use runner_declare::{Bound, Field, Kind, Presence, Range};

/// `lr`, with the optimizer's default.
pub(super) const fn lr(default: &'static str) -> Field {
    Field {
        key: "lr",
        doc: "Learning rate: how far a step goes. Schedules start from it.",
        kind: Kind::Number(Range::POSITIVE),
        presence: Presence::Default(default),
    }
}

/// `weight_decay` as an L2 penalty, added to the gradient.
pub(super) const fn l2() -> Field {
    Field {
        key: "weight_decay",
        doc: "L2 penalty: this many times the parameters is added to their gradients.",
        kind: Kind::Number(Range::NON_NEGATIVE),
        presence: Presence::Default("0.0"),
    }
}

/// `momentum`, off by default. PyTorch allows any; from 1 on the velocity never decays.
pub(super) const fn momentum() -> Field {
    Field {
        key: "momentum",
        doc: "Share of the last step's velocity that is kept; 0 is none, 0.9 is common.",
        kind: Kind::Number(Range::FRACTION),
        presence: Presence::Default("0.0"),
    }
}

/// `eps`.
pub(super) const fn eps() -> Field {
    Field {
        key: "eps",
        doc: "Added to the denominator, so that parameters with tiny gradients do not take huge steps.",
        kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::None)),
        presence: Presence::Default("1e-8"),
    }
}

/// `betas`.
pub(super) const fn betas() -> Field {
    Field {
        key: "betas",
        doc: "Decay rates of the running means of the gradient and of its square, each in [0, 1).",
        kind: Kind::List {
            of: &Kind::Number(Range::FRACTION),
            min: 2,
            max: 2,
        },
        presence: Presence::Default("[0.9, 0.999]"),
    }
}

/// `amsgrad`.
pub(super) const fn amsgrad() -> Field {
    Field {
        key: "amsgrad",
        doc: "Divide by the largest mean square seen so far instead of the current one (Reddi et al. 2018).",
        kind: Kind::Bool,
        presence: Presence::Default("false"),
    }
}
