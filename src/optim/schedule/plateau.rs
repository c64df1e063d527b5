//! A drop whenever a metric stops improving, as `torch.optim.lr_scheduler.ReduceLROnPlateau`.

use serde::{Deserialize, Serialize};

use super::{Curve, Interval, SchedulerDef, Span, fields};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section, Value};
use runner_ground::error::{Error, Kind as ErrorKind, Result};
use runner_metric as metric;
use runner_metric::Goal;

/// The definition of `reduce_on_plateau`.
pub(super) static REDUCE_ON_PLATEAU: SchedulerDef = SchedulerDef {
    section: Section {
        name: "reduce_on_plateau",
        doc: "Multiplies the learning rate with factor when a metric has stopped improving.\n\
              As ReduceLROnPlateau; epochs of a warmup are not counted.",
        fields: &[
            Field {
                key: "monitor",
                doc: "The metric to watch, as in metrics.csv.",
                kind: Kind::Text,
                presence: Presence::Default("\"val_loss\""),
            },
            Field {
                key: "mode",
                doc: "Which way is better; by default known from the metric.",
                kind: Kind::Choice(&[
                    ("min", "Smaller is better: losses."),
                    ("max", "Larger is better: accuracies."),
                ]),
                presence: Presence::Optional,
            },
            fields::number(
                "factor",
                "What a drop multiplies with.",
                Range::FRACTION,
                Presence::Default("0.1"),
            ),
            count(
                "patience",
                "Epochs without improvement that are let pass before a drop.",
                "10",
            ),
            fields::number(
                "threshold",
                "Improvements smaller than this do not count.",
                Range::NON_NEGATIVE,
                Presence::Default("0.0001"),
            ),
            Field {
                key: "threshold_mode",
                doc: "What the threshold is measured against.",
                kind: Kind::Choice(&[("rel", "A share of the best value."), ("abs", "A difference from it.")]),
                presence: Presence::Default("\"rel\""),
            },
            count("cooldown", "Epochs after a drop in which none is counted as bad.", "0"),
            fields::number(
                "min_lr",
                "The lowest learning rate.",
                Range::NON_NEGATIVE,
                Presence::Default("0.0"),
            ),
        ],
        shorthand: None,
    },
    intervals: &[Interval::Epoch],
    check,
    late,
    build: |chosen, span| {
        let settings: Settings = chosen.typed()?;
        let goal = settings
            .mode
            .unwrap_or_else(|| metric::goal(&settings.monitor).unwrap_or(Goal::Min));
        Ok(Box::new(Plateau {
            settings,
            goal,
            memory: Memory::new(span.base_lr),
        }))
    },
};

const fn count(key: &'static str, doc: &'static str, default: &'static str) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Integer { min: 0, max: 1_000_000 },
        presence: Presence::Default(default),
    }
}

/// Drops smaller than this are not made, as PyTorch's `eps`.
const SMALLEST_DROP: f64 = 1e-8;

#[derive(Deserialize)]
struct Settings {
    monitor: String,
    mode: Option<Goal>,
    factor: f64,
    patience: u64,
    threshold: f64,
    threshold_mode: ThresholdMode,
    cooldown: u64,
    min_lr: f64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ThresholdMode {
    Rel,
    Abs,
}

/// All that it remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Memory {
    lr: f64,
    /// Always finite, so that it can be written as JSON.
    best: Option<f64>,
    bad_epochs: u64,
    cooldown: u64,
}

impl Memory {
    fn new(lr: f64) -> Self {
        Self {
            lr,
            best: None,
            bad_epochs: 0,
            cooldown: 0,
        }
    }
}

struct Plateau {
    settings: Settings,
    goal: Goal,
    memory: Memory,
}

fn check(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let Ok(Settings { min_lr, .. }) = chosen.typed() else {
        return Vec::new();
    };
    fields::above_base_lr("min_lr", min_lr, span).into_iter().collect()
}

/// The drop after the patience, and an epoch at that rate, must fit in behind a first epoch.
fn late(chosen: &Chosen, span: &Span) -> Vec<Problem> {
    let told = patience(chosen)
        .filter(|patience| patience + 2 >= span.ticks)
        .map(|patience| {
            let message = format!(
                "more than {patience} epochs without improvement do not fit into the {span}: the rate never drops"
            );
            Problem::new(KeyPath::from("patience"), message).help(match span.ticks {
                ..=2 => "train longer".to_owned(),
                ticks => format!("at most {}, or a longer training", ticks - 3),
            })
        });
    told.into_iter().collect()
}

/// Epochs without improvement that a `reduce_on_plateau` lets pass before a drop; none of another schedule.
pub fn patience(chosen: &Chosen) -> Option<u64> {
    of(chosen).map(|settings| settings.patience)
}

/// The direction that a recipe gives a `reduce_on_plateau`.
pub fn mode(chosen: &Chosen) -> Option<Goal> {
    of(chosen)?.mode
}

fn of(chosen: &Chosen) -> Option<Settings> {
    let own = chosen.name == REDUCE_ON_PLATEAU.section.name;
    own.then(|| chosen.typed().ok()).flatten()
}

impl Curve for Plateau {
    fn lr(&self, _tick: u64) -> f64 {
        self.memory.lr
    }

    fn observe(&mut self, metric: f64) {
        let better = self.is_better(metric);
        let Self { settings, memory, .. } = self;
        if better {
            memory.best = Some(metric);
            memory.bad_epochs = 0;
        } else {
            memory.bad_epochs += 1;
        }
        if memory.cooldown > 0 {
            memory.cooldown -= 1;
            memory.bad_epochs = 0;
        }
        if memory.bad_epochs > settings.patience {
            let lower = (memory.lr * settings.factor).max(settings.min_lr);
            if memory.lr - lower > SMALLEST_DROP {
                memory.lr = lower;
            }
            memory.cooldown = settings.cooldown;
            memory.bad_epochs = 0;
        }
    }

    fn state(&self) -> Value {
        serde_json::json!(self.memory)
    }

    fn restore(&mut self, state: &Value) -> Result<()> {
        self.memory = serde_json::from_value(state.clone()).map_err(|error| {
            Error::new(
                ErrorKind::Run,
                format!("the checkpoint's state of reduce_on_plateau: {error}"),
            )
        })?;
        Ok(())
    }
}

impl Plateau {
    /// A value that is not finite never is.
    fn is_better(&self, metric: f64) -> bool {
        let Some(best) = self.memory.best else {
            return metric.is_finite();
        };
        let threshold = self.settings.threshold;
        let sign = match self.goal {
            Goal::Min => -1.0,
            Goal::Max => 1.0,
        };
        let bar = match self.settings.threshold_mode {
            ThresholdMode::Rel => best * (1.0 + sign * threshold),
            ThresholdMode::Abs => best + sign * threshold,
        };
        metric.is_finite() && sign * metric > sign * bar
    }
}
