//! Matrix products of row-major slices.
//!
//! Each number of a product is one chain of fused multiply-adds along the inner dimension, whatever
//! the tile, the block or the thread: the same bits on any number of threads, and on AVX2 as on
//! AVX-512. Operands are read where they lie or packed into buffers that each thread keeps, so a
//! steady step allocates nothing.

use super::block::Product;
use super::pack::View;
use super::tile::Tile;

/// Multiply-adds below which a product stays on its thread: about 15 µs of one core. Measured with
/// two threads at work, a product of half this size gains a tenth from the second, one of twice this
/// size two fifths; threads that sleep must first be woken, which costs as much again.
const WORTH_A_THREAD: usize = super::parallel::WORTH_A_THREAD;

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
/// Runs on the current rayon pool when the product is large enough to repay it.
///
/// # Panics
/// When the sizes do not meet.
///
/// ```
/// use runner::kernel::matmul::{Matrix, Output, matmul};
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 0.0, 1.0]);
/// let mut out = [0.0; 4];
/// matmul(Matrix::new(&a, 2, 2), Matrix::new(&b, 2, 2).t(), Output::Replace, &mut out);
/// assert_eq!(out, a);
/// ```
pub fn matmul(a: Matrix<'_>, b: Matrix<'_>, output: Output, out: &mut [f32]) {
    assert_eq!(a.columns, b.rows, "inner sizes meet");
    assert_eq!(
        Some(out.len()),
        a.rows.checked_mul(b.columns),
        "the product fills its slice"
    );
    let c = out.as_mut_ptr();
    let from_zero = output == Output::Replace;
    // `b` is packed; where that means to transpose it and it is the larger one, its transpose is
    // read in place instead, and the result is written transposed.
    let turn = b.column_step != 1 && a.column_step == 1 && a.rows < b.columns;
    let (left, right) = if turn { (b.t(), a.t()) } else { (a, b) };
    let (c_row_step, c_column_step) = if turn { (1, b.columns) } else { (b.columns, 1) };
    let product = Product {
        rows: left.rows,
        columns: right.columns,
        depth: left.columns,
        a: left.view(),
        b: right.view(),
        c,
        c_row_step,
        c_column_step,
        from_zero,
    };
    // SAFETY: `Matrix::new` and the assertions keep every index that sizes and steps span inside the
    // slices, and `out` is borrowed for writing alone. `Tile::best` asks the processor what it can.
    unsafe { divide(product, Tile::best(), rayon::current_num_threads()) }
}

/// Halves the product among threads where it is worth it. Any division gives the same bits.
///
/// # Safety
/// As [`Product::run`].
unsafe fn divide(product: Product, tile: Tile, threads: usize) {
    let work = product
        .rows
        .saturating_mul(product.columns)
        .saturating_mul(product.depth);
    if threads < 2 || work < WORTH_A_THREAD {
        // SAFETY: the same demands as this function's.
        return unsafe { product.run(tile) };
    }
    let share = |size: usize, unit: usize| (size * (threads / 2) / threads).next_multiple_of(unit).min(size);
    let (first, second) = if product.rows > product.columns {
        product.split_rows(share(product.rows, tile.rows))
    } else {
        product.split_columns(share(product.columns, tile.columns))
    };
    // SAFETY: the halves write to different rows, or to different columns, of one product.
    rayon::join(
        move || unsafe { divide(first, tile, threads / 2) },
        move || unsafe { divide(second, tile, threads - threads / 2) },
    );
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
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                    let mut out = vec![0.0; m * n];
                    let b = if turned {
                        Matrix::new(&b, n, k).t()
                    } else {
                        Matrix::new(&b, k, n)
                    };
                    pool.expect("threads start")
                        .install(|| matmul(Matrix::new(&a, m, k), b, Output::Replace, &mut out));
                    out
                };
                let one = run(1);
                assert!([2, 3, 8].into_iter().all(|threads| run(threads) == one), "{m} {k} {n}");
            }
        }
    }
}
