//! All directions of all layers, one after the other.

use super::cell::Cell;
use super::direction::{Given, pack_hidden, pack_hidden_back};
use super::sizes::{Scratch, Work};
use super::{Recurrent, Returned};
use crate::layer::{Mode, Pass};
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
    /// States of all layers.
    #[inline]
    pub(super) fn run_forward(
        &self,
        pass: &Pass,
        parameters: &[f32],
        input: Input<'_>,
        y: &mut [f32],
        scratch: &mut [f32],
    ) {
        let Scratch {
            kept,
            between,
            masks,
            mut work,
            ..
        } = Self::SIZES.split(pass.batch, input.ids(I), scratch);
        let size = pass.batch * T * O;
        let mut x = input;
        for (layer, (own, mask)) in between
            .chunks_exact_mut(size)
            .zip(masks.chunks_exact_mut(size))
            .enumerate()
        {
            Self::layer_forward(pass, parameters, layer, x, own, kept, &mut work);
            if pass.mode == Mode::Train && self.dropout > 0.0 {
                self.mask(pass, layer, mask);
                elementwise::update(own, mask, |x, m| x * m);
            }
            x = Input::Numbers(own);
        }
        Self::layer_forward(pass, parameters, L - 1, x, y, kept, &mut work);
    }

    /// The mask of dropout after a layer.
    pub(super) fn mask(&self, pass: &Pass, layer: usize, mask: &mut [f32]) {
        mask::dropout_mask(pass.key.at(self.index).at(layer as u64), self.dropout, mask);
    }

    #[inline]
    fn layer_forward(
        pass: &Pass,
        parameters: &[f32],
        layer: usize,
        x: Input<'_>,
        y: &mut [f32],
        kept: &mut [f32],
        work: &mut Work<'_>,
    ) {
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
            let place = sizes.place(layer, direction);
            let bias = &work.sums[..H];
            sizes
                .direction(pass, direction)
                .forward::<C, H>(given, &hidden, bias, place, y, own);
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

    /// Adds the gradients of all layers; those of the inputs are written where they are asked for.
    #[inline]
    #[allow(clippy::too_many_arguments)]
    pub(super) fn run_backward(
        &self,
        pass: &Pass,
        parameters: &[f32],
        input: Input<'_>,
        dy: &[f32],
        dinput: InputGradient<'_>,
        gradients: &mut [f32],
        scratch: &mut [f32],
    ) {
        let Scratch {
            kept,
            between,
            masks,
            dbetween: [first, second],
            dstates,
            mut work,
        } = Self::SIZES.split(pass.batch, input.ids(I), scratch);
        let mut states = States { kept, dstates };
        let size = pass.batch * T * O;
        let (mut read, mut write) = (second, first);
        for layer in (1..L).rev() {
            let below = (layer - 1) * size..layer * size;
            let dy = if layer == L - 1 { dy } else { &*read };
            let x = Input::Numbers(&between[below.clone()]);
            let dx = InputGradient::Numbers(Some(&mut *write));
            Self::layer_backward(pass, parameters, layer, x, dy, dx, gradients, &mut states, &mut work);
            if self.dropout > 0.0 {
                elementwise::update(write, &masks[below], |dy, m| dy * m);
            }
            std::mem::swap(&mut read, &mut write);
        }
        let dy = if L == 1 { dy } else { &*read };
        Self::layer_backward(
            pass,
            parameters,
            0,
            input,
            dy,
            dinput,
            gradients,
            &mut states,
            &mut work,
        );
    }

    #[inline]
    #[allow(clippy::too_many_arguments)]
    fn layer_backward(
        pass: &Pass,
        parameters: &[f32],
        layer: usize,
        x: Input<'_>,
        dy: &[f32],
        mut dx: InputGradient<'_>,
        gradients: &mut [f32],
        states: &mut States<'_>,
        work: &mut Work<'_>,
    ) {
        let sizes = Self::SIZES;
        for index in 0..sizes.directions() {
            let weights = sizes.weights(parameters, layer, index);
            let hidden = pack_hidden_back::<C, H>(weights.hh, work.hidden_panels);
            let own = sizes.kept(pass.batch, layer * sizes.directions() + index, states.kept);
            let back = match &mut dx {
                InputGradient::Numbers(Some(dx)) => {
                    let weights = Matrix::new(weights.ih, C::GATES * H, sizes.inputs_of(layer));
                    let output = if index == 0 { Output::Replace } else { Output::Add };
                    Some((Panels::pack(weights, work.input_panels), output, &mut **dx))
                }
                _ => None,
            };
            let direction = sizes.direction(pass, index);
            let dstates = states.dstates.each_mut().map(|states| &mut **states);
            let place = sizes.place(layer, index);
            let products = direction.backward::<C, H>(&hidden, place, dy, own, dstates, back);
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

/// What is kept of all directions, and gradients of the states of one.
struct States<'a> {
    kept: &'a mut [f32],
    dstates: [&'a mut [f32]; 2],
}
