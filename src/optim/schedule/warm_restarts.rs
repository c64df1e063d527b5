//! Cosine annealing again and again, as `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`.

use serde::Deserialize;

use super::cosine_annealing::half_wave;
use super::{Curve, Interval, SchedulerDef, Span, fields};
use runner_declare::{Chosen, Field, Kind, Presence, Problem, Section};

/// The definition of `cosine_annealing_warm_restarts`.
pub(super) static COSINE_ANNEALING_WARM_RESTARTS: SchedulerDef = SchedulerDef {
    section: Section {
        name: "cosine_annealing_warm_restarts",
        doc: "Cosine annealing that starts again from the full rate, each cycle t_mult times as long as the last \
              (SGDR, Loshchilov and Hutter 2017).\n\
              lr = eta_min + (lr − eta_min) · (1 + cos(π t / cycle)) / 2, t counted in the cycle. \
              As CosineAnnealingWarmRestarts.",
        fields: &[
            fields::ticks("t_0", "Epochs (or steps) of the first cycle.", Presence::Required),
            Field {
                key: "t_mult",
                doc: "How many times as long as the last each cycle is.",
                kind: Kind::Integer { min: 1, max: 1000 },
                presence: Presence::Default("1"),
            },
            fields::eta_min(),
        ],
        shorthand: Some("t_0"),
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check,
    late,
    build: |chosen, span| {
        Ok(Box::new(WarmRestarts {
            base_lr: span.base_lr,
            settings: chosen.typed()?,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    t_0: u64,
    t_mult: u64,
    eta_min: f64,
}

struct WarmRestarts {
    base_lr: f64,
    settings: Settings,
}

fn check(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { eta_min, .. }) = chosen.typed() else {
        return Vec::new();
    };
    fields::above_base_lr("eta_min", eta_min, span).into_iter().collect()
}

fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { t_0, .. }) = chosen.typed() else {
        return Vec::new();
    };
    let told = fields::longer_than_training("t_0", t_0, span, "the first cycle does not end");
    told.into_iter().collect()
}

impl Curve for WarmRestarts {
    fn lr(&self, tick: u64) -> f64 {
        let Settings { t_0, t_mult, eta_min } = self.settings;
        let (t, cycle) = in_cycle(tick, t_0.max(1), t_mult.max(1));
        half_wave(self.base_lr, eta_min, t as f64 / cycle as f64)
    }
}

/// Ticks since the last restart, and the length of the cycle that it began.
fn in_cycle(tick: u64, first: u64, growth: u64) -> (u64, u64) {
    if growth == 1 {
        return (tick % first, first);
    }
    let (mut t, mut cycle) = (tick, first);
    while t >= cycle {
        t -= cycle;
        cycle = cycle.saturating_mul(growth);
    }
    (t, cycle)
}
