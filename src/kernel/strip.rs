//! The innermost part of a convolution: a tile of results kept in registers while taps and channels run. It
//! differs from a matrix product's tile in that rows lie anywhere and the inner dimension is walked in three
//! nested steps, so that pixels are read where they lie and no patch is copied. Each number is
//! `c + a₀b₀ + a₁b₁ + …`, added from the left.

use super::simd::{Lanes, Registers};

/// The most rows a tile has.
pub(super) const ROWS: usize = 12;
/// Columns of every operand are padded to a multiple of this, whatever the processor.
pub(super) const COLUMNS: usize = 16;

/// What a tile is computed from.
#[derive(Clone, Copy)]
pub(super) struct Strip {
    /// The first number of each row of `a`.
    pub rows: [*const f32; ROWS],
    /// How often each loop runs, the outermost first; their product is the inner dimension.
    pub counts: [usize; 3],
    /// How far each loop moves the rows of `a`.
    pub steps: [isize; 3],
    /// `b`, row-major.
    pub b: *const f32,
    /// From one row of `b` to the next.
    pub b_step: usize,
    /// What `b` skips besides after each turn of the outermost loop, and of the middle one.
    pub b_jumps: [isize; 2],
    /// The first number of each row of the result.
    pub c: [*mut f32; ROWS],
    /// Numbers of a row of the result that may be written.
    pub c_width: usize,
}

impl Strip {
    /// Nothing yet.
    pub(super) fn empty() -> Self {
        Self {
            rows: [std::ptr::null(); ROWS],
            counts: [0; 3],
            steps: [0; 3],
            b: std::ptr::null(),
            b_step: 0,
            b_jumps: [0; 2],
            c: [std::ptr::null_mut(); ROWS],
            c_width: usize::MAX,
        }
    }
}

/// Adds `rows` rows of a tile to `c`, or replaces it where `from_zero`.
type StripFn = unsafe fn(&Strip, rows: usize, column: usize, from_zero: bool);

/// The tile functions for this processor: one register wide, and two.
#[derive(Clone, Copy)]
pub(super) struct Strips {
    narrow: StripFn,
    wide: StripFn,
    lanes: usize,
    wide_rows: usize,
}

impl Strips {
    /// The best for this processor.
    pub(super) fn best() -> Self {
        match Registers::widest() {
            #[cfg(target_arch = "x86_64")]
            Registers::Avx512 => Self {
                narrow: narrow_avx512,
                wide: wide_avx512,
                lanes: 16,
                wide_rows: 12,
            },
            #[cfg(target_arch = "x86_64")]
            Registers::Avx2 => Self {
                narrow: narrow_avx2,
                wide: wide_avx2,
                lanes: 8,
                wide_rows: 6,
            },
            Registers::Portable => Self {
                narrow: narrow_portable,
                wide: wide_portable,
                lanes: 4,
                wide_rows: 4,
            },
        }
    }

    /// `rows` rows of the result (at most [`ROWS`]) and columns `0..columns`, rounded up to whole registers.
    ///
    /// # Safety
    /// All that the strip spans is valid, `c` for writing by this thread alone; rows of `b` and `c` have room for
    /// the next multiple of [`COLUMNS`], `c` for no more than `c_width`, from zero where that is less.
    #[inline]
    pub(super) unsafe fn run(&self, strip: &Strip, rows: usize, columns: usize, from_zero: bool) {
        let mut column = 0;
        while column < columns {
            let wide = columns - column > self.lanes;
            // SAFETY: as this function demands.
            unsafe {
                if !wide {
                    (self.narrow)(strip, rows, column, from_zero);
                } else if rows <= self.wide_rows {
                    (self.wide)(strip, rows, column, from_zero);
                } else {
                    let mut rest = *strip;
                    for first in (0..rows).step_by(self.wide_rows) {
                        let count = self.wide_rows.min(rows - first);
                        rest.rows[..count].copy_from_slice(&strip.rows[first..first + count]);
                        rest.c[..count].copy_from_slice(&strip.c[first..first + count]);
                        (self.wide)(&rest, count, column, from_zero);
                    }
                }
            }
            column += self.lanes * if wide { 2 } else { 1 };
        }
    }
}

