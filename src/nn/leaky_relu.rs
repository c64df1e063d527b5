//! Leaky ReLU: negative inputs shrink instead of vanishing.

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::{Field, Kind, Presence, Range, Section};

/// `y = x` where `x > 0`, else `slope x` (`torch.nn.LeakyReLU`).
///
/// The slope is never negative, so that the sign of `y` tells on which side `x` was.
///
/// ```
/// use runner_nn::{Hyperparameters, activation::Activation, leaky_relu::LeakyReLU};
/// let leaky = LeakyReLU::build(&mut Hyperparameters::new(&[0.5]));
/// assert_eq!((leaky.apply(-2.0), leaky.apply(2.0)), (-1.0, 2.0));
/// ```
pub struct LeakyReLU {
    slope: f32,
}

impl Activation for LeakyReLU {
    const HYPERPARAMETERS: usize = 1;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            slope: hyperparameters.next_value() as f32,
        }
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x > 0.0 { x } else { self.slope * x }
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        self.derivative_at(x)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let negative = x.retaped::<T>().try_negate()?.try_relu()?.try_mul(self.slope)?;
        x.try_relu()?.try_sub(negative)
    }
}

impl FromOutput for LeakyReLU {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { self.slope }
    }
}

/// `leaky_relu: 0.2`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "leaky_relu",
        doc: "Leaky ReLU: y = x where x > 0, else negative_slope · x (torch.nn.LeakyReLU).",
        fields: &[Field {
            key: "negative_slope",
            doc: "Slope for negative inputs; not below 0.",
            kind: Kind::Number(Range::NON_NEGATIVE),
            presence: Presence::Default("0.01"),
        }],
        shorthand: Some("negative_slope"),
    },
    lower: |layer, input| {
        let slope = DEF.number(layer, "negative_slope");
        activation::lower(&layer.name, "leaky_relu::LeakyReLU", vec![slope], input)
    },
};
