//! Batch norm: each feature, or each channel of an image, is given mean 0 and variance 1 over the
//! batch (Ioffe and Szegedy, 2015), with the activation that follows it fused in.

use std::marker::PhantomData;

use super::activation::{FromOutput, Identity};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Mode};
use super::layout::{Init, Layout, Stored};
use super::shape::SampleShape;
use runner_kernel::planes::{Planes, Work};
use runner_kernel::reduce;

pub use super::batch_norm_def::DEF;

/// `y = f((x - mean) / √(var + eps) · w + b)`, with `w` and `b` of `[C]` and `f` an activation or [`Identity`]
/// (`torch.nn.BatchNorm1d` for features, `BatchNorm2d` for images, and the activation after it). Sequences are normalized
/// by [`super::per_step::PerStep`]: each feature over the batch and its steps, as `BatchNorm1d` does with `[N, C, L]`.
///
/// In training, mean and biased variance are the batch's, and the running ones move towards them by
/// `momentum`, the variance as its unbiased estimate; in evaluation the running ones are used. A
/// batch with one number a channel, which PyTorch refuses, has variance 0 and leaves the running
/// variance as it is: it can be the rest at the end of an epoch.
///
/// ```
/// use runner_nn::{Layer, batch_norm::BatchNorm};
/// type Norm = BatchNorm<dfdx::shapes::Rank3<16, 8, 8>>;
/// assert_eq!((Norm::PARAMETERS, Norm::BUFFERS), (32, 33));
/// ```
pub struct BatchNorm<S, A = Identity> {
    pub(super) eps: f32,
    pub(super) momentum: f32,
    pub(super) activation: A,
    shape: PhantomData<fn() -> S>,
}

/// Numbers of each channel that are kept from forward to backward: mean, inverse deviation.
const KEPT: usize = 2;
/// Numbers of each channel that a pass makes for itself, at most.
const MADE: usize = 7;

impl<S: SampleShape, A: FromOutput> BatchNorm<S, A> {
    pub(super) const EXTENT: usize = S::NUMEL / S::CHANNELS;
    const PLANES: Planes = Planes {
        channels: S::CHANNELS,
        extent: Self::EXTENT,
    };

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

    /// `y = map(f's argument, other)` of each number of `x` and of the others. The sums are shifted by the mean of the
    /// first sample, which lies within a few deviations of the batch's, so that little cancels.
    #[inline(always)]
    fn normalize(&self, at: Forward<'_>, other: &[f32], map: impl Fn(f32, f32) -> f32 + Sync) {
        let Forward { pass, x, y, .. } = at;
        let inputs = [x, other];
        let training = pass.mode == Mode::Train;
        let (weight, bias) = at.parameters.split_at(S::CHANNELS);
        let (running_mean, running_variance) = at.buffers.split_at(S::CHANNELS);
        let count = pass.batch * Self::EXTENT;
        let (tables, parts) = at.scratch.split_at_mut((KEPT + MADE) * S::CHANNELS);
        let mut tables = tables.chunks_exact_mut(S::CHANNELS);
        let mut kept: [&mut [f32]; 5] = std::array::from_fn(|_| tables.next().unwrap_or_default());
        let work = Work {
            before: |_: usize, first: &[f32]| [reduce::sum(first) / first.len() as f32],
            terms: |x: f32, _: f32, [shift]: [f32; 1]| {
                let away = x - shift;
                [away, away * away]
            },
            constants: |c: usize, [shift]: [f32; 1], [sum, squares]: [f64; 2]| {
                let (mean, variance) = if training {
                    let beyond = sum / count as f64;
                    let variance = squares / count as f64 - beyond * beyond;
                    // Unlike f64::max, this lets a NaN through.
                    let variance = if variance < 0.0 { 0.0 } else { variance };
                    ((f64::from(shift) + beyond) as f32, variance as f32)
                } else {
                    (running_mean[c], running_variance[c])
                };
                let inverse = 1.0 / (variance + self.eps).sqrt();
                [mean, inverse, weight[c] * inverse, bias[c], variance]
            },
            map: |x: f32, other: f32, [mean, _, scale, bias, _]: [f32; 5]| map((x - mean) * scale + bias, other),
        };
        Self::PLANES.sum_and_map(inputs, kept.each_mut().map(|kept| &mut **kept), Some(y), parts, &work);
        if training {
            self.track(at.buffers, count, kept[0], kept[4]);
        }
    }
}

