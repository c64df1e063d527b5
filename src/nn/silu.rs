//! Inputs times a gate made of themselves. They stay layers of their own: their slopes cannot be had from outputs.

use dfdx::prelude::*;

use super::activation::{self, Activation};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::Section;
use runner_kernel::math;

/// `y = x / (1 + e^-x)`, also known as swish (Elfwing et al., 2017; `torch.nn.SiLU`).
///
/// ```
/// use runner_nn::{activation::Activation, silu::Silu};
/// assert!((Silu.apply(1.0) - 0.731_059).abs() < 1e-6);
/// ```
pub struct Silu;

impl Activation for Silu {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * math::sigmoid(x)
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let gate = math::sigmoid(x);
        gate + x * gate * (1.0 - gate)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.retaped::<T>().try_sigmoid()?.try_mul(x)
    }
}

/// `y = x tanh(ln(1 + e^x))` (Misra, 2019; `torch.nn.Mish`).
///
/// ```
/// use runner_nn::{activation::Activation, silu::Mish};
/// assert!((Mish.apply(1.0) - 0.865_098).abs() < 1e-6);
/// ```
pub struct Mish;

impl Activation for Mish {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * math::tanh(math::softplus(x))
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let gate = math::tanh(math::softplus(x));
        gate + x * (1.0 - gate * gate) * math::sigmoid(x)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        super::softplus::reference(x.retaped::<T>())?.try_tanh()?.try_mul(x)
    }
}

/// `y = x clamp(x + 3, 0, 6) / 6`, near `silu` and without an exponential (Howard et al., 2019;
/// `torch.nn.Hardswish`).
///
/// ```
/// use runner_nn::{activation::Activation, silu::Hardswish};
/// assert_eq!((Hardswish.apply(-4.0), Hardswish.apply(3.0)), (0.0, 3.0));
/// ```
pub struct Hardswish;

impl Activation for Hardswish {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * (math::clamp(x + 3.0, 0.0, 6.0) * (1.0 / 6.0))
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x <= -3.0 {
            0.0
        } else if x < 3.0 {
            x * (1.0 / 3.0) + 0.5
        } else {
            1.0
        }
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let gate = x.retaped::<T>().try_add(3.0)?.try_clamp(0.0, 6.0)?.try_div(6.0)?;
        x.try_mul(gate)
    }
}

/// `silu`.
pub static SILU: LayerDef = LayerDef {
    section: Section {
        name: "silu",
        doc: "Sigmoid linear unit, also known as swish: y = x / (1 + e^-x) (torch.nn.SiLU).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "silu::Silu", vec![], input),
};

/// `mish`.
pub static MISH: LayerDef = LayerDef {
    section: Section {
        name: "mish",
        doc: "y = x · tanh(ln(1 + e^x)) (torch.nn.Mish).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "silu::Mish", vec![], input),
};

/// `hardswish`.
pub static HARDSWISH: LayerDef = LayerDef {
    section: Section {
        name: "hardswish",
        doc: "y = x · clamp(x + 3, 0, 6) / 6, near silu without an exponential (torch.nn.Hardswish).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "silu::Hardswish", vec![], input),
};
