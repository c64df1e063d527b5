//! Convolution of one sample and one group for any sizes: tiles whose rows are pixels and whose columns are
//! channels, read where the pixels lie.

use super::super::strip::{ROWS, Strip, Strips};
use super::geometry::Geometry;
use super::pixels::Frame;

impl Geometry {
    /// What the map's pixels read of the image.
    pub(super) const fn image_frame(&self) -> Frame {
        let [vertical, horizontal] = self.axes;
        Frame {
            height: vertical.region(),
            width: horizontal.region(),
            top: vertical.padding as isize,
            left: horizontal.padding as isize,
            step: self.channels,
        }
    }

    /// What the image's pixels read of the map.
    pub(super) const fn map_frame(&self) -> Frame {
        let [vertical, horizontal] = self.axes;
        Frame {
            height: vertical.bordered(),
            width: horizontal.bordered(),
            top: vertical.border() as isize,
            left: horizontal.border() as isize,
            step: self.wide_outputs(),
        }
    }

    /// The map alone, with room for whole registers.
    pub(super) const fn map_pixels(&self) -> Frame {
        Frame {
            height: self.axes[0].map,
            width: self.axes[1].map,
            top: 0,
            left: 0,
            step: self.wide_outputs(),
        }
    }

    /// The image alone, with room for whole registers.
    pub(super) const fn image_pixels(&self) -> Frame {
        Frame {
            height: self.axes[0].image,
            width: self.axes[1].image,
            top: 0,
            left: 0,
            step: self.wide_channels(),
        }
    }

    /// Numbers of [`Geometry::pack_for_map`].
    pub(super) const fn packed_for_map(&self) -> usize {
        self.taps() * self.channels * self.wide_outputs()
    }

    /// Numbers of [`Geometry::pack_for_image`].
    pub(super) const fn packed_for_image(&self) -> usize {
        self.taps() * self.outputs * self.wide_channels()
    }

    /// Weights as `[tap, channel, output]`.
    pub(super) fn pack_for_map(&self, weights: &[f32], packed: &mut [f32]) {
        let (taps, width) = (self.taps(), self.wide_outputs());
        packed.fill(0.0);
        for (output, weights) in weights.chunks_exact(self.channels * taps).enumerate() {
            for (channel, weights) in weights.chunks_exact(taps).enumerate() {
                for (tap, &weight) in weights.iter().enumerate() {
                    packed[(tap * self.channels + channel) * width + output] = weight;
                }
            }
        }
    }

    /// Weights as `[phase, tap, output, channel]`, taps in the order of their phase.
    pub(super) fn pack_for_image(&self, weights: &[f32], packed: &mut [f32]) {
        let (taps, width) = (self.taps(), self.wide_channels());
        packed.fill(0.0);
        let [vertical, horizontal] = self.axes;
        let mut rows = packed.chunks_exact_mut(width);
        for phases in (0..vertical.stride).flat_map(|y| (0..horizontal.stride).map(move |x| (y, x))) {
            let (y, x) = (vertical.phase(phases.0), horizontal.phase(phases.1));
            for tap in (0..y.count).flat_map(|i| (0..x.count).map(move |j| (i, j))) {
                let tap = (y.first - tap.0 * y.down) * horizontal.kernel + x.first - tap.1 * x.down;
                for output in 0..self.outputs {
                    let Some(row) = rows.next() else { return };
                    for (channel, number) in row[..self.channels].iter_mut().enumerate() {
                        *number = weights[(output * self.channels + channel) * taps + tap];
                    }
                }
            }
        }
    }

    /// The map's pixels, from an image's in a frame that holds all that [`Geometry::image_frame`] does.
    pub(super) fn map_from(
        &self,
        strips: Strips,
        (image, frame): (&[f32], Frame),
        packed: &[f32],
        map: &mut [f32],
        to: Steps,
    ) {
        let (needed, width) = (self.image_frame(), self.wide_outputs());
        let [vertical, horizontal] = self.axes;
        assert!(frame.height >= needed.height && frame.width >= needed.width && frame.step == self.channels);
        assert!(image.len() >= frame.numbers() && packed.len() >= self.packed_for_map());
        assert!(to.room >= self.outputs && map.len() >= to.numbers(self.places()));
        let mut strip = Strip {
            counts: [vertical.kernel, horizontal.kernel, self.channels],
            steps: [
                (vertical.dilation * frame.row()) as isize,
                (horizontal.dilation * self.channels) as isize,
                1,
            ],
            b: packed.as_ptr(),
            b_step: width,
            c_width: to.room,
            ..Strip::empty()
        };
        if horizontal.dilation == 1 {
            strip.join_inner();
        }
        for first in (0..self.places()).step_by(ROWS) {
            let rows = ROWS.min(self.places() - first);
            for i in 0..rows {
                let (y, x) = ((first + i) / horizontal.map, (first + i) % horizontal.map);
                let from = (y * vertical.stride * frame.width + x * horizontal.stride) * frame.step;
                strip.rows[i] = image[from..].as_ptr();
                strip.c[i] = map[(first + i) * to.step..].as_mut_ptr();
            }
            // SAFETY: the assertions hold what the loops reach; of a pixel of the map no more than its room is written.
            unsafe { strips.run(&strip, rows, self.outputs, true) };
        }
    }

