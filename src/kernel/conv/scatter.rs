//! What places of a map send to all taps, added to the pixels that these reach.

use super::super::simd::{Lanes, Registers};

/// Where what is sent lies, and where it goes.
pub(super) struct Scatter {
    /// For each place of the map, all its runs one after the other.
    pub sent: *const f32,
    /// From one place's to the next one's.
    pub sent_step: usize,
    /// What the first tap of the first place reaches.
    pub pixels: *mut f32,
    /// From what one place reaches to what the next does, down and across.
    pub places: [usize; 2],
    /// Places in a row of the map.
    pub across: usize,
    /// Runs of taps, down and across.
    pub runs: [usize; 2],
    /// From what one run reaches to what the next does, down and across.
    pub taps: [usize; 2],
    /// Numbers of a run.
    pub run: usize,
}

/// The loops for this processor.
#[derive(Clone, Copy)]
pub(super) struct Scatters(unsafe fn(&Scatter, usize, usize));

impl Scatters {
    /// The best for this processor.
    pub(super) fn best() -> Self {
        match Registers::widest() {
            #[cfg(target_arch = "x86_64")]
            Registers::Avx512 => Self(run_avx512),
            #[cfg(target_arch = "x86_64")]
            Registers::Avx2 => Self(run_avx2),
            Registers::Portable => Self(run_portable),
        }
    }

    /// Adds what `count` places from `first` on send.
    ///
    /// # Safety
    /// All that the scatter spans is valid, pixels for writing by this thread alone.
    pub(super) unsafe fn run(self, scatter: &Scatter, first: usize, count: usize) {
        // SAFETY: as this function demands; the processor was asked.
        unsafe { (self.0)(scatter, first, count) };
    }
}

/// # Safety
/// The processor has AVX-512F; otherwise as [`Scatters::run`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn run_avx512(scatter: &Scatter, first: usize, count: usize) {
    // SAFETY: the same demands as this function's.
    unsafe { add::<super::super::simd::Avx512>(scatter, first, count) }
}

/// # Safety
/// The processor has AVX2 and FMA; otherwise as [`Scatters::run`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2(scatter: &Scatter, first: usize, count: usize) {
    // SAFETY: the same demands as this function's.
    unsafe { add::<super::super::simd::Avx2>(scatter, first, count) }
}

/// # Safety
/// As [`Scatters::run`].
unsafe fn run_portable(scatter: &Scatter, first: usize, count: usize) {
    // SAFETY: the same demands as this function's.
    unsafe { add::<super::super::simd::Portable>(scatter, first, count) }
}

/// # Safety
/// As [`Scatters::run`]; the processor has the instructions of `L`.
#[inline(always)]
unsafe fn add<L: Lanes>(s: &Scatter, first: usize, count: usize) {
    // SAFETY: every address below is one of those that the caller vouches for.
    unsafe {
        for i in 0..count {
            let (row, column) = ((first + i) / s.across, (first + i) % s.across);
            let place = s.pixels.add(row * s.places[0] + column * s.places[1]);
            let mut from = s.sent.add(i * s.sent_step);
            for y in 0..s.runs[0] {
                for x in 0..s.runs[1] {
                    let to = place.add(y * s.taps[0] + x * s.taps[1]);
                    let mut at = 0;
                    while at + L::COUNT <= s.run {
                        L::load(to.add(at)).plus(L::load(from.add(at))).store(to.add(at));
                        at += L::COUNT;
                    }
                    if at < s.run {
                        let rest = s.run - at;
                        let sum = L::load_first(to.add(at), rest).plus(L::load_first(from.add(at), rest));
                        sum.store_first(to.add(at), rest);
                    }
                    from = from.add(s.run);
                }
            }
        }
    }
}
