//! Exponential linear units: negative inputs sink towards a floor (Clevert et al., 2015).

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::{Field, Kind, Presence, Range, Section};
use runner_kernel::math;

/// `y = x` where `x > 0`, else `α (e^x - 1)` (`torch.nn.ELU`); `α` is not negative, so that the sign of `y` tells
/// on which side `x` was.
///
/// ```
/// use runner_nn::{Hyperparameters, activation::Activation, elu::Elu};
/// let elu = Elu::build(&mut Hyperparameters::new(&[2.0]));
/// assert_eq!(elu.apply(3.0), 3.0);
/// assert!((elu.apply(-1.0) + 1.264_241).abs() < 1e-6);
/// ```
pub struct Elu {
    alpha: f32,
}

impl Activation for Elu {
    const HYPERPARAMETERS: usize = 1;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            alpha: hyperparameters.next_value() as f32,
        }
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x > 0.0 { x } else { self.alpha * math::exp_m1(x) }
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let low = below(&x)?.try_exp()?.try_sub(1.0)?.try_mul(self.alpha)?;
        x.try_relu()?.try_add(low)
    }
}

impl FromOutput for Elu {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { y + self.alpha }
    }
}

/// `y = λ x` where `x > 0`, else `λ α (e^x - 1)`, with the `α` and `λ` that keep means at 0 and variances at 1
/// (Klambauer et al., 2017; `torch.nn.SELU`).
///
/// ```
/// use runner_nn::{activation::Activation, elu::Selu};
/// assert!((Selu.apply(1.0) - 1.050_701).abs() < 1e-6);
/// ```
pub struct Selu;

const ALPHA: f32 = 1.673_263_2;
const SCALE: f32 = 1.050_701;

impl Activation for Selu {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x > 0.0 {
            SCALE * x
        } else {
            SCALE * ALPHA * math::exp_m1(x)
        }
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let low = below(&x)?.try_exp()?.try_sub(1.0)?.try_mul(SCALE * ALPHA)?;
        x.try_relu()?.try_mul(SCALE)?.try_add(low)
    }
}

impl FromOutput for Selu {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 { SCALE } else { y + SCALE * ALPHA }
    }
}

/// `y = x` where `x > 0`, else `α (e^(x/α) - 1)`, whose slope has no step (Barron, 2017; `torch.nn.CELU`).
///
/// ```
/// use runner_nn::{Hyperparameters, activation::Activation, elu::Celu};
/// let celu = Celu::build(&mut Hyperparameters::new(&[2.0]));
/// assert!((celu.apply(-2.0) + 1.264_241).abs() < 1e-6);
/// ```
pub struct Celu {
    alpha: f32,
}

impl Activation for Celu {
    const HYPERPARAMETERS: usize = 1;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            alpha: hyperparameters.next_value() as f32,
        }
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x > 0.0 {
            x
        } else {
            self.alpha * math::exp_m1(x / self.alpha)
        }
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let low = below(&x)?
            .try_div(self.alpha)?
            .try_exp()?
            .try_sub(1.0)?
            .try_mul(self.alpha)?;
        x.try_relu()?.try_add(low)
    }
}

impl FromOutput for Celu {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { y / self.alpha + 1.0 }
    }
}

/// `min(x, 0)` with dfdx's ops.
fn below<S: Shape, D: Device<f32>, T: Tape<f32, D>>(x: &Tensor<S, f32, D, T>) -> Result<Tensor<S, f32, D, T>, D::Err> {
    x.retaped::<T>().try_negate()?.try_relu()?.try_negate()
}

/// `elu`, `elu: 0.5`.
pub static ELU: LayerDef = LayerDef {
    section: Section {
        name: "elu",
        doc: "Exponential linear unit: y = x where x > 0, else alpha · (e^x - 1) (torch.nn.ELU).",
        fields: &[Field {
            key: "alpha",
            doc: "How deep the floor of negative inputs lies; not below 0.",
            kind: Kind::Number(Range::NON_NEGATIVE),
            presence: Presence::Default("1.0"),
        }],
        shorthand: Some("alpha"),
    },
    lower: |layer, input| activation::lower(&layer.name, "elu::Elu", vec![ELU.number(layer, "alpha")], input),
};

/// `selu`.
pub static SELU: LayerDef = LayerDef {
    section: Section {
        name: "selu",
        doc: "Scaled exponential linear unit, which keeps means at 0 and variances at 1 (torch.nn.SELU).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "elu::Selu", vec![], input),
};

/// `celu`, `celu: 0.5`.
pub static CELU: LayerDef = LayerDef {
    section: Section {
        name: "celu",
        doc: "Exponential linear unit without a step in its slope: alpha · (e^(x / alpha) - 1) below 0 (torch.nn.CELU).",
        fields: &[Field {
            key: "alpha",
            doc: "How deep the floor of negative inputs lies; above 0.",
            kind: Kind::Number(Range::POSITIVE),
            presence: Presence::Default("1.0"),
        }],
        shorthand: Some("alpha"),
    },
    lower: |layer, input| activation::lower(&layer.name, "elu::Celu", vec![CELU.number(layer, "alpha")], input),
};
