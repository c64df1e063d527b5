//! Winograd's F(4×4, 3×3): 36 multiplications for sixteen pixels in place of 144. Sixteen tiles of a plane lie in the
//! lanes of AVX-512 registers, as in [`super::lanes`].

use std::arch::x86_64::*;

use super::four_points::{input_along, output_along, spread_along};
use super::lanes::{Block, Planes, TILES};

/// Numbers that a tile becomes.
pub(super) const POINTS: usize = 36;

/// Where the tiles of one register lie: four registers of pixels for each row of the tiles.
#[derive(Clone, Copy)]
struct Register {
    /// The first number of the plane, in all samples.
    start: usize,
    /// The first row of it.
    y: usize,
    /// Planes of as many samples; more than one only where they are 8 by 8.
    samples: usize,
}

impl Planes {
    /// Registers of tiles of some samples. Four planes of 8 by 8 share one.
    pub(super) const fn four_registers(&self, samples: usize) -> usize {
        (samples * self.plane()).div_ceil(16 * TILES)
    }

    /// Where the tiles of a register and a channel lie.
    fn four(&self, block: Block, register: usize, channel: usize) -> Register {
        let pixel = register * 16 * TILES;
        let (sample, pixel) = (pixel / self.plane(), pixel % self.plane());
        Register {
            start: (sample * self.channels + channel) * self.plane(),
            y: pixel / self.width,
            samples: if self.width == 8 {
                4.min(block.samples - sample)
            } else {
                1
            },
        }
    }

    /// Row and first column of one of the four registers that hold row `k` of the tiles.
    #[inline(always)]
    fn piece(&self, y: usize, k: isize, piece: usize) -> (isize, usize) {
        if self.width == 32 {
            (y as isize + k + 4 * (piece / 2) as isize, piece % 2 * TILES)
        } else {
            (y as isize + k + 4 * piece as isize, 0)
        }
    }

    /// Tells the cache which pixels come next; see [`super::lanes`].
    #[inline(always)]
    fn fetch_four(&self, samples: *const f32, block: Block, i: usize, channel: usize) {
        let (next, channel) = if channel + 1 < self.channels {
            (block.first + i, channel + 1)
        } else {
            (block.first + block.count + i, 0)
        };
        if self.width == 8 {
            return;
        }
        let Register { start, y, .. } = self.four(block, next, channel);
        for line in 0..TILES {
            let pixel = samples.wrapping_add(start + y * self.width + 16 * line);
            // SAFETY: a hint, which may name any address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(pixel.cast()) };
        }
    }
}

/// The indices that take even and odd lanes of two registers.
#[inline]
#[target_feature(enable = "avx512f")]
fn even_odd() -> [__m512i; 2] {
    let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    [even, _mm512_add_epi32(even, _mm512_set1_epi32(1))]
}

/// `Bᵀ d B` of the tiles of a block; a plane has zeros around it.
///
/// # Safety
/// The processor has AVX-512F. `from` holds the planes of all samples of the block, 32, 16 or 8 pixels wide, `points` all
/// its points.
#[allow(clippy::needless_range_loop)] // it takes columns of rows
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn input(planes: Planes, block: Block, from: *const f32, points: *mut f32) {
    for channel in 0..planes.channels {
        for i in 0..block.count {
            let register = planes.four(block, block.first + i, channel);
            planes.fetch_four(from, block, i, channel);
            // SAFETY: only rows inside of the plane are read; a point has a place for each channel and register.
            unsafe {
                let mut rows = [[_mm512_setzero_ps(); 6]; 6];
                for (k, row) in rows.iter_mut().enumerate() {
                    *row = input_along(pixels(planes, register, from, k as isize - 1));
                }
                let points = points.add(channel * block.row + i * TILES);
                for j in 0..6 {
                    let column = [rows[0][j], rows[1][j], rows[2][j], rows[3][j], rows[4][j], rows[5][j]];
                    for (i, point) in input_along(column).into_iter().enumerate() {
                        _mm512_storeu_ps(points.add((6 * i + j) * block.step), point);
                    }
                }
            }
        }
    }
}

/// Six pixels of each tile, in row `k` of the tiles; zeros outside of the plane.
///
/// # Safety
/// The processor has AVX-512F, the plane is valid, 32, 16 or 8 pixels wide.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn pixels(planes: Planes, register: Register, from: *const f32, k: isize) -> [__m512; 6] {
    let mut pieces = [_mm512_setzero_ps(); 4];
    for (i, piece) in pieces.iter_mut().enumerate() {
        let plane = from.wrapping_add(register.start);
        if planes.width == 8 {
            if i < register.samples {
                // SAFETY: the plane is one of the samples', rows -1 and 8 are left out.
                *piece = unsafe { halves(plane.add(i * planes.sample()), k) };
            }
            continue;
        }
        let (row, x) = planes.piece(register.y, k, i);
        if row >= 0 && row < planes.height as isize {
            // SAFETY: the row lies inside of the plane.
            *piece = unsafe { _mm512_loadu_ps(plane.add(row as usize * planes.width + x)) };
        }
    }
    let [even, odd] = even_odd();
    let low = [
        _mm512_permutex2var_ps(pieces[0], even, pieces[1]),
        _mm512_permutex2var_ps(pieces[0], odd, pieces[1]),
    ];
    let high = [
        _mm512_permutex2var_ps(pieces[2], even, pieces[3]),
        _mm512_permutex2var_ps(pieces[2], odd, pieces[3]),
    ];
    let d1 = _mm512_permutex2var_ps(low[0], even, high[0]);
    let d2 = _mm512_permutex2var_ps(low[1], even, high[1]);
    let d3 = _mm512_permutex2var_ps(low[0], odd, high[0]);
    let d4 = _mm512_permutex2var_ps(low[1], odd, high[1]);
    let lower = _mm512_setr_epi32(15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    let upper = _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
    // The first lane of each row of tiles.
    let first: u16 = match planes.width {
        32 => 0x0101,
        16 => 0x1111,
        _ => 0x5555,
    };
    let d0 = _mm512_maskz_permutexvar_ps(!first, lower, d4);
    let d5 = _mm512_maskz_permutexvar_ps(!first.rotate_right(1), upper, d1);
    [d0, d1, d2, d3, d4, d5]
}

