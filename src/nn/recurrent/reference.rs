//! The reference path of recurrent layers: step by step, with dfdx's public ops.

use dfdx::prelude::*;

use super::cell::{Cell, Matrix2};
use super::{Recurrent, Returned};
use crate::layer::{Mode, Pass, Reference, Weights};
use crate::lengths::Lengths;
use crate::linear::Bias;
use crate::shape::{Batch, SampleShape};

/// A sequence `[batch, steps, features]`.
type Sequence<D, T> = Tensor<(usize, usize, usize), f32, D, T>;

/// The states after each step, and the last.
type States<D> = (Vec<Matrix2<D, NoneTape>>, Matrix2<D, NoneTape>);

/// Parameters of one direction; without tape, since each step uses them.
struct Own<D: Device<f32>> {
    weights: [Matrix2<D, NoneTape>; 2],
    biases: Option<[Tensor<(usize,), f32, D>; 2]>,
}

/// Takes the tape off, so that a tensor can be used more than once, and adds it to another. dfdx goes back through
/// all operations in the order in which they were done, on whichever tape they were.
fn untaped<S: Shape, D: Device<f32>, T: Tape<f32, D>>(x: Tensor<S, f32, D, T>, tape: &mut T) -> Tensor<S, f32, D> {
    let (x, own) = x.split_tape();
    *tape = std::mem::take(tape).merge(own);
    x
}

/// The steps of a sequence. Each is cut out once, whoever reads it: on the CPU the gradient of a second slice would
/// be written over that of the first.
fn steps<D: Device<f32>, T: Tape<f32, D>>(
    x: &Sequence<D, NoneTape>,
    tape: &mut T,
) -> Result<Vec<Matrix2<D, NoneTape>>, D::Err> {
    let (batch, steps, inputs) = *x.shape();
    let one = |step| {
        let now = x.retaped::<T>().try_slice((0..batch, step..step + 1, 0..inputs))?;
        Ok(untaped(now.try_reshape_like(&(batch, inputs))?, tape))
    };
    (0..steps).map(one).collect()
}

impl<D: Device<f32>> Own<D> {
    fn take<T: Tape<f32, D>>(
        weights: &mut Weights<'_, D>,
        [rows, inputs, hidden, biases]: [usize; 4],
        tape: &mut T,
    ) -> Result<Self, D::Err> {
        let ih = weights.next_parameter::<(usize, usize), T>((rows, inputs))?;
        let hh = weights.next_parameter::<(usize, usize), T>((rows, hidden))?;
        let weights_of = [untaped(ih, tape), untaped(hh, tape)];
        let biases = if biases > 0 {
            let ih = weights.next_parameter::<(usize,), T>((rows,))?;
            let hh = weights.next_parameter::<(usize,), T>((rows,))?;
            Some([untaped(ih, tape), untaped(hh, tape)])
        } else {
            None
        };
        Ok(Self {
            weights: weights_of,
            biases,
        })
    }

    /// The product of rows with one of the weights, and its bias.
    fn product<T: Tape<f32, D>>(&self, which: usize, x: Matrix2<D, T>) -> Result<Matrix2<D, T>, D::Err> {
        let weight = self.weights[which].retaped::<T>();
        let y = x.try_matmul(weight.try_permute::<(usize, usize), Axes2<1, 0>>()?)?;
        let Some(biases) = &self.biases else {
            return Ok(y);
        };
        let shape = *y.shape();
        let bias = biases[which].retaped::<T>();
        y.try_add(bias.try_broadcast_like::<_, Axis<0>>(&shape)?)
    }

