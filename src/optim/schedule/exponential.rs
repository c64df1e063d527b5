//! The same drop at every tick, as `torch.optim.lr_scheduler.ExponentialLR`.

use serde::Deserialize;

use super::fields::{self, FACTOR};
use super::{Curve, Interval, SchedulerDef};
use runner_declare::{Presence, Section};

/// The definition of `exponential`.
pub(super) static EXPONENTIAL: SchedulerDef = SchedulerDef {
    section: Section {
        name: "exponential",
        doc: "Multiplies the learning rate with gamma every epoch.\nlr(t) = lr · gamma^t. As ExponentialLR.",
        fields: &[fields::number(
            "gamma",
            "What every epoch (or step) multiplies with.",
            FACTOR,
            Presence::Required,
        )],
        shorthand: Some("gamma"),
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check: fields::nothing,
    late: fields::nothing,
    build: |chosen, span| {
        Ok(Box::new(Exponential {
            base_lr: span.base_lr,
            settings: chosen.typed()?,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    gamma: f64,
}

struct Exponential {
    base_lr: f64,
    settings: Settings,
}

impl Curve for Exponential {
    fn lr(&self, tick: u64) -> f64 {
        self.base_lr * libm::pow(self.settings.gamma, tick as f64)
    }
}
