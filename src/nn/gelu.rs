//! GELU: the input times the probability that a normal variable lies below it (Hendrycks and Gimpel,
//! 2016). It stays a layer of its own: its derivative cannot be had from its output.

use dfdx::prelude::*;

use super::activation::{self, Activation};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::{Field, Kind, Presence, Section};
use runner_kernel::math;

/// `y = x Φ(x)`, `y' = Φ(x) + x φ(x)` (`torch.nn.GELU()`), to 2e-7 · |x|.
///
/// ```
/// use runner_nn::{activation::Activation, gelu::Gelu};
/// assert!((Gelu.apply(1.0) - 0.841_344_7).abs() < 1e-6);
/// ```
pub struct Gelu;

impl Activation for Gelu {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * math::normal(x).0
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let (distribution, density) = math::normal(x);
        distribution + x * density
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        // dfdx 0.13 sends back Φ + √2 x φ. The density less itself as a constant is 0 and has the
        // slope -x φ, of which √2 - 1 is what is too much.
        let constant = density(x.retaped::<NoneTape>())?;
        let correction = density(x.retaped::<T>())?
            .try_sub(constant)?
            .try_mul(std::f32::consts::SQRT_2 - 1.0)?;
        x.try_accurate_gelu()?.try_add(correction)
    }
}

/// `φ(x) = e^(-x²/2) / √(2π)` with dfdx's ops.
fn density<S: Shape, D: Device<f32>, T: Tape<f32, D>>(x: Tensor<S, f32, D, T>) -> Result<Tensor<S, f32, D, T>, D::Err> {
    x.try_square()?.try_mul(-0.5)?.try_exp()?.try_mul(0.398_942_3)
}

/// `y = x (1 + tanh u) / 2` with `u = √(2/π) (x + 0.044715 x³)` (`torch.nn.GELU("tanh")`).
///
/// ```
/// use runner_nn::{activation::Activation, gelu::GeluTanh};
/// assert!((GeluTanh.apply(1.0) - 0.841_192).abs() < 1e-6);
/// ```
pub struct GeluTanh;

const ROOT: f32 = 0.797_884_6;
const CUBIC: f32 = 0.044_715;

impl Activation for GeluTanh {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        0.5 * x * (1.0 + math::tanh(ROOT * (x + CUBIC * x * x * x)))
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let t = math::tanh(ROOT * (x + CUBIC * x * x * x));
        let slope = ROOT * (1.0 + 3.0 * CUBIC * x * x);
        0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        x.try_fast_gelu()
    }
}

/// `gelu`, `gelu: tanh`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "gelu",
        doc: "Gaussian error linear unit: y = x · Φ(x) (torch.nn.GELU).",
        fields: &[Field {
            key: "approximate",
            doc: "How Φ, the normal distribution function, is computed.",
            kind: Kind::Choice(&[
                ("none", "From the error function."),
                ("tanh", "From a tanh that comes near it, as GPT-2 does."),
            ]),
            presence: Presence::Default("\"none\""),
        }],
        shorthand: Some("approximate"),
    },
    lower: |layer, input| {
        let ty = match DEF.word(layer, "approximate").as_str() {
            "tanh" => "gelu::GeluTanh",
            _ => "gelu::Gelu",
        };
        activation::lower(&layer.name, ty, vec![], input)
    },
};
