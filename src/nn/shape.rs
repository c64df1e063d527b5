//! Shapes of one sample, known at compile time, and of a batch of them.

use dfdx::shapes::{Const, ConstShape, Rank1, Rank2, Rank3, Shape};
use dfdx::tensor::Tensor;

/// A batch of samples on a device, with or without a tape.
pub type Batch<S, D, T> = Tensor<<S as SampleShape>::Batched, f32, D, T>;

/// The compile-time shape of one sample.
pub trait SampleShape: ConstShape {
    /// The shape of a batch: a size known when it runs, then this shape.
    type Batched: Shape;
    /// Features of a flat sample, channels of an image: what batch norm treats alike. Steps of a sequence, whose
    /// shape is `[steps, features]`.
    const CHANNELS: usize;
    /// What layer norm and softmax look at together: all features of a flat sample or of one step of a sequence,
    /// all numbers of an image.
    const FEATURES: usize;

    /// Whether it is a sequence, `[steps, features]`.
    const SEQUENCE: bool = false;

    /// A batch of `n` samples.
    fn batched(n: usize) -> Self::Batched;
}

impl<const N: usize> SampleShape for Rank1<N> {
    type Batched = (usize, Const<N>);
    const CHANNELS: usize = N;
    const FEATURES: usize = N;

    fn batched(n: usize) -> Self::Batched {
        (n, Const)
    }
}

impl<const T: usize, const F: usize> SampleShape for Rank2<T, F> {
    type Batched = (usize, Const<T>, Const<F>);
    const CHANNELS: usize = T;
    const FEATURES: usize = F;
    const SEQUENCE: bool = true;

    fn batched(n: usize) -> Self::Batched {
        (n, Const, Const)
    }
}

impl<const C: usize, const H: usize, const W: usize> SampleShape for Rank3<C, H, W> {
    type Batched = (usize, Const<C>, Const<H>, Const<W>);
    const CHANNELS: usize = C;
    const FEATURES: usize = C * H * W;

    fn batched(n: usize) -> Self::Batched {
        (n, Const, Const, Const)
    }
}
