//! Products of rows of gradients with rows of an image at several taps, added over all rows: the gradient of weights
//! where the numbers of a register are pixels. Each tap has one register of sums, which are added at the very end.

use super::super::simd::{Lanes, Registers};
use super::super::strip::COLUMNS;

/// The most planes of gradients that a tile reads.
pub(super) const MAPS: usize = 8;
/// The most taps side by side.
const TAPS: usize = 5;

/// What a tile is computed from.
pub(super) struct Correlation {
    /// Planes of gradients, rows one after the other.
    pub maps: [*const f32; MAPS],
    /// What the first tap reads for the first pixel.
    pub image: *const f32,
    /// From what one row reads to what the next does.
    pub image_row: usize,
    /// From one tap to the next.
    pub tap: usize,
    /// Rows of a plane of gradients.
    pub rows: usize,
    /// Numbers of such a row.
    pub columns: usize,
    /// For each plane, `[tap, COLUMNS]`.
    pub sums: [*mut f32; MAPS],
}

type CorrelationFn = unsafe fn(&Correlation, maps: usize, taps: usize);

/// The tiles for this processor.
#[derive(Clone, Copy)]
pub(super) struct Correlations {
    run: CorrelationFn,
    registers: usize,
}

impl Correlations {
    /// The best for this processor.
    pub(super) fn best() -> Self {
        match Registers::widest() {
            #[cfg(target_arch = "x86_64")]
            Registers::Avx512 => Self {
                run: run_avx512,
                registers: 32,
            },
            #[cfg(target_arch = "x86_64")]
            Registers::Avx2 => Self {
                run: run_avx2,
                registers: 16,
            },
            Registers::Portable => Self {
                run: run_portable,
                registers: 16,
            },
        }
    }

    /// Taps and planes of a tile that fits the registers: a sum for each of both, the planes' numbers, a tap's.
    pub(super) fn tile(&self, taps: usize, maps: usize) -> (usize, usize) {
        let count = taps.min(TAPS);
        let most = ((self.registers - 2) / (count + 1)).clamp(1, MAPS);
        (count, maps.div_ceil(maps.div_ceil(most)))
    }

    /// Adds to the sums of `maps` planes and `taps` taps.
    ///
    /// # Safety
    /// All that the correlation spans is valid, the image for [`COLUMNS`] more than its last row needs; the sums for
    /// writing by this thread alone.
    pub(super) unsafe fn run(&self, part: &Correlation, maps: usize, taps: usize) {
        // SAFETY: as this function demands; the processor was asked.
        unsafe { (self.run)(part, maps, taps) };
    }
}

macro_rules! version {
    ($(#[$attribute:meta])* $name:ident $lanes:ty) => {
        /// # Safety
        /// The processor has the instructions; otherwise as [`Correlations::run`].
        $(#[$attribute])*
        unsafe fn $name(part: &Correlation, maps: usize, taps: usize) {
            // SAFETY: the same demands as this function's.
            unsafe { by_size::<$lanes>(part, maps, taps) }
        }
    };
}

version!(
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    run_avx512 super::super::simd::Avx512
);
version!(
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    run_avx2 super::super::simd::Avx2
);
version!(run_portable super::super::simd::Portable);

/// # Safety
/// As [`Correlations::run`]; the processor has the instructions of `L`.
#[inline(always)]
unsafe fn by_size<L: Lanes>(part: &Correlation, maps: usize, taps: usize) {
    macro_rules! of {
        ($($taps:literal: $($maps:literal)*;)*) => {
            match (taps, maps) {
                $($(($taps, $maps) => {
                    // SAFETY: the same demands as this function's.
                    unsafe { tile::<L, $maps, $taps>(part) }
                })*)*
                _ => unreachable!("no tile has {taps} taps of {maps} planes"),
            }
        };
    }
    // What `Correlations::tile` gives for 32 registers, and fewer.
    of!(
        1: 1 2 3 4 5 6 7 8;
        2: 1 2 3 4 5 6 7 8;
        3: 1 2 3 4 5 6 7;
        4: 1 2 3 4 5 6;
        5: 1 2 3 4 5;
    );
}

/// # Safety
/// As [`by_size`].
#[inline(always)]
unsafe fn tile<L: Lanes, const M: usize, const T: usize>(part: &Correlation) {
    // SAFETY: every address below is one of those that the caller vouches for.
    unsafe {
        for lane in (0..COLUMNS).step_by(L::COUNT) {
            let mut sums: [[L; T]; M] =
                std::array::from_fn(|m| std::array::from_fn(|t| L::load(part.sums[m].add(t * COLUMNS + lane))));
            let mut maps: [*const f32; M] = std::array::from_fn(|m| part.maps[m]);
            let mut image = part.image;
            for _ in 0..part.rows {
                let mut column = lane;
                while column + L::COUNT <= part.columns {
                    let left: [L; M] = std::array::from_fn(|m| L::load(maps[m].add(column)));
                    add(&mut sums, left, image.add(column), part.tap);
                    column += COLUMNS;
                }
                if column < part.columns {
                    let left: [L; M] =
                        std::array::from_fn(|m| L::load_first(maps[m].add(column), part.columns - column));
                    add(&mut sums, left, image.add(column), part.tap);
                }
                maps.iter_mut().for_each(|map| *map = map.add(part.columns));
                image = image.add(part.image_row);
            }
            for (m, sums) in sums.into_iter().enumerate() {
                for (t, sum) in sums.into_iter().enumerate() {
                    sum.store(part.sums[m].add(t * COLUMNS + lane));
                }
            }
        }
    }
}

/// # Safety
/// As [`by_size`].
#[inline(always)]
unsafe fn add<L: Lanes, const M: usize, const T: usize>(
    sums: &mut [[L; T]; M],
    left: [L; M],
    image: *const f32,
    tap: usize,
) {
    for t in 0..T {
        // SAFETY: as this function demands.
        unsafe {
            let right = L::load(image.add(t * tap));
            for (sums, left) in sums.iter_mut().zip(left) {
                sums[t] = sums[t].add_product(left, right);
            }
        }
    }
}
