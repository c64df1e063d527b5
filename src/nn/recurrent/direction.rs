//! One direction of one layer, fused. Samples are divided into blocks; a block runs through all of its time steps
//! on one thread, so that no step waits for another thread. Which samples make a block follows from the batch
//! alone.

use super::cell::{Cell, Step, StepBack};
use super::gradients::Products;
use crate::lengths::Lengths;
use runner_kernel::matmul::{Matrix, Output};
use runner_kernel::panels::{Panels, Rows, RowsMut};
use runner_kernel::parallel;

/// The most samples in a block: their states and gates stay in the first-level cache, and two threads have work in
/// a batch of 32.
pub(super) const BLOCK: usize = 16;

/// Sizes, and which way time runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Direction<'a> {
    pub batch: usize,
    pub steps: usize,
    pub reverse: bool,
    /// Steps of each sample, where they may be fewer.
    pub lengths: Option<Lengths<'a>>,
}

/// What a layer reads.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    /// `[batch, steps, inputs]`, the packed weights, and the biases `[GATES · H]`.
    Numbers {
        x: &'a [f32],
        inputs: usize,
        weights: Panels<'a>,
        bias: &'a [f32],
    },
    /// `[batch, steps]` ids, and for each of them a row of the table `[ids + 1, GATES · H]`; the last row is for
    /// what is no id.
    Ids { ids: &'a [f32], table: &'a [f32] },
}

/// Where the states of a direction lie in a sequence `[batch, steps, width]`, or in features `[batch, width]`
/// where only the last is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub all: bool,
    pub width: usize,
    pub offset: usize,
}

/// What is kept of a direction from forward to backward, block after block: in each, time comes first.
pub(super) struct Kept<'a> {
    /// `[steps, samples, KEPT · H]`.
    pub kept: &'a mut [f32],
    /// `[1 + steps, samples, H]`; before the first step it is 0.
    pub hidden: &'a mut [f32],
    /// `[1 + steps, samples, MEMORY · H]`.
    pub memory: &'a mut [f32],
}

/// The packed weights of the hidden state, one for each [`Cell::HIDDEN`].
pub(super) type Hidden<'a> = [Panels<'a>; 2];

/// What all samples read on their way through the steps, and where their states go.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub given: Given<'a>,
    pub weights: &'a Hidden<'a>,
    /// See [`Step::hidden_bias`].
    pub hidden_bias: &'a [f32],
    pub place: Place,
}

/// What they read on the way back.
#[derive(Clone, Copy)]
pub(super) struct RunBack<'a> {
    pub weights: &'a Hidden<'a>,
    pub place: Place,
    /// Gradients of the states, where `place` says.
    pub dy: &'a [f32],
    /// The packed weights of the inputs, and what to do with the inputs' gradients; none where nobody wants those.
    pub inputs: Option<(Panels<'a>, Output)>,
}

impl Place {
    /// Numbers of a sample.
    fn sample(self, steps: usize) -> usize {
        self.width * if self.all { steps } else { 1 }
    }

    /// The state of a sample after the step at `time`; nothing where it is not wanted.
    fn range(
        self,
        direction: &Direction<'_>,
        sample: usize,
        step: usize,
        hidden: usize,
    ) -> Option<std::ops::Range<usize>> {
        let last = step + 1 == direction.steps;
        let time = if self.all { direction.time(step) } else { 0 };
        let start = sample * self.sample(direction.steps) + time * self.width + self.offset;
        (self.all || last).then_some(start..start + hidden)
    }
}