    /// The states after each step, in the order of time, and the last of all. Beyond a sample's end they are 0, and the
    /// state stays as it is.
    fn states<C: Cell, T: Tape<f32, D>>(
        &self,
        x: &[Matrix2<D, NoneTape>],
        lengths: Option<Lengths<'_>>,
        hidden: usize,
        reverse: bool,
        tape: &mut T,
    ) -> Result<States<D>, D::Err> {
        let batch = x[0].shape().0;
        let device = x[0].device().clone();
        let zeros = device.try_zeros_like(&(batch, hidden))?;
        let mut state = [zeros.clone(), zeros];
        let mut states = Vec::with_capacity(x.len());
        for step in 0..x.len() {
            let time = if reverse { x.len() - 1 - step } else { step };
            let from_input = untaped(self.product(0, x[time].retaped::<T>())?, tape);
            let from_state = untaped(self.product(1, state[0].retaped::<T>())?, tape);
            let [h, memory] = C::reference::<D, T>(hidden, [&from_input, &from_state], [&state[0], &state[1]])?;
            let next = [untaped(h, tape), untaped(memory, tape)];
            let Some(lengths) = lengths else {
                state = next;
                states.push(state[0].clone());
                continue;
            };
            // 1 where a sample is at work, in `[batch, hidden]`; and the same the other way round.
            let mask = |work: f32| {
                let of = |sample| if time < lengths.of(sample) { work } else { 1.0 - work };
                let rows = (0..batch).map(of);
                let rows = rows.flat_map(|row| std::iter::repeat_n(row, hidden));
                device.try_tensor_from_vec(rows.collect(), (batch, hidden))
            };
            let (at_work, idle) = (mask(1.0)?, mask(0.0)?);
            let mut blend = |new: &Matrix2<D, NoneTape>, old: &Matrix2<D, NoneTape>| {
                let kept = old.retaped::<T>().try_mul(idle.clone())?;
                let sum = new.retaped::<T>().try_mul(at_work.clone())?.try_add(kept)?;
                Ok(untaped(sum, tape))
            };
            state = [blend(&next[0], &state[0])?, blend(&next[1], &state[1])?];
            states.push(untaped(state[0].retaped::<T>().try_mul(at_work)?, tape));
        }
        if reverse {
            states.reverse();
        }
        let [last, _] = state;
        Ok((states, last))
    }
}

impl<C, const T: usize, const I: usize, const H: usize, const O: usize, const L: usize, B, R, D> Reference<D>
    for Recurrent<C, T, I, H, O, L, B, R>
where
    C: Cell,
    B: Bias,
    R: Returned<T, O>,
    D: Device<f32>,
{
    fn reference<G: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<T>, Const<I>), f32, D, G>,
    ) -> Result<Batch<R::Shape, D, G>, D::Err> {
        let mut tape = G::default();
        let batch = pass.batch;
        // A tensor of its own: on the CPU the gradients of slices are written, not added, and would replace what others
        // who read the input have sent back. The gradient of a product is added.
        let mut x = untaped(x.try_reshape_like(&(batch, T, I))?.try_mul(1.0)?, &mut tape);
        let mut last = Vec::new();
        for layer in 0..L {
            let mut directions = Vec::new();
            let steps = steps(&x, &mut tape)?;
            last.clear();
            for direction in 0..Self::SIZES.directions() {
                let sizes = [C::GATES * H, Self::SIZES.inputs_of(layer), H, B::EACH];
                let own = Own::take::<G>(weights, sizes, &mut tape)?;
                let (states, end) = own.states::<C, G>(&steps, pass.lengths, H, direction > 0, &mut tape)?;
                last.push(end);
                let states: Vec<_> = states.into_iter().map(|state| state.retaped::<G>()).collect();
                directions.push(untaped(states.try_stack()?, &mut tape));
            }
            // [directions, steps, batch, H] to [batch, steps, directions · H].
            let directions: Vec<_> = directions.into_iter().map(|states| states.retaped::<G>()).collect();
            let joined = directions.try_stack()?.try_permute::<_, Axes4<2, 1, 0, 3>>()?;
            let joined: Tensor<(usize, usize, usize, usize), f32, D, G> = joined;
            let mut joined = joined.try_reshape_like(&(batch, T, O))?;
            if layer + 1 < L && pass.mode == Mode::Train && self.dropout > 0.0 {
                let mut mask = vec![0.0; batch * T * O];
                self.mask(pass, layer, &mut mask);
                joined = joined.try_mul(x.device().try_tensor_from_vec(mask, (batch, T, O))?)?;
            }
            x = untaped(joined, &mut tape);
        }
        let shape = R::Shape::batched(batch);
        let y = if R::ALL {
            x.retaped::<G>().try_reshape_like(&shape)?
        } else {
            let last: Vec<_> = last.into_iter().map(|state| state.retaped::<G>()).collect();
            let joined: Sequence<D, G> = last.try_stack()?.try_permute::<_, Axes3<1, 0, 2>>()?;
            joined.try_reshape_like(&shape)?
        };
        let y = untaped(y, &mut tape);
        Ok(y.put_tape(tape))
    }
}