impl<S: SampleShape, A: FromOutput> Layer for BatchNorm<S, A> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 2 * S::CHANNELS;
    const BUFFERS: usize = 2 * S::CHANNELS + 1;
    const HYPERPARAMETERS: usize = 2 + A::HYPERPARAMETERS;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            eps: hyperparameters.next_value() as f32,
            momentum: hyperparameters.next_value() as f32,
            activation: A::build(hyperparameters),
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
        layout.advance(1 + A::POSITIONS);
    }

    fn scratch(batch: usize) -> usize {
        (KEPT + MADE) * S::CHANNELS + Self::PLANES.scratch(batch)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let x = at.x;
        self.normalize(at, x, |normal, _| self.activation.apply(normal));
    }

    #[inline]
    fn forward_plus<F: FromOutput>(&self, at: Forward<'_>, plus: &[f32], activation: &F) {
        self.normalize(at, plus, |normal, plus| {
            activation.apply(self.activation.apply(normal) + plus)
        });
    }

    /// `dx = w/σ (dy' - mean of dy' - (x - mean)/σ · mean of dy' (x - mean)/σ)` with `dy' = dy f'`, for which `y` is
    /// computed once more: that is cheaper than to read it.
    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { x, dy, gradients, .. } = at;
        let (weight, bias) = at.parameters.split_at(S::CHANNELS);
        let count = (at.pass.batch * Self::EXTENT) as f64;
        let (kept, rest) = at.scratch.split_at_mut(KEPT * S::CHANNELS);
        let (made, parts) = rest.split_at_mut(MADE * S::CHANNELS);
        let (mean, inverse) = kept.split_at(S::CHANNELS);
        let mut tables = made.chunks_exact_mut(S::CHANNELS);
        let mut made: [&mut [f32]; MADE] = std::array::from_fn(|_| tables.next().unwrap_or_default());
        let through = |dy: f32, away: f32, scale: f32, bias: f32| {
            if A::POSITIONS == 0 {
                return dy;
            }
            dy * self
                .activation
                .derivative_at(self.activation.apply(away * scale + bias))
        };
        let work = Work {
            before: |c: usize, _: &[f32]| [mean[c], weight[c] * inverse[c], bias[c]],
            terms: |dy: f32, x: f32, [mean, scale, bias]: [f32; 3]| {
                let away = x - mean;
                let dy = through(dy, away, scale, bias);
                [dy, dy * away]
            },
            constants: |c: usize, [mean, scale, bias]: [f32; 3], [shift, tilt]: [f64; 2]| {
                let tilt = tilt * f64::from(inverse[c]);
                let slope = (tilt * f64::from(inverse[c]) / count) as f32;
                [
                    tilt as f32,
                    shift as f32,
                    mean,
                    scale,
                    bias,
                    (shift / count) as f32,
                    slope,
                ]
            },
            map: |dy: f32, x: f32, [_, _, mean, scale, bias, shift, slope]: [f32; MADE]| {
                let away = x - mean;
                scale * (through(dy, away, scale, bias) - shift - away * slope)
            },
        };
        Self::PLANES.sum_and_map([&*dy, x], made.each_mut().map(|made| &mut **made), at.dx, parts, &work);
        if at.accumulate == Accumulate::Replace {
            gradients.fill(0.0);
        }
        let sums = made[0].iter().chain(made[1].iter());
        gradients
            .iter_mut()
            .zip(sums)
            .for_each(|(gradient, sum)| *gradient += sum);
    }
}
