//! Embeddings: each id of a sequence becomes a learnt row of numbers.

use dfdx::prelude::*;

use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};

pub use super::embedding_def::DEF;

/// `y[t] = W[x[t]]`: ids `[T]` to rows `[T, E]`; `W` is `[V, E]` (`torch.nn.Embedding(V, E)`). The row of id `P` is
/// 0 and stays so (`padding_idx`); `P = V` pads nothing.
///
/// Ids come as whole numbers in `f32`. What is no id from 0 to `V - 1` has a row of NaN and teaches nothing: data
/// are checked before they come here, and a loss that is not a number stops a run.
///
/// Weights start normal with mean 0 and deviation 1, as PyTorch's do.
///
/// ```
/// use runner_nn::{Layer, embedding::Embedding};
/// assert_eq!(Embedding::<128, 65, 64, 65>::PARAMETERS, 65 * 64);
/// ```
pub struct Embedding<const T: usize, const V: usize, const E: usize, const P: usize>;

/// The id that a number stands for, one of `count`.
#[inline(always)]
pub(super) fn id(x: f32, count: usize) -> Option<usize> {
    // Saturates; a NaN becomes 0, which differs from it.
    let id = x as usize;
    (id as f32 == x && id < count).then_some(id)
}

impl<const T: usize, const V: usize, const E: usize, const P: usize> Layer for Embedding<T, V, E, P> {
    type In = Rank1<T>;
    type Out = Rank2<T, E>;
    const PARAMETERS: usize = V * E;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const IDS: usize = V;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    fn describe(layout: &mut Layout) {
        let zero_row = (P < V).then_some(P);
        layout.parameter(
            "weight",
            &[V, E],
            Init::Normal {
                deviation: 1.0,
                zero_row,
            },
        );
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, Forward { parameters, x, y, .. }: Forward<'_>) {
        for (&x, y) in x.iter().zip(y.chunks_exact_mut(E)) {
            match id(x, V) {
                Some(id) => y.copy_from_slice(&parameters[id * E..(id + 1) * E]),
                None => y.fill(f32::NAN),
            }
        }
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { x, dy, gradients, .. } = at;
        if at.accumulate == Accumulate::Replace {
            gradients.fill(0.0);
        }
        for (&x, dy) in x.iter().zip(dy.chunks_exact(E)) {
            if let Some(id) = id(x, V).filter(|&id| id != P) {
                runner_kernel::elementwise::update(&mut gradients[id * E..(id + 1) * E], dy, |sum, dy| sum + dy);
            }
        }
        if let Some(dx) = at.dx {
            dx.fill(0.0);
        }
    }
}

impl<const T: usize, const V: usize, const E: usize, const P: usize, D: Device<f32>> Reference<D>
    for Embedding<T, V, E, P>
{
    /// A product with rows that are 1 at the id and 0 elsewhere.
    fn reference<G: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<T>), f32, D, G>,
    ) -> Result<Tensor<(usize, Const<T>, Const<E>), f32, D, G>, D::Err> {
        let weight = weights.next_parameter::<Rank2<V, E>, G>(Default::default())?;
        let (x, tape) = x.split_tape();
        let device = x.device().clone();
        let ids: Vec<Option<usize>> = x.as_vec().into_iter().map(|x| id(x, V)).collect();
        let choice = |place: fn(Option<usize>, usize) -> f32| {
            let numbers = ids
                .iter()
                .flat_map(|&id| (0..V).map(move |row| place(id, row)))
                .collect();
            device.try_tensor_from_vec(numbers, (ids.len(), Const::<V>))
        };
        // The row of padding counts like any other, but teaches nothing.
        let learnt = choice(|id, row| match id {
            Some(id) => f32::from(u8::from(id == row && row != P)),
            None => f32::NAN,
        })?;
        let fixed = choice(|id, row| f32::from(u8::from(id == Some(row) && row == P)))?;
        let still = weight.with_empty_tape().split_tape().0;
        let y = learnt.put_tape(tape).try_matmul(weight)?;
        y.try_add(fixed.try_matmul(still)?)?
            .try_reshape_like(&(pass.batch, Const, Const))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_id() {
        assert_eq!([id(0.0, 3), id(-0.0, 3), id(2.0, 3)], [Some(0), Some(0), Some(2)]);
        for x in [3.0, 0.5, -1.0, -0.5, 1e9, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            assert_eq!(id(x, 3), None, "{x}");
        }
    }
}
