//! Straight lines between two bounds. At a bound the slope is 0.

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::{Field, KeyPath, Kind, Presence, Problem, Range, Section};
use runner_kernel::math;

/// `y = clamp(x, min, max)` (`torch.nn.Hardtanh`).
///
/// ```
/// use runner_nn::{Hyperparameters, activation::Activation, hardtanh::Hardtanh};
/// let hard = Hardtanh::build(&mut Hyperparameters::new(&[-1.0, 2.0]));
/// assert_eq!((hard.apply(-3.0), hard.apply(0.5), hard.apply(3.0)), (-1.0, 0.5, 2.0));
/// ```
pub struct Hardtanh {
    min: f32,
    max: f32,
}

impl Activation for Hardtanh {
    const HYPERPARAMETERS: usize = 2;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            min: hyperparameters.next_value() as f32,
            max: hyperparameters.next_value() as f32,
        }
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        math::clamp(x, self.min, self.max)
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_clamp(self.min, self.max)
    }
}

impl FromOutput for Hardtanh {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > self.min && y < self.max { 1.0 } else { 0.0 }
    }
}

/// `y = clamp(x, 0, 6)` (`torch.nn.ReLU6`).
///
/// ```
/// use runner_nn::{activation::Activation, hardtanh::ReLU6};
/// assert_eq!((ReLU6.apply(-3.0), ReLU6.apply(8.0)), (0.0, 6.0));
/// ```
pub struct ReLU6;

impl Activation for ReLU6 {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        math::clamp(x, 0.0, 6.0)
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_clamp(0.0, 6.0)
    }
}

impl FromOutput for ReLU6 {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 && y < 6.0 { 1.0 } else { 0.0 }
    }
}

/// `y = clamp(x / 6 + 1/2, 0, 1)` (`torch.nn.Hardsigmoid`).
///
/// ```
/// use runner_nn::{activation::Activation, hardtanh::Hardsigmoid};
/// assert_eq!((Hardsigmoid.apply(-4.0), Hardsigmoid.apply(0.0)), (0.0, 0.5));
/// ```
pub struct Hardsigmoid;

impl Activation for Hardsigmoid {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        math::clamp(x * (1.0 / 6.0) + 0.5, 0.0, 1.0)
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_div(6.0)?.try_add(0.5)?.try_clamp(0.0, 1.0)
    }
}

impl FromOutput for Hardsigmoid {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 && y < 1.0 { 1.0 / 6.0 } else { 0.0 }
    }
}

/// `hardtanh`.
pub static HARDTANH: LayerDef = LayerDef {
    section: Section {
        name: "hardtanh",
        doc: "y = x, kept between min_val and max_val (torch.nn.Hardtanh).",
        fields: &[
            Field {
                key: "min_val",
                doc: "The lower bound.",
                kind: Kind::Number(Range::ANY),
                presence: Presence::Default("-1.0"),
            },
            Field {
                key: "max_val",
                doc: "The upper bound, above the lower one.",
                kind: Kind::Number(Range::ANY),
                presence: Presence::Default("1.0"),
            },
        ],
        shorthand: None,
    },
    lower: |layer, input| {
        let [min, max] = ["min_val", "max_val"].map(|key| HARDTANH.number(layer, key));
        if min >= max {
            let message = format!("max_val {max} is not above min_val {min}");
            return Err(vec![Problem::new(KeyPath::from("max_val"), message)]);
        }
        activation::lower(&layer.name, "hardtanh::Hardtanh", vec![min, max], input)
    },
};

/// `relu6`.
pub static RELU6: LayerDef = LayerDef {
    section: Section {
        name: "relu6",
        doc: "y = x, kept between 0 and 6 (torch.nn.ReLU6).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "hardtanh::ReLU6", vec![], input),
};

/// `hardsigmoid`.
pub static HARDSIGMOID: LayerDef = LayerDef {
    section: Section {
        name: "hardsigmoid",
        doc: "y = x / 6 + 1/2, kept between 0 and 1 (torch.nn.Hardsigmoid).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "hardtanh::Hardsigmoid", vec![], input),
};
