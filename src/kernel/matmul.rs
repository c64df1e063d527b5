//! Matrix products of row-major slices.
//!
//! Each number of a product is one chain of fused multiply-adds along the inner dimension, whatever
//! the tile, the block or the thread: the same bits on any number of threads, and on AVX2 as on
//! AVX-512. Operands are read where they lie or packed into buffers that each thread keeps, so a
//! steady step allocates nothing.

use super::block::Product;
use super::pack::View;
use super::team;
use super::tile::Tile;

/// Multiply-adds below which a product stays on its thread: about 15 µs of one core. Measured with
/// two threads at work, a product of half this size gains a tenth from the second, one of twice this
/// size two fifths; threads that sleep must first be woken, which costs as much again.
const WORTH_A_THREAD: usize = super::parallel::WORTH_A_THREAD;

/// Multiply-adds from which two products are divided one after another rather than run side by side.
const SIDE_BY_SIDE: usize = 8 * 1024 * 1024;

/// A matrix in a slice: its sizes, and the step from one row and from one column to the next.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix that fills the slice.
    ///
    /// # Panics
    /// When the slice has another length.
    #[inline]
    pub fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        assert_eq!(Some(data.len()), rows.checked_mul(columns), "a matrix fills its slice");
        Self {
            data,
            rows,
            columns,
            row_step: columns,
            column_step: 1,
        }
    }

    /// The transposed matrix; nothing moves.
    #[must_use]
    #[inline]
    pub fn t(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
            column_step: self.row_step,
            ..self
        }
    }

    /// Sizes, and where the numbers lie.
    pub(super) fn parts(&self) -> ([usize; 2], View) {
        ([self.rows, self.columns], self.view())
    }

    fn view(&self) -> View {
        View {
            start: self.data.as_ptr(),
            row_step: self.row_step,
            column_step: self.column_step,
        }
    }
}

/// What happens to the numbers that are in the output already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// They are not read.
    Replace,
    /// The product is added to them.
    Add,
}

/// `out = a · b`, or `out += a · b`; `out` is row-major `[a.rows, b.columns]`.
///
/// Runs on the threads of the current team when the product is large enough to repay it.
///
/// # Panics
/// When the sizes do not meet.
///
/// ```
/// use runner_kernel::matmul::{Matrix, Output, matmul};
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 0.0, 1.0]);
/// let mut out = [0.0; 4];
/// matmul(Matrix::new(&a, 2, 2), Matrix::new(&b, 2, 2).t(), Output::Replace, &mut out);
/// assert_eq!(out, a);
/// ```
pub fn matmul(a: Matrix<'_>, b: Matrix<'_>, output: Output, out: &mut [f32]) {
    let product = product(a, b, output, out);
    // SAFETY: `product` checked the sizes, and `out` is borrowed for writing alone. `Tile::best` asks the
    // processor what it can.
    unsafe { divide(product, Tile::best(), team::threads()) }
}

/// Two products of [`matmul`] that do not wait for each other. Small ones run side by side, which wakes each
/// thread once and packs nothing twice; large ones one after another, so that what a thread reads stays small.
///
/// # Panics
/// When the sizes do not meet.
pub fn matmul_two(
    first: (Matrix<'_>, Matrix<'_>, Output, &mut [f32]),
    second: (Matrix<'_>, Matrix<'_>, Output, &mut [f32]),
) {
    let first = product(first.0, first.1, first.2, first.3);
    let second = product(second.0, second.1, second.2, second.3);
    let (tile, threads) = (Tile::best(), team::threads());
    let side_by_side = (WORTH_A_THREAD..SIDE_BY_SIDE).contains(&first.work().min(second.work()));
    // SAFETY: as in `matmul`; the outputs are two borrows for writing, so they do not overlap.
    unsafe {
        if threads > 1 && side_by_side {
            let half = threads / 2;
            team::join(
                move || divide(first, tile, half),
                move || divide(second, tile, threads - half),
            );
        } else {
            divide(first, tile, threads);
            divide(second, tile, threads);
        }
    }
}

/// Checks the sizes, and says how the product is to be computed.
fn product(a: Matrix<'_>, b: Matrix<'_>, output: Output, out: &mut [f32]) -> Product {
    assert_eq!(a.columns, b.rows, "inner sizes meet");
    assert_eq!(
        Some(out.len()),
        a.rows.checked_mul(b.columns),
        "the product fills its slice"
    );
    // `b` is packed; where that means to transpose it and it is the larger one, its transpose is
    // read in place instead, and the result is written transposed.
    let turn = b.column_step != 1 && a.column_step == 1 && a.rows < b.columns;
    let (left, right) = if turn { (b.t(), a.t()) } else { (a, b) };
    let (c_row_step, c_column_step) = if turn { (1, b.columns) } else { (b.columns, 1) };
    Product {
        rows: left.rows,
        columns: right.columns,
        depth: left.columns,
        a: left.view(),
        b: right.view(),
        c: out.as_mut_ptr(),
        c_row_step,
        c_column_step,
        from_zero: output == Output::Replace,
    }
}

