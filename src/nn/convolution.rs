//! What the convolution layers share: their sizes, bias and activation, and the reference's way through dfdx, whose
//! own convolution needs an unstable compiler.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::layer::Weights;
use super::linear::Bias;
use super::shape::{Batch, SampleShape};
use runner_kernel::conv::{self, Geometry};
use runner_kernel::reduce;

/// Taps, and how they move: `K` of them along an axis, `S` pixels from one place to the next, `P` zeros at each end of
/// the image, `D` pixels from one tap to the next. As the taps of an image they are the same down and across.
pub struct Taps<const K: usize, const S: usize, const P: usize, const D: usize>;

/// Taps of an image: `V` down, and `H` across.
///
/// ```
/// use runner_nn::convolution::{Moves, Rectangle, Taps};
/// type Wide = Rectangle<Taps<3, 1, 1, 1>, Taps<5, 2, 2, 1>>;
/// assert_eq!(Wide::MOVES, [[3, 1, 1, 1], [5, 2, 2, 1]]);
/// ```
pub struct Rectangle<V, H>(PhantomData<fn() -> (V, H)>);

/// The numbers of taps along one axis.
pub trait Along: 'static {
    /// Kernel, stride, padding, dilation.
    const ALONG: [usize; 4];
}

/// The numbers of taps of an image.
pub trait Moves: 'static {
    /// Kernel, stride, padding, dilation: down, and across.
    const MOVES: [[usize; 4]; 2];
}

impl<const K: usize, const S: usize, const P: usize, const D: usize> Along for Taps<K, S, P, D> {
    const ALONG: [usize; 4] = [K, S, P, D];
}

impl<const K: usize, const S: usize, const P: usize, const D: usize> Moves for Taps<K, S, P, D> {
    const MOVES: [[usize; 4]; 2] = [Self::ALONG; 2];
}

impl<V: Along, H: Along> Moves for Rectangle<V, H> {
    const MOVES: [[usize; 4]; 2] = [V::ALONG, H::ALONG];
}

/// Adds each channel's bias and applies the activation to one sample's planes.
#[inline]
pub(super) fn finish<A: FromOutput>(activation: &A, bias: &[f32], channels: usize, planes: &mut [f32]) {
    if bias.is_empty() && A::POSITIONS == 0 {
        return;
    }
    let extent = planes.len() / channels;
    for (channel, plane) in planes.chunks_exact_mut(extent).enumerate() {
        let bias = bias.get(channel).copied().unwrap_or(0.0);
        plane.iter_mut().for_each(|y| *y = activation.apply(*y + bias));
    }
}

/// Takes one sample's gradient back through the activation, and adds the gradient of the bias.
#[inline]
pub(super) fn begin<A: FromOutput>(activation: &A, y: &[f32], dy: &mut [f32], bias: &mut [f32], channels: usize) {
    if A::POSITIONS > 0 {
        runner_kernel::elementwise::update(dy, y, |dy, y| dy * activation.derivative_at(y));
    }
    let extent = dy.len() / channels;
    for (bias, plane) in bias.iter_mut().zip(dy.chunks_exact(extent)) {
        *bias += reduce::sum(plane);
    }
}

/// What a convolution's type names without having it.
pub(super) type Types<In, Out, T, B> = fn() -> (In, Out, T, B);

/// Which numbers of its source a result reads. Sizes are down and across.
pub(super) struct Picks<F> {
    /// Taps of the kernel.
    pub kernel: [usize; 2],
    /// Places of the result.
    pub places: [usize; 2],
    /// Where a tap, the second, of a place of the result reads: the number's place in a plane, or none.
    pub reads: F,
}

/// `out[g, o, p] = Σ weight[g, o, (c, k)] · x[g, c, reads(p, k)]` by picking numbers and one product a group.
/// `weight` is `[groups, outputs / groups, channels / groups · taps]`.
///
/// # Errors
/// What the device says.
pub(super) fn picked<In, Out, D, T>(
    weight: Tensor<(usize, usize, usize), f32, D, T>,
    x: Batch<In, D, T>,
    batch: usize,
    channels: usize,
    picks: &Picks<impl Fn([usize; 2], [usize; 2]) -> Option<usize>>,
) -> Result<Batch<Out, D, T>, D::Err>
where
    In: SampleShape,
    Out: SampleShape,
    D: Device<f32>,
    T: Tape<f32, D>,
{
    let ([high, wide], [height, width]) = (picks.kernel, picks.places);
    let extent = In::NUMEL / channels;
    let (groups, _, inner) = *weight.shape();
    let taps = (0..channels).flat_map(|c| (0..high).flat_map(move |i| (0..wide).map(move |j| (c, [i, j]))));
    let pairs = taps.flat_map(|tap| (0..height).flat_map(move |y| (0..width).map(move |x| (tap, [y, x]))));
    let (index, mask): (Vec<usize>, Vec<f32>) = pairs
        .map(|((channel, tap), place)| match (picks.reads)(place, tap) {
            Some(pixel) => (channel * extent + pixel, 1.0),
            None => (0, 0.0),
        })
        .unzip();
    let device = x.device().clone();
    let all = index.len();
    let index = device.try_tensor_from_vec::<(usize,)>(index, (all,))?;
    let mask = device.try_tensor_from_vec::<(usize,)>(mask, (all,))?;
    let x = x
        .try_reshape_like(&(batch, In::NUMEL))?
        .try_permute::<(usize, usize), Axes2<1, 0>>()?;
    let columns: Tensor<(usize, usize), f32, D, T> = x.try_gather(index)?;
    let mask = mask.retaped::<T>().try_broadcast_like::<_, Axis<1>>(&(all, batch))?;
    let columns = columns
        .try_mul(mask)?
        .try_reshape_like(&(groups, inner, height * width * batch))?;
    weight
        .try_matmul(columns)?
        .try_reshape_like(&(Out::NUMEL, batch))?
        .try_permute::<(usize, usize), Axes2<1, 0>>()?
        .try_reshape_like(&Out::batched(batch))
}

/// Adds each channel's bias, where there is one.
///
/// # Errors
/// What the device says.
#[allow(clippy::type_complexity)]
pub(super) fn add_bias<B: Bias, const O: usize, const H: usize, const W: usize, D: Device<f32>, T: Tape<f32, D>>(
    weights: &mut Weights<'_, D>,
    y: Tensor<(usize, Const<O>, Const<H>, Const<W>), f32, D, T>,
) -> Result<Tensor<(usize, Const<O>, Const<H>, Const<W>), f32, D, T>, D::Err> {
    if B::EACH == 0 {
        return Ok(y);
    }
    let shape = *y.shape();
    let bias = weights.next_parameter::<Rank1<O>, T>(Default::default())?;
    y.try_add(bias.try_broadcast_like::<_, Axes3<0, 2, 3>>(&shape)?)
}

/// The geometry of taps between an image and a map.
pub(super) const fn geometry(
    [channels, height, width]: [usize; 3],
    [outputs, rows, columns]: [usize; 3],
    groups: usize,
    [down, across]: [[usize; 4]; 2],
) -> Geometry {
    Geometry {
        channels,
        outputs,
        groups,
        axes: [axis(height, rows, down), axis(width, columns, across)],
        layout: conv::Layout::Planes,
    }
}

const fn axis(image: usize, map: usize, [kernel, stride, padding, dilation]: [usize; 4]) -> conv::Axis {
    conv::Axis {
        image,
        map,
        kernel,
        stride,
        padding,
        dilation,
    }
}
