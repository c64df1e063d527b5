//! Columns from planes and back: what one tap reads is a plane shifted, or every second pixel of one.

use std::arch::x86_64::*;

use super::geometry::{Axis, Geometry};

/// Pixels that a plane's row is walked by where every second one is read.
const HALF: usize = 8;

/// How taps read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Pixel by pixel.
    Single,
    /// Every second pixel of even sizes: one tap.
    Every2nd,
    /// The same by three taps, the first of which lies before the image.
    Around2nd,
}

impl Kind {
    pub(super) fn of(axes: [Axis; 2]) -> Option<Self> {
        let of = |axis: &Axis| {
            let half = axis.stride == 2 && axis.image == 2 * axis.map && axis.dilation == 1;
            match (axis.kernel, axis.padding) {
                _ if axis.stride == 1 => Some(Kind::Single),
                (1, 0) if half => Some(Kind::Every2nd),
                (3, 1) if half => Some(Kind::Around2nd),
                _ => None,
            }
        };
        let [vertical, horizontal] = [of(&axes[0])?, of(&axes[1])?];
        let whole = vertical == Kind::Single || axes[1].map.is_multiple_of(HALF);
        (vertical == horizontal && whole).then_some(vertical)
    }
}

/// `columns[tap, channel, place]`, rows of which lie `row` apart, from an image.
///
/// # Safety
/// The processor has AVX-512F; `columns` has room for a row of all places for each tap and channel.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn gather(kind: Kind, g: &Geometry, image: &[f32], columns: &mut [f32], row: usize) {
    let [vertical, horizontal] = g.axes;
    for (channel, plane) in image.chunks_exact(g.pixels()).enumerate() {
        for y in 0..vertical.kernel {
            for place in 0..vertical.map {
                let pixel = (place * vertical.stride + y * vertical.dilation) as isize - vertical.padding as isize;
                if y == 0 {
                    fetch(
                        plane,
                        place * g.pixels() / vertical.map,
                        (place + 1) * g.pixels() / vertical.map,
                    );
                }
                let inside = pixel >= 0 && pixel < vertical.image as isize;
                let from = if inside {
                    &plane[pixel as usize * horizontal.image..][..horizontal.image]
                } else {
                    &[]
                };
                let column = |x: usize| {
                    let tap = y * horizontal.kernel + x;
                    (tap * g.channels + channel) * row + place * horizontal.map
                };
                // SAFETY: rows of the image and of columns are sliced; a row of columns is as wide as the map.
                unsafe {
                    match kind {
                        Kind::Single => {
                            for x in 0..horizontal.kernel {
                                let shift = (x * horizontal.dilation) as isize - horizontal.padding as isize;
                                shifted(from, shift, &mut columns[column(x)..][..horizontal.map]);
                            }
                        }
                        Kind::Every2nd => every_2nd(from, &mut columns[column(0)..][..horizontal.map]),
                        Kind::Around2nd => {
                            let to = [column(0), column(1), column(2)];
                            around_2nd(from, columns, to, horizontal.map);
                        }
                    }
                }
            }
        }
    }
}

/// Tells the cache that this part of the next plane comes soon: planes are pages, and it does not look over their edge.
#[inline(always)]
fn fetch(plane: &[f32], first: usize, last: usize) {
    for line in (first..last).step_by(16) {
        // SAFETY: a hint, which may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(plane.as_ptr().wrapping_add(plane.len() + line).cast()) };
    }
}

/// `to[i] = from[i + shift]`, zero where there is none.
///
/// # Safety
/// The processor has AVX-512F.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn shifted(from: &[f32], shift: isize, to: &mut [f32]) {
    let below = |count: isize| -> u16 {
        match count {
            ..=0 => 0,
            16.. => !0,
            _ => (1 << count) - 1,
        }
    };
    let width = to.len() as isize;
    for x in (0..to.len()).step_by(16) {
        let at = x as isize + shift;
        let seen = below(from.len() as isize - at) & !below(-at);
        // SAFETY: the masks leave out what lies outside of both slices.
        unsafe {
            let pixels = _mm512_maskz_loadu_ps(seen, from.as_ptr().wrapping_offset(at));
            _mm512_mask_storeu_ps(to.as_mut_ptr().add(x), below(width - x as isize), pixels);
        }
    }
}

/// Even and odd pixels of 16.
///
/// # Safety
/// The processor has AVX2; 16 numbers are valid.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn halves(from: *const f32) -> [__m256; 2] {
    // SAFETY: as this function demands.
    let (a, b) = unsafe { (_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(HALF))) };
    let even = _mm256_castps_pd(_mm256_shuffle_ps::<0x88>(a, b));
    let odd = _mm256_castps_pd(_mm256_shuffle_ps::<0xdd>(a, b));
    [
        _mm256_castpd_ps(_mm256_permute4x64_pd::<0xd8>(even)),
        _mm256_castpd_ps(_mm256_permute4x64_pd::<0xd8>(odd)),
    ]
}

