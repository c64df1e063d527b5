//! What a layer is: sizes in its type, a fused CPU path over slices, and a reference path over dfdx.

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::layout::Layout;
use super::lengths::Lengths;
use super::shape::{Batch, SampleShape};
use runner_ground::random::Key;
use runner_kernel::elementwise;
use runner_kernel::matmul::Output;

/// Whether the network learns or is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Dropout drops, batch norm uses and updates the batch's statistics.
    Train,
    /// Nothing is random and nothing is updated.
    Eval,
}

/// What a layer is told about the pass it takes part in.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a> {
    /// Training or evaluation.
    pub mode: Mode,
    /// Samples in this batch; never more than the workspace was made for.
    pub batch: usize,
    /// Randomness of this step; a layer adds its own index.
    pub key: Key,
    /// How many steps of each sample's sequence are its own; none where all are. Between layers what stands behind them
    /// is 0, and so is its gradient: a layer that treats steps one by one, or reads on into zeros, need not look.
    /// See [`crate::def::Steps`].
    pub lengths: Option<Lengths<'a>>,
}

impl<'a> Pass<'a> {
    /// The pass as it is for what comes after a layer.
    pub fn after<A: Layer>(&'a self) -> Pass<'a> {
        Pass {
            lengths: self.lengths.as_ref().map(Lengths::after::<A>),
            ..*self
        }
    }
}

/// What backward does with the gradients that are already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accumulate {
    /// Writes over them.
    Replace,
    /// Adds to them.
    Add,
    /// Nobody wants them: what is sought is `dx`, as when a generator learns through its critic. A layer leaves
    /// their products out. One that computes them all the same, as if told to replace or to add, is slower and
    /// not wrong: the engine hands it a place that nobody reads.
    Skip,
}

impl Accumulate {
    /// What a product of a gradient does with the numbers at its place; none where it is left out.
    pub fn output(self) -> Option<Output> {
        match self {
            Accumulate::Replace => Some(Output::Replace),
            Accumulate::Add => Some(Output::Add),
            Accumulate::Skip => None,
        }
    }
}

/// Numbers of the recipe that are no shapes (a dropout rate, an epsilon), in the order of the layers.
///
/// They reach the compiled network when it runs, so that changing one compiles nothing.
#[derive(Clone, Debug)]
pub struct Hyperparameters<'a> {
    values: std::slice::Iter<'a, f64>,
    layer: u64,
}

impl<'a> Hyperparameters<'a> {
    /// From the list that [`super::lower_layers`] made.
    pub fn new(values: &'a [f64]) -> Self {
        Self {
            values: values.iter(),
            layer: 0,
        }
    }

    /// The next number; 0 past the end, which [`super::Network::new`] rules out by counting.
    pub fn next_value(&mut self) -> f64 {
        self.values.next().copied().unwrap_or(0.0)
    }

    /// A number of its own for each layer that draws random numbers.
    pub fn next_index(&mut self) -> u64 {
        self.layer += 1;
        self.layer
    }
}

/// What [`Layer::forward`] reads and writes: row-major slices. `parameters`, `buffers` and `scratch` are the layer's own
/// part of the network's flat buffers, in the order of [`Layer::describe`].
///
/// ```
/// use runner_ground::random::Key;
/// use runner_nn::{Forward, Hyperparameters, Layer, Mode, Pass, Rank1, activation::Activate, relu::ReLU};
/// let layer = Activate::<Rank1<2>, ReLU>::build(&mut Hyperparameters::new(&[]));
/// let mut y = [f32::NAN; 2];
/// layer.forward(Forward {
///     pass: &Pass { mode: Mode::Eval, batch: 1, key: Key::new(0), lengths: None },
///     parameters: &[],
///     buffers: &mut [],
///     x: &[-1.0, 2.0],
///     y: &mut y,
///     scratch: &mut [],
/// });
/// assert_eq!(y, [0.0, 2.0]);
/// ```
pub struct Forward<'a> {
    /// Batch, mode, randomness.
    pub pass: &'a Pass<'a>,
    /// `[PARAMETERS]`.
    pub parameters: &'a [f32],
    /// `[BUFFERS]`; changed in training alone.
    pub buffers: &'a mut [f32],
    /// What goes in, `[batch, In]`.
    pub x: &'a [f32],
    /// What comes out, `[batch, Out]`; overwritten.
    pub y: &'a mut [f32],
    /// At least [`Layer::scratch`] of the batch, with any numbers in it.
    pub scratch: &'a mut [f32],
}

