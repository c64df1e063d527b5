//! All directions of all layers, one after the other.

use super::cell::Cell;
use super::direction::{Given, Run, RunBack, pack_hidden, pack_hidden_back};
use super::sizes::{Scratch, Work};
use super::{Recurrent, Returned};
use crate::layer::{Backward, Forward, Mode, Pass};
use crate::linear::Bias;
use runner_kernel::matmul::{Matrix, Output, matmul};
use runner_kernel::panels::Panels;
use runner_kernel::{elementwise, mask};

/// What the first layer reads.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    /// `[batch, steps, inputs]`.
    Numbers(&'a [f32]),
    /// Ids `[batch, steps]`, and the embedding `[count, inputs]`.
    Ids(&'a [f32], &'a [f32]),
}

/// Where the gradient of what the first layer reads goes.
pub(super) enum InputGradient<'a> {
    /// To the inputs, if anywhere.
    Numbers(Option<&'a mut [f32]>),
    /// To the embedding, added to what is there.
    Embedding(&'a mut [f32]),
}

impl Input<'_> {
    fn ids(self, inputs: usize) -> usize {
        match self {
            Input::Numbers(_) => 0,
            Input::Ids(_, embedding) => embedding.len() / inputs,
        }
    }
}

impl<C, const T: usize, const I: usize, const H: usize, const O: usize, const L: usize, B, R>
    Recurrent<C, T, I, H, O, L, B, R>