impl Direction<'_> {
    /// Samples in a block; the last block may have fewer.
    pub(super) fn unit(&self) -> usize {
        self.batch.div_ceil(self.batch.div_ceil(BLOCK).max(1)).max(1)
    }

    /// The place in the sequence of a step.
    pub(super) fn time(&self, step: usize) -> usize {
        if self.reverse { self.steps - 1 - step } else { step }
    }

    /// Whether a sample's sequence has ended, or in reverse not begun: its state stays, and its products teach
    /// nothing.
    pub(super) fn idle(&self, sample: usize, step: usize) -> bool {
        self.lengths
            .is_some_and(|lengths| self.time(step) >= lengths.of(sample))
    }

    /// The blocks of some samples: the first sample, and how many.
    pub(super) fn blocks(&self, first: usize, samples: usize) -> impl Iterator<Item = (usize, usize)> {
        let unit = self.unit();
        (0..samples)
            .step_by(unit)
            .map(move |start| (first + start, unit.min(samples - start)))
    }

    fn work<C: Cell, const H: usize>(&self) -> usize {
        self.steps.saturating_mul(C::GATES * H).saturating_mul(H)
    }

    /// States of a batch.
    #[inline]
    pub(super) fn forward<C: Cell, const H: usize>(&self, run: Run<'_>, y: &mut [f32], kept: Kept<'_>) {
        let outputs = [y, kept.kept, kept.hidden, kept.memory];
        let (whole, unit) = (self, self.unit());
        parallel::rows(self.batch, unit, self.work::<C, H>(), outputs, &|first, outputs| {
            let samples = outputs[2].len() / ((whole.steps + 1) * H);
            let mut outputs = outputs;
            for (first, samples) in whole.blocks(first, samples) {
                let sizes = [
                    run.place.sample(whole.steps),
                    whole.steps * C::KEPT * H,
                    (whole.steps + 1) * H,
                    (whole.steps + 1) * C::MEMORY * H,
                ];
                let mut sizes = sizes.into_iter();
                let [y, kept, hidden, memory] = outputs.each_mut().map(|rest| {
                    let size = sizes.next().unwrap_or(0) * samples;
                    let (block, after) = std::mem::take(rest).split_at_mut(size);
                    *rest = after;
                    block
                });
                let block = Block {
                    direction: whole,
                    first,
                    samples,
                };
                block.forward::<C, H>(run, y, Kept { kept, hidden, memory });
            }
        });
    }

    /// Gradients of the products of a batch, in the place of what was kept; and those of the inputs, `dx`, which is empty
    /// where nobody wants them.
    #[inline]
    pub(super) fn backward<'a, C: Cell, const H: usize>(
        &self,
        run: RunBack<'_>,
        kept: Kept<'a>,
        dstates: [&mut [f32]; 2],
        dx: &mut [f32],
    ) -> Products<'a> {
        let width = dx.len() / self.batch;
        let (hidden, memory): (&'a [f32], &'a [f32]) = (kept.hidden, kept.memory);
        let [dhidden, dmemory] = dstates;
        let outputs = [&mut *kept.kept, dhidden, dmemory, dx];
        let (whole, unit) = (self, self.unit());
        parallel::rows(self.batch, unit, self.work::<C, H>(), outputs, &|first, outputs| {
            let samples = outputs[1].len() / H;
            let mut outputs = outputs;
            for (first, samples) in whole.blocks(first, samples) {
                let mut sizes = [whole.steps * C::KEPT * H, H, C::MEMORY * H, width].into_iter();
                let [kept, dhidden, dmemory, dx] = outputs.each_mut().map(|rest| {
                    let size = sizes.next().unwrap_or(0) * samples;
                    let (block, after) = std::mem::take(rest).split_at_mut(size);
                    *rest = after;
                    block
                });
                let block = Block {
                    direction: whole,
                    first,
                    samples,
                };
                let states = [hidden, memory].map(|all| {
                    let size = all.len() / whole.batch;
                    &all[first * size..(first + samples) * size]
                });
                block.backward::<C, H>(run, kept, states, [dhidden, dmemory], dx);
            }
        });
        Products {
            kept: kept.kept,
            hidden,
        }
    }
}

/// Some samples.
struct Block<'a> {
    direction: &'a Direction<'a>,
    first: usize,
    samples: usize,
}

