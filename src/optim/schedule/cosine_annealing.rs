//! Half a cosine wave down to a floor, as `torch.optim.lr_scheduler.CosineAnnealingLR`.

use serde::Deserialize;

use super::{Curve, Interval, SchedulerDef, Span, fields};
use runner_declare::{Chosen, Presence, Problem, Section};

/// The definition of `cosine_annealing`.
pub(super) static COSINE_ANNEALING: SchedulerDef = SchedulerDef {
    section: Section {
        name: "cosine_annealing",
        doc: "Lowers the learning rate along half a cosine wave (Loshchilov and Hutter 2017, without restarts).\n\
              lr(t) = eta_min + (lr − eta_min) · (1 + cos(π t / t_max)) / 2. As CosineAnnealingLR.",
        fields: &[
            fields::ticks(
                "t_max",
                "Epochs (or steps) until eta_min, after which the rate rises again; by default all that follow the \
                 warmup.",
                Presence::Optional,
            ),
            fields::eta_min(),
        ],
        shorthand: Some("t_max"),
    },
    intervals: &[Interval::Epoch, Interval::Step],
    check,
    late,
    build: |chosen, span| {
        let Settings { t_max, eta_min } = chosen.typed()?;
        Ok(Box::new(CosineAnnealing {
            base_lr: span.base_lr,
            t_max: t_max.unwrap_or(span.ticks).max(1),
            eta_min,
        }))
    },
};

#[derive(Deserialize)]
struct Settings {
    t_max: Option<u64>,
    eta_min: f64,
}

struct CosineAnnealing {
    base_lr: f64,
    t_max: u64,
    eta_min: f64,
}

fn check(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { eta_min, .. }) = chosen.typed() else {
        return Vec::new();
    };
    fields::above_base_lr("eta_min", eta_min, span).into_iter().collect()
}

fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { t_max: Some(t_max), .. }) = chosen.typed() else {
        return Vec::new();
    };
    let told = fields::longer_than_training("t_max", t_max, span, "the rate does not fall to eta_min");
    told.into_iter().collect()
}

impl Curve for CosineAnnealing {
    fn lr(&self, tick: u64) -> f64 {
        half_wave(self.base_lr, self.eta_min, tick as f64 / self.t_max as f64)
    }
}

/// From `start` at 0 along a cosine to `end` at 1.
pub(super) fn half_wave(start: f64, end: f64, progress: f64) -> f64 {
    end + (start - end) * (1.0 + libm::cos(std::f64::consts::PI * progress)) / 2.0
}
