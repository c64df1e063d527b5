//! A straight line between two shares of the rate, as `torch.optim.lr_scheduler.LinearLR`.

use serde::Deserialize;

use super::fields::{self, FACTOR};
use super::{Curve, Interval, SchedulerDef, Span};
use runner_declare::{Bound, Chosen, Presence, Problem, Range, Section};

/// The definition of `linear`.
pub(super) static LINEAR: SchedulerDef = SchedulerDef {
    section: Section {
        name: "linear",
        doc: "Moves the learning rate in a straight line from start_factor to end_factor times itself.\n\
              As LinearLR, whose total_iters of 5 is here the whole training by default. A warmup before it rises \
              to start_factor times the rate.",
        fields: &[
            fields::number(
                "start_factor",
                "The first rate, as a share of the optimizer's.",
                FACTOR,
                Presence::Default("0.3333333333333333"),
            ),
            fields::number(
                "end_factor",
                "The last rate, as a share of the optimizer's.",
                Range::new(Bound::Including(0.0), Bound::Including(1.0)),
                Presence::Default("1.0"),
            ),
            fields::ticks(
                "total_iters",
                "Epochs (or steps) until end_factor; by default all that follow the warmup.",
                Presence::Optional,
            ),
        ],
        shorthand: None,
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check: fields::nothing,
    late,
    build: |chosen, span| {
        let Settings {
            start_factor,
            end_factor,
            total_iters,
        } = chosen.typed()?;
        let total = total_iters.unwrap_or(span.ticks).max(1);
        Ok(Box::new(Linear {
            base_lr: span.base_lr,
            start_factor,
            end_factor,
            total,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    start_factor: f64,
    end_factor: f64,
    total_iters: Option<u64>,
}

struct Linear {
    base_lr: f64,
    start_factor: f64,
    end_factor: f64,
    total: u64,
}

fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings {
        total_iters: Some(total),
        ..
    }) = chosen.typed()
    else {
        return Vec::new();
    };
    fields::longer_than_training("total_iters", total, span, "the rate does not come to end_factor")
        .into_iter()
        .collect()
}

impl Curve for Linear {
    fn lr(&self, tick: u64) -> f64 {
        let progress = tick.min(self.total) as f64 / self.total as f64;
        self.base_lr * (self.start_factor + (self.end_factor - self.start_factor) * progress)
    }
}
