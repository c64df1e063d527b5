//! Products with a matrix that is used again and again, as a recurrent layer's weights are in every time step:
//! it is packed once, into the panels that tiles read. Rows may lie apart. All of it runs on the calling
//! thread; each number is the same chain of fused multiply-adds as in [`super::matmul`].

use super::matmul::{Matrix, Output};
use super::pack::{pack_plain, pack_transposed};
use super::tile::{MAX_COLUMNS, MAX_ROWS, Operands, Tile};

/// Numbers of the inner dimension that [`Panels::multiply_transposed`] takes at once: a block of panels and a
/// packed tile stay in the second-level cache.
const DEPTH: usize = 256;

/// Rows of equal length, `step` numbers apart.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    step: usize,
}

/// The same, to be written.
#[derive(Debug)]
pub struct RowsMut<'a> {
    data: &'a mut [f32],
    rows: usize,
    columns: usize,
    step: usize,
}

/// Whether `rows` rows fit.
fn fit(len: usize, rows: usize, columns: usize, step: usize) -> bool {
    let needed = rows
        .saturating_sub(1)
        .checked_mul(step)
        .and_then(|last| last.checked_add(columns));
    rows == 0 || (columns <= step.max(columns) && needed.is_some_and(|needed| needed <= len))
}

impl<'a> Rows<'a> {
    /// The first `columns` numbers of each row.
    ///
    /// # Panics
    /// When they do not lie inside the slice.
    #[inline]
    pub fn new(data: &'a [f32], rows: usize, columns: usize, step: usize) -> Self {
        assert!(fit(data.len(), rows, columns, step), "rows lie inside their slice");
        Self {
            data,
            rows,
            columns,
            step,
        }
    }
}

impl<'a> RowsMut<'a> {
    /// The first `columns` numbers of each row.
    ///
    /// # Panics
    /// When they do not lie inside the slice, or overlap.
    #[inline]
    pub fn new(data: &'a mut [f32], rows: usize, columns: usize, step: usize) -> Self {
        assert!(
            fit(data.len(), rows, columns, step) && (columns <= step || rows <= 1),
            "rows lie side by side inside their slice"
        );
        Self {
            data,
            rows,
            columns,
            step,
        }
    }
}

/// A packed matrix of `depth` rows.
#[derive(Clone, Copy, Debug)]
pub struct Panels<'a> {
    data: &'a [f32],
    depth: usize,
    columns: usize,
    width: usize,
}

impl<'a> Panels<'a> {
    /// No matrix at all.
    pub const EMPTY: Self = Self {
        data: &[],
        depth: 0,
        columns: 0,
        width: 1,
    };

    /// Numbers that a packed matrix of this size takes.
    pub const fn len(depth: usize, columns: usize) -> usize {
        depth.saturating_mul(columns.div_ceil(MAX_COLUMNS).saturating_mul(MAX_COLUMNS))
    }

    /// Packs a matrix.
    ///
    /// # Panics
    /// When there is too little room.
    pub fn pack(b: Matrix<'_>, room: &'a mut [f32]) -> Self {
        let ([depth, columns], view) = b.parts();
        let width = Tile::best().columns;
        for (panel, first) in room[..Self::len(depth, columns)]
            .chunks_exact_mut((depth * width).max(1))
            .zip((0..columns).step_by(width))
        {
            let count = width.min(columns - first);
            let from = view.at(first * view.column_step);
            // SAFETY: `Matrix::new` keeps these columns inside its slice.
            unsafe {
                if view.row_step == 1 {
                    pack_transposed(from, depth, count, panel, width);
                } else {
                    pack_plain(from, depth, count, panel, width);
                }
            }
        }
        Self {
            data: room,
            depth,
            columns,
            width,
        }
    }

