//! Soft versions of kinks and steps.

use dfdx::prelude::*;

use super::activation::{self, Activation, FromOutput};
use super::def::LayerDef;
use super::layer::Hyperparameters;
use runner_declare::{Field, Kind, Presence, Range, Section};
use runner_kernel::math;

/// `y = ln(1 + e^(β x)) / β`, and `y = x` where `β x` is above the threshold (`torch.nn.Softplus`).
///
/// ```
/// use runner_nn::{Hyperparameters, activation::Activation, softplus::Softplus};
/// let softplus = Softplus::build(&mut Hyperparameters::new(&[1.0, 20.0]));
/// assert!((softplus.apply(0.0) - 2f32.ln()).abs() < 1e-6);
/// ```
pub struct Softplus {
    beta: f32,
    threshold: f32,
}

impl Activation for Softplus {
    const HYPERPARAMETERS: usize = 2;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            beta: hyperparameters.next_value() as f32,
            threshold: hyperparameters.next_value() as f32,
        }
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        let scaled = self.beta * x;
        if scaled > self.threshold {
            x
        } else {
            math::softplus(scaled) / self.beta
        }
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let scaled = self.beta * x;
        if scaled > self.threshold {
            1.0
        } else {
            math::sigmoid(scaled)
        }
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let soft = reference(x.retaped::<T>().try_mul(self.beta)?)?.try_div(self.beta)?;
        let straight = x.retaped::<NoneTape>().try_mul(self.beta)?.try_gt(self.threshold)?;
        straight.try_choose(x, soft)
    }
}

/// `y = -ln(1 + e^-x)`, the logarithm of the sigmoid (`torch.nn.LogSigmoid`).
///
/// ```
/// use runner_nn::{activation::Activation, softplus::LogSigmoid};
/// assert!((LogSigmoid.apply(0.0) + 2f32.ln()).abs() < 1e-6);
/// ```
pub struct LogSigmoid;

impl Activation for LogSigmoid {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        -math::softplus(-x)
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        math::sigmoid(-x)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        reference(x.try_negate()?)?.try_negate()
    }
}

/// `y = x / (1 + |x|)` (`torch.nn.Softsign`).
///
/// ```
/// use runner_nn::{activation::Activation, softplus::Softsign};
/// assert_eq!((Softsign.apply(-1.0), Softsign.apply(3.0)), (-0.5, 0.75));
/// ```
pub struct Softsign;

impl Activation for Softsign {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x / (1.0 + x.abs())
    }

    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        self.derivative_at(y)
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let size = x.retaped::<T>().try_abs()?.try_add(1.0)?;
        x.try_div(size)
    }
}

impl FromOutput for Softsign {
    #[inline(always)]
    fn derivative_at(&self, y: f32) -> f32 {
        let rest = 1.0 - y.abs();
        rest * rest
    }
}

/// `y = x - tanh x` (`torch.nn.Tanhshrink`).
///
/// ```
/// use runner_nn::{activation::Activation, softplus::Tanhshrink};
/// assert!((Tanhshrink.apply(1.0) - 0.238_406).abs() < 1e-6);
/// ```
pub struct Tanhshrink;

impl Activation for Tanhshrink {
    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x - math::tanh(x)
    }

    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let t = math::tanh(x);
        t * t
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let t = x.retaped::<T>().try_tanh()?;
        x.try_sub(t)
    }
}

/// `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)` with dfdx's ops.
pub(super) fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
    x: Tensor<S, f32, D, T>,
) -> Result<Tensor<S, f32, D, T>, D::Err> {
    let small = x
        .retaped::<T>()
        .try_abs()?
        .try_negate()?
        .try_exp()?
        .try_add(1.0)?
        .try_ln()?;
    x.try_relu()?.try_add(small)
}

/// `softplus`.
pub static SOFTPLUS: LayerDef = LayerDef {
    section: Section {
        name: "softplus",
        doc: "A smooth relu: y = ln(1 + e^(beta · x)) / beta (torch.nn.Softplus).",
        fields: &[
            Field {
                key: "beta",
                doc: "How sharp the bend is.",
                kind: Kind::Number(Range::POSITIVE),
                presence: Presence::Default("1.0"),
            },
            Field {
                key: "threshold",
                doc: "Where beta · x lies above it, y = x.",
                kind: Kind::Number(Range::ANY),
                presence: Presence::Default("20.0"),
            },
        ],
        shorthand: None,
    },
    lower: |layer, input| {
        activation::lower(
            &layer.name,
            "softplus::Softplus",
            vec![SOFTPLUS.number(layer, "beta"), SOFTPLUS.number(layer, "threshold")],
            input,
        )
    },
};

/// `log_sigmoid`.
pub static LOG_SIGMOID: LayerDef = LayerDef {
    section: Section {
        name: "log_sigmoid",
        doc: "The logarithm of the sigmoid: y = -ln(1 + e^-x) (torch.nn.LogSigmoid).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "softplus::LogSigmoid", vec![], input),
};

/// `softsign`.
pub static SOFTSIGN: LayerDef = LayerDef {
    section: Section {
        name: "softsign",
        doc: "y = x / (1 + |x|) (torch.nn.Softsign).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "softplus::Softsign", vec![], input),
};

/// `tanhshrink`.
pub static TANHSHRINK: LayerDef = LayerDef {
    section: Section {
        name: "tanhshrink",
        doc: "y = x - tanh x (torch.nn.Tanhshrink).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| activation::lower(&layer.name, "softplus::Tanhshrink", vec![], input),
};
