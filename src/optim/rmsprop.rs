//! RMSprop (Hinton 2012), as `torch.optim.RMSprop`.

use serde::Deserialize;

use super::flat::{self, Rule};
use super::{Optimizer, OptimizerDef, fields, no_conflicts};
use runner_declare::{Field, Kind, Presence, Range, Section};
use runner_ground::error::Result;

/// The definition of `rmsprop`.
pub(super) static RMSPROP: OptimizerDef = OptimizerDef {
    section: Section {
        name: "rmsprop",
        doc: "RMSprop: gradients divided by the root of their running mean square (Hinton 2012).\n\
              s ← alpha · s + (1 − alpha) · g²; p ← p − lr · g / (√s + eps). As torch.optim.RMSprop.",
        fields: &[
            fields::lr("0.01"),
            Field {
                key: "alpha",
                doc: "Decay rate of the running mean square.",
                kind: Kind::Number(Range::FRACTION),
                presence: Presence::Default("0.99"),
            },
            fields::eps(),
            fields::momentum(),
            Field {
                key: "centered",
                doc: "Divide by the running standard deviation: the mean gradient is taken off first (Graves 2013).",
                kind: Kind::Bool,
                presence: Presence::Default("false"),
            },
            fields::l2(),
        ],
        shorthand: None,
    },
    check: no_conflicts,
    build: |chosen, parameters| Ok(Box::new(RmsProp::new(chosen.typed()?, parameters))),
};

#[derive(Debug, Deserialize)]
struct Settings {
    lr: f64,
    alpha: f64,
    eps: f64,
    momentum: f64,
    centered: bool,
    weight_decay: f64,
}

struct RmsProp {
    settings: Settings,
    steps: u64,
    square_avg: Vec<f32>,
    /// Empty unless centered.
    grad_avg: Vec<f32>,
    /// Empty without momentum.
    momentum_buffer: Vec<f32>,
}

impl RmsProp {
    fn new(settings: Settings, parameters: usize) -> Self {
        let centered = if settings.centered { parameters } else { 0 };
        let momentum = if settings.momentum == 0.0 { 0 } else { parameters };
        Self {
            settings,
            steps: 0,
            square_avg: vec![0.0; parameters],
            grad_avg: vec![0.0; centered],
            momentum_buffer: vec![0.0; momentum],
        }
    }

    /// The names of the buffers in use with their lengths' owners, in a fixed order.
    fn buffers(&self) -> [(&'static str, &Vec<f32>); 3] {
        [
            ("square_avg", &self.square_avg),
            ("grad_avg", &self.grad_avg),
            ("momentum_buffer", &self.momentum_buffer),
        ]
    }
}

impl Optimizer for RmsProp {
    fn base_lr(&self) -> f64 {
        self.settings.lr
    }

    fn step(&mut self, lr: f64, scale: f32, parameters: &mut [f32], gradients: &[f32]) {
        let Settings {
            alpha,
            eps,
            momentum,
            centered,
            weight_decay,
            ..
        } = self.settings;
        let plain = Plain {
            lr: lr as f32,
            scale,
            weight_decay: weight_decay as f32,
            alpha: alpha as f32,
            gain: (1.0 - alpha) as f32,
            eps: eps as f32,
        };
        let square = self.square_avg.as_mut_slice();
        let (mean, velocity) = (self.grad_avg.as_mut_slice(), self.momentum_buffer.as_mut_slice());
        match (centered, momentum as f32) {
            (false, 0.0) => flat::update(&plain, parameters, gradients, [square]),
            (true, 0.0) => flat::update(&Centered(plain), parameters, gradients, [square, mean]),
            (false, m) => flat::update(&WithMomentum(plain, m), parameters, gradients, [square, velocity]),
            (true, m) => flat::update(
                &WithMomentum(Centered(plain), m),
                parameters,
                gradients,
                [square, mean, velocity],
            ),
        }
        self.steps += 1;
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn state(&self) -> Vec<(&'static str, &[f32])> {
        let used = self.buffers().into_iter().filter(|(_, buffer)| !buffer.is_empty());
        used.map(|(name, buffer)| (name, buffer.as_slice())).collect()
    }

    fn restore(&mut self, steps: u64, state: &dyn Fn(&str) -> Option<Vec<f32>>) -> Result<()> {
        let mut restored = [Vec::new(), Vec::new(), Vec::new()];
        for ((name, buffer), into) in self.buffers().into_iter().zip(&mut restored) {
            if !buffer.is_empty() {
                *into = flat::saved(name, buffer.len(), state)?;
            }
        }
        [self.square_avg, self.grad_avg, self.momentum_buffer] = restored;
        self.steps = steps;
        Ok(())
    }
}

struct Plain {
    lr: f32,
    scale: f32,
    weight_decay: f32,
    alpha: f32,
    gain: f32,
    eps: f32,
}

impl Plain {
    #[inline(always)]
    fn gradient(&self, p: f32, g: f32) -> f32 {
        g * self.scale + self.weight_decay * p
    }

    #[inline(always)]
    fn square(&self, gradient: f32, square: f32) -> f32 {
        self.alpha * square + self.gain * gradient * gradient
    }
}

/// RMSprop whose mean gradient is taken off.
struct Centered(Plain);

impl Centered {
    /// The gradient, what it is divided by, and the new state.
    #[inline(always)]
    fn ratio(&self, p: f32, g: f32, [square, mean]: [f32; 2]) -> (f32, f32, [f32; 2]) {
        let Centered(plain) = self;
        let gradient = plain.gradient(p, g);
        let square = plain.square(gradient, square);
        let mean = mean + plain.gain * (gradient - mean);
        (gradient, (square - mean * mean).sqrt() + plain.eps, [square, mean])
    }
}

/// Either of the two with momentum.
struct WithMomentum<R>(R, f32);

impl Rule<1> for Plain {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [square]: [f32; 1]) -> (f32, [f32; 1]) {
        let gradient = self.gradient(p, g);
        let square = self.square(gradient, square);
        (p - self.lr * gradient / (square.sqrt() + self.eps), [square])
    }
}

impl Rule<2> for Centered {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, state: [f32; 2]) -> (f32, [f32; 2]) {
        let (gradient, divisor, state) = self.ratio(p, g, state);
        (p - self.0.lr * gradient / divisor, state)
    }
}

impl Rule<2> for WithMomentum<Plain> {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [square, velocity]: [f32; 2]) -> (f32, [f32; 2]) {
        let WithMomentum(plain, momentum) = self;
        let gradient = plain.gradient(p, g);
        let square = plain.square(gradient, square);
        let velocity = momentum * velocity + gradient / (square.sqrt() + plain.eps);
        (p - plain.lr * velocity, [square, velocity])
    }
}

impl Rule<3> for WithMomentum<Centered> {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [square, mean, velocity]: [f32; 3]) -> (f32, [f32; 3]) {
        let WithMomentum(centered, momentum) = self;
        let (gradient, divisor, [square, mean]) = centered.ratio(p, g, [square, mean]);
        let velocity = momentum * velocity + gradient / divisor;
        (p - centered.0.lr * velocity, [square, mean, velocity])
    }
}