    /// The image's pixels, from a map's in a frame that holds all that [`Geometry::map_frame`] does.
    pub(super) fn image_from(
        &self,
        strips: Strips,
        (map, frame): (&[f32], Frame),
        packed: &[f32],
        image: &mut [f32],
        to: Steps,
    ) {
        let (needed, width) = (self.map_frame(), self.wide_channels());
        let [vertical, horizontal] = self.axes;
        assert!((frame.top, frame.left) == (needed.top, needed.left) && frame.step >= self.outputs);
        assert!(frame.height >= needed.height && frame.width >= needed.width);
        assert!(map.len() >= frame.numbers() && packed.len() >= self.packed_for_image());
        assert!(to.room >= self.channels && image.len() >= to.numbers(self.pixels()));
        let mut used = 0;
        for phases in (0..vertical.stride).flat_map(|y| (0..horizontal.stride).map(move |x| (y, x))) {
            let (y, x) = (vertical.phase(phases.0), horizontal.phase(phases.1));
            let mut strip = Strip {
                counts: [y.count, x.count, self.outputs],
                steps: [(y.step * frame.row()) as isize, (x.step * frame.step) as isize, 1],
                b: packed[used..].as_ptr(),
                b_step: width,
                c_width: to.room,
                ..Strip::empty()
            };
            if x.step == 1 && frame.step == self.outputs {
                strip.join_inner();
            }
            used += y.count * x.count * self.outputs * width;
            let first_row = frame.top + y.offset;
            let first_column = frame.left + x.offset;
            let down = vertical.image.saturating_sub(phases.0).div_ceil(vertical.stride);
            let across = horizontal.image.saturating_sub(phases.1).div_ceil(horizontal.stride);
            for first in (0..down * across).step_by(ROWS) {
                let rows = ROWS.min(down * across - first);
                for i in 0..rows {
                    let (row, column) = ((first + i) / across, (first + i) % across);
                    let from = (first_row + row as isize) * frame.width as isize + first_column + column as isize;
                    // A phase without taps reads nothing.
                    let from = if y.count * x.count == 0 { 0 } else { from as usize };
                    strip.rows[i] = map[from * frame.step..].as_ptr();
                    let pixel =
                        (phases.0 + row * vertical.stride) * horizontal.image + phases.1 + column * horizontal.stride;
                    strip.c[i] = image[pixel * to.step..].as_mut_ptr();
                }
                // SAFETY: the frame's border holds all that the taps of this phase reach; of a pixel of the image no
                // more than its room is written.
                unsafe { strips.run(&strip, rows, self.channels, true) };
            }
        }
    }

    /// Adds a sample's gradient of the weights, `[tap, channel, output]`; the image lies in a frame that holds all that
    /// [`Geometry::image_frame`] does, the gradient of the map in a frame of pixels of [`Geometry::wide_outputs`].
    pub(super) fn add_weights(
        &self,
        strips: Strips,
        (image, frame): (&[f32], Frame),
        (map, map_frame): (&[f32], Frame),
        sums: &mut [f32],
    ) {
        let (needed, width) = (self.image_frame(), self.wide_outputs());
        let [vertical, horizontal] = self.axes;
        assert!(frame.height >= needed.height && frame.width >= needed.width && frame.step == self.channels);
        let start = (map_frame.top as usize * map_frame.width + map_frame.left as usize) * width;
        assert!(image.len() >= frame.numbers() && sums.len() >= self.packed_for_map());
        assert!(map_frame.step == width && map.len() >= map_frame.numbers());
        let mut strip = Strip {
            counts: [vertical.map, 1, horizontal.map],
            steps: [
                (vertical.stride * frame.row()) as isize,
                0,
                (horizontal.stride * frame.step) as isize,
            ],
            b: map[start..].as_ptr(),
            b_step: width,
            b_jumps: [((map_frame.width - horizontal.map) * width) as isize, 0],
            ..Strip::empty()
        };
        let all = self.taps() * self.channels;
        for first in (0..all).step_by(ROWS) {
            let rows = ROWS.min(all - first);
            for i in 0..rows {
                let (tap, channel) = ((first + i) / self.channels, (first + i) % self.channels);
                let (y, x) = (tap / horizontal.kernel, tap % horizontal.kernel);
                let pixel = y * vertical.dilation * frame.width + x * horizontal.dilation;
                strip.rows[i] = image[pixel * frame.step + channel..].as_ptr();
                strip.c[i] = sums[(first + i) * width..].as_mut_ptr();
            }
            // SAFETY: the frame of the image holds what every tap reads of it, that of the map all its pixels.
            unsafe { strips.run(&strip, rows, self.outputs, false) };
        }
    }

    /// Adds sums of [`Geometry::add_weights`] to a gradient in the order of the weights.
    pub(super) fn unpack_weights(&self, sums: &[f32], gradient: &mut [f32]) {
        let (taps, width) = (self.taps(), self.wide_outputs());
        for (output, gradient) in gradient.chunks_exact_mut(self.channels * taps).enumerate() {
            for (channel, gradient) in gradient.chunks_exact_mut(taps).enumerate() {
                for (tap, number) in gradient.iter_mut().enumerate() {
                    *number += sums[(tap * self.channels + channel) * width + output];
                }
            }
        }
    }
}

/// Where pixels are written.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// Numbers from one pixel to the next.
    pub step: usize,
    /// Numbers of a pixel that may be written.
    pub room: usize,
}

impl Steps {
    /// Numbers that `pixels` pixels span.
    const fn numbers(&self, pixels: usize) -> usize {
        (pixels - 1) * self.step + self.room
    }
}

impl Strip {
    /// Makes one loop of the two inner ones, where they walk over one run of numbers.
    fn join_inner(&mut self) {
        self.counts = [self.counts[0], 1, self.counts[1] * self.counts[2]];
    }
}
