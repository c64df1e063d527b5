//! Stochastic gradient descent with momentum, as `torch.optim.SGD`.

use serde::Deserialize;

use super::flat::{self, Rule};
use super::{Optimizer, OptimizerDef, fields};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_ground::error::Result;

/// The definition of `sgd`.
pub(super) static SGD: OptimizerDef = OptimizerDef {
    section: Section {
        name: "sgd",
        doc: "Stochastic gradient descent, with momentum (classical or Nesterov's).\n\
              v ← momentum · v + (1 − dampening) · g; p ← p − lr · v. As torch.optim.SGD.",
        fields: &[
            fields::lr("0.01"),
            fields::momentum(),
            Field {
                key: "dampening",
                doc: "Share of the gradient that does not enter the velocity.",
                kind: Kind::Number(Range::new(
                    runner_declare::Bound::Including(0.0),
                    runner_declare::Bound::Including(1.0),
                )),
                presence: Presence::Default("0.0"),
            },
            Field {
                key: "nesterov",
                doc: "Look ahead along the velocity (Nesterov). Needs momentum, and no dampening.",
                kind: Kind::Bool,
                presence: Presence::Default("false"),
            },
            fields::l2(),
        ],
        shorthand: None,
    },
    check,
    build: |chosen, parameters| Ok(Box::new(Sgd::new(chosen.typed()?, parameters))),
};

#[derive(Debug, Deserialize)]
struct Settings {
    lr: f64,
    momentum: f64,
    dampening: f64,
    nesterov: bool,
    weight_decay: f64,
}

fn check(chosen: &Chosen) -> Vec<Problem> {
    // Settings that do not fit the fields are reported where fields are checked.
    let Ok(Settings {
        momentum,
        dampening,
        nesterov: true,
        ..
    }) = chosen.typed()
    else {
        return Vec::new();
    };
    let at = || KeyPath::from("nesterov");
    let mut problems = Vec::new();
    if momentum == 0.0 {
        problems.push(Problem::new(at(), "nesterov needs momentum").help("set momentum, for example 0.9"));
    }
    if dampening != 0.0 {
        problems.push(Problem::new(at(), "nesterov does not go with dampening").help("remove dampening"));
    }
    problems
}

struct Sgd {
    settings: Settings,
    steps: u64,
    /// Empty without momentum.
    momentum_buffer: Vec<f32>,
}

impl Sgd {
    fn new(settings: Settings, parameters: usize) -> Self {
        let length = if settings.momentum == 0.0 { 0 } else { parameters };
        Self {
            settings,
            steps: 0,
            momentum_buffer: vec![0.0; length],
        }
    }
}

impl Optimizer for Sgd {
    fn base_lr(&self) -> f64 {
        self.settings.lr
    }

    fn step(&mut self, lr: f64, scale: f32, parameters: &mut [f32], gradients: &[f32]) {
        let plain = Plain {
            lr: lr as f32,
            scale,
            weight_decay: self.settings.weight_decay as f32,
        };
        let momentum = self.settings.momentum as f32;
        if momentum == 0.0 {
            flat::update(&plain, parameters, gradients, []);
        } else {
            // The first gradient enters the velocity whole, whatever the dampening.
            let (keep, gain) = match self.steps {
                0 => (0.0, 1.0),
                _ => (momentum, (1.0 - self.settings.dampening) as f32),
            };
            let state = [self.momentum_buffer.as_mut_slice()];
            if self.settings.nesterov {
                flat::update(
                    &Nesterov {
                        plain,
                        keep,
                        gain,
                        momentum,
                    },
                    parameters,
                    gradients,
                    state,
                );
            } else {
                flat::update(&Momentum { plain, keep, gain }, parameters, gradients, state);
            }
        }
        self.steps += 1;
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn state(&self) -> Vec<(&'static str, &[f32])> {
        match self.momentum_buffer.as_slice() {
            [] => Vec::new(),
            buffer => vec![("momentum_buffer", buffer)],
        }
    }

    fn restore(&mut self, steps: u64, state: &dyn Fn(&str) -> Option<Vec<f32>>) -> Result<()> {
        if !self.momentum_buffer.is_empty() {
            self.momentum_buffer = flat::saved("momentum_buffer", self.momentum_buffer.len(), state)?;
        }
        self.steps = steps;
        Ok(())
    }
}

struct Plain {
    lr: f32,
    scale: f32,
    weight_decay: f32,
}

impl Plain {
    #[inline(always)]
    fn gradient(&self, parameter: f32, gradient: f32) -> f32 {
        gradient * self.scale + self.weight_decay * parameter
    }
}

impl Rule<0> for Plain {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, state: [f32; 0]) -> (f32, [f32; 0]) {
        (p - self.lr * self.gradient(p, g), state)
    }
}

struct Momentum {
    plain: Plain,
    keep: f32,
    gain: f32,
}

impl Rule<1> for Momentum {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [velocity]: [f32; 1]) -> (f32, [f32; 1]) {
        let velocity = self.keep * velocity + self.gain * self.plain.gradient(p, g);
        (p - self.plain.lr * velocity, [velocity])
    }
}

struct Nesterov {
    plain: Plain,
    keep: f32,
    gain: f32,
    momentum: f32,
}

impl Rule<1> for Nesterov {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [velocity]: [f32; 1]) -> (f32, [f32; 1]) {
        let gradient = self.plain.gradient(p, g);
        let velocity = self.keep * velocity + self.gain * gradient;
        (p - self.plain.lr * (gradient + self.momentum * velocity), [velocity])
    }
}
