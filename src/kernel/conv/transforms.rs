//! The transforms of Winograd's F(2×2, 3×3), whole registers of channels at a time (Lavin and Gray, 2016).
//! A tile is 4 × 4 pixels, two apart from the next; transformed, its sixteen numbers lie `step` apart.

use super::super::simd::{Lanes, Registers};

/// Numbers that a tile becomes.
pub(super) const POINTS: usize = 16;

/// Where tiles lie among pixels, `across` of them in each of `down` rows of each sample.
#[derive(Clone, Copy)]
pub(super) struct Tiles {
    /// From a row of pixels to the next.
    pub row: usize,
    /// From a pixel to the next; the number of channels, a multiple of 16.
    pub pixel: usize,
    /// From a sample to the next.
    pub sample: usize,
    pub down: usize,
    pub across: usize,
}

impl Tiles {
    /// Where the tile starts.
    fn place(&self, tile: usize) -> usize {
        let (rest, x) = (tile / self.across, tile % self.across);
        let (sample, y) = (rest / self.down, rest % self.down);
        sample * self.sample + 2 * y * self.row + 2 * x * self.pixel
    }
}

/// Transforms `count` tiles from the `first` on, between pixels and `[point, tile, channel]`.
type Transform = unsafe fn(Tiles, first: usize, count: usize, pixels: *mut f32, points: *mut f32, step: usize);

/// The transforms for this processor.
#[derive(Clone, Copy)]
pub(super) struct Transforms {
    /// `Bᵀ d B` of pixels `d`, 4 × 4.
    pub input: Transform,
    /// `Aᵀ m A`, 2 × 2 pixels of points `m`.
    pub output: Transform,
    /// `A y Aᵀ` of pixels `y`, 2 × 2: what the gradient of `output` is.
    pub spread: Transform,
}

macro_rules! versions {
    ($(#[$attribute:meta])* $lanes:ty: $input:ident $output:ident $spread:ident) => {
        versions!(@ $(#[$attribute])* $input input $lanes);
        versions!(@ $(#[$attribute])* $output output $lanes);
        versions!(@ $(#[$attribute])* $spread spread $lanes);
    };
    (@ $(#[$attribute:meta])* $name:ident $inner:ident $lanes:ty) => {
        /// # Safety
        /// The processor has the instructions; otherwise as the function of [`Lanes`].
        $(#[$attribute])*
        unsafe fn $name(tiles: Tiles, first: usize, count: usize, pixels: *mut f32, points: *mut f32, step: usize) {
            for i in 0..count {
                let place = tiles.place(first + i);
                for channel in (0..tiles.pixel).step_by(<$lanes>::COUNT) {
                    // SAFETY: the tile lies among the pixels, and there is room for its points.
                    unsafe {
                        let pixels = pixels.add(place + channel);
                        $inner::<$lanes>(tiles, pixels, points.add(i * tiles.pixel + channel), step);
                    }
                }
            }
        }
    };
}

versions!(
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    super::super::simd::Avx512: input_avx512 output_avx512 spread_avx512
);
versions!(
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    super::super::simd::Avx2: input_avx2 output_avx2 spread_avx2
);
versions!(super::super::simd::Portable: input_portable output_portable spread_portable);

impl Transforms {
    /// The best for this processor.
    pub(super) fn best() -> Self {
        match Registers::widest() {
            #[cfg(target_arch = "x86_64")]
            Registers::Avx512 => Self {
                input: input_avx512,
                output: output_avx512,
                spread: spread_avx512,
            },
            #[cfg(target_arch = "x86_64")]
            Registers::Avx2 => Self {
                input: input_avx2,
                output: output_avx2,
                spread: spread_avx2,
            },
            Registers::Portable => Self {
                input: input_portable,
                output: output_portable,
                spread: spread_portable,
            },
        }
    }
}

/// # Safety
/// 4 × 4 pixels are valid, and as many points `step` apart for writing.
#[inline(always)]
unsafe fn input<L: Lanes>(tiles: Tiles, pixels: *const f32, points: *mut f32, step: usize) {
    // SAFETY: as this function demands.
    unsafe {
        let along = |d: [L; 4]| [d[0].minus(d[2]), d[1].plus(d[2]), d[2].minus(d[1]), d[1].minus(d[3])];
        let columns: [[L; 4]; 4] = std::array::from_fn(|j| {
            along(std::array::from_fn(|i| {
                L::load(pixels.add(i * tiles.row + j * tiles.pixel))
            }))
        });
        let rows: [[L; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| columns[j][i]));
        for (i, row) in rows.into_iter().enumerate() {
            for (j, point) in along(row).into_iter().enumerate() {
                point.store(points.add((4 * i + j) * step));
            }
        }
    }
}

/// # Safety
/// 2 × 2 pixels are valid for writing, and 4 × 4 points `step` apart.
#[inline(always)]
unsafe fn output<L: Lanes>(tiles: Tiles, pixels: *mut f32, points: *const f32, step: usize) {
    // SAFETY: as this function demands.
    unsafe {
        let along = |m: [L; 4]| [m[0].plus(m[1]).plus(m[2]), m[1].minus(m[2]).minus(m[3])];
        let columns: [[L; 2]; 4] =
            std::array::from_fn(|j| along(std::array::from_fn(|i| L::load(points.add((4 * i + j) * step)))));
        let rows: [[L; 4]; 2] = std::array::from_fn(|i| std::array::from_fn(|j| columns[j][i]));
        for (i, row) in rows.into_iter().enumerate() {
            for (j, pixel) in along(row).into_iter().enumerate() {
                pixel.store(pixels.add(i * tiles.row + j * tiles.pixel));
            }
        }
    }
}

/// # Safety
/// 2 × 2 pixels are valid, and 4 × 4 points `step` apart for writing.
#[inline(always)]
unsafe fn spread<L: Lanes>(tiles: Tiles, pixels: *const f32, points: *mut f32, step: usize) {
    // SAFETY: as this function demands.
    unsafe {
        let along = |y: [L; 2]| [y[0], y[0].plus(y[1]), y[0].minus(y[1]), L::zero().minus(y[1])];
        let columns: [[L; 4]; 2] = std::array::from_fn(|j| {
            along(std::array::from_fn(|i| {
                L::load(pixels.add(i * tiles.row + j * tiles.pixel))
            }))
        });
        let rows: [[L; 2]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| columns[j][i]));
        for (i, row) in rows.into_iter().enumerate() {
            for (j, point) in along(row).into_iter().enumerate() {
                point.store(points.add((4 * i + j) * step));
            }
        }
    }
}
