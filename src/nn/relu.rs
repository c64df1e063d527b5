//! ReLU: zero where the input is negative.

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::Section;

/// `y = max(x, 0)` (`torch.nn.ReLU`); its derivative at 0 is 0. A NaN stays one.
///
/// ```
/// use runner_nn::{activation::Activation, relu::ReLU};
/// assert_eq!((ReLU.apply(-1.5), ReLU.apply(1.5)), (0.0, 1.5));
/// ```
pub struct ReLU;

impl Activation for ReLU {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        // Not f32::max, which would turn a NaN into 0 and hide a training that diverges.
        if x < 0.0 { 0.0 } else { x }
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_relu()
    }
}

impl FromOutput for ReLU {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { 0.0 }
    }
}

/// `relu`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "relu",
        doc: "Rectified linear unit: y = max(x, 0) (torch.nn.ReLU).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "relu::ReLU", vec![], input),
};