impl Block<'_> {
    /// Whether no sample is at work.
    fn idle(&self, step: usize) -> bool {
        let samples = self.first..self.first + self.samples;
        self.direction.lengths.is_some() && samples.into_iter().all(|sample| self.direction.idle(sample, step))
    }

    #[inline]
    fn forward<C: Cell, const H: usize>(&self, run: Run<'_>, y: &mut [f32], kept: Kept<'_>) {
        let Run {
            given,
            weights,
            hidden_bias,
            place,
        } = run;
        let n = self.samples;
        let steps = self.direction.steps;
        kept.hidden[..n * H].fill(0.0);
        kept.memory[..n * C::MEMORY * H].fill(0.0);
        for step in 0..steps {
            let gates = &mut kept.kept[step * n * C::KEPT * H..][..n * C::KEPT * H];
            let (before, after) = kept.hidden.split_at_mut((step + 1) * n * H);
            let (before, hidden) = (&before[step * n * H..], &mut after[..n * H]);
            let (memory_before, memory) = kept.memory.split_at_mut((step + 1) * n * C::MEMORY * H);
            let memory_before = &memory_before[step * n * C::MEMORY * H..];
            let idle = self.idle(step);
            let projected = !idle && self.project::<C, H>(given, step, gates);
            if !idle {
                self.state_products::<C, H>(step, projected, weights, before, gates);
            }
            for sample in 0..n {
                let one = |blocks: usize| sample * blocks * H..(sample + 1) * blocks * H;
                if self.direction.idle(self.first + sample, step) {
                    hidden[one(1)].copy_from_slice(&before[one(1)]);
                    memory[one(C::MEMORY)].copy_from_slice(&memory_before[one(C::MEMORY)]);
                    match place.range(self.direction, sample, step, H) {
                        Some(range) if place.all => y[range].fill(0.0),
                        Some(range) => y[range].copy_from_slice(&hidden[one(1)]),
                        None => {}
                    }
                    continue;
                }
                C::forward::<H>(Step {
                    kept: &mut gates[one(C::KEPT)],
                    projected,
                    add: self.added::<C, H>(given, sample, step),
                    hidden_bias,
                    before: &before[one(1)],
                    memory_before: &memory_before[one(C::MEMORY)],
                    memory: &mut memory[one(C::MEMORY)],
                    hidden: &mut hidden[one(1)],
                });
                if let Some(range) = place.range(self.direction, sample, step, H) {
                    y[range].copy_from_slice(&hidden[one(1)]);
                }
            }
        }
    }

    /// The products of the inputs of a step, where they are not in a table.
    #[inline]
    fn project<C: Cell, const H: usize>(&self, given: Given<'_>, step: usize, gates: &mut [f32]) -> bool {
        let Given::Numbers { x, inputs, weights, .. } = given else {
            return false;
        };
        let steps = self.direction.steps;
        let start = (self.first * steps + self.direction.time(step)) * inputs;
        let x = Rows::new(&x[start..], self.samples, inputs, steps * inputs);
        let mut out = RowsMut::new(gates, self.samples, C::GATES * H, C::KEPT * H);
        weights.multiply(x, Output::Replace, &mut out);
        true
    }

    /// The products of the state before a step.
    #[inline]
    fn state_products<C: Cell, const H: usize>(
        &self,
        step: usize,
        projected: bool,
        weights: &Hidden<'_>,
        before: &[f32],
        gates: &mut [f32],
    ) {
        for (part, panels) in C::HIDDEN.iter().zip(weights) {
            let joins = projected && part.to < C::GATES;
            let gates = &mut gates[part.to * H..];
            if step == 0 {
                if !joins {
                    let rows = gates.chunks_mut(C::KEPT * H).take(self.samples);
                    rows.for_each(|row| row[..part.blocks * H].fill(0.0));
                }
                continue;
            }
            let mut out = RowsMut::new(gates, self.samples, part.blocks * H, C::KEPT * H);
            let output = if joins { Output::Add } else { Output::Replace };
            panels.multiply(Rows::new(before, self.samples, H, H), output, &mut out);
        }
    }

    #[inline]
    fn added<'a, C: Cell, const H: usize>(&self, given: Given<'a>, sample: usize, step: usize) -> &'a [f32] {
        match given {
            Given::Numbers { bias, .. } => bias,
            Given::Ids { ids, table } => {
                let width = C::GATES * H;
                let count = table.len() / width - 1;
                let place = (self.first + sample) * self.direction.steps + self.direction.time(step);
                let row = crate::embedding::id(ids[place], count).unwrap_or(count);
                &table[row * width..(row + 1) * width]
            }
        }
    }

    #[inline]
    fn backward<C: Cell, const H: usize>(
        &self,
        run: RunBack<'_>,
        kept: &mut [f32],
        [hidden, memory]: [&[f32]; 2],
        [dhidden, dmemory]: [&mut [f32]; 2],
        dx: &mut [f32],
    ) {
        let RunBack { weights, place, dy, .. } = run;
        let n = self.samples;
        let steps = self.direction.steps;
        let inputs = dx.len() / (n * steps);
        dhidden.fill(0.0);
        dmemory.fill(0.0);
        for step in (0..steps).rev() {
            let gates = &mut kept[step * n * C::KEPT * H..][..n * C::KEPT * H];
            for sample in 0..n {
                let one = |blocks: usize| sample * blocks * H..(sample + 1) * blocks * H;
                let at = |states: &'_ [f32], step: usize, blocks: usize| -> std::ops::Range<usize> {
                    debug_assert!(states.len() >= (step + 1) * n * blocks * H);
                    (step * n + sample) * blocks * H..(step * n + sample + 1) * blocks * H
                };
                let dhidden = &mut dhidden[one(1)];
                let idle = self.direction.idle(self.first + sample, step);
                if let Some(range) = place.range(self.direction, self.first + sample, step, H)
                    && !(idle && place.all)
                {
                    runner_kernel::elementwise::update(dhidden, &dy[range], |sum, dy| sum + dy);
                }
                if idle {
                    gates[one(C::KEPT)].fill(0.0);
                    continue;
                }
                C::backward::<H>(StepBack {
                    kept: &mut gates[one(C::KEPT)],
                    before: &hidden[at(hidden, step, 1)],
                    hidden: &hidden[at(hidden, step + 1, 1)],
                    memory_before: &memory[at(memory, step, C::MEMORY)],
                    memory: &memory[at(memory, step + 1, C::MEMORY)],
                    dhidden,
                    dmemory: &mut dmemory[one(C::MEMORY)],
                });
            }
            if step > 0 && !self.idle(step) {
                for (part, panels) in C::HIDDEN.iter().zip(weights) {
                    let gates = Rows::new(&gates[part.to * H..], n, part.blocks * H, C::KEPT * H);
                    panels.multiply(gates, Output::Add, &mut RowsMut::new(dhidden, n, H, H));
                }
            }
            if let Some((panels, output)) = run.inputs {
                let start = self.direction.time(step) * inputs;
                let mut dx = RowsMut::new(&mut dx[start..], n, inputs, steps * inputs);
                panels.multiply(Rows::new(gates, n, C::GATES * H, C::KEPT * H), output, &mut dx);
            }
        }
    }
}