/// What [`Layer::backward`] reads and writes: row-major slices, as in [`Forward`].
pub struct Backward<'a> {
    /// As it was forward.
    pub pass: &'a Pass<'a>,
    /// What becomes of the numbers in `gradients`.
    pub accumulate: Accumulate,
    /// `[PARAMETERS]`, as they were forward.
    pub parameters: &'a [f32],
    /// What went in, `[batch, In]`.
    pub x: &'a [f32],
    /// What came out, `[batch, Out]`; any numbers unless [`Layer::READS_OUTPUT`].
    pub y: &'a [f32],
    /// The gradient of `y`, `[batch, Out]`; may be overwritten unless [`Layer::KEEPS_GRADIENT`].
    pub dy: &'a mut [f32],
    /// Where the gradient of `x` goes, `[batch, In]`, if it is wanted; overwritten.
    pub dx: Option<&'a mut [f32]>,
    /// Where those of the parameters go, `[PARAMETERS]`.
    pub gradients: &'a mut [f32],
    /// As forward left it.
    pub scratch: &'a mut [f32],
}

/// A layer (or a network of them) with its shapes in its type.
pub trait Layer: Sized + Send + 'static {
    /// Shape of one sample going in.
    type In: SampleShape;
    /// Shape of one sample coming out.
    type Out: SampleShape;
    /// Trainable numbers.
    const PARAMETERS: usize;
    /// Numbers that are kept but not trained, such as running means.
    const BUFFERS: usize;
    /// Hyperparameters taken by [`Layer::build`].
    const HYPERPARAMETERS: usize;
    /// The same numbers come out that went in, under another shape: a chain need not call the layer.
    const IDENTITY: bool = false;
    /// The input is ids below this number, whole and not negative; 0 where it may be any numbers.
    const IDS: usize = 0;
    /// Backward reads `y`.
    const READS_OUTPUT: bool = true;
    /// Backward leaves `dy` as it is.
    const KEEPS_GRADIENT: bool = false;

    /// Makes the layer, taking its hyperparameters from the list.
    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self;

    /// Names, shapes and initial values of its parameters and buffers, as PyTorch names them.
    fn describe(layout: &mut Layout);

    /// Steps that come out for a sample with this many, where samples are sequences.
    fn steps(steps: usize) -> usize {
        steps
    }

    /// Numbers of scratch space it needs for a batch, kept from forward to backward.
    fn scratch(batch: usize) -> usize;

    /// `y = f(x)` for a batch.
    fn forward(&self, at: Forward<'_>);

    /// `y = activation(f(x) + plus)`, the end of a residual block, with `plus` as `y`: `[batch, Out]`; a layer may do it
    /// in its own last pass.
    #[inline]
    fn forward_plus<A: FromOutput>(&self, at: Forward<'_>, plus: &[f32], activation: &A) {
        let y = &mut *at.y;
        self.forward(Forward { y: &mut *y, ..at });
        elementwise::update(y, plus, |y, plus| activation.apply(y + plus));
    }

    /// Gradients of a batch, after [`Layer::forward`] with the same `x`, `y` and `scratch`: from `dy` to `gradients`
    /// (see [`Accumulate`]) and, where asked for, `dx`.
    fn backward(&self, at: Backward<'_>);
}

/// The same layer written with dfdx's public ops, for any device: what runs on CUDA, and the oracle
/// that the fused path is held against.
pub trait Reference<D: Device<f32>>: Layer {
    /// `y = f(x)`; gradients flow through the tape.
    ///
    /// # Errors
    /// What the device says, such as a lack of memory.
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err>;
}

/// The network's parameters on a device, handed out layer by layer in the order of the layout.
pub struct Weights<'a, D: Device<f32>> {
    flat: &'a Tensor<(usize,), f32, D>,
    offset: usize,
    buffers: &'a mut [f32],
}

impl<'a, D: Device<f32>> Weights<'a, D> {
    /// All parameters as one tensor, and the buffers on the host.
    pub fn new(flat: &'a Tensor<(usize,), f32, D>, buffers: &'a mut [f32]) -> Self {
        Self {
            flat,
            offset: 0,
            buffers,
        }
    }

    /// The next parameter, as a tensor of this shape whose gradient flows into the flat one.
    ///
    /// # Errors
    /// What the device says.
    pub fn next_parameter<S: Shape, T: Tape<f32, D>>(&mut self, shape: S) -> Result<Tensor<S, f32, D, T>, D::Err> {
        let range = self.offset..self.offset + shape.num_elements();
        self.offset = range.end;
        self.flat.retaped::<T>().try_slice((range,))?.try_reshape_like(&shape)
    }

    /// The next `n` buffers.
    pub fn next_buffers(&mut self, n: usize) -> &mut [f32] {
        let rest = std::mem::take(&mut self.buffers);
        let (taken, rest) = rest.split_at_mut(n);
        self.buffers = rest;
        taken
    }
}
