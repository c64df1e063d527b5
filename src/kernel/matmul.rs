//! Matrix products of row-major slices, through the `gemm` crate.

use gemm::Parallelism;

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
        assert_eq!(data.len(), rows * columns, "a matrix fills its slice");
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
}

/// `out = beta * out + a · b`, where `out` is row-major `[a.rows, b.columns]`; `beta` 0 does not read it.
///
/// Runs on the current rayon pool when the product is large enough to repay it.
///
/// # Panics
/// When the sizes do not meet.
#[inline]
pub fn matmul(a: Matrix<'_>, b: Matrix<'_>, beta: f32, out: &mut [f32]) {
    assert_eq!(a.columns, b.rows, "inner sizes meet");
    assert_eq!(out.len(), a.rows * b.columns, "the product fills its slice");
    // Each of these is far below the 50 µs that waking a thread can cost.
    let small = a.rows * a.columns * b.columns < 64 * 64 * 64;
    let parallelism = if small || rayon::current_num_threads() == 1 {
        Parallelism::None
    } else {
        Parallelism::Rayon(0)
    };
    // SAFETY: the constructor of `Matrix` and the assertions above keep every index that the sizes and
    // steps span inside the slices, and `out` is borrowed for writing alone.
    unsafe {
        gemm::gemm(
            a.rows,
            b.columns,
            a.columns,
            out.as_mut_ptr(),
            1,
            b.columns as isize,
            beta != 0.0,
            a.data.as_ptr(),
            a.column_step as isize,
            a.row_step as isize,
            b.data.as_ptr(),
            b.column_step as isize,
            b.row_step as isize,
            beta,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_with_transposes() {
        let a = [1., 2., 3., 4., 5., 6.];
        let b = [1., 0., -1., 2., 1., 0.];
        let mut out = [9.0; 4];
        matmul(Matrix::new(&a, 2, 3), Matrix::new(&b, 3, 2), 0.0, &mut out);
        assert_eq!(out, [2., 4., 5., 10.]);
        matmul(Matrix::new(&a, 2, 3), Matrix::new(&b, 2, 3).t(), 1.0, &mut out);
        assert_eq!(out, [2. - 2., 4. + 4., 5. - 2., 10. + 13.]);
    }
}
