//! Winograd's convolution where tiles lie in the lanes of registers: the tiles of a block of registers go through
//! transform, products and transform back while their points stay in the second-level cache.

use super::lanes::{self, Block, Operand, Planes, TILES};
use super::transforms::POINTS;
use super::workspace::with_workspace;

/// A convolution between planes of one size, with zeros around them.
#[derive(Clone, Copy)]
pub(super) struct Planar {
    from: Planes,
    to: Planes,
}

impl Planar {
    /// Where the processor has AVX-512, and tiles fill registers. `from` and `to` are channels, height and width.
    pub(super) fn new(from: [usize; 3], to: [usize; 3], padding: usize) -> Option<Self> {
        let [from, to] = [from, to].map(|[channels, height, width]| Planes {
            channels,
            height,
            width,
        });
        let same = padding == 1 && from.height == to.height && from.width == to.width;
        (same && from.fit() && std::is_x86_feature_detected!("avx512f")).then_some(Self { from, to })
    }

    /// Registers of a block.
    fn size(&self) -> usize {
        (256 / (self.from.channels + self.to.channels)).max(1)
    }

    /// Samples that make a block.
    pub(super) fn together(&self) -> usize {
        self.size().div_ceil(self.from.registers())
    }

    fn block(&self, channels: usize, first: usize, registers: usize) -> Block {
        let row = self.size() * TILES;
        Block {
            first,
            count: self.size().min(registers - first),
            step: row * channels + 16,
            row,
        }
    }

    /// Numbers of the points of a block that go in, and of those that come out.
    pub(super) fn room(&self) -> [usize; 2] {
        [self.from, self.to].map(|planes| POINTS * (self.size() * TILES * planes.channels + 16))
    }

    /// Planes of all samples from planes and weights `[point, channel in, channel out]`.
    pub(super) fn convolve(&self, from: &[f32], weights: &[f32], to: &mut [f32]) {
        let (inputs, outputs) = (self.from.channels, self.to.channels);
        let samples = from.len() / self.from.sample();
        let registers = samples * self.from.registers();
        assert!(weights.len() >= POINTS * inputs * outputs && to.len() >= samples * self.to.sample());
        with_workspace(self.room(), |[input, output]| {
            for first in (0..registers).step_by(self.size()) {
                let (read, made) = (
                    self.block(inputs, first, registers),
                    self.block(outputs, first, registers),
                );
                // SAFETY: the processor has the instructions, or there were no `Planar`. The block lies among the
                // samples, and its points have room.
                unsafe {
                    lanes::input(self.from, read, from.as_ptr(), input.as_mut_ptr());
                    for point in 0..POINTS {
                        let a = Operand {
                            from: weights.as_ptr().add(point * inputs * outputs),
                            row: 1,
                            step: outputs,
                        };
                        let b = (input.as_ptr().add(point * read.step), read.row);
                        let c = (output.as_mut_ptr().add(point * made.step), made.row);
                        lanes::product(a, b, c, [outputs, read.count * TILES, inputs], false);
                    }
                    lanes::output(self.to, made, output.as_ptr(), to.as_mut_ptr());
                }
            }
        });
    }

    /// Adds to the weights' gradient `[point, channel in, channel out]`, from planes that go in and the points of
    /// gradients of those that come out: `spread(first, count, points, step)` makes those of some tiles, as
    /// `[point, tile, channel]`. The points of a block have [`Planar::room`].
    pub(super) fn add_weights(
        &self,
        from: &[f32],
        sums: &mut [f32],
        [input, output]: [&mut [f32]; 2],
        spread: impl Fn(usize, usize, &mut [f32], usize),
    ) {
        let (inputs, outputs) = (self.from.channels, self.to.channels);
        let registers = from.len() / self.from.sample() * self.from.registers();
        assert!(sums.len() >= POINTS * inputs * outputs && input.len() >= self.room()[0]);
        assert!(output.len() >= self.room()[1]);
        for first in (0..registers).step_by(self.size()) {
            let read = self.block(inputs, first, registers);
            let step = self.block(outputs, first, registers).step;
            spread(first * TILES, read.count * TILES, output, step);
            // SAFETY: as above.
            unsafe {
                lanes::input(self.from, read, from.as_ptr(), input.as_mut_ptr());
                for point in 0..POINTS {
                    let a = Operand {
                        from: input.as_ptr().add(point * read.step),
                        row: read.row,
                        step: 1,
                    };
                    let b = (output.as_ptr().add(point * step), outputs);
                    let c = (sums.as_mut_ptr().add(point * inputs * outputs), outputs);
                    lanes::product(a, b, c, [inputs, outputs, read.count * TILES], true);
                }
            }
        }
    }
}
