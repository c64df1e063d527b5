//! A drop every `step_size` ticks, as `torch.optim.lr_scheduler.StepLR`.

use serde::Deserialize;

use super::fields::{self, FACTOR};
use super::{Curve, Interval, SchedulerDef, Span};
use runner_declare::{Chosen, Presence, Problem, Section};

/// The definition of `step`.
pub(super) static STEP: SchedulerDef = SchedulerDef {
    section: Section {
        name: "step",
        doc: "Multiplies the learning rate with gamma every step_size epochs.\n\
              lr(t) = lr · gamma^⌊t / step_size⌋. As StepLR.",
        fields: &[
            fields::ticks("step_size", "Epochs (or steps) between two drops.", Presence::Required),
            fields::number(
                "gamma",
                "What a drop multiplies with.",
                FACTOR,
                Presence::Default("0.1"),
            ),
        ],
        shorthand: Some("step_size"),
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check: fields::nothing,
    late,
    build: |chosen, span| {
        Ok(Box::new(Step {
            base_lr: span.base_lr,
            settings: chosen.typed()?,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    step_size: u64,
    gamma: f64,
}

struct Step {
    base_lr: f64,
    settings: Settings,
}

fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { step_size, .. }) = chosen.typed() else {
        return Vec::new();
    };
    fields::never_reached("step_size", step_size, span)
        .into_iter()
        .collect()
}

impl Curve for Step {
    fn lr(&self, tick: u64) -> f64 {
        let Settings { step_size, gamma } = self.settings;
        self.base_lr * libm::pow(gamma, (tick / step_size.max(1)) as f64)
    }
}
