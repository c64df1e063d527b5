//! An embedding and the recurrent layer after it in one.

use dfdx::prelude::*;

use super::cell::Cell;
use super::stack::{Input, InputGradient};
use super::{Recurrent, Returned};
use crate::embedding::Embedding;
use crate::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use crate::layout::Layout;
use crate::linear::Bias;
use crate::shape::Batch;

/// `recurrent(embedding(x))`. There are fewer ids than steps in a batch, so the products of the input's weights are
/// made once for each id and looked up; their gradients are added up for each id before they go further. That is
/// the same but for the order of sums.
///
/// ```
/// use runner_nn::recurrent::{All, Embedded, Recurrent};
/// use runner_nn::{Layer, embedding::Embedding, linear::WithBias, lstm::Lstm};
/// type Net = Embedded<Embedding<64, 65, 32, 65>, Recurrent<Lstm, 64, 32, 128, 128, 1, WithBias, All>>;
/// assert_eq!(Net::PARAMETERS, 65 * 32 + 4 * 128 * (32 + 128 + 2));
/// ```
pub struct Embedded<E, N>(E, N);

impl<
    C,
    const T: usize,
    const V: usize,
    const P: usize,
    const I: usize,
    const H: usize,
    const O: usize,
    const L: usize,
    B,
    R,
> Layer for Embedded<Embedding<T, V, I, P>, Recurrent<C, T, I, H, O, L, B, R>>
where
    C: Cell,
    B: Bias,
    R: Returned<T, O>,
{
    type In = Rank1<T>;
    type Out = R::Shape;
    const PARAMETERS: usize = V * I + <Recurrent<C, T, I, H, O, L, B, R> as Layer>::PARAMETERS;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 1;
    const IDS: usize = V;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        let embedding = Embedding::build(hyperparameters);
        Self(embedding, Recurrent::build(hyperparameters))
    }

    fn describe(layout: &mut Layout) {
        Embedding::<T, V, I, P>::describe(layout);
        Recurrent::<C, T, I, H, O, L, B, R>::describe(layout);
    }

    fn scratch(batch: usize) -> usize {
        Recurrent::<C, T, I, H, O, L, B, R>::SIZES.scratch(batch, V)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let (embedding, parameters) = at.parameters.split_at(V * I);
        let input = Input::Ids(at.x, embedding);
        self.1.run_forward(Forward { parameters, ..at }, input);
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let (embedding, parameters) = at.parameters.split_at(V * I);
        let (dembedding, gradients) = at.gradients.split_at_mut(V * I);
        let mut fixed = [0.0; I];
        if at.accumulate == Accumulate::Replace {
            dembedding.fill(0.0);
            gradients.fill(0.0);
        } else if P < V {
            fixed.copy_from_slice(&dembedding[P * I..(P + 1) * I]);
        }
        if let Some(dx) = at.dx {
            dx.fill(0.0);
        }
        let inner = Backward {
            parameters,
            gradients,
            dx: None,
            ..at
        };
        let (input, dinput) = (Input::Ids(at.x, embedding), InputGradient::Embedding(&mut *dembedding));
        self.1.run_backward(inner, input, dinput);
        if P < V {
            dembedding[P * I..(P + 1) * I].copy_from_slice(&fixed);
        }
    }
}

impl<E, N, D: Device<f32>> Reference<D> for Embedded<E, N>
where
    E: Reference<D>,
    N: Reference<D> + Layer<In = E::Out>,
    Self: Layer<In = E::In, Out = N::Out>,
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        let rows = self.0.reference(pass, weights, x)?;
        self.1.reference(pass, weights, rows)
    }
}
