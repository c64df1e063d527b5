//! Products whose columns lie in the lanes of AVX-512 registers: tiles of 8 rows and two registers.

use std::arch::x86_64::*;

use super::lanes::TILES;

/// Rows of `a` that a tile of [`product`] has.
const ROWS: usize = 8;

/// Steps of the sums that are taken before the next tile: those of two registers of `b` stay in the first-level cache.
const DEPTH: usize = 128;

/// The left operand of [`product`]: numbers from a row to the next, and from a step of the sums to the next.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub from: *const f32,
    pub row: usize,
    pub step: usize,
}

/// `c[i][j] = Σ a[i, k] · b[k][j]`, added from the left, to what is there where `add`. `b` and `c` are row-major, each
/// with its numbers from a row to the next.
///
/// # Safety
/// The processor has AVX-512F. `columns` is a multiple of 16, and all three have as much; only this thread
/// uses `c`.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn product(
    a: Operand,
    b: (*const f32, usize),
    c: (*mut f32, usize),
    [rows, columns, depth]: [usize; 3],
    add: bool,
) {
    let part = depth.div_ceil(depth.div_ceil(DEPTH).max(1)).max(1);
    // SAFETY: as this function demands.
    unsafe {
        for first in (0..depth).step_by(part) {
            let (add, depth) = (add || first > 0, part.min(depth - first));
            for column in (0..columns).step_by(2 * TILES) {
                for row in (0..rows).step_by(ROWS) {
                    let a = Operand {
                        from: a.from.add(row * a.row + first * a.step),
                        ..a
                    };
                    let b = (b.0.add(first * b.1 + column), b.1);
                    let to = (c.0.add(row * c.1 + column), c.1);
                    let count = ROWS.min(rows - row);
                    match (columns - column > TILES, a.row == 1) {
                        (true, true) => tiles::<2>(count, Operand { row: 1, ..a }, b, to, depth, add),
                        (true, false) => tiles::<2>(count, a, b, to, depth, add),
                        (false, true) => tiles::<1>(count, Operand { row: 1, ..a }, b, to, depth, add),
                        (false, false) => tiles::<1>(count, a, b, to, depth, add),
                    }
                }
            }
        }
    }
}

/// The tile of as many rows as there are.
///
/// # Safety
/// As [`tile`].
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn tiles<const N: usize>(
    rows: usize,
    a: Operand,
    b: (*const f32, usize),
    c: (*mut f32, usize),
    depth: usize,
    add: bool,
) {
    macro_rules! of {
        ($($rows:literal)*) => {
            match rows {
                // SAFETY: the same demands as this function's.
                $($rows => unsafe { tile::<N, $rows>(a, b, c, depth, add) },)*
                _ => {}
            }
        };
    }
    of!(8 1 2 3 4 5 6 7);
}

/// # Safety
/// As [`product`], for `M` rows and `N` registers of columns.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn tile<const N: usize, const M: usize>(
    a: Operand,
    b: (*const f32, usize),
    (c, c_row): (*mut f32, usize),
    depth: usize,
    add: bool,
) {
    // SAFETY: as this function demands.
    unsafe {
        let mut sums = [[_mm512_setzero_ps(); N]; M];
        if add {
            for (i, sums) in sums.iter_mut().enumerate() {
                for (n, sum) in sums.iter_mut().enumerate() {
                    *sum = _mm512_loadu_ps(c.add(i * c_row + n * TILES));
                }
            }
        }
        if !add {
            for i in 0..M {
                for n in 0..N {
                    _mm_prefetch::<_MM_HINT_T0>(c.add(i * c_row + n * TILES).cast());
                }
            }
        }
        let (mut left, mut right) = (a.from, b.0);
        for _ in 0..depth {
            let mut b_row = [_mm512_setzero_ps(); N];
            for (n, b) in b_row.iter_mut().enumerate() {
                *b = _mm512_loadu_ps(right.add(n * TILES));
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                let number = _mm512_set1_ps(*left.add(i * a.row));
                for (sum, b) in sums.iter_mut().zip(b_row) {
                    *sum = _mm512_fmadd_ps(number, b, *sum);
                }
            }
            left = left.add(a.step);
            right = right.add(b.1);
        }
        for (i, sums) in sums.into_iter().enumerate() {
            for (n, sum) in sums.into_iter().enumerate() {
                _mm512_storeu_ps(c.add(i * c_row + n * TILES), sum);
            }
        }
    }
}
