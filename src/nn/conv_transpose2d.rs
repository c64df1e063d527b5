//! Transposed convolution: each pixel is spread over an image by the kernel, as a convolution's gradient is.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::convolution::{self, Moves, Picks, Types};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use super::linear::Bias;
use runner_kernel::conv::Geometry;

pub use super::conv_transpose2d_def::DEF;

/// `y[o, i·S - P + k·D, j·S - P + l·D] += W[c, o, k, l] · x[c, i, j]` over `k, l < K`, all `i, j` and the channels `c`
/// of `o`'s group, then `f(y + b)` (`torch.nn.ConvTranspose2d`, and the activation after it). `T` says `K`, `S`, `P` and
/// `D` as it does for [`super::conv2d::Conv2d`].
///
/// `In` is `Rank3<C, H, W>`, `Out` is `Rank3<O, HO, WO>` with `HO = (H - 1)·S - 2·P + D·(K - 1) + E + 1` and `WO` alike,
/// where `E`, the output padding, is less than `S` or `D`; others do not compile. `W` is `[C, O / G, K, K]`. Weights and
/// bias start uniform within `±1/√(O / G · K²)`, as PyTorch's do.
///
/// ```
/// use runner_nn::{Layer, Rank3, conv_transpose2d::ConvTranspose2d, convolution::Taps, linear::WithBias, relu::ReLU};
/// type Up = ConvTranspose2d<Rank3<64, 7, 7>, Rank3<32, 14, 14>, Taps<4, 2, 1, 1>, 1, WithBias, ReLU>;
/// assert_eq!(Up::PARAMETERS, 64 * 32 * 4 * 4 + 32);
/// ```
pub struct ConvTranspose2d<In, Out, T, const G: usize, B, A>(A, PhantomData<Types<In, Out, T, B>>);

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const O: usize,
    const HO: usize,
    const WO: usize,
    const G: usize,
    T: Moves,
    B: Bias,
    A: FromOutput,
> ConvTranspose2d<Rank3<C, H, W>, Rank3<O, HO, WO>, T, G, B, A>
{
    /// What comes out is the image, what goes in its map.
    const GEOMETRY: Geometry = convolution::geometry([O, HO, WO], [C, H, W], G, T::MOVES);
    const WEIGHTS: usize = Self::GEOMETRY.weights();
    const FITS: bool =
        fits(H, HO, T::MOVES[0]) && fits(W, WO, T::MOVES[1]) && C.is_multiple_of(G) && O.is_multiple_of(G);
}

/// Whether so many pixels come out of so many, with some output padding.
const fn fits(input: usize, output: usize, [kernel, stride, padding, dilation]: [usize; 4]) -> bool {
    let least = (input - 1) * stride + dilation * (kernel - 1) + 1;
    let extra = (output + 2 * padding).checked_sub(least);
    matches!(extra, Some(extra) if output > 0 && (extra < stride || extra < dilation))
}

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const O: usize,
    const HO: usize,
    const WO: usize,
    const G: usize,
    T: Moves,
    B: Bias,
    A: FromOutput,
> Layer for ConvTranspose2d<Rank3<C, H, W>, Rank3<O, HO, WO>, T, G, B, A>
{
    type In = Rank3<C, H, W>;
    type Out = Rank3<O, HO, WO>;
    const PARAMETERS: usize = Self::WEIGHTS + B::EACH * O;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        const { assert!(Self::FITS, "the kernel spreads the pixels over as many as come out") }
        Self(A::build(hyperparameters), PhantomData)
    }

    fn describe(layout: &mut Layout) {
        let [high, wide] = T::MOVES.map(|[kernel, ..]| kernel);
        let bound = 1.0 / ((Self::WEIGHTS / C) as f64).sqrt();
        layout.parameter("weight", &[C, O / G, high, wide], Init::Uniform(bound));
        if B::EACH > 0 {
            layout.parameter("bias", &[O], Init::Uniform(bound));
        }
        layout.advance(1 + A::POSITIONS);
    }

    fn scratch(batch: usize) -> usize {
        Self::GEOMETRY.scratch(batch, B::EACH * O)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { x, y, scratch, .. } = at;
        let (weight, bias) = at.parameters.split_at(Self::WEIGHTS);
        Self::GEOMETRY.backward_data(weight, x, y, scratch, &|y: &mut [f32]| {
            convolution::finish(&self.0, bias, O, y)
        });
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { x, y, dy, dx, .. } = at;
        if at.accumulate == Accumulate::Replace {
            at.gradients.fill(0.0);
        }
        let each = Self::GEOMETRY.image();
        let begin = |sample: usize, dy: &mut [f32], bias: &mut [f32]| {
            convolution::begin(&self.0, &y[sample * each..][..each], dy, bias, O);
        };
        let (weight, _) = at.parameters.split_at(Self::WEIGHTS);
        let gradients = at.gradients.split_at_mut(Self::WEIGHTS);
        Self::GEOMETRY.back_from_image(weight, x, dy, dx, gradients.into(), at.scratch, &begin);
    }
}

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const O: usize,
    const HO: usize,
    const WO: usize,
    const G: usize,
    M: Moves,
    B: Bias,
    A: FromOutput,
    D: Device<f32>,
> Reference<D> for ConvTranspose2d<Rank3<C, H, W>, Rank3<O, HO, WO>, M, G, B, A>
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<C>, Const<H>, Const<W>), f32, D, T>,
    ) -> Result<Tensor<(usize, Const<O>, Const<HO>, Const<WO>), f32, D, T>, D::Err> {
        let kernel = M::MOVES.map(|[kernel, ..]| kernel);
        let taps = kernel[0] * kernel[1];
        let weight = weights
            .next_parameter::<_, T>((G, C / G, O / G, taps))?
            .try_permute::<(usize, usize, usize, usize), Axes4<0, 2, 1, 3>>()?
            .try_reshape_like(&(G, O / G, C / G * taps))?;
        let reads = |place: [usize; 2], tap: [usize; 2]| {
            let along = |axis: usize| {
                let [_, stride, padding, dilation] = M::MOVES[axis];
                let distance = (place[axis] + padding).checked_sub(tap[axis] * dilation)?;
                distance.is_multiple_of(stride).then_some(distance / stride)
            };
            let (row, column) = along(0).zip(along(1))?;
            (row < H && column < W).then(|| row * W + column)
        };
        let picks = Picks {
            kernel,
            places: [HO, WO],
            reads,
        };
        let y = convolution::picked::<Self::In, Self::Out, D, T>(weight, x, pass.batch, C, &picks)?;
        self.0
            .reference(convolution::add_bias::<B, O, HO, WO, D, T>(weights, y)?)
    }
}
