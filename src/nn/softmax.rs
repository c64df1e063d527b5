//! Softmax: scores to probabilities, or to their logarithms.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, flat_input};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::pool::Flat;
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Problem, Section};
use runner_kernel::{elementwise, math, parallel, reduce};

/// What comes out for scores.
pub trait Outcome: Send + 'static {
    /// `y` for one row of scores.
    fn forward(x: &[f32], y: &mut [f32]);
    /// `dx` for one row.
    fn backward(y: &[f32], dy: &[f32], dx: &mut [f32]);
    /// The rows with dfdx's ops.
    ///
    /// # Errors
    /// What the device says.
    fn reference<D: Device<f32>, T: Tape<f32, D>>(x: Flat<D, T>) -> Result<Flat<D, T>, D::Err>;
}

/// `y_j = e^(x_j) / Σ_k e^(x_k)`; `dx = y (dy - Σ_k dy_k y_k)`.
pub struct Probabilities;

/// `y_j = x_j - ln Σ_k e^(x_k)`; `dx = dy - e^y Σ_k dy_k`.
pub struct Logarithms;

impl Outcome for Probabilities {
    #[inline]
    fn forward(x: &[f32], y: &mut [f32]) {
        let largest = reduce::max(x);
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = math::exp(x - largest));
        let scale = 1.0 / reduce::sum(y);
        y.iter_mut().for_each(|y| *y *= scale);
    }

    #[inline]
    fn backward(y: &[f32], dy: &[f32], dx: &mut [f32]) {
        let mean = reduce::dot(y, dy);
        elementwise::map3_row(y, dy, dy, dx, |y, dy, _| y * (dy - mean));
    }

    fn reference<D: Device<f32>, T: Tape<f32, D>>(x: Flat<D, T>) -> Result<Flat<D, T>, D::Err> {
        x.try_softmax::<Axis<1>>()
    }
}

impl Outcome for Logarithms {
    #[inline]
    fn forward(x: &[f32], y: &mut [f32]) {
        let largest = reduce::max(x);
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = math::exp(x - largest));
        // At least 1, since the largest is among them.
        let above = math::ln(reduce::sum(y));
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = (x - largest) - above);
    }

    #[inline]
    fn backward(y: &[f32], dy: &[f32], dx: &mut [f32]) {
        let sum = reduce::sum(dy);
        elementwise::map3_row(y, dy, dy, dx, |y, dy, _| dy - math::exp(y) * sum);
    }

    fn reference<D: Device<f32>, T: Tape<f32, D>>(x: Flat<D, T>) -> Result<Flat<D, T>, D::Err> {
        x.try_log_softmax::<Axis<1>>()
    }
}

/// Softmax over the features of a flat sample, or of each step of a sequence (`torch.nn.Softmax(dim=-1)`, or
/// `LogSoftmax` with [`Logarithms`]).
///
/// ```
/// use runner_nn::{Layer, softmax::Softmax};
/// assert_eq!(Softmax::<dfdx::shapes::Rank1<10>>::PARAMETERS, 0);
/// ```
pub struct Softmax<S, O = Probabilities>(PhantomData<fn() -> (S, O)>);

impl<S: SampleShape, O: Outcome> Layer for Softmax<S, O> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const KEEPS_GRADIENT: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self(PhantomData)
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        let n = S::FEATURES;
        parallel::rows(y.len() / n, 1, 16 * n, [y], &|first, [y]| {
            let x = x[first * n..].chunks_exact(n);
            x.zip(y.chunks_exact_mut(n)).for_each(|(x, y)| O::forward(x, y));
        });
    }

    #[inline]
    fn backward(&self, Backward { y, dy, dx, .. }: Backward<'_>) {
        let Some(dx) = dx else { return };
        let (n, dy) = (S::FEATURES, &*dy);
        parallel::rows(dx.len() / n, 1, 16 * n, [dx], &|first, [dx]| {
            let inputs = y[first * n..].chunks_exact(n).zip(dy[first * n..].chunks_exact(n));
            for ((y, dy), dx) in inputs.zip(dx.chunks_exact_mut(n)) {
                O::backward(y, dy, dx);
            }
        });
    }
}

impl<S: SampleShape, O: Outcome, D: Device<f32>> Reference<D> for Softmax<S, O> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let rows = x.try_reshape_like(&(pass.batch * S::NUMEL / S::FEATURES, S::FEATURES))?;
        O::reference(rows)?.try_reshape_like(&S::batched(pass.batch))
    }
}

/// `softmax`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "softmax",
        doc: "Probabilities from the features of each sample, or of each step of a sequence (torch.nn.Softmax).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| lower(layer, input, "softmax::Probabilities"),
};

/// `log_softmax`.
pub static LOG: LayerDef = LayerDef {
    section: Section {
        name: "log_softmax",
        doc: "Logarithms of the probabilities that softmax gives (torch.nn.LogSoftmax).",
        fields: &[],
        shorthand: None,
    },
    lower: |layer, input| lower(layer, input, "softmax::Logarithms"),
};

fn lower(layer: &Chosen, input: &[usize], outcome: &'static str) -> Result<Lowered, Vec<Problem>> {
    if input.len() != 2 {
        flat_input(&layer.name, input)?;
    }
    let shape = known_shape(&layer.name, input)?;
    let ty = TypeExpr::new(
        "softmax::Softmax",
        [shape, TypeExpr::plain(outcome)].map(Argument::Type),
    );
    Ok(Lowered::elementwise(&layer.name, ty, input))
}
