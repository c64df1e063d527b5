//! Maxima over windows of 2×2 that lie side by side, with AVX-512: rows of images are often shorter than what the
//! compiler makes vectors of.

use std::arch::x86_64::*;

/// Numbers of a register.
const LANES: usize = 16;
/// The first and second number of each pair, of two registers one after the other.
const FIRST: [i32; LANES] = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30];
const SECOND: [i32; LANES] = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31];
/// Two registers one after the other, made of pairs from two registers.
const LOW: [i32; LANES] = [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23];
const HIGH: [i32; LANES] = [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31];

/// Whether this processor has what the functions need.
pub(super) fn there() -> bool {
    std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
}

fn first(count: usize) -> __mmask16 {
    if count >= LANES { !0 } else { (1 << count) - 1 }
}

/// `y[j]` is the largest of `x[0][2j]`, `x[0][2j + 1]`, `x[1][2j]`, `x[1][2j + 1]`, the first of several, a NaN before
/// all; `places[j]` is its place among the four. Rows of `x` are twice as wide as those of `y`.
///
/// # Safety
/// [`there`] is true.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) unsafe fn max(x: &[f32], y: &mut [f32], places: &mut [u8], wide: usize) {
    assert!(y.len().is_multiple_of(wide) && x.len() == 4 * y.len() && places.len() == y.len());
    // SAFETY: arrays of 16 numbers.
    let (odd, even) = unsafe {
        (
            _mm512_loadu_si512(SECOND.as_ptr().cast()),
            _mm512_loadu_si512(FIRST.as_ptr().cast()),
        )
    };
    for row in 0..y.len() / wide {
        for j in (0..wide).step_by(LANES) {
            let count = LANES.min(wide - j);
            // SAFETY: the assertion gives each row of `y` two of `x`; masks leave out what lies past a row's end.
            unsafe {
                let mut pairs = [[_mm512_setzero_ps(); 2]; 2];
                for (k, pairs) in pairs.iter_mut().enumerate() {
                    let from = x.as_ptr().add((2 * row + k) * 2 * wide + 2 * j);
                    let low = _mm512_maskz_loadu_ps(first(2 * count), from);
                    let rest = (2 * count).saturating_sub(LANES);
                    let high = _mm512_maskz_loadu_ps(first(rest), from.wrapping_add(LANES));
                    pairs[0] = _mm512_permutex2var_ps(low, even, high);
                    pairs[1] = _mm512_permutex2var_ps(low, odd, high);
                }
                let [above, below] = pairs;
                let (mut best, mut code) = (above[0], _mm512_setzero_si512());
                for (x, at) in [(above[1], 1), (below[0], 2), (below[1], 3)] {
                    let better = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, best) | _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x);
                    best = _mm512_mask_mov_ps(best, better, x);
                    code = _mm512_mask_mov_epi32(code, better, _mm512_set1_epi32(at));
                }
                _mm512_mask_storeu_ps(y.as_mut_ptr().add(row * wide + j), first(count), best);
                let places = places.as_mut_ptr().add(row * wide + j);
                _mm_mask_storeu_epi8(places.cast(), first(count), _mm512_cvtepi32_epi8(code));
            }
        }
    }
}

/// `dx` gets each number of `dy` at its place among the four, and 0 elsewhere.
///
/// # Safety
/// [`there`] is true.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) unsafe fn spread(dy: &[f32], places: &[u8], dx: &mut [f32], wide: usize) {
    assert!(dy.len().is_multiple_of(wide) && dx.len() == 4 * dy.len() && places.len() == dy.len());
    // SAFETY: arrays of 16 numbers.
    let (low, high) = unsafe {
        (
            _mm512_loadu_si512(LOW.as_ptr().cast()),
            _mm512_loadu_si512(HIGH.as_ptr().cast()),
        )
    };
    for row in 0..dy.len() / wide {
        for j in (0..wide).step_by(LANES) {
            let count = LANES.min(wide - j);
            // SAFETY: as in `max`.
            unsafe {
                let place = row * wide + j;
                let dy = _mm512_maskz_loadu_ps(first(count), dy.as_ptr().add(place));
                let code = _mm_maskz_loadu_epi8(first(count), places.as_ptr().add(place).cast());
                let code = _mm512_cvtepu8_epi32(code);
                let at = |k| _mm512_maskz_mov_ps(_mm512_cmpeq_epi32_mask(code, _mm512_set1_epi32(k)), dy);
                for k in 0..2 {
                    let (left, right) = (at(2 * k), at(2 * k + 1));
                    let to = dx.as_mut_ptr().add((2 * row + k as usize) * 2 * wide + 2 * j);
                    let rest = (2 * count).saturating_sub(LANES);
                    _mm512_mask_storeu_ps(to, first(2 * count), _mm512_permutex2var_ps(left, low, right));
                    let to = to.wrapping_add(LANES);
                    _mm512_mask_storeu_ps(to, first(rest), _mm512_permutex2var_ps(left, high, right));
                }
            }
        }
    }
}
