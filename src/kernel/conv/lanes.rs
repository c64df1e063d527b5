//! Winograd's F(2×2, 3×3) straight from planes and to planes, with sixteen tiles of a plane in the lanes of a register:
//! nothing is turned into pixels. It wants AVX-512 and planes whose tiles fill registers.

use std::arch::x86_64::*;

/// Tiles in a register.
pub(super) const TILES: usize = 16;

/// Planes of one size, `channels` of them in each sample.
#[derive(Clone, Copy)]
pub(super) struct Planes {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

impl Planes {
    /// Whether tiles of 2 × 2 fill registers, in rows of 4, 8, or a multiple of 16.
    pub(super) const fn fit(&self) -> bool {
        let even = self.width.is_multiple_of(2) && self.height.is_multiple_of(2);
        match self.width / 2 {
            4 | 8 => even && (self.height * self.width).is_multiple_of(4 * TILES),
            across => even && across > 0 && across.is_multiple_of(TILES),
        }
    }

    /// Registers of a plane.
    pub(super) const fn registers(&self) -> usize {
        self.height * self.width / (4 * TILES)
    }

    /// Numbers of a sample.
    pub(super) const fn sample(&self) -> usize {
        self.channels * self.plane()
    }

    pub(super) const fn plane(&self) -> usize {
        self.height * self.width
    }

    /// A row of a plane; none outside of it.
    #[inline(always)]
    fn row(&self, plane: *const f32, row: isize) -> Option<*const f32> {
        let inside = row >= 0 && row < self.height as isize;
        inside.then(|| plane.wrapping_offset(row * self.width as isize))
    }

    /// Tells the cache which pixels come after this channel's: planes lie too far apart for it to guess.
    #[inline(always)]
    fn fetch_next(&self, samples: *const f32, block: Block, register: usize, channel: usize) {
        let (next, channel) = if channel + 1 < self.channels {
            (block.first + register, channel + 1)
        } else {
            (block.first + block.count + register, 0)
        };
        let (start, _, _) = self.place(next, channel);
        let pixels = samples.wrapping_add(start + next % self.registers() * 4 * TILES);
        for line in 0..4 {
            // SAFETY: a hint, which may name any address.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(pixels.wrapping_add(line * 16).cast()) };
        }
    }

    /// The plane's number of a channel, and row and column of the first pixel of a register's tiles.
    fn place(&self, register: usize, channel: usize) -> (usize, usize, usize) {
        let (sample, register) = (register / self.registers(), register % self.registers());
        let first = register * TILES;
        let across = self.width / 2;
        let start = (sample * self.channels + channel) * self.plane();
        (start, first / across * 2, first % across * 2)
    }
}

/// Registers of tiles, and their points, `[point, channel, tile]`.
#[derive(Clone, Copy)]
pub(super) struct Block {
    /// The first register, counted through all samples.
    pub first: usize,
    pub count: usize,
    /// All samples.
    pub samples: usize,
    /// Numbers from a point to the next.
    pub step: usize,
    /// Numbers from a channel to the next.
    pub row: usize,
}

/// `Bᵀ d B` of the tiles of a block; a plane has zeros around it.
///
/// # Safety
/// The processor has AVX-512F. `from` holds the planes of all samples of the block, `points` all its points.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn input(planes: Planes, block: Block, from: *const f32, points: *mut f32) {
    // SAFETY: as this function demands.
    unsafe {
        match planes.width / 2 {
            4 => input_rows::<4>(planes, block, from, points),
            8 => input_rows::<2>(planes, block, from, points),
            _ => input_rows::<1>(planes, block, from, points),
        }
    }
}

/// For registers that hold `G` rows of tiles.
///
/// # Safety
/// As [`input`].
#[inline]
#[allow(clippy::needless_range_loop)] // it takes columns of rows
#[target_feature(enable = "avx512f")]
unsafe fn input_rows<const G: usize>(planes: Planes, block: Block, from: *const f32, points: *mut f32) {
    // SAFETY: `tile_row` reads rows of the plane alone; a point has a place for each channel and register.
    unsafe {
        for channel in 0..planes.channels {
            for i in 0..block.count {
                let (start, y, x) = planes.place(block.first + i, channel);
                planes.fetch_next(from, block, i, channel);
                let plane = from.add(start);
                let mut rows = [[_mm512_setzero_ps(); 4]; 4];
                for (k, row) in rows.iter_mut().enumerate() {
                    let [d0, d1, d2, d3] = tile_row::<G>(planes, plane, (y + k) as isize - 1, x);
                    *row = [
                        _mm512_sub_ps(d0, d2),
                        _mm512_add_ps(d1, d2),
                        _mm512_sub_ps(d2, d1),
                        _mm512_sub_ps(d1, d3),
                    ];
                }
                let points = points.add(channel * block.row + i * TILES);
                for j in 0..4 {
                    let [d0, d1, d2, d3] = [rows[0][j], rows[1][j], rows[2][j], rows[3][j]];
                    _mm512_storeu_ps(points.add(j * block.step), _mm512_sub_ps(d0, d2));
                    _mm512_storeu_ps(points.add((4 + j) * block.step), _mm512_add_ps(d1, d2));
                    _mm512_storeu_ps(points.add((8 + j) * block.step), _mm512_sub_ps(d2, d1));
                    _mm512_storeu_ps(points.add((12 + j) * block.step), _mm512_sub_ps(d1, d3));
                }
            }
        }
    }
}