/// Row `k` of both rows of tiles of a plane of 8 by 8.
///
/// # Safety
/// The processor has AVX-512F, the plane is valid; `k` is -1 to 4.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn halves(plane: *const f32, k: isize) -> __m512 {
    let (mut low, mut high) = (_mm256_setzero_pd(), _mm256_setzero_pd());
    // SAFETY: rows -1 and 8 are not read.
    unsafe {
        if k >= 0 {
            low = _mm256_loadu_pd(plane.offset(8 * k).cast());
        }
        if k < 4 {
            high = _mm256_loadu_pd(plane.offset(8 * (4 + k)).cast());
        }
    }
    _mm512_castpd_ps(_mm512_insertf64x4::<1>(_mm512_castpd256_pd512(low), high))
}

/// `Aᵀ m A` of the points of a block.
///
/// # Safety
/// The processor has AVX-512F. `to` has room for the planes of all samples of the block, 32, 16 or 8 pixels wide, `points`
/// holds its points.
#[allow(clippy::needless_range_loop)] // it takes columns of rows
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn output(planes: Planes, block: Block, points: *const f32, to: *mut f32) {
    let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    let high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    for channel in 0..planes.channels {
        for i in 0..block.count {
            let Register { start, y, samples } = planes.four(block, block.first + i, channel);
            planes.fetch_four(to, block, i, channel);
            // SAFETY: pixels of tiles lie in their plane; a point has a place for each channel and register.
            unsafe {
                let points = points.add(channel * block.row + i * TILES);
                let mut columns = [[_mm512_setzero_ps(); 4]; 6];
                for (j, column) in columns.iter_mut().enumerate() {
                    let mut m = [_mm512_setzero_ps(); 6];
                    for (i, m) in m.iter_mut().enumerate() {
                        *m = _mm512_loadu_ps(points.add((6 * i + j) * block.step));
                    }
                    *column = output_along(m);
                }
                for k in 0..4 {
                    let [y0, y1, y2, y3] = output_along([
                        columns[0][k],
                        columns[1][k],
                        columns[2][k],
                        columns[3][k],
                        columns[4][k],
                        columns[5][k],
                    ]);
                    let even = [
                        _mm512_permutex2var_ps(y0, low, y2),
                        _mm512_permutex2var_ps(y0, high, y2),
                    ];
                    let odd = [
                        _mm512_permutex2var_ps(y1, low, y3),
                        _mm512_permutex2var_ps(y1, high, y3),
                    ];
                    for piece in 0..4 {
                        let half = if piece % 2 == 0 { low } else { high };
                        let pixels = _mm512_permutex2var_ps(even[piece / 2], half, odd[piece / 2]);
                        if planes.width == 8 {
                            if piece < samples {
                                let to = to.add(start + piece * planes.sample() + 8 * k);
                                _mm256_storeu_ps(to, _mm512_castps512_ps256(pixels));
                                let upper = _mm512_extractf64x4_pd::<1>(_mm512_castps_pd(pixels));
                                _mm256_storeu_pd(to.add(4 * 8).cast(), upper);
                            }
                            continue;
                        }
                        let (row, x) = planes.piece(y, k as isize, piece);
                        _mm512_storeu_ps(to.add(start + row as usize * planes.width + x), pixels);
                    }
                }
            }
        }
    }
}

/// `A y Aᵀ` of `count` tiles from the `first` on, from pixels `[sample, row, column, channel]` to `[point, tile,
/// channel]`: what the gradient of [`output`] is.
///
/// # Safety
/// The processor has AVX-512F. The pixels of all samples are valid, of a multiple of 16 channels; `points` has room.
#[allow(clippy::needless_range_loop)] // it takes columns of rows
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn spread(
    planes: Planes,
    (first, count): (usize, usize),
    pixels: *const f32,
    points: *mut f32,
    step: usize,
) {
    let (across, down) = (planes.width / 4, planes.height / 4);
    for i in 0..count {
        let (rest, x) = ((first + i) / across, (first + i) % across);
        let (sample, y) = (rest / down, rest % down);
        let pixel = (sample * planes.height + 4 * y) * planes.width + 4 * x;
        for channel in (0..planes.channels).step_by(TILES) {
            // SAFETY: the tile lies among the pixels, and there is room for its points.
            unsafe {
                let pixels = pixels.add(pixel * planes.channels + channel);
                let points = points.add(i * planes.channels + channel);
                let mut rows = [[_mm512_setzero_ps(); 6]; 4];
                for (k, row) in rows.iter_mut().enumerate() {
                    let pixels = pixels.add(k * planes.width * planes.channels);
                    let mut y = [_mm512_setzero_ps(); 4];
                    for (j, y) in y.iter_mut().enumerate() {
                        *y = _mm512_loadu_ps(pixels.add(j * planes.channels));
                    }
                    *row = spread_along(y);
                }
                for j in 0..6 {
                    let column = spread_along([rows[0][j], rows[1][j], rows[2][j], rows[3][j]]);
                    for (i, point) in column.into_iter().enumerate() {
                        _mm512_storeu_ps(points.add((6 * i + j) * step), point);
                    }
                }
            }
        }
    }
}
