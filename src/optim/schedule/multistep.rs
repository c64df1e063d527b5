//! A drop at each milestone, as `torch.optim.lr_scheduler.MultiStepLR`.

use serde::Deserialize;

use super::fields::{self, FACTOR};
use super::{Curve, Interval, SchedulerDef, Span};
use runner_declare::{Chosen, Field, Kind, Presence, Problem, Section};

/// The definition of `multistep`.
pub(super) static MULTISTEP: SchedulerDef = SchedulerDef {
    section: Section {
        name: "multistep",
        doc: "Multiplies the learning rate with gamma at each milestone.\n\
              lr(t) = lr · gamma^(milestones ≤ t). As MultiStepLR.",
        fields: &[
            Field {
                key: "milestones",
                doc: "Epochs (or steps) at which the rate drops, counted from 0.",
                kind: Kind::List {
                    of: &fields::MILESTONE,
                    min: 1,
                    max: 10_000,
                },
                presence: Presence::Required,
            },
            fields::number(
                "gamma",
                "What a drop multiplies with.",
                FACTOR,
                Presence::Default("0.1"),
            ),
        ],
        shorthand: Some("milestones"),
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check: fields::nothing,
    late,
    build: |chosen, span| {
        Ok(Box::new(MultiStep {
            base_lr: span.base_lr,
            settings: chosen.typed()?,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    milestones: Vec<u64>,
    gamma: f64,
}

struct MultiStep {
    base_lr: f64,
    settings: Settings,
}

fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { milestones, .. }) = chosen.typed() else {
        return Vec::new();
    };
    // One is told for all: the first that does not come.
    let first = milestones
        .into_iter()
        .filter(|&milestone| milestone >= span.ticks)
        .min();
    let told = first.and_then(|first| fields::never_reached("milestones", first, span));
    told.into_iter().collect()
}

impl Curve for MultiStep {
    fn lr(&self, tick: u64) -> f64 {
        let passed = self
            .settings
            .milestones
            .iter()
            .filter(|&&milestone| milestone <= tick)
            .count();
        self.base_lr * libm::pow(self.settings.gamma, passed as f64)
    }
}