    /// Packs a matrix whose row `p` is `row(p)`, wherever that lies.
    ///
    /// # Panics
    /// When there is too little room, or a row is too short.
    #[inline]
    pub fn pack_rows<'r>(depth: usize, columns: usize, row: impl Fn(usize) -> &'r [f32], room: &'a mut [f32]) -> Self {
        let width = Tile::best().columns;
        let room = &mut room[..Self::len(depth, columns)];
        for p in 0..depth {
            let row = &row(p)[..columns];
            for (panel, numbers) in room.chunks_exact_mut(depth * width).zip(row.chunks(width)) {
                let packed = &mut panel[p * width..(p + 1) * width];
                packed[..numbers.len()].copy_from_slice(numbers);
                packed[numbers.len()..].fill(0.0);
            }
        }
        Self {
            data: room,
            depth,
            columns,
            width,
        }
    }

    /// `c = a · b`, or `c += a · b`, with `a` of `depth` columns.
    ///
    /// # Panics
    /// When the sizes do not meet.
    pub fn multiply(&self, a: Rows<'_>, output: Output, c: &mut RowsMut<'_>) {
        assert_eq!(a.columns, self.depth, "inner sizes meet");
        assert_eq!((a.rows, self.columns), (c.rows, c.columns), "the product fits");
        let tile = Tile::best();
        let unit = even_share(a.rows, tile.rows);
        for (panel, column) in self.columns_of(c.columns) {
            for row in (0..a.rows).step_by(unit) {
                let operands = Operands {
                    a: a.data.as_ptr().wrapping_add(row * a.step),
                    row_step: a.step,
                    depth_step: 1,
                    b: panel.as_ptr(),
                    depth: self.depth,
                    rows: unit.min(a.rows - row),
                    columns: tile.columns.min(c.columns - column),
                };
                // SAFETY: `Rows::new` keeps these rows inside their slice, the panel is whole, and `place` lies
                // inside `c`. `Tile::best` asks the processor what it can.
                unsafe { run(tile, operands, output == Output::Replace, c, [row, column]) };
            }
        }
    }

    /// `c = aᵀ · b`, or `c += aᵀ · b`, with `a` of `depth` rows: sums over samples and time.
    ///
    /// # Panics
    /// When the sizes do not meet.
    pub fn multiply_transposed(&self, a: Rows<'_>, output: Output, c: &mut RowsMut<'_>) {
        assert_eq!(a.rows, self.depth, "inner sizes meet");
        assert_eq!((a.columns, self.columns), (c.rows, c.columns), "the product fits");
        let tile = Tile::best();
        let unit = even_share(a.columns, tile.rows);
        let mut packed = [0.0f32; DEPTH * MAX_ROWS];
        for start in (0..self.depth.max(1)).step_by(DEPTH) {
            let depth = DEPTH.min(self.depth - start);
            let from_zero = output == Output::Replace && start == 0;
            for row in (0..a.columns).step_by(unit) {
                let rows = unit.min(a.columns - row);
                pack_columns(&a, start, row, rows, &mut packed[..depth * rows]);
                for (panel, column) in self.columns_of(c.columns) {
                    let operands = Operands {
                        a: packed.as_ptr(),
                        row_step: 1,
                        depth_step: rows,
                        b: panel[start * self.width..].as_ptr(),
                        depth,
                        rows,
                        columns: tile.columns.min(c.columns - column),
                    };
                    // SAFETY: `depth` rows of the panel and `rows` packed columns are there, and `place` lies
                    // inside `c`. `Tile::best` asks the processor what it can.
                    unsafe { run(tile, operands, from_zero, c, [row, column]) };
                }
            }
        }
    }

    /// Each panel, with its first column.
    fn columns_of(&self, columns: usize) -> impl Iterator<Item = (&'a [f32], usize)> {
        self.data
            .chunks_exact((self.depth * self.width).max(1))
            .zip((0..columns).step_by(self.width))
    }
}

/// The least number of rows for which as few tiles do: 16 rows are better two tiles of 8 than 12 and 4.
fn even_share(rows: usize, most: usize) -> usize {
    rows.div_ceil(rows.div_ceil(most).max(1)).max(1)
}

/// Columns side by side, `[depth, columns]`.
#[inline]
fn pack_columns(a: &Rows<'_>, start: usize, first: usize, columns: usize, packed: &mut [f32]) {
    let row = |p: usize| &a.data[(start + p) * a.step + first..][..columns];
    if columns == MAX_ROWS {
        // The common size as a constant: three moves instead of a call.
        let (whole, _) = packed.as_chunks_mut::<MAX_ROWS>();
        for (p, to) in whole.iter_mut().enumerate() {
            to.copy_from_slice(row(p));
        }
    } else {
        for (p, to) in packed.chunks_exact_mut(columns).enumerate() {
            to.copy_from_slice(row(p));
        }
    }
}

/// One tile of `c`, at its edge computed beside it and copied.
///
/// # Safety
/// The operands are valid for a tile of this processor; the tile's rows are rows of `c` from `place` on.
unsafe fn run(tile: Tile, operands: Operands, from_zero: bool, c: &mut RowsMut<'_>, [row, column]: [usize; 2]) {
    let columns = tile.columns.min(c.columns - column);
    let step = c.step;
    let place = &mut c.data[row * step + column..];
    if columns == tile.columns {
        // SAFETY: `RowsMut::new` keeps whole rows inside the slice; the rest is the caller's.
        return unsafe { (tile.run)(operands, from_zero, place.as_mut_ptr(), step) };
    }
    let mut aside = [0.0f32; MAX_ROWS * MAX_COLUMNS];
    let rows = operands.rows;
    if !from_zero {
        for (i, row) in aside.chunks_exact_mut(tile.columns).take(rows).enumerate() {
            row[..columns].copy_from_slice(&place[i * step..i * step + columns]);
        }
    }
    // SAFETY: `aside` has room for the largest tile; the rest is the caller's.
    unsafe { (tile.run)(operands, from_zero, aside.as_mut_ptr(), tile.columns) };
    for (i, row) in aside.chunks_exact(tile.columns).take(rows).enumerate() {
        place[i * step..i * step + columns].copy_from_slice(&row[..columns]);
    }
}

#[cfg(test)]
#[path = "panels_test.rs"]
mod tests;
