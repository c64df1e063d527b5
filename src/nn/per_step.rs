//! A layer for flat samples, applied to every step of a sequence alike.

use dfdx::prelude::*;

use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;

/// `y[t] = f(x[t])`: sequences `[T, I]` to `[T, O]`, as `torch.nn.Linear` does with every dimension but the last.
/// To the layer inside, the steps of all samples are the samples of one larger batch.
///
/// ```
/// use runner_nn::{Layer, linear::{Identity, Linear, WithBias}, per_step::PerStep};
/// type Scores = PerStep<128, Linear<256, 65, WithBias, Identity>>;
/// assert_eq!(Scores::PARAMETERS, 256 * 65 + 65);
/// ```
pub struct PerStep<const T: usize, F>(F);

impl<const T: usize, F> PerStep<T, F> {
    fn pass(pass: &Pass<'_>) -> Pass<'static> {
        Pass {
            mode: pass.mode,
            batch: pass.batch * T,
            key: pass.key,
            lengths: None,
        }
    }
}

impl<const T: usize, const I: usize, const O: usize, F> Layer for PerStep<T, F>
where
    F: Layer<In = Rank1<I>, Out = Rank1<O>>,
{
    type In = Rank2<T, I>;
    type Out = Rank2<T, O>;
    const PARAMETERS: usize = F::PARAMETERS;
    const BUFFERS: usize = F::BUFFERS;
    const HYPERPARAMETERS: usize = F::HYPERPARAMETERS;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self(F::build(hyperparameters))
    }

    fn describe(layout: &mut Layout) {
        F::describe(layout);
    }

    fn scratch(batch: usize) -> usize {
        F::scratch(batch * T)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let pass = &Self::pass(at.pass);
        self.0.forward(Forward { pass, ..at });
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let pass = &Self::pass(at.pass);
        self.0.backward(Backward { pass, ..at });
    }
}

impl<const T: usize, const I: usize, const O: usize, F, D> Reference<D> for PerStep<T, F>
where
    F: Layer<In = Rank1<I>, Out = Rank1<O>> + Reference<D>,
    D: Device<f32>,
{
    fn reference<G: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<T>, Const<I>), f32, D, G>,
    ) -> Result<Tensor<(usize, Const<T>, Const<O>), f32, D, G>, D::Err> {
        let inner = Self::pass(pass);
        let rows = x.try_reshape_like(&(inner.batch, Const))?;
        self.0
            .reference(&inner, weights, rows)?
            .try_reshape_like(&(pass.batch, Const, Const))
    }
}
