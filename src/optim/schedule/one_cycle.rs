//! One rise and one fall over the whole training, as `torch.optim.lr_scheduler.OneCycleLR`.

use serde::Deserialize;

use super::cosine_annealing::half_wave;
use super::{Curve, Interval, SchedulerDef, Span, fields};
use runner_declare::{Bound, Field, Kind, Presence, Range, Section};

/// The definition of `one_cycle`.
pub(super) static ONE_CYCLE: SchedulerDef = SchedulerDef {
    section: Section {
        name: "one_cycle",
        doc: "One rise to max_lr and one long fall, step by step over the whole training (Smith and Topin 2018).\n\
              From max_lr / div_factor up to max_lr, then down to max_lr / div_factor / final_div_factor. As \
              OneCycleLR with two phases and cycle_momentum off; the optimizer's own lr is not used.",
        fields: &[
            fields::number(
                "max_lr",
                "The highest learning rate.",
                Range::POSITIVE,
                Presence::Required,
            ),
            fields::number(
                "pct_start",
                "Share of the training in which the rate rises.",
                Range::new(Bound::Including(0.0), Bound::Including(1.0)),
                Presence::Default("0.3"),
            ),
            Field {
                key: "anneal_strategy",
                doc: "The shape of rise and fall.",
                kind: Kind::Choice(&[("cos", "Half a cosine wave."), ("linear", "A straight line.")]),
                presence: Presence::Default("\"cos\""),
            },
            fields::number(
                "div_factor",
                "The first rate is max_lr over this.",
                AT_LEAST_1,
                Presence::Default("25.0"),
            ),
            fields::number(
                "final_div_factor",
                "The last rate is the first over this.",
                AT_LEAST_1,
                Presence::Default("10000.0"),
            ),
        ],
        shorthand: Some("max_lr"),
    },
    intervals: &[Interval::Step],
    check: fields::nothing,
    late: fields::nothing,
    build: |chosen, span| Ok(Box::new(OneCycle::new(chosen.typed()?, span))),
};

const AT_LEAST_1: Range = Range::new(Bound::Including(1.0), Bound::None);

#[derive(Deserialize)]
struct Settings {
    max_lr: f64,
    pct_start: f64,
    anneal_strategy: Anneal,
    div_factor: f64,
    final_div_factor: f64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Anneal {
    Cos,
    Linear,
}

struct OneCycle {
    anneal: Anneal,
    first: f64,
    highest: f64,
    last: f64,
    /// Time of the highest rate; below 0 when the rise is shorter than a step.
    top: f64,
    /// Time of the last rate.
    end: f64,
}

impl OneCycle {
    fn new(settings: Settings, span: &Span) -> Self {
        let first = settings.max_lr / settings.div_factor;
        let ticks = span.ticks as f64;
        Self {
            anneal: settings.anneal_strategy,
            first,
            highest: settings.max_lr,
            last: first / settings.final_div_factor,
            // Nothing is left of the training after its warmup, which then goes up to the first rate.
            top: if span.ticks == 0 {
                f64::INFINITY
            } else {
                settings.pct_start * ticks - 1.0
            },
            end: ticks - 1.0,
        }
    }
}

impl Curve for OneCycle {
    fn lr(&self, tick: u64) -> f64 {
        let t = tick as f64;
        if t <= self.top {
            self.between(self.first, self.highest, t, self.top)
        } else {
            self.between(self.highest, self.last, t - self.top, self.end - self.top)
        }
    }
}

impl OneCycle {
    fn between(&self, start: f64, end: f64, elapsed: f64, length: f64) -> f64 {
        let progress = if length > 0.0 {
            (elapsed / length).clamp(0.0, 1.0)
        } else {
            1.0
        };
        match self.anneal {
            Anneal::Cos => half_wave(start, end, progress),
            Anneal::Linear => start + (end - start) * progress,
        }
    }
}
