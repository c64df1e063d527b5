//! Batch norm: each feature, or each channel of an image, is given mean 0 and variance 1 over the
//! batch (Ioffe and Szegedy, 2015).

use std::marker::PhantomData;

use super::layer::{Accumulate, Hyperparameters, Layer, Mode, Pass};
use super::layout::{Init, Layout, Stored};
use super::shape::SampleShape;
use crate::kernel::planes::Planes;

pub use super::batch_norm_def::DEF;

/// `y = (x - mean) / √(var + eps) · w + b`, with `w` and `b` of `[C]` (`torch.nn.BatchNorm1d` for
/// features, `BatchNorm2d` for images).
///
/// In training, mean and biased variance are the batch's, and the running ones move towards them by
/// `momentum`, the variance as its unbiased estimate; in evaluation the running ones are used. A
/// batch with one number a channel, which PyTorch refuses, has variance 0 and leaves the running
/// variance as it is: it can be the rest at the end of an epoch.
///
/// ```
/// use runner::nn::{Layer, batch_norm::BatchNorm};
/// type Norm = BatchNorm<dfdx::shapes::Rank3<16, 8, 8>>;
/// assert_eq!((Norm::PARAMETERS, Norm::BUFFERS), (32, 33));
/// ```
pub struct BatchNorm<S> {
    pub(super) eps: f32,
    pub(super) momentum: f32,
    shape: PhantomData<fn() -> S>,
}

/// What is kept from forward to backward, `[C]` each, and room for two sums.
struct Places<'a> {
    mean: &'a mut [f32],
    inverse: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl<S: SampleShape> BatchNorm<S> {
    pub(super) const EXTENT: usize = S::NUMEL / S::CHANNELS;
    const PLANES: Planes = Planes {
        channels: S::CHANNELS,
        extent: Self::EXTENT,
    };

    fn places(scratch: &mut [f32]) -> Places<'_> {
        let (mean, rest) = scratch.split_at_mut(S::CHANNELS);
        let (inverse, rest) = rest.split_at_mut(S::CHANNELS);
        let (first, rest) = rest.split_at_mut(S::CHANNELS);
        Places {
            mean,
            inverse,
            first,
            second: &mut rest[..S::CHANNELS],
        }
    }

    /// Moves the running statistics towards those of a batch with `count` numbers a channel.
    pub(super) fn track(&self, buffers: &mut [f32], count: usize, mean: &[f32], variance: &[f32]) {
        let (running_mean, rest) = buffers.split_at_mut(S::CHANNELS);
        let (running_variance, tracked) = rest.split_at_mut(S::CHANNELS);
        let step = |running: &mut f32, new: f32| *running += self.momentum * (new - *running);
        running_mean.iter_mut().zip(mean).for_each(|(r, &new)| step(r, new));
        if count > 1 {
            let unbiased = count as f32 / (count as f32 - 1.0);
            for (running, &new) in running_variance.iter_mut().zip(variance) {
                step(running, new * unbiased);
            }
        }
        tracked.iter_mut().for_each(|tracked| *tracked += 1.0);
    }
}

impl<S: SampleShape> Layer for BatchNorm<S> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 2 * S::CHANNELS;
    const BUFFERS: usize = 2 * S::CHANNELS + 1;
    const HYPERPARAMETERS: usize = 2;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            eps: hyperparameters.next_value() as f32,
            momentum: hyperparameters.next_value() as f32,
            shape: PhantomData,
        }
    }

    fn describe(layout: &mut Layout) {
        let shape = [S::CHANNELS];
        layout.parameter("weight", &shape, Init::Constant(1.0));
        layout.parameter("bias", &shape, Init::Constant(0.0));
        layout.buffer("running_mean", &shape, Init::Constant(0.0), Stored::F32);
        layout.buffer("running_var", &shape, Init::Constant(1.0), Stored::F32);
        layout.buffer("num_batches_tracked", &[], Init::Constant(0.0), Stored::I64);
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        4 * S::CHANNELS
    }

    #[inline]
    fn forward(
        &self,
        pass: &Pass,
        parameters: &[f32],
        buffers: &mut [f32],
        x: &[f32],
        y: &mut [f32],
        scratch: &mut [f32],
    ) {
        let Places {
            mean,
            inverse,
            first: scale,
            second: variance,
        } = Self::places(scratch);
        if pass.mode == Mode::Train {
            let count = pass.batch * Self::EXTENT;
            Self::PLANES.sum(x, x, mean, variance, |x, _, _| x);
            mean.copy_from_slice(variance);
            mean.iter_mut().for_each(|mean| *mean /= count as f32);
            Self::PLANES.sum(x, x, mean, variance, |x, _, mean| (x - mean) * (x - mean));
            variance.iter_mut().for_each(|variance| *variance /= count as f32);
            self.track(buffers, count, mean, variance);
        } else {
            mean.copy_from_slice(&buffers[..S::CHANNELS]);
            variance.copy_from_slice(&buffers[S::CHANNELS..2 * S::CHANNELS]);
        }
        let (weight, bias) = parameters.split_at(S::CHANNELS);
        let channels = inverse.iter_mut().zip(scale.iter_mut());
        for ((inverse, scale), (&variance, &weight)) in channels.zip(variance.iter().zip(weight)) {
            *inverse = 1.0 / (variance + self.eps).sqrt();
            *scale = weight * *inverse;
        }
        let k: [&[f32]; 4] = [mean, scale, bias, bias];
        Self::PLANES.map(x, x, k, y, |x, _, [mean, scale, bias, _]| (x - mean) * scale + bias);
    }

    #[inline]
    fn backward(
        &self,
        pass: &Pass,
        accumulate: Accumulate,
        parameters: &[f32],
        x: &[f32],
        _: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
        gradients: &mut [f32],
        scratch: &mut [f32],
    ) {
        let Places {
            mean,
            inverse,
            first: shift,
            second: tilt,
        } = Self::places(scratch);
        Self::PLANES.sum(dy, x, mean, shift, |dy, _, _| dy);
        Self::PLANES.sum(dy, x, mean, tilt, |dy, x, mean| dy * (x - mean));
        tilt.iter_mut()
            .zip(&*inverse)
            .for_each(|(tilt, inverse)| *tilt *= inverse);
        if accumulate == Accumulate::Replace {
            gradients.fill(0.0);
        }
        let sums = tilt.iter().chain(shift.iter());
        gradients
            .iter_mut()
            .zip(sums)
            .for_each(|(gradient, sum)| *gradient += sum);
        let Some(dx) = dx else { return };

        // dx = w/σ (dy - mean of dy - (x - mean)/σ · mean of dy (x - mean)/σ).
        let count = (pass.batch * Self::EXTENT) as f32;
        shift.iter_mut().for_each(|shift| *shift /= count);
        for ((tilt, inverse), weight) in tilt.iter_mut().zip(inverse.iter_mut()).zip(parameters) {
            *tilt *= *inverse / count;
            *inverse *= weight;
        }
        let k: [&[f32]; 4] = [mean, inverse, shift, tilt];
        Self::PLANES.map(x, dy, k, dx, |x, dy, [mean, scale, shift, tilt]| {
            scale * (dy - shift - (x - mean) * tilt)
        });
    }
}
