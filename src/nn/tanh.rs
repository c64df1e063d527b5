//! The hyperbolic tangent: any number to a number between -1 and 1.

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::Section;
use runner_kernel::math;

/// `y = tanh x`, `y' = 1 - y²` (`torch.nn.Tanh`).
///
/// ```
/// use runner_nn::{activation::Activation, tanh::Tanh};
/// assert_eq!(Tanh.apply(0.0), 0.0);
/// assert_eq!(Tanh.apply(-20.0), -1.0);
/// ```
pub struct Tanh;

impl Activation for Tanh {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        math::tanh(x)
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_tanh()
    }
}

impl FromOutput for Tanh {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        1.0 - y * y
    }
}

/// `tanh`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "tanh",
        doc: "Hyperbolic tangent: y = tanh(x) (torch.nn.Tanh).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "tanh::Tanh", vec![], input),
};