/// Four pixels of each tile: those of `row` and, where a register holds several rows of tiles, of every second row
/// from there. Zeros outside of the plane.
///
/// # Safety
/// The processor has AVX-512F, the plane is valid; `x` is a pixel of it, the first of 32 / `G`.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn tile_row<const G: usize>(planes: Planes, plane: *const f32, row: isize, x: usize) -> [__m512; 4] {
    let (mut before, mut after) = (0.0, 0.0);
    // SAFETY: only rows inside of the plane are read, and no pixel before its first or after its last column.
    let [a, b] = unsafe {
        match G {
            1 => {
                let Some(at) = planes.row(plane, row) else {
                    return [_mm512_setzero_ps(); 4];
                };
                let at = at.add(x);
                if x > 0 {
                    before = *at.sub(1);
                }
                if x + 2 * TILES < planes.width {
                    after = *at.add(2 * TILES);
                }
                [_mm512_loadu_ps(at), _mm512_loadu_ps(at.add(TILES))]
            }
            2 => [whole_row(planes, plane, row), whole_row(planes, plane, row + 2)],
            _ => [two_rows(planes, plane, row), two_rows(planes, plane, row + 4)],
        }
    };
    let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    let odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    let d1 = _mm512_permutex2var_ps(a, even, b);
    let d2 = _mm512_permutex2var_ps(a, odd, b);
    let lower = _mm512_setr_epi32(15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    let upper = _mm512_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
    // The first lane of each row of tiles; the last is the one before the next first.
    let first: u16 = match G {
        1 => 0x0001,
        2 => 0x0101,
        _ => 0x1111,
    };
    let last = first.rotate_right(1);
    let d0 = _mm512_mask_permutexvar_ps(_mm512_set1_ps(before), !first, lower, d2);
    let d3 = _mm512_mask_permutexvar_ps(_mm512_set1_ps(after), !last, upper, d1);
    [d0, d1, d2, d3]
}

/// A row of 16 pixels.
///
/// # Safety
/// The processor has AVX-512F, the plane is valid and 16 pixels wide.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn whole_row(planes: Planes, plane: *const f32, row: isize) -> __m512 {
    match planes.row(plane, row) {
        // SAFETY: the row lies inside of the plane.
        Some(at) => unsafe { _mm512_loadu_ps(at) },
        None => _mm512_setzero_ps(),
    }
}

/// A row of 8 pixels, and the second after it.
///
/// # Safety
/// The processor has AVX-512F, the plane is valid and 8 pixels wide.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn two_rows(planes: Planes, plane: *const f32, row: isize) -> __m512 {
    let mut halves = [_mm256_setzero_pd(); 2];
    for (i, half) in halves.iter_mut().enumerate() {
        if let Some(at) = planes.row(plane, row + 2 * i as isize) {
            // SAFETY: the row lies inside of the plane.
            *half = unsafe { _mm256_loadu_pd(at.cast()) };
        }
    }
    _mm512_castpd_ps(_mm512_insertf64x4::<1>(_mm512_castpd256_pd512(halves[0]), halves[1]))
}

/// `Aᵀ m A` of the points of a block.
///
/// # Safety
/// The processor has AVX-512F. `to` has room for the planes of all samples of the block, `points` holds its points.
#[allow(clippy::needless_range_loop)] // it takes columns of rows
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn output(planes: Planes, block: Block, points: *const f32, to: *mut f32) {
    let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    let high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    // SAFETY: pixels of tiles lie in their plane; a point has a place for each channel and register.
    unsafe {
        for channel in 0..planes.channels {
            for i in 0..block.count {
                let points = points.add(channel * block.row + i * TILES);
                let mut columns = [[_mm512_setzero_ps(); 2]; 4];
                for (j, column) in columns.iter_mut().enumerate() {
                    let mut m = [_mm512_setzero_ps(); 4];
                    for (i, m) in m.iter_mut().enumerate() {
                        *m = _mm512_loadu_ps(points.add((4 * i + j) * block.step));
                    }
                    *column = along(m);
                }
                let (start, y, x) = planes.place(block.first + i, channel);
                planes.fetch_next(to, block, i, channel);
                for k in 0..2 {
                    let [left, right] = along([columns[0][k], columns[1][k], columns[2][k], columns[3][k]]);
                    let a = _mm512_permutex2var_ps(left, low, right);
                    let b = _mm512_permutex2var_ps(left, high, right);
                    let to = to.add(start + (y + k) * planes.width + x);
                    match planes.width / 2 {
                        4 => {
                            for (row, pixels) in [a, b].into_iter().enumerate() {
                                let to = to.add(4 * row * planes.width);
                                _mm256_storeu_ps(to, _mm512_castps512_ps256(pixels));
                                let upper = _mm512_extractf64x4_pd::<1>(_mm512_castps_pd(pixels));
                                _mm256_storeu_pd(to.add(2 * planes.width).cast(), upper);
                            }
                        }
                        8 => {
                            _mm512_storeu_ps(to, a);
                            _mm512_storeu_ps(to.add(2 * planes.width), b);
                        }
                        _ => {
                            _mm512_storeu_ps(to, a);
                            _mm512_storeu_ps(to.add(TILES), b);
                        }
                    }
                }
            }
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn along(m: [__m512; 4]) -> [__m512; 2] {
    [
        _mm512_add_ps(_mm512_add_ps(m[0], m[1]), m[2]),
        _mm512_sub_ps(_mm512_sub_ps(m[1], m[2]), m[3]),
    ]
}
