//! Convolution with kernels of 3 × 3 by Winograd's F(2×2, 3×3): 16 multiplications for four pixels in place of 36; where
//! planes allow it, tiles lie in the lanes of registers, and are of 4 × 4 pixels.
//! In f32 the result differs from the plain sum by about as much as that differs from the exact one.

use super::super::strip::{ROWS, Strip, Strips};
use super::geometry::Geometry;
use super::pixels::Frame;
use super::planar::{self, Planar};
use super::transforms::{POINTS, Tiles, Transforms};
use super::workspace::with_workspace;

/// Tiles that are transformed at a time: their points stay in the second-level cache.
const fn block(channels: usize, outputs: usize) -> usize {
    if channels + outputs > 96 { 48 } else { 96 }
}

/// Planes that go in and come out, and the zeros around them.
#[derive(Clone, Copy)]
struct Way {
    from: [usize; 3],
    to: [usize; 3],
    padding: usize,
}

impl Way {
    const fn tiles(&self) -> [usize; 2] {
        [self.to[1].div_ceil(2), self.to[2].div_ceil(2)]
    }

    /// Pixels of the tiles that are read.
    const fn seen(&self) -> Frame {
        let [down, across] = self.tiles();
        Frame {
            height: 2 * down + 2,
            width: 2 * across + 2,
            top: self.padding as isize,
            left: self.padding as isize,
            step: self.from[0],
        }
    }

    /// Pixels of the tiles that are written.
    const fn made(&self) -> Frame {
        let [down, across] = self.tiles();
        Frame {
            height: 2 * down,
            width: 2 * across,
            top: 0,
            left: 0,
            step: self.to[0],
        }
    }

    /// Whether F(4×4, 3×3) can be taken, where the processor has AVX-512: in planes whose tiles fill registers, and where
    /// the weights of 36 points leave room in the second-level cache.
    const fn by_fours(&self) -> bool {
        let [height, width] = [self.to[1], self.to[2]];
        let fit = match width {
            32 => height.is_multiple_of(8),
            16 => height.is_multiple_of(16),
            _ => width == 8 && height == 8,
        };
        fit && self.padding == 1 && self.from[0] + self.to[0] <= 128
    }

    fn planar(&self) -> Option<Planar> {
        Planar::new(self.from, self.to, self.padding, self.by_fours())
    }

    const fn tiles_of(&self, frame: Frame) -> Tiles {
        let [down, across] = self.tiles();
        Tiles {
            row: frame.row(),
            pixel: frame.step,
            sample: frame.numbers(),
            down,
            across,
        }
    }
}

impl Geometry {
    /// Whether this way is taken, for one group: where it was measured to be faster.
    pub(super) const fn by_winograd(&self) -> bool {
        const fn plain(axis: &super::Axis) -> bool {
            axis.kernel == 3 && axis.stride == 1 && axis.dilation == 1 && axis.padding <= 2
        }
        let whole = self.channels.is_multiple_of(16) && self.outputs.is_multiple_of(16);
        plain(&self.axes[0])
            && plain(&self.axes[1])
            && self.axes[0].padding == self.axes[1].padding
            && whole
            && self.in_planes()
    }

    /// Numbers of weights, or sums of their gradients, among points.
    pub(super) const fn points(&self) -> usize {
        let points = if self.to_map().by_fours() { 36 } else { POINTS };
        points * self.channels * self.outputs
    }

    /// Whether tiles are 4 × 4 pixels.
    pub(super) fn takes_fours(&self) -> bool {
        self.to_map().by_fours() && planar::available()
    }

    /// Samples whose tiles make a block.
    pub(super) fn together(&self) -> usize {
        if let Some(planar) = self.to_map().planar() {
            return planar.together();
        }
        let tiles = self.axes[0].map.div_ceil(2) * self.axes[1].map.div_ceil(2);
        block(self.channels, self.outputs).div_ceil(tiles)
    }

    const fn to_map(self) -> Way {
        let [vertical, horizontal] = self.axes;
        Way {
            from: [self.channels, vertical.image, horizontal.image],
            to: [self.outputs, vertical.map, horizontal.map],
            padding: vertical.padding,
        }
    }

    const fn to_image(self) -> Way {
        let Way { from, to, padding } = self.to_map();
        Way {
            from: to,
            to: from,
            padding: 2 - padding,
        }
    }

    pub(super) fn winograd_maps(&self, strips: Strips, images: &[f32], points: &[f32], maps: &mut [f32]) {
        convolve(&self.to_map(), strips, images, points, maps);
    }

    pub(super) fn winograd_images(&self, strips: Strips, maps: &[f32], points: &[f32], images: &mut [f32]) {
        convolve(&self.to_image(), strips, maps, points, images);
    }

