//! Gradients of the weights of one direction: sums over all samples and steps, each a single product for a whole
//! block of samples. Threads divide the rows of the weights, so the order of every sum is that of the samples.

use std::ops::Range;

use super::cell::Cell;
use super::direction::Direction;
use runner_kernel::matmul::{Matrix, Output, matmul};
use runner_kernel::panels::{Panels, Rows, RowsMut};
use runner_kernel::{elementwise, parallel};

/// The gradients of one direction of one layer, which are added to.
pub(super) struct Gradients<'a> {
    pub weight_ih: &'a mut [f32],
    pub weight_hh: &'a mut [f32],
    pub bias_ih: &'a mut [f32],
    pub bias_hh: &'a mut [f32],
}

/// The gradients of the products, `[steps, samples, KEPT · H]` in each block, and the states,
/// `[1 + steps, samples, H]`.
#[derive(Clone, Copy)]
pub(super) struct Products<'a> {
    pub kept: &'a [f32],
    pub hidden: &'a [f32],
}

impl Direction<'_> {
    /// Adds those of `weight_hh`.
    #[inline]
    pub(super) fn hidden_gradients<C: Cell, const H: usize>(
        &self,
        products: Products<'_>,
        gradients: &mut [f32],
        room: &mut [f32],
    ) {
        let width = C::KEPT * H;
        for (first, samples) in self.blocks(0, self.batch) {
            // Before the first step the state is 0.
            let depth = (self.steps - 1) * samples;
            if depth == 0 {
                continue;
            }
            let kept = &products.kept[(first * self.steps + samples) * width..];
            let hidden = &products.hidden[(first * (self.steps + 1) + samples) * H..];
            let panels = Panels::pack_rows(depth, H, |row| &hidden[row * H..(row + 1) * H], room);
            for part in C::HIDDEN {
                let weights = &mut gradients[part.from * H * H..(part.from + part.blocks) * H * H];
                let columns = &kept[part.to * H..];
                add_products(columns, depth, width, &panels, [part.blocks * H, H], weights);
            }
        }
    }

    /// Adds those of `weight_ih`, where numbers `[batch, steps, inputs]` come in.
    #[inline]
    pub(super) fn input_gradients<C: Cell, const H: usize>(
        &self,
        products: Products<'_>,
        x: &[f32],
        gradients: &mut [f32],
        room: &mut [f32],
    ) {
        let inputs = x.len() / (self.batch * self.steps);
        let width = C::KEPT * H;
        for (first, samples) in self.blocks(0, self.batch) {
            let depth = self.steps * samples;
            let row = |row: usize| {
                let place = (first + row % samples) * self.steps + self.time(row / samples);
                &x[place * inputs..(place + 1) * inputs]
            };
            let panels = Panels::pack_rows(depth, inputs, row, room);
            let kept = &products.kept[first * self.steps * width..];
            add_products(kept, depth, width, &panels, [C::GATES * H, inputs], gradients);
        }
    }

    /// Adds those of the biases. The first `summed` columns are summed already.
    #[inline]
    pub(super) fn bias_gradients<C: Cell, const H: usize>(
        &self,
        products: Products<'_>,
        gradients: &mut Gradients<'_>,
        sums: &mut [f32],
        summed: usize,
    ) {
        let width = C::KEPT * H;
        let rest = &mut sums[summed..width];
        rest.fill(0.0);
        let rows = self.batch * self.steps;
        if !rest.is_empty() {
            parallel::rows(width - summed, 16, rows, [rest], &|first, [sums]| {
                for row in products.kept[..rows * width].chunks_exact(width) {
                    elementwise::update(sums, &row[summed + first..][..sums.len()], |sum, dy| sum + dy);
                }
            });
        }
        elementwise::update(gradients.bias_ih, sums, |sum, dy| sum + dy);
        for part in C::HIDDEN {
            let bias = &mut gradients.bias_hh[part.from * H..(part.from + part.blocks) * H];
            elementwise::update(bias, &sums[part.to * H..], |sum, dy| sum + dy);
        }
    }

    /// Adds those of `weight_ih` and of an embedding `[count, inputs]`, where ids come in: first the gradients of
    /// the table of their products, then two small products. Returns how many columns of gradients it summed on the
    /// way.
    #[inline]
    pub(super) fn id_gradients<C: Cell, const H: usize>(
        &self,
        products: Products<'_>,
        ids: &[f32],
        [embedding, weight]: [&[f32]; 2],
        [dembedding, dweight]: [&mut [f32]; 2],
        [room, sums]: [&mut [f32]; 2],
    ) -> usize {
        let width = C::KEPT * H;
        let inputs = weight.len() / (C::GATES * H);
        let count = embedding.len() / inputs;
        // The table in columns, so that threads can divide them.
        let columns = if H.is_multiple_of(64) { 64 } else { H };
        let blocks = C::GATES * H / columns;
        // What is no id has the last row: biases learn from it, too.
        let size = (count + 1) * columns;
        let table = &mut room[..blocks * size];
        table.fill(0.0);
        let work = self.batch * self.steps * columns;
        parallel::rows(blocks, 1, work, [&mut *table], &|first, [tables]| {
            for (block, table) in tables.chunks_exact_mut(size).enumerate() {
                let start = (first + block) * columns;
                self.add_by_id(products.kept, width, start..start + columns, ids, table);
            }
        });
        for (block, table) in table.chunks_exact(size).enumerate() {
            let sums = &mut sums[block * columns..(block + 1) * columns];
            sums.fill(0.0);
            elementwise::add_rows(table, sums);
            let table = Matrix::new(&table[..count * columns], count, columns);
            let rows = block * columns * inputs..(block + 1) * columns * inputs;
            let embedding = Matrix::new(embedding, count, inputs);
            matmul(table.t(), embedding, Output::Add, &mut dweight[rows.clone()]);
            let weight = Matrix::new(&weight[rows], columns, inputs);
            matmul(table, weight, Output::Add, dembedding);
        }
        C::GATES * H
    }

    /// Adds some columns of each row of gradients to the row of its id.
    #[inline]
    fn add_by_id(&self, kept: &[f32], width: usize, columns: Range<usize>, ids: &[f32], table: &mut [f32]) {
        let size = columns.len();
        let count = table.len() / size - 1;
        for (first, samples) in self.blocks(0, self.batch) {
            let kept = &kept[first * self.steps * width..][..samples * self.steps * width];
            for (row, kept) in kept.chunks_exact(width).enumerate() {
                let place = (first + row % samples) * self.steps + self.time(row / samples);
                let id = crate::embedding::id(ids[place], count).unwrap_or(count);
                let sums = &mut table[id * size..(id + 1) * size];
                elementwise::update_row(sums, &kept[columns.clone()], |sum, dy| sum + dy);
            }
        }
    }
}

/// `c += aᵀ · b` for the first columns of `a`, as many as `c` has rows.
#[inline]
fn add_products(a: &[f32], depth: usize, step: usize, b: &Panels<'_>, [rows, columns]: [usize; 2], c: &mut [f32]) {
    let work = depth.saturating_mul(columns);
    parallel::rows(rows, 12, work, [c], &|first, [c]| {
        let rows = c.len() / columns;
        b.multiply_transposed(
            Rows::new(&a[first..], depth, rows, step),
            Output::Add,
            &mut RowsMut::new(c, rows, columns, columns),
        );
    });
}
