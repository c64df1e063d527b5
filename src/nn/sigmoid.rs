//! The logistic sigmoid: any number to a number between 0 and 1.

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::Section;
use runner_kernel::math;

/// `y = 1 / (1 + e^-x)`, `y' = y (1 - y)` (`torch.nn.Sigmoid`).
///
/// ```
/// use runner_nn::{activation::Activation, sigmoid::Sigmoid};
/// assert_eq!(Sigmoid.apply(0.0), 0.5);
/// ```
pub struct Sigmoid;

impl Activation for Sigmoid {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        math::sigmoid(x)
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_sigmoid()
    }
}

impl FromOutput for Sigmoid {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        y * (1.0 - y)
    }
}

/// `sigmoid`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "sigmoid",
        doc: "Logistic sigmoid: y = 1 / (1 + exp(-x)) (torch.nn.Sigmoid).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "sigmoid::Sigmoid", vec![], input),
};
