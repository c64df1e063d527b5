//! The time that schedules live in: the training's length, what warmup takes of it, and the ticks left.

use std::fmt;

use serde::Deserialize;

use super::SchedulerDef;
use runner_declare::{Chosen, KeyPath, Problem};
use runner_ground::error::Result;

/// Length of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Epochs.
    pub epochs: u64,
    /// Optimizer steps in each.
    pub steps_per_epoch: u64,
}

/// A step of a training, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The epoch.
    pub epoch: u64,
    /// The optimizer step within the epoch.
    pub step: u64,
}

/// When a schedule ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// At the start of every epoch.
    Epoch,
    /// At every optimizer step.
    Step,
}

/// What a schedule has to fill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The optimizer's learning rate.
    pub base_lr: f64,
    /// Ticks from the end of the warmup to the end of the training.
    pub ticks: u64,
    /// What a tick is.
    pub interval: Interval,
    /// Whether a warmup comes before; for messages.
    pub warmed_up: bool,
}

impl fmt::Display for Span {
    /// As in "longer than the 9 epochs after the warmup".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.interval {
            Interval::Epoch => "epoch",
            Interval::Step => "step",
        };
        let s = if self.ticks == 1 { "" } else { "s" };
        let after = if self.warmed_up {
            "after the warmup"
        } else {
            "of training"
        };
        write!(f, "{} {unit}{s} {after}", self.ticks)
    }
}

/// The fields of [`SCHEDULER_COMMON`](super::SCHEDULER_COMMON).
#[derive(Debug, Deserialize)]
struct Common {
    interval: Option<Interval>,
    #[serde(default)]
    warmup_epochs: f64,
    #[serde(default)]
    warmup_steps: u64,
    #[serde(default = "a_tenth")]
    warmup_start_factor: f64,
}

fn a_tenth() -> f64 {
    0.1
}

/// Where the warmup ends and the schedule begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) span: Span,
    /// Epochs that the warmup touches.
    pub(super) warmup_epochs: u64,
    warmup_steps: u64,
    warmup_start_factor: f64,
    horizon: Horizon,
}

impl Plan {
    pub(super) fn new(chosen: &Chosen, def: &SchedulerDef, base_lr: f64, horizon: &Horizon) -> Result<Self> {
        let common: Common = chosen.typed()?;
        let per_epoch = horizon.steps_per_epoch.max(1);
        // A cast from a float saturates: a negative or NaN length is 0.
        let from_epochs = (common.warmup_epochs * per_epoch as f64).round() as u64;
        let warmup_steps = common.warmup_steps.max(from_epochs);
        let warmup_epochs = warmup_steps.div_ceil(per_epoch);
        let interval = common
            .interval
            .or(def.intervals.first().copied())
            .unwrap_or(Interval::Epoch);
        let steps_left = horizon.epochs.saturating_mul(per_epoch).saturating_sub(warmup_steps);
        let ticks = match interval {
            // The rest of an epoch that the warmup leaves is the schedule's first where no whole one follows.
            Interval::Epoch => horizon.epochs.saturating_sub(warmup_epochs).max(steps_left.min(1)),
            Interval::Step => steps_left,
        };
        Ok(Self {
            span: Span {
                base_lr,
                ticks,
                interval,
                warmed_up: warmup_steps > 0,
            },
            warmup_epochs,
            warmup_steps,
            warmup_start_factor: common.warmup_start_factor,
            horizon: *horizon,
        })
    }

    pub(super) fn without_warmup(base_lr: f64) -> Self {
        Self {
            span: Span {
                base_lr,
                ticks: u64::MAX,
                interval: Interval::Epoch,
                warmed_up: false,
            },
            warmup_epochs: 0,
            warmup_steps: 0,
            warmup_start_factor: 1.0,
            horizon: Horizon {
                epochs: u64::MAX,
                steps_per_epoch: 1,
            },
        }
    }

    /// Mistakes in the common fields.
    pub(super) fn problems(&self, chosen: &Chosen, def: &SchedulerDef) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !def.intervals.contains(&self.span.interval) {
            let (only, name) = match def.intervals.first() {
                Some(Interval::Step) => ("step", def.section.name),
                _ => ("epoch", def.section.name),
            };
            problems.push(
                Problem::new(KeyPath::from("interval"), format!("{name} goes by the {only} only"))
                    .help("remove interval"),
            );
        }
        if is_set(chosen, "warmup_steps") && is_set(chosen, "warmup_epochs") {
            problems.push(
                Problem::new(KeyPath::from("warmup_steps"), "the length of the warmup is given twice")
                    .help("keep one of warmup_steps and warmup_epochs"),
            );
        }
        problems
    }

    /// A warmup that is not over before the training is.
    pub(super) fn never_begins(&self, chosen: &Chosen, def: &SchedulerDef) -> Option<Problem> {
        let key = if is_set(chosen, "warmup_steps") {
            "warmup_steps"
        } else {
            "warmup_epochs"
        };
        let Horizon {
            epochs,
            steps_per_epoch,
        } = self.horizon;
        (self.span.warmed_up && self.span.ticks == 0).then(|| {
            let message = format!(
                "the warmup of {} steps takes the whole training ({epochs} × {steps_per_epoch} steps): {} never begins",
                self.warmup_steps, def.section.name
            );
            Problem::new(KeyPath::from(key), message).help("shorten the warmup, or train longer")
        })
    }

    /// What the rate is multiplied with during the warmup; `None` after it.
    pub(super) fn warmup_factor(&self, position: Position) -> Option<f64> {
        let step = self.step(position);
        (step < self.warmup_steps).then(|| {
            let start = self.warmup_start_factor;
            start + (1.0 - start) * step as f64 / self.warmup_steps as f64
        })
    }

    /// Ticks since the warmup.
    pub(super) fn tick(&self, position: Position) -> u64 {
        match self.span.interval {
            Interval::Epoch => position.epoch.saturating_sub(self.warmup_epochs),
            Interval::Step => self.step(position).saturating_sub(self.warmup_steps),
        }
    }

    fn step(&self, position: Position) -> u64 {
        position
            .epoch
            .saturating_mul(self.horizon.steps_per_epoch.max(1))
            .saturating_add(position.step)
    }
}

fn is_set(chosen: &Chosen, key: &str) -> bool {
    let value = chosen.settings.get(key).and_then(|value| value.as_f64());
    value.is_some_and(|value| value > 0.0)
}