/// The weights of the hidden state as forward multiplies by them.
pub(super) fn pack_hidden<'a, C: Cell, const H: usize>(weights: &[f32], mut room: &'a mut [f32]) -> Hidden<'a> {
    let mut panels = [Panels::EMPTY; 2];
    for (part, panels) in C::HIDDEN.iter().zip(&mut panels) {
        let (own, rest) = room.split_at_mut(Panels::len(H, part.blocks * H));
        let rows = &weights[part.from * H * H..(part.from + part.blocks) * H * H];
        *panels = Panels::pack(Matrix::new(rows, part.blocks * H, H).t(), own);
        room = rest;
    }
    panels
}

/// The same as backward does.
pub(super) fn pack_hidden_back<'a, C: Cell, const H: usize>(weights: &[f32], mut room: &'a mut [f32]) -> Hidden<'a> {
    let mut panels = [Panels::EMPTY; 2];
    for (part, panels) in C::HIDDEN.iter().zip(&mut panels) {
        let (own, rest) = room.split_at_mut(Panels::len(part.blocks * H, H));
        let rows = &weights[part.from * H * H..(part.from + part.blocks) * H * H];
        *panels = Panels::pack(Matrix::new(rows, part.blocks * H, H), own);
        room = rest;
    }
    panels
}
