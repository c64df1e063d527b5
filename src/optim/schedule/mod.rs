//! Learning-rate schedules under PyTorch's names, each with an optional warmup.
//!
//! A rate is a function of the position in the training, so a resumed run needs no state to find it
//! again; `reduce_on_plateau` alone remembers what it saw.
//!
//! Two clocks exist. With `interval: epoch` (the default) a schedule ticks at the start of an epoch;
//! with `interval: step` at every optimizer step, and then all its lengths are in steps. The warmup
//! always goes by steps, from `warmup_start_factor` times the rate up to the rate, as
//! `LinearLR(start_factor, 1.0, warmup_steps)` inside `SequentialLR` does. The schedule proper begins
//! after it, at its own time 0: with the first step, or with the first epoch, that lies wholly behind
//! the warmup. What is left of the training from there is its length.

mod constant;
mod cosine_annealing;
mod exponential;
mod fields;
mod linear;
mod multistep;
mod one_cycle;
pub mod plateau;
mod polynomial;
mod span;
mod step;
mod warm_restarts;

pub use fields::SCHEDULER_COMMON;
pub use span::{Horizon, Interval, Position, Span};

use runner_declare::{Chosen, Problem, Section, Value};
use runner_ground::error::Result;
use span::Plan;

/// A schedule that a recipe may name. Adding one: a file with its definition, a line in [`SCHEDULERS`].
#[derive(Debug)]
pub struct SchedulerDef {
    /// Name, doc and fields, beyond [`SCHEDULER_COMMON`].
    pub section: Section,
    /// The intervals at which it can tick; the first is the default.
    pub intervals: &'static [Interval],
    /// What cannot be: a floor above the start. Paths are relative to the schedule.
    pub check: fn(&Chosen, &Span) -> Vec<Problem>,
    /// What does not come: lengths beyond the training. PyTorch's schedules take them as well, and do nothing there.
    pub late: fn(&Chosen, &Span) -> Vec<Problem>,
    /// Makes its curve.
    pub build: fn(&Chosen, &Span) -> Result<Box<dyn Curve>>,
}

/// Every schedule.
pub static SCHEDULERS: &[&SchedulerDef] = &[
    &constant::CONSTANT,
    &step::STEP,
    &multistep::MULTISTEP,
    &exponential::EXPONENTIAL,
    &cosine_annealing::COSINE_ANNEALING,
    &warm_restarts::COSINE_ANNEALING_WARM_RESTARTS,
    &one_cycle::ONE_CYCLE,
    &polynomial::POLYNOMIAL,
    &linear::LINEAR,
    &plateau::REDUCE_ON_PLATEAU,
];

/// The schedule of this name.
pub fn find(name: &str) -> Option<&'static SchedulerDef> {
    SCHEDULERS.iter().copied().find(|def| def.section.name == name)
}

/// Learning rate over time, in ticks counted from the end of the warmup.
pub trait Curve: Send {
    /// The rate during a tick.
    fn lr(&self, tick: u64) -> f64;

    /// The monitored metric at the end of an epoch.
    fn observe(&mut self, _metric: f64) {}

    /// What it remembers; null when the rate is a pure function of time.
    fn state(&self) -> Value {
        Value::Null
    }

    /// Brings back what [`Curve::state`] gave.
    ///
    /// # Errors
    /// When it is not such a state; nothing has changed then.
    fn restore(&mut self, _state: &Value) -> Result<()> {
        Ok(())
    }
}

/// A schedule in use: warmup, then its curve.
///
/// ```
/// use runner_optim::schedule::{Horizon, Position, Schedule};
/// use runner_declare::Chosen;
///
/// let chosen = Chosen { name: "cosine_annealing".into(), settings: serde_json::from_str(
///     r#"{"eta_min": 0.0, "warmup_epochs": 1, "warmup_start_factor": 0.1}"#).unwrap() };
/// let schedule = Schedule::new(&chosen, 0.1, &Horizon { epochs: 3, steps_per_epoch: 10 })?;
/// let lr = |epoch, step| schedule.lr(Position { epoch, step });
/// assert!((lr(0, 0) - 0.01).abs() < 1e-12 && (lr(0, 5) - 0.055).abs() < 1e-12);
/// assert_eq!((lr(1, 0), lr(1, 9)), (0.1, 0.1));
/// assert!((lr(2, 0) - 0.05).abs() < 1e-12);
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
pub struct Schedule {
    plan: Plan,
    curve: Box<dyn Curve>,
}

