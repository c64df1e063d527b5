//! The reference of pooling by means and of resizing: linear along each axis, so two products with matrices.

use dfdx::prelude::*;

use super::shape::{Batch, SampleShape};

/// `y[c] = rowsᵀ · x[c] · columns` for every channel, where `rows` is `[H, HO]` and `columns` `[W, WO]`, each given
/// by the share with which number `from` goes into number `to`.
pub(super) fn separable<In: SampleShape, Out: SampleShape, D: Device<f32>, T: Tape<f32, D>>(
    x: Batch<In, D, T>,
    batch: usize,
    [height, width]: [usize; 2],
    [high, wide]: [usize; 2],
    share: impl Fn(usize, usize, usize, usize) -> f32,
) -> Result<Batch<Out, D, T>, D::Err> {
    let device = x.device().clone();
    let matrix = |from: usize, to: usize| {
        let cells = (0..from).flat_map(|i| (0..to).map(move |j| (i, j)));
        let values = cells.map(|(i, j)| share(i, j, from, to)).collect();
        device.try_tensor_from_vec::<(usize, usize)>(values, (from, to))
    };
    let planes = batch * In::CHANNELS;
    x.try_reshape_like(&(planes * height, width))?
        .try_matmul(matrix(width, wide)?)?
        .try_reshape_like(&(planes, height, wide))?
        .try_permute::<(usize, usize, usize), Axes3<0, 2, 1>>()?
        .try_reshape_like(&(planes * wide, height))?
        .try_matmul(matrix(height, high)?)?
        .try_reshape_like(&(planes, wide, high))?
        .try_permute::<(usize, usize, usize), Axes3<0, 2, 1>>()?
        .try_reshape_like(&Out::batched(batch))
}
