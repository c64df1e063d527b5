//! Adam (Kingma and Ba 2015), as `torch.optim.Adam`, and the update that it shares with AdamW.

use serde::Deserialize;

use super::flat::{self, Rule};
use super::{Optimizer, OptimizerDef, fields, no_conflicts};
use runner_declare::Section;
use runner_ground::error::Result;

/// The definition of `adam`.
pub(super) static ADAM: OptimizerDef = OptimizerDef {
    section: Section {
        name: "adam",
        doc: "Adam: steps scaled by running means of the gradient and of its square (Kingma and Ba 2015).\n\
              m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − lr · m̂ / (√v̂ + eps), with m̂ and v̂ free of the \
              bias towards their start at zero. As torch.optim.Adam.",
        fields: &[
            fields::lr("0.001"),
            fields::betas(),
            fields::eps(),
            fields::l2(),
            fields::amsgrad(),
        ],
        shorthand: None,
    },
    check: no_conflicts,
    build: |chosen, parameters| Ok(Box::new(Adam::new(chosen.typed()?, Decay::L2, parameters))),
};

/// Where weight decay enters.
#[derive(Clone, Copy)]
pub(super) enum Decay {
    /// Into the gradient, and so into its running means.
    L2,
    /// Straight into the parameter, past them (AdamW).
    Decoupled,
}

/// Settings of `adam` and `adamw`.
#[derive(Debug, Deserialize)]
pub(super) struct Settings {
    lr: f64,
    betas: [f64; 2],
    eps: f64,
    weight_decay: f64,
    amsgrad: bool,
}

/// The optimizer behind `adam` and `adamw`.
pub(super) struct Adam {
    settings: Settings,
    decay: Decay,
    steps: u64,
    exp_avg: Vec<f32>,
    exp_avg_sq: Vec<f32>,
    /// Empty without amsgrad.
    max_exp_avg_sq: Vec<f32>,
}

impl Adam {
    pub(super) fn new(settings: Settings, decay: Decay, parameters: usize) -> Self {
        let max_length = if settings.amsgrad { parameters } else { 0 };
        Self {
            settings,
            decay,
            steps: 0,
            exp_avg: vec![0.0; parameters],
            exp_avg_sq: vec![0.0; parameters],
            max_exp_avg_sq: vec![0.0; max_length],
        }
    }

    /// The numbers of the step that follows `steps` earlier ones; worked out in f64, as PyTorch does.
    fn rule(&self, lr: f64, scale: f32) -> Update {
        let Settings {
            betas: [beta1, beta2],
            eps,
            weight_decay,
            ..
        } = self.settings;
        let step = self.steps.saturating_add(1) as f64;
        let (l2, shrink) = match self.decay {
            Decay::L2 => (weight_decay, 1.0),
            Decay::Decoupled => (0.0, 1.0 - lr * weight_decay),
        };
        Update {
            scale,
            l2: l2 as f32,
            shrink: shrink as f32,
            mean_gain: (1.0 - beta1) as f32,
            square_keep: beta2 as f32,
            square_gain: (1.0 - beta2) as f32,
            step_size: (lr / (1.0 - libm::pow(beta1, step))) as f32,
            root_scale: (1.0 / (1.0 - libm::pow(beta2, step)).sqrt()) as f32,
            eps: eps as f32,
        }
    }
}

impl Optimizer for Adam {
    fn base_lr(&self) -> f64 {
        self.settings.lr
    }

    fn step(&mut self, lr: f64, scale: f32, parameters: &mut [f32], gradients: &[f32]) {
        let rule = self.rule(lr, scale);
        let (mean, square) = (self.exp_avg.as_mut_slice(), self.exp_avg_sq.as_mut_slice());
        if self.settings.amsgrad {
            let state = [mean, square, self.max_exp_avg_sq.as_mut_slice()];
            flat::update(&rule, parameters, gradients, state);
        } else {
            flat::update(&rule, parameters, gradients, [mean, square]);
        }
        self.steps += 1;
    }

    fn steps(&self) -> u64 {
        self.steps
    }

    fn state(&self) -> Vec<(&'static str, &[f32])> {
        let mut state = vec![("exp_avg", self.exp_avg.as_slice()), ("exp_avg_sq", &self.exp_avg_sq)];
        if self.settings.amsgrad {
            state.push(("max_exp_avg_sq", &self.max_exp_avg_sq));
        }
        state
    }

    fn restore(&mut self, steps: u64, state: &dyn Fn(&str) -> Option<Vec<f32>>) -> Result<()> {
        let exp_avg = flat::saved("exp_avg", self.exp_avg.len(), state)?;
        let exp_avg_sq = flat::saved("exp_avg_sq", self.exp_avg_sq.len(), state)?;
        if self.settings.amsgrad {
            self.max_exp_avg_sq = flat::saved("max_exp_avg_sq", self.max_exp_avg_sq.len(), state)?;
        }
        (self.exp_avg, self.exp_avg_sq, self.steps) = (exp_avg, exp_avg_sq, steps);
        Ok(())
    }
}

/// One step's numbers.
struct Update {
    scale: f32,
    l2: f32,
    shrink: f32,
    mean_gain: f32,
    square_keep: f32,
    square_gain: f32,
    step_size: f32,
    root_scale: f32,
    eps: f32,
}

impl Update {
    #[inline(always)]
    fn moments(&self, p: f32, g: f32, mean: f32, square: f32) -> (f32, f32) {
        let gradient = g * self.scale + self.l2 * p;
        let mean = mean + self.mean_gain * (gradient - mean);
        let square = self.square_keep * square + self.square_gain * gradient * gradient;
        (mean, square)
    }

    #[inline(always)]
    fn moved(&self, p: f32, mean: f32, square: f32) -> f32 {
        p * self.shrink - self.step_size * mean / (square.sqrt() * self.root_scale + self.eps)
    }
}

impl Rule<2> for Update {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [mean, square]: [f32; 2]) -> (f32, [f32; 2]) {
        let (mean, square) = self.moments(p, g, mean, square);
        (self.moved(p, mean, square), [mean, square])
    }
}

impl Rule<3> for Update {
    #[inline(always)]
    fn apply(&self, p: f32, g: f32, [mean, square, largest]: [f32; 3]) -> (f32, [f32; 3]) {
        let (mean, square) = self.moments(p, g, mean, square);
        // Not `f32::max`: a NaN must stay one, so that divergence is seen.
        let largest = if largest > square { largest } else { square };
        (self.moved(p, mean, largest), [mean, square, largest])
    }
}