impl Schedule {
    /// The schedule of a recipe over a training of this length.
    ///
    /// # Errors
    /// The first of the [`problems`], or an unknown name.
    pub fn new(chosen: &Chosen, base_lr: f64, horizon: &Horizon) -> Result<Self> {
        if let Some(problem) = problems(chosen, base_lr, horizon).into_iter().next() {
            return Err(problem.into());
        }
        let def = find(&chosen.name).ok_or_else(|| unknown(chosen))?;
        let plan = Plan::new(chosen, def, base_lr, horizon)?;
        let curve = (def.build)(chosen, &plan.span)?;
        Ok(Self { plan, curve })
    }

    /// The same rate throughout.
    pub fn constant(base_lr: f64) -> Self {
        Self {
            plan: Plan::without_warmup(base_lr),
            curve: Box::new(constant::Constant(base_lr)),
        }
    }

    /// The learning rate of a step.
    pub fn lr(&self, position: Position) -> f64 {
        match self.plan.warmup_factor(position) {
            Some(factor) => self.curve.lr(0) * factor,
            None => self.curve.lr(self.plan.tick(position)),
        }
    }

    /// To be called at the end of each epoch (counted from 0) with the monitored metric, when there is
    /// one. Epochs that belong to the warmup, in part or as a whole, are not looked at.
    pub fn observe(&mut self, epoch: u64, metric: Option<f64>) {
        if let (Some(metric), true) = (metric, epoch >= self.plan.warmup_epochs) {
            self.curve.observe(metric);
        }
    }

    /// What must be saved to go on from here; null for pure functions of time.
    pub fn state(&self) -> Value {
        self.curve.state()
    }

    /// Brings back what [`Schedule::state`] gave.
    ///
    /// # Errors
    /// When it is not a state of this schedule; nothing has changed then.
    pub fn restore(&mut self, state: &Value) -> Result<()> {
        self.curve.restore(state)
    }
}

/// Everything that cannot be, before anything runs. Paths are relative to the schedule.
pub fn problems(chosen: &Chosen, base_lr: f64, horizon: &Horizon) -> Vec<Problem> {
    let Some(def) = find(&chosen.name) else {
        return vec![unknown(chosen)];
    };
    // Settings that do not fit the fields are reported where fields are checked.
    let Ok(plan) = Plan::new(chosen, def, base_lr, horizon) else {
        return Vec::new();
    };
    let mut problems = plan.problems(chosen, def);
    if problems.is_empty() {
        problems = (def.check)(chosen, &plan.span);
    }
    problems
}

/// What of a schedule a training of this length does not come to, or only a part of: nothing that it could not be trained
/// with, but worth telling. Paths are relative to the schedule.
pub fn told(chosen: &Chosen, base_lr: f64, horizon: &Horizon) -> Vec<Problem> {
    let Some(def) = find(&chosen.name) else {
        return Vec::new();
    };
    match Plan::new(chosen, def, base_lr, horizon) {
        Ok(plan) => match plan.never_begins(chosen, def) {
            Some(told) => vec![told],
            None => (def.late)(chosen, &plan.span),
        },
        Err(_) => Vec::new(),
    }
}

/// The metric that a schedule looks at, such as `val_loss`, when it looks at one.
pub fn monitored(chosen: &Chosen) -> Option<&str> {
    find(&chosen.name)?
        .section
        .fields
        .iter()
        .find(|field| field.key == "monitor")?;
    chosen.settings.get("monitor")?.as_str()
}

fn unknown(chosen: &Chosen) -> Problem {
    let names: Vec<&str> = SCHEDULERS.iter().map(|def| def.section.name).collect();
    Problem::new("name".into(), format!("there is no schedule '{}'", chosen.name))
        .help(format!("one of {}", names.join(", ")))
}