/// # Safety
/// The processor has AVX2; `from` is twice as long as `to`, a multiple of 8.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn every_2nd(from: &[f32], to: &mut [f32]) {
    for x in (0..to.len()).step_by(HALF) {
        // SAFETY: as this function demands.
        unsafe {
            let [even, _] = halves(from.as_ptr().add(2 * x));
            _mm256_storeu_ps(to.as_mut_ptr().add(x), even);
        }
    }
}

/// The pixels before the even ones, those, and those after them; zeros where there is no row.
///
/// # Safety
/// The processor has AVX2; `from` is twice as long as `width`, a multiple of 8, or empty.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn around_2nd(from: &[f32], columns: &mut [f32], to: [usize; 3], width: usize) {
    if from.is_empty() {
        for to in to {
            columns[to..to + width].fill(0.0);
        }
        return;
    }
    assert!(to.iter().all(|to| to + width <= columns.len()));
    let columns = columns.as_mut_ptr();
    let back = _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6);
    let mut before = _mm256_setzero_ps();
    for x in (0..width).step_by(HALF) {
        // SAFETY: as this function demands and asserts.
        unsafe {
            let [even, odd] = halves(from.as_ptr().add(2 * x));
            let turned = _mm256_permutevar8x32_ps(odd, back);
            _mm256_storeu_ps(columns.add(to[0] + x), _mm256_blend_ps::<1>(turned, before));
            _mm256_storeu_ps(columns.add(to[1] + x), even);
            _mm256_storeu_ps(columns.add(to[2] + x), odd);
            before = turned;
        }
    }
}

/// The image whose pixels are the sums of what columns, as of [`gather`], have of them. Not for [`Kind::Single`].
///
/// # Safety
/// As [`gather`].
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn scatter(kind: Kind, g: &Geometry, columns: &[f32], row: usize, image: &mut [f32]) {
    let [vertical, horizontal] = g.axes;
    let width = horizontal.map;
    for (channel, plane) in image.chunks_exact_mut(g.pixels()).enumerate() {
        let column = |tap: usize, place: usize| &columns[(tap * g.channels + channel) * row + place * width..][..width];
        for (pixel, to) in plane.chunks_exact_mut(horizontal.image).enumerate() {
            let place = pixel / 2;
            // SAFETY: rows of columns are half as wide as those of the image.
            unsafe {
                match (kind, pixel % 2) {
                    (Kind::Every2nd, 0) => spread(&[column(0, place)], &[], &[], to),
                    (Kind::Every2nd, _) => to.fill(0.0),
                    (_, 0) => spread(&[column(4, place)], &[column(5, place)], &[column(3, place)], to),
                    _ if place + 1 < vertical.map => spread(
                        &[column(7, place), column(1, place + 1)],
                        &[column(8, place), column(2, place + 1)],
                        &[column(6, place), column(0, place + 1)],
                        to,
                    ),
                    _ => spread(&[column(7, place)], &[column(8, place)], &[column(6, place)], to),
                }
            }
        }
    }
}

/// Sums for even pixels, for odd ones, and for the odd ones before.
///
/// # Safety
/// The processor has AVX2; all are half as long as `to`, a multiple of 8.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn spread(even: &[&[f32]], odd: &[&[f32]], before: &[&[f32]], to: &mut [f32]) {
    let width = to.len() / 2;
    let ahead = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 0);
    for x in (0..width).step_by(HALF) {
        // SAFETY: as this function demands; what lies after a row's last register is not read.
        unsafe {
            let (mut e, mut o) = (_mm256_setzero_ps(), _mm256_setzero_ps());
            for even in even {
                e = _mm256_add_ps(e, _mm256_loadu_ps(even.as_ptr().add(x)));
            }
            for odd in odd {
                o = _mm256_add_ps(o, _mm256_loadu_ps(odd.as_ptr().add(x)));
            }
            for before in before {
                let next = if x + HALF < width {
                    _mm256_loadu_ps(before.as_ptr().add(x + 1))
                } else {
                    let turned = _mm256_permutevar8x32_ps(_mm256_loadu_ps(before.as_ptr().add(x)), ahead);
                    _mm256_blend_ps::<0x80>(turned, _mm256_setzero_ps())
                };
                o = _mm256_add_ps(o, next);
            }
            let (low, high) = (_mm256_unpacklo_ps(e, o), _mm256_unpackhi_ps(e, o));
            let to = to.as_mut_ptr().add(2 * x);
            _mm256_storeu_ps(to, _mm256_permute2f128_ps::<0x20>(low, high));
            _mm256_storeu_ps(to.add(HALF), _mm256_permute2f128_ps::<0x31>(low, high));
        }
    }
}