/// Halves the product among threads where it is worth it. Any division gives the same bits.
///
/// # Safety
/// As [`Product::run`].
unsafe fn divide(product: Product, tile: Tile, threads: usize) {
    if threads < 2 || product.work() < WORTH_A_THREAD {
        // SAFETY: the same demands as this function's.
        return unsafe { product.run(tile) };
    }
    let share = |size: usize| size * (threads / 2) / threads;
    let (first, second) = if by_rows(&product, tile) {
        product.split_rows(share(product.rows))
    } else {
        product.split_columns(
            share(product.columns)
                .next_multiple_of(tile.columns)
                .min(product.columns),
        )
    };
    // SAFETY: the halves write to different rows, or to different columns, of one product.
    team::join(
        move || unsafe { divide(first, tile, threads / 2) },
        move || unsafe { divide(second, tile, threads - threads / 2) },
    );
}

/// Where two threads write to parts of the same row, each fetches numbers past the end of its part that the
/// other then has to take back: measured, as many numbers as this lie wasted in each row.
const SEAM: usize = 256;

/// Whether both halves should have all columns, or all rows: both must read, or pack, what they share.
fn by_rows(product: &Product, tile: Tile) -> bool {
    if product.rows <= tile.rows || product.columns <= tile.columns {
        return product.rows > tile.rows;
    }
    // A row of the result in memory is a column of the product where that is turned.
    let seams = |rows: usize, step: usize| if step == 1 { rows * SEAM } else { 0 };
    let rows = product.depth * product.columns + seams(product.columns, product.c_row_step);
    let columns = product.depth * product.rows + seams(product.rows, product.c_column_step);
    rows <= columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_with_transposes() {
        let a = [1., 2., 3., 4., 5., 6.];
        let b = [1., 0., -1., 2., 1., 0.];
        let mut out = [9.0; 4];
        matmul(Matrix::new(&a, 2, 3), Matrix::new(&b, 3, 2), Output::Replace, &mut out);
        assert_eq!(out, [2., 4., 5., 10.]);
        matmul(Matrix::new(&a, 2, 3), Matrix::new(&b, 2, 3).t(), Output::Add, &mut out);
        assert_eq!(out, [2. - 2., 4. + 4., 5. - 2., 10. + 13.]);
    }

    #[test]
    fn two_products_are_what_each_is_alone() {
        // Small, side by side, and divided.
        for [m, k, n] in [[3, 5, 7], [64, 128, 512], [128, 300, 400]] {
            let numbers = |n: usize| -> Vec<f32> { (0..n).map(|i| (i as f32 * 0.37).sin()).collect() };
            let (a, b, c) = (numbers(m * k), numbers(k * n), numbers(m * n));
            let (a, b, c) = (Matrix::new(&a, m, k), Matrix::new(&b, k, n), Matrix::new(&c, m, n));
            let (mut product, mut back) = (vec![0.0; m * n], vec![1.0; k * n]);
            matmul(a, b, Output::Replace, &mut product);
            matmul(a.t(), c, Output::Add, &mut back);
            for threads in [1, 2, 5] {
                let team = team::Team::new(threads);
                let (mut first, mut second) = (vec![0.0; m * n], vec![1.0; k * n]);
                team.expect("threads start").install(|| {
                    matmul_two(
                        (a, b, Output::Replace, &mut first),
                        (a.t(), c, Output::Add, &mut second),
                    );
                });
                assert!(first == product && second == back, "{m} {k} {n}, {threads} threads");
            }
        }
    }

    #[test]
    #[should_panic(expected = "a matrix fills its slice")]
    fn sizes_that_overflow_fill_no_slice() {
        Matrix::new(&[], 1 << 40, 1 << 40);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        for [m, k, n] in [
            [64, 784, 512],
            [512, 64, 784],
            [129, 333, 257],
            [1, 2000, 1000],
            [1000, 2000, 1],
        ] {
            let numbers = |n: usize| -> Vec<f32> { (0..n).map(|i| (i as f32 * 0.37).sin()).collect() };
            let (a, b) = (numbers(m * k), numbers(k * n));
            for turned in [false, true] {
                let run = |threads: usize| {
                    let team = team::Team::new(threads);
                    let mut out = vec![0.0; m * n];
                    let b = if turned {
                        Matrix::new(&b, n, k).t()
                    } else {
                        Matrix::new(&b, k, n)
                    };
                    team.expect("threads start")
                        .install(|| matmul(Matrix::new(&a, m, k), b, Output::Replace, &mut out));
                    out
                };
                let one = run(1);
                assert!([2, 3, 8].into_iter().all(|threads| run(threads) == one), "{m} {k} {n}");
            }
        }
    }
}
