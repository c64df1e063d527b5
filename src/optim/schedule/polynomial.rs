//! A power of the time that is left, as `torch.optim.lr_scheduler.PolynomialLR`.

use serde::Deserialize;

use super::{Curve, Interval, SchedulerDef, Span, fields};
use runner_declare::{Chosen, Presence, Problem, Range, Section};

/// The definition of `polynomial`.
pub(super) static POLYNOMIAL: SchedulerDef = SchedulerDef {
    section: Section {
        name: "polynomial",
        doc: "Lowers the learning rate to 0 with a power of the time that is left.\n\
              lr(t) = lr · (1 − t / total_iters)^power, 0 from total_iters on. As PolynomialLR.",
        fields: &[
            fields::ticks(
                "total_iters",
                "Epochs (or steps) until 0; by default all that follow the warmup.",
                Presence::Optional,
            ),
            fields::number(
                "power",
                "The power; 1 is a straight line.",
                Range::POSITIVE,
                Presence::Default("1.0"),
            ),
        ],
        shorthand: Some("power"),
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check: fields::nothing,
    late,
    build: |chosen, span| {
        let Settings { total_iters, power } = chosen.typed()?;
        let total = total_iters.unwrap_or(span.ticks).max(1);
        Ok(Box::new(Polynomial {
            base_lr: span.base_lr,
            total,
            power,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    total_iters: Option<u64>,
    power: f64,
}

struct Polynomial {
    base_lr: f64,
    total: u64,
    power: f64,
}

fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings {
        total_iters: Some(total),
        ..
    }) = chosen.typed()
    else {
        return Vec::new();
    };
    fields::longer_than_training("total_iters", total, span, "the rate does not fall to 0")
        .into_iter()
        .collect()
}

impl Curve for Polynomial {
    fn lr(&self, tick: u64) -> f64 {
        let left = 1.0 - tick.min(self.total) as f64 / self.total as f64;
        self.base_lr * libm::pow(left, self.power)
    }
}