macro_rules! versions {
    ($(#[$attribute:meta])* $narrow:ident $wide:ident $lanes:ty, $rows:literal) => {
        /// # Safety
        /// The processor has the instructions; otherwise as [`tile`].
        $(#[$attribute])*
        unsafe fn $narrow(strip: &Strip, rows: usize, column: usize, from_zero: bool) {
            // SAFETY: the same demands as this function's.
            unsafe { by_rows::<$lanes, 1, 12>(strip, rows, column, from_zero) }
        }

        /// # Safety
        /// The processor has the instructions; otherwise as [`tile`].
        $(#[$attribute])*
        unsafe fn $wide(strip: &Strip, rows: usize, column: usize, from_zero: bool) {
            // SAFETY: the same demands as this function's.
            unsafe { by_rows::<$lanes, 2, $rows>(strip, rows, column, from_zero) }
        }
    };
}

versions!(
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    narrow_avx512 wide_avx512 super::simd::Avx512, 12
);
versions!(
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    narrow_avx2 wide_avx2 super::simd::Avx2, 6
);
versions!(narrow_portable wide_portable super::simd::Portable, 4);

/// Calls the tile of as many rows as there are.
///
/// # Safety
/// As [`tile`].
#[inline(always)]
unsafe fn by_rows<L: Lanes, const N: usize, const FULL: usize>(s: &Strip, rows: usize, column: usize, from_zero: bool) {
    macro_rules! of {
        ($($rows:literal)*) => {
            match rows {
                $($rows if $rows <= FULL => {
                    // SAFETY: the same demands as this function's.
                    unsafe { tile::<L, N, $rows>(s, column, from_zero) }
                })*
                _ => {}
            }
        };
    }
    of!(1 2 3 4 5 6 7 8 9 10 11 12);
}

/// # Safety
/// `M` rows of `a` are valid wherever the loops lead, `b` for as many rows of `column` and `N` registers more, `c`
/// for `M` such rows. The processor has the instructions of `L`.
#[inline(always)]
unsafe fn tile<L: Lanes, const N: usize, const M: usize>(s: &Strip, column: usize, from_zero: bool) {
    // SAFETY: every address below is one of those that the caller vouches for.
    unsafe {
        let mut sums = [[L::zero(); N]; M];
        if !from_zero {
            for (sum, row) in sums.iter_mut().zip(s.c) {
                for (n, sum) in sum.iter_mut().enumerate() {
                    *sum = L::load(row.add(column + n * L::COUNT));
                }
            }
        }
        let rows: [*const f32; M] = std::array::from_fn(|i| s.rows[i]);
        let mut b = s.b.add(column);
        let mut outer = 0isize;
        for _ in 0..s.counts[0] {
            let mut middle = outer;
            for _ in 0..s.counts[1] {
                let mut at = middle;
                for _ in 0..s.counts[2] {
                    let right: [L; N] = std::array::from_fn(|n| L::load(b.add(n * L::COUNT)));
                    for (sum, row) in sums.iter_mut().zip(rows) {
                        let left = L::splat(row.offset(at));
                        for (sum, right) in sum.iter_mut().zip(right) {
                            *sum = sum.add_product(left, right);
                        }
                    }
                    b = b.add(s.b_step);
                    at += s.steps[2];
                }
                middle += s.steps[1];
                b = b.wrapping_offset(s.b_jumps[1]);
            }
            outer += s.steps[0];
            b = b.wrapping_offset(s.b_jumps[0]);
        }
        let room = s.c_width - column;
        for (sum, row) in sums.iter().zip(s.c) {
            for (n, sum) in sum.iter().enumerate() {
                let to = row.add(column + n * L::COUNT);
                if room >= (n + 1) * L::COUNT {
                    sum.store(to);
                } else {
                    sum.store_first(to, room - n * L::COUNT);
                }
            }
        }
    }
}
