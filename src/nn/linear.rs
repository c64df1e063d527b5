//! The fully connected layer, with the activation that follows it fused in.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use runner_kernel::elementwise::{add_rows, update_and_add_rows, update_rows};
use runner_kernel::matmul::{Matrix, Output, matmul, matmul_two};

pub use super::activation::Identity;
pub use super::linear_def::DEF;

/// Whether a layer has a bias.
pub trait Bias: 'static {
    /// Numbers of bias for each output: 1 or 0.
    const EACH: usize;
}

/// A bias is added.
pub struct WithBias;
/// No bias is added.
pub struct NoBias;

impl Bias for WithBias {
    const EACH: usize = 1;
}

impl Bias for NoBias {
    const EACH: usize = 0;
}

/// `y = f(x · Wᵀ + b)`; `W` is `[O, I]`, `b` is `[O]`, `f` an activation or [`Identity`]
/// (`torch.nn.Linear`, and the activation after it).
///
/// Weights and bias start uniform within `±1/√I`, as PyTorch's do.
///
/// ```
/// use runner_nn::{Layer, linear::{Linear, NoBias, WithBias}, relu::ReLU};
/// assert_eq!(Linear::<784, 512, WithBias, ReLU>::PARAMETERS, 784 * 512 + 512);
/// assert_eq!(Linear::<784, 512, NoBias, ReLU>::PARAMETERS, 784 * 512);
/// ```
pub struct Linear<const I: usize, const O: usize, B, A>(A, PhantomData<fn() -> B>);

impl<const I: usize, const O: usize, B: Bias, A: FromOutput> Layer for Linear<I, O, B, A> {
    type In = Rank1<I>;
    type Out = Rank1<O>;
    const PARAMETERS: usize = I * O + B::EACH * O;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS;
    const READS_OUTPUT: bool = A::POSITIONS > 0;
    const KEEPS_GRADIENT: bool = A::POSITIONS == 0;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self(A::build(hyperparameters), PhantomData)
    }

    fn describe(layout: &mut Layout) {
        let bound = 1.0 / (I as f64).sqrt();
        layout.parameter("weight", &[O, I], Init::Uniform(bound));
        if B::EACH > 0 {
            layout.parameter("bias", &[O], Init::Uniform(bound));
        }
        layout.advance(1 + A::POSITIONS);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        let (weight, bias) = at.parameters.split_at(O * I);
        matmul(
            Matrix::new(x, pass.batch, I),
            Matrix::new(weight, O, I).t(),
            Output::Replace,
            y,
        );
        finish(&self.0, bias, y);
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { pass, x, y, dy, dx, .. } = at;
        let (weight, _) = at.parameters.split_at(O * I);
        let (dweight, mut dbias) = at.gradients.split_at_mut(O * I);
        match at.accumulate {
            Accumulate::Replace => dbias.fill(0.0),
            Accumulate::Add => {}
            Accumulate::Skip => dbias = &mut [],
        }
        begin(&self.0, y, dy, dbias);
        let dy = Matrix::new(dy, pass.batch, O);
        let (x, weight) = (Matrix::new(x, pass.batch, I), Matrix::new(weight, O, I));
        match (at.accumulate.output(), dx) {
            (Some(output), Some(dx)) => matmul_two((dy.t(), x, output, dweight), (dy, weight, Output::Replace, dx)),
            (Some(output), None) => matmul(dy.t(), x, output, dweight),
            (None, Some(dx)) => matmul(dy, weight, Output::Replace, dx),
            (None, None) => {}
        }
    }
}

/// `y = f(y + b)` for rows of features; there may be no bias.
#[inline]
pub(super) fn finish<A: FromOutput>(activation: &A, bias: &[f32], y: &mut [f32]) {
    if !bias.is_empty() {
        update_rows(y, bias, |y, b| activation.apply(y + b));
    } else if A::POSITIONS > 0 {
        y.iter_mut().for_each(|y| *y = activation.apply(*y));
    }
}

/// `dy *= f'`, and to the bias gradient is added its sum over the rows, in one pass where both are wanted.
#[inline]
pub(super) fn begin<A: FromOutput>(activation: &A, y: &[f32], dy: &mut [f32], dbias: &mut [f32]) {
    let pull = |dy: f32, y: f32| dy * activation.derivative_at(y);
    match (!dbias.is_empty(), A::POSITIONS > 0) {
        (true, true) => update_and_add_rows(dy, y, dbias, pull),
        (true, false) => add_rows(dy, dbias),
        (false, true) => runner_kernel::elementwise::update(dy, y, pull),
        (false, false) => {}
    }
}

impl<const I: usize, const O: usize, B: Bias, A: FromOutput, D: Device<f32>> Reference<D> for Linear<I, O, B, A> {
    fn reference<T: Tape<f32, D>>(
        &self,
        _: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<I>), f32, D, T>,
    ) -> Result<Tensor<(usize, Const<O>), f32, D, T>, D::Err> {
        let weight = weights.next_parameter::<Rank2<O, I>, T>(Default::default())?;
        let mut y = x.try_matmul(weight.try_permute::<Rank2<I, O>, _>()?)?;
        if B::EACH > 0 {
            let shape = *y.shape();
            let bias = weights.next_parameter::<Rank1<O>, T>(Default::default())?;
            y = y.try_add(bias.try_broadcast_like(&shape)?)?;
        }
        self.0.reference(y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// torch.nn.Linear: weight and bias uniform within 1/√fan_in.
    #[test]
    fn starts_as_pytorchs_does() {
        let mut layout = Layout::default();
        Linear::<64, 3, WithBias, Identity>::describe(&mut layout);
        assert_eq!(layout.parameters.len(), 2);
        assert!(layout.parameters.iter().all(|entry| entry.init == Init::Uniform(0.125)));
    }
}