    /// Adds the gradient of the weights of some samples, `[point, channel, output]`.
    pub(super) fn winograd_weights(&self, strips: Strips, images: &[f32], maps: &[f32], sums: &mut [f32]) {
        let (way, transforms) = (self.to_map(), Transforms::best());
        let (seen, made) = (way.seen(), way.made());
        let samples = images.len() / self.image();
        let size = block(self.channels, self.outputs);
        let steps = [size * self.channels + 16, size * self.outputs + 16];
        let [down, across] = way.tiles();
        let tiles = samples * down * across;
        assert!(sums.len() >= self.points());
        if let Some(planar) = way.planar() {
            let [input, output] = planar.room();
            return with_workspace([samples * made.numbers(), input, output], |[places, input, output]| {
                fill(made, maps, way.to, places);
                planar.add_weights(images, places, sums, [input, output]);
            });
        }
        let lengths = [
            samples * seen.numbers(),
            samples * made.numbers(),
            POINTS * steps[0],
            POINTS * steps[1],
        ];
        with_workspace(lengths, |[pixels, places, inputs, outputs]| {
            fill(seen, images, way.from, pixels);
            fill(made, maps, way.to, places);
            for first in (0..tiles).step_by(size) {
                let count = size.min(tiles - first);
                // SAFETY: the frames hold all tiles of these samples, and a block's points have room.
                unsafe {
                    let (from, to) = (way.tiles_of(seen), way.tiles_of(made));
                    (transforms.input)(from, first, count, pixels.as_mut_ptr(), inputs.as_mut_ptr(), steps[0]);
                    (transforms.spread)(to, first, count, places.as_mut_ptr(), outputs.as_mut_ptr(), steps[1]);
                }
                for point in 0..POINTS {
                    let mut strip = Strip {
                        counts: [1, 1, count],
                        steps: [0, 0, self.channels as isize],
                        b: outputs[point * steps[1]..].as_ptr(),
                        b_step: self.outputs,
                        ..Strip::empty()
                    };
                    for channel in (0..self.channels).step_by(ROWS) {
                        let rows = ROWS.min(self.channels - channel);
                        for i in 0..rows {
                            strip.rows[i] = inputs[point * steps[0] + channel + i..].as_ptr();
                            let to = (point * self.channels + channel + i) * self.outputs;
                            strip.c[i] = sums[to..].as_mut_ptr();
                        }
                        // SAFETY: the points of a block are `count` tiles of all channels and all outputs.
                        unsafe { strips.run(&strip, rows, self.outputs, false) };
                    }
                }
            }
        });
    }
}

/// Fills a frame for each sample.
fn fill(frame: Frame, planes: &[f32], [channels, height, width]: [usize; 3], pixels: &mut [f32]) {
    let samples = planes.chunks_exact(channels * height * width);
    for (planes, pixels) in samples.zip(pixels.chunks_exact_mut(frame.numbers())) {
        frame.fill(planes, height, width, pixels);
    }
}

fn convolve(way: &Way, strips: Strips, from: &[f32], weights: &[f32], to: &mut [f32]) {
    if let Some(planar) = way.planar() {
        return planar.convolve(from, weights, to);
    }
    let transforms = Transforms::best();
    let (seen, made) = (way.seen(), way.made());
    let [(inputs, outputs), (height, width)] = [(way.from[0], way.to[0]), (way.to[1], way.to[2])];
    let samples = from.len() / (inputs * way.from[1] * way.from[2]);
    let size = block(inputs, outputs);
    let steps = [size * inputs + 16, size * outputs + 16];
    let [down, across] = way.tiles();
    let tiles = samples * down * across;
    assert!(weights.len() >= POINTS * inputs * outputs && to.len() >= samples * outputs * height * width);
    let lengths = [
        samples * seen.numbers(),
        samples * made.numbers(),
        POINTS * steps[0],
        POINTS * steps[1],
    ];
    with_workspace(lengths, |[pixels, places, input, output]| {
        fill(seen, from, way.from, pixels);
        for first in (0..tiles).step_by(size) {
            let count = size.min(tiles - first);
            // SAFETY: the frame holds all tiles of these samples, and a block's points have room.
            unsafe {
                let tiles = way.tiles_of(seen);
                (transforms.input)(tiles, first, count, pixels.as_mut_ptr(), input.as_mut_ptr(), steps[0]);
            }
            for point in 0..POINTS {
                let mut strip = Strip {
                    counts: [1, 1, inputs],
                    steps: [0, 0, 1],
                    b: weights[point * inputs * outputs..].as_ptr(),
                    b_step: outputs,
                    ..Strip::empty()
                };
                for tile in (0..count).step_by(ROWS) {
                    let rows = ROWS.min(count - tile);
                    for i in 0..rows {
                        strip.rows[i] = input[point * steps[0] + (tile + i) * inputs..].as_ptr();
                        strip.c[i] = output[point * steps[1] + (tile + i) * outputs..].as_mut_ptr();
                    }
                    // SAFETY: each tile's point has all channels that go in and come out.
                    unsafe { strips.run(&strip, rows, outputs, true) };
                }
            }
            // SAFETY: as above.
            unsafe {
                let tiles = way.tiles_of(made);
                (transforms.output)(tiles, first, count, places.as_mut_ptr(), output.as_mut_ptr(), steps[1]);
            }
        }
        let maps = to.chunks_exact_mut(outputs * height * width);
        for (map, places) in maps.zip(places.chunks_exact(made.numbers())) {
            made.to_planes(places, map, height, width);
        }
    });
}
