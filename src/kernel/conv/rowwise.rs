//! Convolution of planes as they are, where their channels are too few to fill registers: the numbers of a register
//! are pixels of one row. Nothing is turned; a row's last register holds what is left of it.

use super::super::strip::{COLUMNS, ROWS, Strip, Strips};
use super::correlation::{Correlation, Correlations, MAPS};
use super::geometry::Geometry;
use super::pixels::Frame;
use super::workspace::with_workspace;

/// What turning one register of a map costs, in products of a register.
const TURN: usize = 10;
/// The most weights: the gradient of each is kept as a register of sums.
const WEIGHTS: usize = 1024;

impl Geometry {
    /// Whether this way does less work than registers of channels, for one group.
    pub(super) const fn by_rows(&self) -> bool {
        let [vertical, horizontal] = self.axes;
        let inner = self.taps() * self.channels;
        let gathered = (self.places() * self.wide_outputs() / COLUMNS).saturating_mul(inner + TURN);
        // A tile is a row, and beginning one costs about an eighth of what it computes.
        let planar = (vertical.map * horizontal.map.div_ceil(COLUMNS)).saturating_mul(inner * self.outputs);
        self.in_planes()
            && horizontal.stride == 1
            && self.weights() <= WEIGHTS
            && planar.saturating_add(planar / 8) < gathered
    }

    /// One channel with all that taps reach around it.
    const fn plane_frame(&self) -> Frame {
        Frame {
            step: 1,
            ..self.image_frame()
        }
    }

    /// Numbers of all channels' frames, and of those that a row's last register reads after them.
    const fn framed(&self) -> usize {
        self.channels * self.plane_frame().numbers() + COLUMNS
    }

    fn fill_planes(&self, image: &[f32], planes: &mut [f32]) {
        let (frame, [vertical, horizontal]) = (self.plane_frame(), self.axes);
        let parts = planes.chunks_exact_mut(frame.numbers());
        for (part, plane) in parts.zip(image.chunks_exact(self.pixels())) {
            frame.fill(plane, vertical.image, horizontal.image, part);
        }
        // These meet zeros of a map only, but must be no infinities.
        planes[self.channels * frame.numbers()..].fill(0.0);
    }

    /// One sample's map; `weights` are as the layer has them.
    pub(super) fn rowwise_map(&self, strips: Strips, image: &[f32], weights: &[f32], map: &mut [f32]) {
        let (frame, [vertical, horizontal]) = (self.plane_frame(), self.axes);
        let inner = self.channels * self.taps();
        assert!(weights.len() >= self.weights() && map.len() == self.map());
        with_workspace([self.framed()], |[planes]| {
            self.fill_planes(image, planes);
            let down = (vertical.dilation * frame.width) as isize;
            let across = horizontal.dilation as isize;
            let mut strip = Strip {
                counts: [self.channels, vertical.kernel, horizontal.kernel],
                steps: [self.taps() as isize, horizontal.kernel as isize, 1],
                b_step: horizontal.dilation,
                b_jumps: [
                    frame.numbers() as isize - vertical.kernel as isize * down,
                    down - horizontal.kernel as isize * across,
                ],
                c_width: horizontal.map,
                ..Strip::empty()
            };
            // As even as can be: a tile of few rows waits for its own sums.
            let most = self.outputs.div_ceil(self.outputs.div_ceil(ROWS));
            for row in 0..vertical.map {
                strip.b = planes[row * vertical.stride * frame.width..].as_ptr();
                for first in (0..self.outputs).step_by(most) {
                    let rows = most.min(self.outputs - first);
                    for i in 0..rows {
                        strip.rows[i] = weights[(first + i) * inner..].as_ptr();
                        strip.c[i] = map[(first + i) * self.places() + row * horizontal.map..].as_mut_ptr();
                    }
                    // SAFETY: the frames and the register after them hold what the taps of a row reach; of a row
                    // of the map no more than its width is written.
                    unsafe { strips.run(&strip, rows, horizontal.map, true) };
                }
            }
        });
    }

    /// Numbers of the sums of [`Geometry::rowwise_weights`].
    pub(super) const fn rowwise_sums(&self) -> usize {
        self.weights() * COLUMNS
    }

    /// Adds one sample's gradient of the weights, a register of sums for each.
    pub(super) fn rowwise_weights(&self, image: &[f32], map: &[f32], sums: &mut [f32]) {
        let (frame, correlations, [vertical, horizontal]) = (self.plane_frame(), Correlations::best(), self.axes);
        assert!(map.len() == self.map() && sums.len() >= self.rowwise_sums());
        let taps = self.taps();
        with_workspace([self.framed()], |[planes]| {
            self.fill_planes(image, planes);
            let mut part = Correlation {
                maps: [std::ptr::null(); MAPS],
                image: std::ptr::null(),
                image_row: vertical.stride * frame.width,
                tap: horizontal.dilation,
                rows: vertical.map,
                columns: horizontal.map,
                sums: [std::ptr::null_mut(); MAPS],
            };
            let (count, most) = correlations.tile(horizontal.kernel, self.outputs);
            for channel in 0..self.channels {
                for line in 0..vertical.kernel {
                    for tap in (0..horizontal.kernel).step_by(count) {
                        let width = count.min(horizontal.kernel - tap);
                        let place = line * vertical.dilation * frame.width + tap * horizontal.dilation;
                        part.image = planes[channel * frame.numbers() + place..].as_ptr();
                        for first in (0..self.outputs).step_by(most) {
                            let outputs = most.min(self.outputs - first);
                            for (i, output) in (first..first + outputs).enumerate() {
                                let weight = (output * self.channels + channel) * taps;
                                let weight = weight + line * horizontal.kernel + tap;
                                part.maps[i] = map[output * self.places()..].as_ptr();
                                part.sums[i] = sums[weight * COLUMNS..].as_mut_ptr();
                            }
                            // SAFETY: as above; of a row of the map no more than its width is read, and each tap of
                            // an output has a register of sums.
                            unsafe { correlations.run(&part, outputs, width) };
                        }
                    }
                }
            }
        });
    }

    /// Adds sums of [`Geometry::rowwise_weights`] to a gradient in the order of the weights.
    pub(super) fn unpack_rowwise(sums: &[f32], gradient: &mut [f32]) {
        let (registers, _) = sums.as_chunks::<COLUMNS>();
        for (gradient, register) in gradient.iter_mut().zip(registers) {
            let mut register = *register;
            for half in [8, 4, 2, 1] {
                for i in 0..half {
                    register[i] += register[half + i];
                }
            }
            *gradient += register[0];
        }
    }
}
