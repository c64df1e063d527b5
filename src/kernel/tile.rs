//! The innermost part of a matrix product: one tile of the result, kept in registers while the inner
//! dimension runs. Each number of it is `c + a₀b₀ + a₁b₁ + …`, added from the left, so it does not
//! matter in which tile, on which thread or in how many blocks of the inner dimension it is computed.

use super::simd::{Lanes, Registers};

/// The most rows any tile has; the most columns.
pub(super) const MAX_ROWS: usize = 12;
pub(super) const MAX_COLUMNS: usize = 32;

/// What a tile is computed from: `rows` rows of `a`, and a packed panel `[depth, columns]` of `b`.
#[derive(Clone, Copy)]
pub(super) struct Operands {
    /// The first number of the first row of `a`.
    pub a: *const f32,
    /// From one row of `a` to the next.
    pub row_step: usize,
    /// From one number of a row to the next.
    pub depth_step: usize,
    /// The panel of `b`.
    pub b: *const f32,
    /// The inner dimension.
    pub depth: usize,
    /// Rows of the tile.
    pub rows: usize,
    /// Columns of the tile that matter; those past them may come out as 0, or not be written at all.
    pub columns: usize,
}

/// A tile function: adds to `c` (or replaces it where `from_zero`), whose rows are `c_step` apart.
pub(super) type TileFn = unsafe fn(Operands, from_zero: bool, c: *mut f32, c_step: usize);

/// A tile function with its size, chosen once for this processor.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    pub run: TileFn,
    pub rows: usize,
    pub columns: usize,
}

impl Tile {
    /// The best for this processor.
    #[inline]
    pub(super) fn best() -> Self {
        match Registers::widest() {
            #[cfg(target_arch = "x86_64")]
            Registers::Avx512 => Self::avx512(),
            #[cfg(target_arch = "x86_64")]
            Registers::Avx2 => Self::avx2(),
            Registers::Portable => Self::portable(),
        }
    }

    /// 12 × 32: 24 of 32 registers for sums. Needs AVX-512F.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn avx512() -> Self {
        Self {
            run: run_avx512,
            rows: 12,
            columns: 32,
        }
    }

    /// 6 × 16: 12 of 16 registers for sums. Needs AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn avx2() -> Self {
        Self {
            run: run_avx2,
            rows: 6,
            columns: 16,
        }
    }

    /// 4 × 8.
    pub(super) fn portable() -> Self {
        Self {
            run: run_portable,
            rows: 4,
            columns: 8,
        }
    }
}

/// # Safety
/// The processor has AVX-512F; otherwise as [`tile`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn run_avx512(operands: Operands, from_zero: bool, c: *mut f32, c_step: usize) {
    // SAFETY: the same demands as this function's.
    unsafe { by_rows::<super::simd::Avx512, 12>(operands, from_zero, c, c_step) }
}

/// # Safety
/// The processor has AVX2 and FMA; otherwise as [`tile`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2(operands: Operands, from_zero: bool, c: *mut f32, c_step: usize) {
    // SAFETY: the same demands as this function's.
    unsafe { by_rows::<super::simd::Avx2, 6>(operands, from_zero, c, c_step) }
}

/// # Safety
/// As [`tile`].
unsafe fn run_portable(operands: Operands, from_zero: bool, c: *mut f32, c_step: usize) {
    // SAFETY: the same demands as this function's.
    unsafe { by_rows::<super::simd::Portable, 4>(operands, from_zero, c, c_step) }
}

/// Calls the tile of as many rows as there are.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
unsafe fn by_rows<L: Lanes, const FULL: usize>(o: Operands, from_zero: bool, c: *mut f32, c_step: usize) {
    macro_rules! of {
        ($($rows:literal)*) => {
            match o.rows {
                $($rows if $rows <= FULL => {
                    // SAFETY: the same demands as this function's.
                    unsafe {
                        if o.columns > L::COUNT {
                            tile::<L, $rows, 2>(o, from_zero, c, c_step);
                        } else {
                            tile::<L, $rows, 1>(o, from_zero, c, c_step);
                        }
                    }
                })*
                _ => {}
            }
        };
    }
    of!(1 2 3 4 5 6 7 8 9 10 11 12);
}

/// A panel is two registers wide; where one holds all the columns, the other is left alone.
///
/// # Safety
/// `a` is valid for `M` rows and `depth` numbers at its steps, `b` for `depth` times two registers,
/// `c` for writing `M` rows of `W` registers at its step (and for reading them unless `from_zero`).
/// The processor has the instructions of `L`.
#[inline(always)]
unsafe fn tile<L: Lanes, const M: usize, const W: usize>(o: Operands, from_zero: bool, c: *mut f32, c_step: usize) {
    // SAFETY: every address below is one of those that the caller vouches for.
    unsafe {
        let mut sums = [[L::zero(); W]; M];
        if !from_zero {
            for (i, sum) in sums.iter_mut().enumerate() {
                let row = c.add(i * c_step);
                *sum = std::array::from_fn(|k| L::load(row.add(k * L::COUNT)));
            }
        }
        let rows: [*const f32; M] = std::array::from_fn(|i| o.a.add(i * o.row_step));
        let mut b = o.b;
        for p in 0..o.depth {
            let right: [L; W] = std::array::from_fn(|k| L::load(b.add(k * L::COUNT)));
            for (sum, row) in sums.iter_mut().zip(rows) {
                let left = L::splat(row.add(p * o.depth_step));
                *sum = std::array::from_fn(|k| sum[k].add_product(left, right[k]));
            }
            b = b.add(2 * L::COUNT);
        }
        for (i, sum) in sums.iter().enumerate() {
            let row = c.add(i * c_step);
            for (k, sum) in sum.iter().enumerate() {
                sum.store(row.add(k * L::COUNT));
            }
        }
    }
}
