//! What tells one kind of recurrent layer from another: its gates.

use dfdx::prelude::*;

/// A tensor `[batch, features]` of the reference path.
pub type Matrix2<D, T> = Tensor<(usize, usize), f32, D, T>;

/// Rows of `weight_hh`, and where in a unit's row of kept numbers their products go; all counted in units of
/// the hidden size.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The first block of rows.
    pub from: usize,
    /// Blocks of rows.
    pub blocks: usize,
    /// Where they go. Below [`Cell::GATES`] they are added to what the input gives.
    pub to: usize,
}

/// The arithmetic of one step of one sample. Rows are blocks of `H` numbers, a block for each gate.
pub trait Cell: Send + Sync + Sized + 'static {
    /// Blocks of rows in `weight_ih` and `weight_hh`.
    const GATES: usize;
    /// Blocks kept of each step: the gates, and in their place later their gradients. The first [`Cell::GATES`]
    /// of these are the gradients that the input's weights see.
    const KEPT: usize;
    /// Blocks of memory beside the hidden state.
    const MEMORY: usize;
    /// Where products with the hidden state go.
    const HIDDEN: &'static [Part];

    /// One step forward.
    fn forward<const H: usize>(step: Step<'_>);

    /// One step back.
    fn backward<const H: usize>(step: StepBack<'_>);

    /// One step with dfdx's public ops, from what input and hidden state give (`[batch, GATES · H]`, biases added)
    /// and the state before: hidden state and memory, `[batch, H]` each.
    ///
    /// # Errors
    /// What the device says.
    fn reference<D: Device<f32>, T: Tape<f32, D>>(
        hidden: usize,
        given: [&Matrix2<D, NoneTape>; 2],
        before: [&Matrix2<D, NoneTape>; 2],
    ) -> Result<[Matrix2<D, T>; 2], D::Err>;
}

/// What a step forward reads and writes.
pub struct Step<'a> {
    /// The products with the hidden state and, where `projected`, with the input; becomes what is kept.
    pub kept: &'a mut [f32],
    /// Whether the products with the input are there already; where not, they are in `add`.
    pub projected: bool,
    /// To be added: biases, or the products with the input and biases. `[GATES · H]`.
    pub add: &'a [f32],
    /// The bias of products that no input is added to; `[H]` for a GRU.
    pub hidden_bias: &'a [f32],
    /// The hidden state before.
    pub before: &'a [f32],
    /// The memory before.
    pub memory_before: &'a [f32],
    /// The memory after.
    pub memory: &'a mut [f32],
    /// The hidden state after.
    pub hidden: &'a mut [f32],
}

/// What a step back reads and writes.
pub struct StepBack<'a> {
    /// What was kept; becomes the gradients of the products.
    pub kept: &'a mut [f32],
    /// The hidden state before.
    pub before: &'a [f32],
    /// The hidden state after.
    pub hidden: &'a [f32],
    /// The memory before.
    pub memory_before: &'a [f32],
    /// The memory after.
    pub memory: &'a [f32],
    /// The gradient of the hidden state; becomes the part of the gradient of the one before that goes through no
    /// product.
    pub dhidden: &'a mut [f32],
    /// The gradient of the memory; becomes that of the memory before.
    pub dmemory: &'a mut [f32],
}

/// The first `N` blocks of a row.
///
/// # Panics
/// When the row has fewer.
#[inline(always)]
pub fn blocks<const N: usize, const H: usize>(row: &[f32]) -> [&[f32; H]; N] {
    let mut blocks = row.as_chunks::<H>().0.iter();
    std::array::from_fn(|_| blocks.next().expect("a row has a block for each gate"))
}

/// The same, to be written.
///
/// # Panics
/// When the row has fewer.
#[inline(always)]
pub fn blocks_mut<const N: usize, const H: usize>(row: &mut [f32]) -> [&mut [f32; H]; N] {
    let mut blocks = row.as_chunks_mut::<H>().0.iter_mut();
    std::array::from_fn(|_| blocks.next().expect("a row has a block for each gate"))
}

/// `x = f(x + add)`. Loops over few arrays become SIMD code; one over all that a step reads and writes does not.
#[inline(always)]
pub fn activate<const H: usize>(x: &mut [f32; H], add: &[f32; H], f: impl Fn(f32) -> f32) {
    for (x, &add) in x.iter_mut().zip(add) {
        *x = f(*x + add);
    }
}

/// Block `index` of each sample.
///
/// # Errors
/// What the device says.
pub fn block<D: Device<f32>, T: Tape<f32, D>>(
    x: &Matrix2<D, NoneTape>,
    index: usize,
    hidden: usize,
) -> Result<Matrix2<D, T>, D::Err> {
    let batch = x.shape().0;
    x.retaped::<T>()
        .try_slice((0..batch, index * hidden..(index + 1) * hidden))?
        .try_reshape_like(&(batch, hidden))
}
