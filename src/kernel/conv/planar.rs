//! Winograd's convolution where tiles lie in the lanes of registers: the tiles of a block of registers go through
//! transform, products and transform back while their points stay in the second-level cache.

use super::fours;
use super::lanes::{self, Block, Planes, TILES};
use super::product::{Operand, product};
use super::transforms::{self, Tiles, Transforms};
use super::workspace::with_workspace;

/// A convolution between planes of one size, with zeros around them.
#[derive(Clone, Copy)]
pub(super) struct Planar {
    from: Planes,
    to: Planes,
    /// Whether tiles are 4 × 4 pixels.
    fours: bool,
}

impl Planar {
    /// Where the processor has AVX-512, and tiles fill registers. `from` and `to` are channels, height and width;
    /// tiles are of 4 × 4 pixels where `fours`.
    pub(super) fn new(from: [usize; 3], to: [usize; 3], padding: usize, fours: bool) -> Option<Self> {
        let [from, to] = [from, to].map(|[channels, height, width]| Planes {
            channels,
            height,
            width,
        });
        let same = padding == 1 && from.height == to.height && from.width == to.width;
        (same && from.fit() && available()).then_some(Self { from, to, fours })
    }

    /// Registers of a block.
    fn size(&self) -> usize {
        let most = if self.fours { 128 } else { 256 };
        (most / (self.from.channels + self.to.channels)).max(2)
    }

    /// Registers of the tiles of some samples.
    fn registers(&self, samples: usize) -> usize {
        if self.fours {
            self.from.four_registers(samples)
        } else {
            samples * self.from.registers()
        }
    }

    /// Pixels of the tiles of a register.
    const fn pixels(&self) -> usize {
        TILES * if self.fours { 16 } else { 4 }
    }

    fn points(&self) -> usize {
        if self.fours { fours::POINTS } else { transforms::POINTS }
    }

    /// # Safety
    /// As [`lanes::input`].
    unsafe fn input(&self, block: Block, from: &[f32], points: &mut [f32]) {
        let (from, points) = (from.as_ptr(), points.as_mut_ptr());
        // SAFETY: as this function demands; the processor has the instructions, or there were no `Planar`.
        unsafe {
            if self.fours {
                fours::input(self.from, block, from, points);
            } else {
                lanes::input(self.from, block, from, points);
            }
        }
    }

    /// # Safety
    /// As [`lanes::output`].
    unsafe fn output(&self, block: Block, points: &[f32], to: &mut [f32]) {
        let (points, to) = (points.as_ptr(), to.as_mut_ptr());
        // SAFETY: as for `input`.
        unsafe {
            if self.fours {
                fours::output(self.to, block, points, to);
            } else {
                lanes::output(self.to, block, points, to);
            }
        }
    }

    /// Samples that make a block.
    pub(super) fn together(&self) -> usize {
        (self.size() * self.pixels()).div_ceil(self.from.plane())
    }

    fn block(&self, channels: usize, first: usize, samples: usize) -> Block {
        let row = self.size() * TILES;
        Block {
            first,
            count: self.size().min(self.registers(samples) - first),
            samples,
            step: row * channels + 16,
            row,
        }
    }

    /// Numbers of the points of a block that go in, and of those that come out.
    pub(super) fn room(&self) -> [usize; 2] {
        [self.from, self.to].map(|planes| self.points() * (self.size() * TILES * planes.channels + 16))
    }

    /// Planes of all samples from planes and weights `[point, channel in, channel out]`.
    pub(super) fn convolve(&self, from: &[f32], weights: &[f32], to: &mut [f32]) {
        let (inputs, outputs) = (self.from.channels, self.to.channels);
        let samples = from.len() / self.from.sample();
        let registers = self.registers(samples);
        assert!(weights.len() >= self.points() * inputs * outputs && to.len() >= samples * self.to.sample());
        with_workspace(self.room(), |[input, output]| {
            for first in (0..registers).step_by(self.size()) {
                let (read, made) = (self.block(inputs, first, samples), self.block(outputs, first, samples));
                // SAFETY: the processor has the instructions, or there were no `Planar`. The block lies among the
                // samples, and its points have room.
                unsafe {
                    self.input(read, from, input);
                    for point in 0..self.points() {
                        let a = Operand {
                            from: weights.as_ptr().add(point * inputs * outputs),
                            row: 1,
                            step: outputs,
                        };
                        let b = (input.as_ptr().add(point * read.step), read.row);
                        let c = (output.as_mut_ptr().add(point * made.step), made.row);
                        product(a, b, c, [outputs, read.count * TILES, inputs], false);
                    }
                    self.output(made, output, to);
                }
            }
        });
    }

    /// Adds to the weights' gradient `[point, channel in, channel out]`, from planes that go in and the gradient of those
    /// that come out, as pixels `[sample, row, column, channel]`. The points of a block have [`Planar::room`].
    pub(super) fn add_weights(&self, from: &[f32], pixels: &[f32], sums: &mut [f32], [input, output]: [&mut [f32]; 2]) {
        let (inputs, outputs) = (self.from.channels, self.to.channels);
        let samples = from.len() / self.from.sample();
        let registers = self.registers(samples);
        assert!(sums.len() >= self.points() * inputs * outputs && input.len() >= self.room()[0]);
        assert!(output.len() >= self.room()[1] && pixels.len() >= samples * self.to.sample());
        for first in (0..registers).step_by(self.size()) {
            let read = self.block(inputs, first, samples);
            let step = self.block(outputs, first, samples).step;
            // SAFETY: as above; the pixels are those of all samples.
            unsafe {
                // The last register may have fewer, where planes share it.
                let all = samples * self.to.plane() / (self.pixels() / TILES);
                let tiles = (first * TILES, (read.count * TILES).min(all - first * TILES));
                let (pixels, points) = (pixels.as_ptr(), output.as_mut_ptr());
                if self.fours {
                    fours::spread(self.to, tiles, pixels, points, step);
                } else {
                    let places = Tiles {
                        row: self.to.width * outputs,
                        pixel: outputs,
                        sample: self.to.sample(),
                        down: self.to.height / 2,
                        across: self.to.width / 2,
                    };
                    (Transforms::best().spread)(places, tiles.0, tiles.1, pixels.cast_mut(), points, step);
                }
                self.input(read, from, input);
                for point in 0..self.points() {
                    let a = Operand {
                        from: input.as_ptr().add(point * read.step),
                        row: read.row,
                        step: 1,
                    };
                    let b = (output.as_ptr().add(point * step), outputs);
                    let c = (sums.as_mut_ptr().add(point * inputs * outputs), outputs);
                    product(a, b, c, [inputs, outputs, tiles.1], true);
                }
            }
        }
    }
}

/// Whether the processor has the instructions.
pub(super) fn available() -> bool {
    std::is_x86_feature_detected!("avx512f")
}
