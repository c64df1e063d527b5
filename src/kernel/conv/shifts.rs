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
    assert!(columns.len() >= g.taps() * g.channels * row && row >= g.places());
    for (channel, plane) in image.chunks_exact(g.pixels()).enumerate() {
        // SAFETY: as this function demands; each tap has a row for the channel.
        unsafe {
            let columns = columns.as_mut_ptr().add(channel * row);
            let tap = g.channels * row;
            match kind {
                Kind::Single => shifted(g, plane, columns, tap),
                Kind::Every2nd => every_2nd(g, plane, columns),
                Kind::Around2nd => around_2nd(g, plane, columns, tap),
            }
        }
    }
}

/// Tells the cache that a part of the next plane comes soon: planes are pages, and it does not look over their edge.
#[inline(always)]
fn fetch(plane: &[f32], first: usize, count: usize) {
    for line in (first..first + count).step_by(16) {
        // SAFETY: a hint, which may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(plane.as_ptr().wrapping_add(plane.len() + line).cast()) };
    }
}

/// What each tap reads of a plane, zero where that is outside of it; the taps' rows lie `tap` apart.
///
/// # Safety
/// The processor has AVX-512F; each row has room for all places.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn shifted(g: &Geometry, plane: &[f32], columns: *mut f32, tap: usize) {
    let [vertical, horizontal] = g.axes;
    let below = |count: isize| -> u16 {
        match count {
            ..=0 => 0,
            16.. => !0,
            _ => (1 << count) - 1,
        }
    };
    for index in 0..g.taps() {
        let (y, x) = (index / horizontal.kernel, index % horizontal.kernel);
        let down = (y * vertical.dilation) as isize - vertical.padding as isize;
        let shift = (x * horizontal.dilation) as isize - horizontal.padding as isize;
        for x in (0..horizontal.map).step_by(16) {
            let at = x as isize + shift;
            let seen = below(horizontal.image as isize - at) & !below(-at);
            let made = below((horizontal.map - x) as isize);
            for place in 0..vertical.map {
                let pixel = place as isize + down;
                let inside = pixel >= 0 && pixel < vertical.image as isize;
                let seen = if inside { seen } else { 0 };
                let from = plane.as_ptr().wrapping_offset(pixel * horizontal.image as isize + at);
                // SAFETY: the masks leave out what lies outside of the plane's row and of the map's.
                unsafe {
                    let to = columns.add(index * tap + place * horizontal.map + x);
                    _mm512_mask_storeu_ps(to, made, _mm512_maskz_loadu_ps(seen, from));
                }
            }
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
/// As [`shifted`], for sizes of [`Kind::Every2nd`].
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn every_2nd(g: &Geometry, plane: &[f32], columns: *mut f32) {
    let [width, map] = [g.axes[1].image, g.axes[1].map];
    for (y, rows) in plane.chunks_exact(2 * width).enumerate() {
        fetch(plane, 2 * y * width, width);
        for x in (0..map).step_by(HALF) {
            // SAFETY: the row is twice as wide as the map's, a multiple of 8.
            unsafe {
                let [even, _] = halves(rows.as_ptr().add(2 * x));
                _mm256_storeu_ps(columns.add(y * map + x), even);
            }
        }
    }
}

/// The pixels before the even ones, those, and those after them: of odd rows for the taps above and below, of even
/// rows for those between.
///
/// # Safety
/// As [`shifted`], for sizes of [`Kind::Around2nd`].
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn around_2nd(g: &Geometry, plane: &[f32], columns: *mut f32, tap: usize) {
    let [width, map] = [g.axes[1].image, g.axes[1].map];
    let back = _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6);
    // SAFETY: as this function demands; a pair of rows is four times as long as a row of the map, a multiple of 8.
    unsafe {
        for index in 0..3 {
            std::slice::from_raw_parts_mut(columns.add(index * tap), map).fill(0.0);
        }
        for (y, rows) in plane.chunks_exact(2 * width).enumerate() {
            fetch(plane, 2 * y * width, 2 * width);
            let mut before = [_mm256_setzero_ps(); 2];
            for x in (0..map).step_by(HALF) {
                for (odd_row, before) in before.iter_mut().enumerate() {
                    let [even, odd] = halves(rows.as_ptr().add(odd_row * width + 2 * x));
                    let turned = _mm256_permutevar8x32_ps(odd, back);
                    let three = [_mm256_blend_ps::<1>(turned, *before), even, odd];
                    *before = turned;
                    for (index, pixels) in three.into_iter().enumerate() {
                        let to = columns.add(index * tap + y * map + x);
                        if odd_row == 0 {
                            _mm256_storeu_ps(to.add(3 * tap), pixels);
                        } else {
                            _mm256_storeu_ps(to.add(6 * tap), pixels);
                            if y + 1 < g.axes[0].map {
                                _mm256_storeu_ps(to.add(map), pixels);
                            }
                        }
                    }
                }
            }
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
