//! How many steps of a sequence are each sample's own.

use dfdx::prelude::*;

use super::layer::Layer;
use super::shape::{Batch, SampleShape};

/// Steps of each sample of a batch, after any number of layers.
///
/// ```
/// use runner_nn::conv1d::Conv1d;
/// use runner_nn::convolution::Taps;
/// use runner_nn::lengths::Lengths;
/// use runner_nn::linear::{Identity, WithBias};
/// type Thirds = Conv1d<9, 2, 7, 4, Taps<3, 1, 0, 1>, 1, WithBias, Identity>;
/// let given = Lengths::new(&[9, 5, 1]);
/// let after = given.after::<Thirds>();
/// assert_eq!([0, 1, 2].map(|sample| after.of(sample)), [7, 3, 1]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Lengths<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Given(&'a [u32]),
    After(&'a Lengths<'a>, fn(usize) -> usize),
}

impl<'a> Lengths<'a> {
    /// One number a sample.
    pub fn new(lengths: &'a [u32]) -> Self {
        Self(Source::Given(lengths))
    }

    /// Those of what comes out of a layer.
    pub fn after<A: Layer>(&'a self) -> Self {
        Self(Source::After(self, A::steps))
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        match self.0 {
            Source::Given(lengths) => lengths.len(),
            Source::After(before, _) => before.samples(),
        }
    }

    /// Steps of a sample.
    #[inline]
    pub fn of(&self, sample: usize) -> usize {
        match self.0 {
            Source::Given(lengths) => lengths[sample] as usize,
            Source::After(before, steps) => steps(before.of(sample)),
        }
    }
}

/// Sets what stands behind the ends of sequences of the shape `S` to 0; nothing where all steps are samples' own, or
/// samples are no sequences.
#[inline]
pub(super) fn clear<S: SampleShape>(lengths: Option<Lengths<'_>>, values: &mut [f32]) {
    let Some(lengths) = lengths.filter(|_| S::SEQUENCE) else {
        return;
    };
    for (sample, values) in values.chunks_exact_mut(S::NUMEL).enumerate() {
        let own = lengths.of(sample) * S::FEATURES;
        values[own.min(S::NUMEL)..].fill(0.0);
    }
}

/// [`clear`] on any device, and for gradients as well.
///
/// # Errors
/// What the device says.
pub(super) fn clear_reference<S: SampleShape, D: Device<f32>, T: Tape<f32, D>>(
    lengths: Option<Lengths<'_>>,
    x: Batch<S, D, T>,
) -> Result<Batch<S, D, T>, D::Err> {
    let Some(lengths) = lengths.filter(|_| S::SEQUENCE) else {
        return Ok(x);
    };
    let samples = lengths.samples();
    let mut mask = vec![1.0; samples * S::NUMEL];
    clear::<S>(Some(lengths), &mut mask);
    let mask = x.device().try_tensor_from_vec(mask, S::batched(samples))?;
    x.try_mul(mask)
}
