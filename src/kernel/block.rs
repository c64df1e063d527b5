//! A matrix product on one thread: blocks of `b` are packed so that they stay in the second-level
//! cache, tiles of the result are computed from them one after another.

use std::cell::Cell;

use super::pack::{View, pack_plain, pack_rows, pack_transposed};
use super::tile::{MAX_COLUMNS, MAX_ROWS, Operands, Tile};
use super::turn::turn;

/// Numbers of the inner dimension that a block spans.
const DEPTH: usize = 1024;
/// Numbers of `b` that a block holds, about: 256 KiB.
const BLOCK: usize = 64 * 1024;

/// A part of the product: `c[i, j] = (c[i, j] or 0) + Σ_p a[i, p] b[p, j]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
    pub a: View,
    pub b: View,
    pub c: *mut f32,
    pub c_row_step: usize,
    pub c_column_step: usize,
    pub from_zero: bool,
}

// SAFETY: the pointers stand for slices that `matmul` borrows while threads work on parts whose
// results do not overlap.
unsafe impl Send for Product {}

thread_local! {
    /// Packed panels. Taken while in use, so that a product inside a product would find none and
    /// make its own; kept afterwards, so that a steady step allocates nothing.
    static PANELS: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

impl Product {
    /// Computes it.
    ///
    /// # Safety
    /// All numbers that the views span are valid, `c` for writing by this thread alone. The processor
    /// can run the tile.
    pub(super) unsafe fn run(&self, tile: Tile) {
        let mut panels = PANELS.take();
        let depth = self.depth.clamp(1, DEPTH);
        let width = (BLOCK / depth / tile.columns).max(1) * tile.columns;
        let needed = depth * width.min(self.columns.next_multiple_of(tile.columns));
        if panels.len() < needed + DEPTH * MAX_ROWS {
            panels.resize(needed + DEPTH * MAX_ROWS, 0.0);
        }
        let (packed, panels_of_b) = panels.split_at_mut(DEPTH * MAX_ROWS);
        for column in (0..self.columns).step_by(width) {
            for start in (0..self.depth.max(1)).step_by(DEPTH) {
                let part = self.part(column, width, start);
                // SAFETY: a part lies within the whole.
                unsafe {
                    part.pack(tile.columns, panels_of_b);
                    part.multiply(tile, panels_of_b, packed);
                }
            }
        }
        PANELS.set(panels);
    }

    /// Multiply-adds.
    pub(super) fn work(&self) -> usize {
        self.rows.saturating_mul(self.columns).saturating_mul(self.depth)
    }

    /// The first rows, and the rest.
    pub(super) fn split_rows(self, rows: usize) -> (Self, Self) {
        let rest = Self {
            rows: self.rows - rows,
            a: self.a.at(rows * self.a.row_step),
            c: self.c.wrapping_add(rows * self.c_row_step),
            ..self
        };
        (Self { rows, ..self }, rest)
    }

    /// The first columns, and the rest.
    pub(super) fn split_columns(self, columns: usize) -> (Self, Self) {
        let rest = Self {
            columns: self.columns - columns,
            b: self.b.at(columns * self.b.column_step),
            c: self.c.wrapping_add(columns * self.c_column_step),
            ..self
        };
        (Self { columns, ..self }, rest)
    }

    /// The part of some columns and of some of the inner dimension.
    fn part(&self, column: usize, width: usize, start: usize) -> Self {
        Self {
            columns: width.min(self.columns - column),
            depth: DEPTH.min(self.depth - start),
            a: self.a.at(start * self.a.column_step),
            b: self.b.at(start * self.b.row_step + column * self.b.column_step),
            c: self.c.wrapping_add(column * self.c_column_step),
            from_zero: self.from_zero && start == 0,
            ..*self
        }
    }

    /// Copies `b` into panels of `width` columns, `[panel, depth, width]`; columns past the end are 0.
    ///
    /// # Safety
    /// As [`Product::run`].
    unsafe fn pack(&self, width: usize, panels: &mut [f32]) {
        let panels = panels.chunks_mut(self.depth.max(1) * width);
        for (panel, first) in panels.zip((0..self.columns).step_by(width)) {
            let columns = width.min(self.columns - first);
            let from = self.b.at(first * self.b.column_step);
            // SAFETY: these columns lie inside `b`.
            unsafe {
                if self.b.row_step == 1 {
                    pack_transposed(from, self.depth, columns, panel, width);
                } else {
                    pack_plain(from, self.depth, columns, panel, width);
                }
            }
        }
    }

    /// # Safety
    /// As [`Product::run`]; the panels were packed from this part.
    unsafe fn multiply(&self, tile: Tile, panels: &[f32], packed: &mut [f32]) {
        for row in (0..self.rows).step_by(tile.rows) {
            let rows = tile.rows.min(self.rows - row);
            let mut operands = Operands {
                a: self.a.start.wrapping_add(row * self.a.row_step),
                row_step: self.a.row_step,
                depth_step: self.a.column_step,
                b: panels.as_ptr(),
                depth: self.depth,
                rows,
                columns: 0,
            };
            if self.a.column_step != 1 {
                // SAFETY: these rows of `a` are valid.
                unsafe { pack_rows(self.a.at(row * self.a.row_step), rows, self.depth, packed) };
                operands.a = packed.as_ptr();
                operands.row_step = 1;
                operands.depth_step = rows;
            }
            for column in (0..self.columns).step_by(tile.columns) {
                operands.b = panels[column * self.depth..].as_ptr();
                let columns = tile.columns.min(self.columns - column);
                operands.columns = columns;
                let c = self.c.wrapping_add(row * self.c_row_step + column * self.c_column_step);
                // SAFETY: the tile's numbers lie inside `a`, the panels and `c`.
                unsafe {
                    if columns == tile.columns && self.c_column_step == 1 {
                        (tile.run)(operands, self.from_zero, c, self.c_row_step);
                    } else {
                        self.run_aside(tile, operands, columns, c);
                    }
                }
            }
        }
    }

    /// A tile at the edge, or of a transposed result: computed beside it and copied.
    ///
    /// # Safety
    /// As [`Product::run`].
    unsafe fn run_aside(&self, tile: Tile, operands: Operands, columns: usize, c: *mut f32) {
        let mut aside = [0.0f32; MAX_ROWS * MAX_COLUMNS];
        let width = tile.columns;
        // SAFETY: `aside` has room for the largest tile; `c` is valid for these rows and columns.
        unsafe {
            if !self.from_zero {
                for j in 0..columns {
                    for i in 0..operands.rows {
                        aside[i * width + j] = *c.add(i * self.c_row_step + j * self.c_column_step);
                    }
                }
            }
            (tile.run)(operands, self.from_zero, aside.as_mut_ptr(), width);
            if self.c_row_step == 1 {
                return turn(aside.as_ptr(), width, c, self.c_column_step, columns, operands.rows);
            }
            for j in 0..columns {
                for i in 0..operands.rows {
                    *c.add(i * self.c_row_step + j * self.c_column_step) = aside[i * width + j];
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "block_test.rs"]
mod tests;
