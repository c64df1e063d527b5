//! Recurrent layers: states that run along a sequence (`torch.nn.RNN`, `LSTM` and `GRU` with `batch_first`). Here
//! is what all kinds share; a [`Cell`] says what one step computes.

pub mod cell;
pub(super) mod def;
mod direction;
mod embedded;
mod gradients;
mod reference;
mod sizes;
mod stack;

use std::marker::PhantomData;

use dfdx::prelude::*;

use self::cell::Cell;
use self::sizes::Sizes;
use self::stack::{Input, InputGradient};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer};
use super::layout::{Init, Layout};
use super::linear::Bias;
use super::shape::SampleShape;

pub(super) use self::def::fuse_embedding;
pub use self::embedded::Embedded;

/// Which states come out.
pub trait Returned<const T: usize, const O: usize>: 'static {
    /// The shape of a sample.
    type Shape: SampleShape;
    /// Whether that is all of them.
    const ALL: bool;
}

/// Those after every step: `[T, O]`.
pub struct All;
/// The last of each direction: `[O]`.
pub struct Last;

impl<const T: usize, const O: usize> Returned<T, O> for All {
    type Shape = Rank2<T, O>;
    const ALL: bool = true;
}

impl<const T: usize, const O: usize> Returned<T, O> for Last {
    type Shape = Rank1<O>;
    const ALL: bool = false;
}

/// Stands for types that no value is kept of.
type Kind<C, B, R> = PhantomData<fn() -> (C, B, R)>;

/// `L` layers of cells `C` over sequences `[T, I]`, with `H` numbers of state. `O` is `H`, or `2 H` where a second
/// direction reads each sequence from its end. Each layer reads the states of the one below, with dropout between
/// them while the network learns. `R` says what comes out.
///
/// All states start at 0, all weights uniform within `±1/√H`, as PyTorch's do; names and layout are PyTorch's.
///
/// ```
/// use runner_nn::{Layer, Layout, gru::Gru, linear::WithBias, recurrent::{Last, Recurrent}};
/// type Net = Recurrent<Gru, 10, 3, 4, 8, 2, WithBias, Last>;
/// let mut layout = Layout::default();
/// Net::describe(&mut layout);
/// assert_eq!(layout.parameters[4].name, "0.weight_ih_l0_reverse");
/// assert_eq!(layout.parameters[8].shape, [12, 8]);
/// ```
pub struct Recurrent<C, const T: usize, const I: usize, const H: usize, const O: usize, const L: usize, B, R> {
    dropout: f64,
    index: u64,
    kind: Kind<C, B, R>,
}

impl<C, const T: usize, const I: usize, const H: usize, const O: usize, const L: usize, B, R>
    Recurrent<C, T, I, H, O, L, B, R>
where
    C: Cell,
    B: Bias,
    R: Returned<T, O>,
{
    const SIZES: Sizes = {
        assert!(T > 0 && L > 0 && (O == H || O == 2 * H), "one or two directions");
        Sizes {
            steps: T,
            inputs: I,
            hidden: H,
            outputs: O,
            layers: L,
            gates: C::GATES,
            kept: C::KEPT,
            memory: C::MEMORY,
            biases: B::EACH,
            all: R::ALL,
        }
    };
}

impl<C, const T: usize, const I: usize, const H: usize, const O: usize, const L: usize, B, R> Layer
    for Recurrent<C, T, I, H, O, L, B, R>
where
    C: Cell,
    B: Bias,
    R: Returned<T, O>,
{
    type In = Rank2<T, I>;
    type Out = R::Shape;
    const PARAMETERS: usize = Self::SIZES.offset(L, 0);
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 1;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            dropout: hyperparameters.next_value(),
            index: hyperparameters.next_index(),
            kind: PhantomData,
        }
    }

    fn describe(layout: &mut Layout) {
        let init = Init::Uniform(1.0 / (H as f64).sqrt());
        let rows = C::GATES * H;
        for layer in 0..L {
            for direction in ["", "_reverse"].iter().take(Self::SIZES.directions()) {
                let mut add = |name: &str, shape: &[usize]| {
                    layout.parameter(&format!("{name}_l{layer}{direction}"), shape, init);
                };
                add("weight_ih", &[rows, Self::SIZES.inputs_of(layer)]);
                add("weight_hh", &[rows, H]);
                if B::EACH > 0 {
                    add("bias_ih", &[rows]);
                    add("bias_hh", &[rows]);
                }
            }
        }
        layout.advance(1);
    }

    fn scratch(batch: usize) -> usize {
        Self::SIZES.scratch(batch, 0)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let input = Input::Numbers(at.x);
        self.run_forward(at, input);
    }

    #[inline]
    fn backward(&self, mut at: Backward<'_>) {
        if at.accumulate == Accumulate::Replace {
            at.gradients.fill(0.0);
        }
        let (input, dinput) = (Input::Numbers(at.x), InputGradient::Numbers(at.dx.take()));
        self.run_backward(at, input, dinput);
    }
}