where
    C: Cell,
    B: Bias,
    R: Returned<T, O>,
{
    /// States of all layers, from `input` in place of `x`.
    #[inline]
    pub(super) fn run_forward(&self, at: Forward<'_>, input: Input<'_>) {
        let Forward { pass, y, .. } = at;
        let Scratch {
            kept,
            between,
            masks,
            work,
            ..
        } = Self::SIZES.split(pass.batch, input.ids(I), at.scratch);
        let mut stack = Stack {
            pass,
            parameters: at.parameters,
            kept,
            work,
        };
        let size = pass.batch * T * O;
        let mut x = input;
        for (layer, (own, mask)) in between
            .chunks_exact_mut(size)
            .zip(masks.chunks_exact_mut(size))
            .enumerate()
        {
            Self::layer_forward(&mut stack, layer, x, own);
            if pass.mode == Mode::Train && self.dropout > 0.0 {
                self.mask(pass, layer, mask);
                elementwise::update(own, mask, |x, m| x * m);
            }
            x = Input::Numbers(own);
        }
        Self::layer_forward(&mut stack, L - 1, x, y);
    }

    /// The mask of dropout after a layer.
    pub(super) fn mask(&self, pass: &Pass, layer: usize, mask: &mut [f32]) {
        mask::dropout_mask(pass.key.at(self.index).at(layer as u64), self.dropout, mask);
    }

    #[inline]
    fn layer_forward(stack: &mut Stack<'_>, layer: usize, x: Input<'_>, y: &mut [f32]) {
        let Stack {
            pass,
            parameters,
            kept,
            work,
        } = stack;
        let sizes = Self::SIZES;
        for direction in 0..sizes.directions() {
            let weights = sizes.weights(parameters, layer, direction);
            let hidden = pack_hidden::<C, H>(weights.hh, work.hidden_panels);
            Self::biases(weights.bias_ih, weights.bias_hh, work.bias, work.sums);
            let rows = C::GATES * H;
            let given = match x {
                Input::Numbers(x) => {
                    let inputs = sizes.inputs_of(layer);
                    let weights = Matrix::new(weights.ih, rows, inputs).t();
                    Given::Numbers {
                        x,
                        inputs,
                        weights: Panels::pack(weights, work.input_panels),
                        bias: work.bias,
                    }
                }
                Input::Ids(ids, embedding) => {
                    let (table, none) = work.table.split_at_mut(embedding.len() / I * rows);
                    let embedding = Matrix::new(embedding, embedding.len() / I, I);
                    matmul(embedding, Matrix::new(weights.ih, rows, I).t(), Output::Replace, table);
                    elementwise::update_rows(table, work.bias, |x, b| x + b);
                    none.fill(f32::NAN);
                    Given::Ids { ids, table: work.table }
                }
            };
            let own = sizes.kept(pass.batch, layer * sizes.directions() + direction, kept);
            let run = Run {
                given,
                weights: &hidden,
                hidden_bias: &work.sums[..H],
                place: sizes.place(layer, direction),
            };
            sizes.direction(pass, direction).forward::<C, H>(run, y, own);
        }
    }

    /// The biases of sums of both products, and that of a product by itself.
    #[inline]
    fn biases(bias_ih: &[f32], bias_hh: &[f32], sums: &mut [f32], alone: &mut [f32]) {
        sums.fill(0.0);
        alone.fill(0.0);
        if B::EACH == 0 {
            return;
        }
        sums.copy_from_slice(bias_ih);
        for part in C::HIDDEN {
            let bias = &bias_hh[part.from * H..(part.from + part.blocks) * H];
            if part.to < C::GATES {
                elementwise::update(&mut sums[part.to * H..], bias, |sum, b| sum + b);
            } else {
                alone[..H].copy_from_slice(bias);
            }
        }
    }

    /// Adds the gradients of all layers; those of the inputs are written where they are asked for. `input` and `dinput`
    /// stand in for `x` and `dx`.
    #[inline]
    pub(super) fn run_backward(&self, at: Backward<'_>, input: Input<'_>, dinput: InputGradient<'_>) {
        let Backward { pass, dy, .. } = at;
        let Scratch {
            kept,
            between,
            masks,
            dbetween: [first, second],
            dstates,
            work,
        } = Self::SIZES.split(pass.batch, input.ids(I), at.scratch);
        let mut stack = StackBack {
            stack: Stack {
                pass,
                parameters: at.parameters,
                kept,
                work,
            },
            dstates,
            gradients: at.gradients,
        };
        let size = pass.batch * T * O;
        let (mut read, mut write) = (second, first);
        for layer in (1..L).rev() {
            let below = (layer - 1) * size..layer * size;
            let dy = if layer == L - 1 { &*dy } else { &*read };
            let x = Input::Numbers(&between[below.clone()]);
            let dx = InputGradient::Numbers(Some(&mut *write));
            Self::layer_backward(&mut stack, layer, x, dy, dx);
            if self.dropout > 0.0 {
                elementwise::update(write, &masks[below], |dy, m| dy * m);
            }
            std::mem::swap(&mut read, &mut write);
        }
        let dy = if L == 1 { &*dy } else { &*read };
        Self::layer_backward(&mut stack, 0, input, dy, dinput);
    }

    #[inline]
    fn layer_backward(back: &mut StackBack<'_>, layer: usize, x: Input<'_>, dy: &[f32], mut dx: InputGradient<'_>) {
        let StackBack {
            stack,
            dstates,
            gradients,
        } = back;
        let Stack {
            pass,
            parameters,
            kept,
            work,
        } = stack;
        let sizes = Self::SIZES;
        for index in 0..sizes.directions() {
            let weights = sizes.weights(parameters, layer, index);
            let hidden = pack_hidden_back::<C, H>(weights.hh, work.hidden_panels);
            let own = sizes.kept(pass.batch, layer * sizes.directions() + index, kept);
            let (inputs, dinputs) = match &mut dx {
                InputGradient::Numbers(Some(dx)) => {
                    let weights = Matrix::new(weights.ih, C::GATES * H, sizes.inputs_of(layer));
                    let output = if index == 0 { Output::Replace } else { Output::Add };
                    (Some((Panels::pack(weights, work.input_panels), output)), &mut **dx)
                }
                _ => (None, &mut [][..]),
            };
            let run = RunBack {
                weights: &hidden,
                place: sizes.place(layer, index),
                dy,
                inputs,
            };
            let direction = sizes.direction(pass, index);
            let dstates = dstates.each_mut().map(|states| &mut **states);
            let products = direction.backward::<C, H>(run, own, dstates, dinputs);
            let mut gradients = sizes.gradients(gradients, layer, index);
            direction.hidden_gradients::<C, H>(products, gradients.weight_hh, work.sequence_panels);
            let summed = match (x, &mut dx) {
                (Input::Ids(ids, embedding), InputGradient::Embedding(dembedding)) => {
                    let outputs = [&mut **dembedding, &mut *gradients.weight_ih];
                    let room = [&mut *work.table, &mut *work.sums];
                    direction.id_gradients::<C, H>(products, ids, [embedding, weights.ih], outputs, room)
                }
                (Input::Ids(..), InputGradient::Numbers(_)) => 0,
                (Input::Numbers(x), _) => {
                    direction.input_gradients::<C, H>(products, x, gradients.weight_ih, work.sequence_panels);
                    0
                }
            };
            if B::EACH > 0 {
                direction.bias_gradients::<C, H>(products, &mut gradients, work.sums, summed);
            }
        }
    }
}

/// What the layers of a stack share.
struct Stack<'a> {
    pass: &'a Pass<'a>,
    parameters: &'a [f32],
    /// What is kept of all directions.
    kept: &'a mut [f32],
    work: Work<'a>,
}

/// What they share on the way back.
struct StackBack<'a> {
    stack: Stack<'a>,
    /// Gradients of the states of one direction.
    dstates: [&'a mut [f32]; 2],
    gradients: &'a mut [f32],
}
