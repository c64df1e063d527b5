//! Sizes of a recurrent layer as numbers: where its parameters lie, and what it needs of scratch space.

use super::direction::{BLOCK, Direction, Kept, Place};
use super::gradients::Gradients;
use crate::layer::Pass;
use runner_kernel::panels::Panels;

/// Sizes of a recurrent layer, as numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub steps: usize,
    pub inputs: usize,
    pub hidden: usize,
    pub outputs: usize,
    pub layers: usize,
    pub gates: usize,
    pub kept: usize,
    pub memory: usize,
    pub biases: usize,
    pub all: bool,
}

/// The parameters of one direction of one layer.
pub(super) struct Weights<'a> {
    pub ih: &'a [f32],
    pub hh: &'a [f32],
    pub bias_ih: &'a [f32],
    pub bias_hh: &'a [f32],
}

/// Parts of the scratch space.
pub(super) struct Scratch<'a> {
    /// For each direction of each layer what [`Kept`] has.
    pub kept: &'a mut [f32],
    /// What goes from each layer to the next, `[batch, steps, outputs]`, and the masks of dropout.
    pub between: &'a mut [f32],
    pub masks: &'a mut [f32],
    /// The gradients of two of these.
    pub dbetween: [&'a mut [f32]; 2],
    pub dstates: [&'a mut [f32]; 2],
    pub work: Work<'a>,
}

/// Room that is used anew for each direction of each layer.
pub(super) struct Work<'a> {
    pub sums: &'a mut [f32],
    pub bias: &'a mut [f32],
    pub hidden_panels: &'a mut [f32],
    pub input_panels: &'a mut [f32],
    /// Panels of all states or inputs of a block, for gradients of weights.
    pub sequence_panels: &'a mut [f32],
    /// Products of each id.
    pub table: &'a mut [f32],
}

impl Sizes {
    pub(super) const fn directions(&self) -> usize {
        self.outputs / self.hidden
    }

    /// Numbers that a layer reads of each step.
    pub(super) const fn inputs_of(&self, layer: usize) -> usize {
        if layer == 0 { self.inputs } else { self.outputs }
    }

    const fn rows(&self) -> usize {
        self.gates * self.hidden
    }

    /// Parameters of one direction of a layer.
    const fn parameters_of(&self, layer: usize) -> usize {
        self.rows() * (self.inputs_of(layer) + self.hidden + 2 * self.biases)
    }

    /// Where they start; those of a layer that is not there are where all end.
    pub(super) const fn offset(&self, layer: usize, direction: usize) -> usize {
        let below = if layer == 0 {
            0
        } else {
            self.parameters_of(0) + (layer - 1) * self.parameters_of(1)
        };
        self.directions() * below + direction * self.parameters_of(layer)
    }

    /// Numbers of gates, states and memory kept of one direction and sample.
    fn kept_of(&self) -> [usize; 3] {
        [
            self.steps * self.kept * self.hidden,
            (self.steps + 1) * self.hidden,
            (self.steps + 1) * self.memory * self.hidden,
        ]
    }

    /// Sizes of the parts of the scratch space.
    fn parts(&self, batch: usize, ids: usize) -> [usize; 12] {
        let between = batch * self.steps * self.outputs;
        let inner = self.layers - 1;
        let inputs = self.inputs.max(if inner > 0 { self.outputs } else { 0 });
        let numbers = if ids == 0 || inner > 0 { inputs } else { 0 };
        let (rows, hidden) = (self.rows(), self.hidden);
        let either = |a: usize, b: usize| Panels::len(a, b).max(Panels::len(b, a));
        // A part of the gates may be padded by itself.
        let hidden_panels = self.gates * either(hidden, hidden);
        [
            self.layers * self.directions() * batch * self.kept_of().iter().sum::<usize>(),
            inner * between,
            inner * between,
            if inner > 0 { between } else { 0 },
            if inner > 1 { between } else { 0 },
            batch * hidden,
            batch * self.memory * hidden,
            self.kept * hidden,
            rows,
            hidden_panels,
            either(rows, numbers),
            Panels::len(self.steps * BLOCK.min(batch), hidden.max(numbers)),
        ]
    }

    pub(super) fn scratch(&self, batch: usize, ids: usize) -> usize {
        self.parts(batch, ids).iter().sum::<usize>() + self.table(ids)
    }

    fn table(&self, ids: usize) -> usize {
        if ids == 0 { 0 } else { (ids + 1) * self.rows() }
    }

    pub(super) fn split<'a>(&self, batch: usize, ids: usize, mut scratch: &'a mut [f32]) -> Scratch<'a> {
        let mut take = |size: usize| {
            let (part, rest) = std::mem::take(&mut scratch).split_at_mut(size);
            scratch = rest;
            part
        };
        let [
            kept,
            between,
            masks,
            first,
            second,
            dhidden,
            dmemory,
            sums,
            bias,
            hidden_panels,
            input_panels,
            sequence_panels,
        ] = self.parts(batch, ids).map(&mut take);
        Scratch {
            kept,
            between,
            masks,
            dbetween: [first, second],
            dstates: [dhidden, dmemory],
            work: Work {
                sums,
                bias,
                hidden_panels,
                input_panels,
                sequence_panels,
                table: take(self.table(ids)),
            },
        }
    }

    /// What is kept of one direction of one layer.
    pub(super) fn kept<'a>(&self, batch: usize, index: usize, all: &'a mut [f32]) -> Kept<'a> {
        let [gates, hidden, memory] = self.kept_of().map(|each| each * batch);
        let own = &mut all[index * (gates + hidden + memory)..][..gates + hidden + memory];
        let (kept, rest) = own.split_at_mut(gates);
        let (hidden, memory) = rest.split_at_mut(hidden);
        Kept { kept, hidden, memory }
    }

    pub(super) fn weights<'a>(&self, parameters: &'a [f32], layer: usize, direction: usize) -> Weights<'a> {
        let own = &parameters[self.offset(layer, direction)..][..self.parameters_of(layer)];
        let (ih, rest) = own.split_at(self.rows() * self.inputs_of(layer));
        let (hh, rest) = rest.split_at(self.rows() * self.hidden);
        let (bias_ih, bias_hh) = rest.split_at(self.rows() * self.biases);
        Weights {
            ih,
            hh,
            bias_ih,
            bias_hh,
        }
    }

    pub(super) fn gradients<'a>(&self, gradients: &'a mut [f32], layer: usize, direction: usize) -> Gradients<'a> {
        let own = &mut gradients[self.offset(layer, direction)..][..self.parameters_of(layer)];
        let (weight_ih, rest) = own.split_at_mut(self.rows() * self.inputs_of(layer));
        let (weight_hh, rest) = rest.split_at_mut(self.rows() * self.hidden);
        let (bias_ih, bias_hh) = rest.split_at_mut(self.rows() * self.biases);
        Gradients {
            weight_ih,
            weight_hh,
            bias_ih,
            bias_hh,
        }
    }

    pub(super) fn place(&self, layer: usize, direction: usize) -> Place {
        Place {
            all: self.all || layer + 1 < self.layers,
            width: self.outputs,
            offset: direction * self.hidden,
        }
    }

    pub(super) fn direction<'a>(&self, pass: &Pass<'a>, direction: usize) -> Direction<'a> {
        Direction {
            batch: pass.batch,
            steps: self.steps,
            reverse: direction > 0,
            lengths: pass.lengths,
        }
    }
}
