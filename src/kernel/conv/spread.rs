//! An image from a map where the image has few channels: what each pixel of the map sends to all taps is one product,
//! and the taps of a row lie side by side in the image. No register is wasted on channels that are not there, and
//! nothing is computed for the borders.

use super::super::strip::{COLUMNS, ROWS, Strip, Strips};
use super::geometry::Geometry;
use super::pixels::Frame;
use super::scatter::{Scatter, Scatters};
use super::workspace::with_workspace;

impl Geometry {
    /// Whether this way does less work than gathering whole registers of channels, for one group.
    pub(super) const fn by_spreading(&self) -> bool {
        let strides = self.axes[0].stride * self.axes[1].stride;
        let gathered = (self.pixels() * self.taps() / strides)
            .saturating_mul(self.wide_channels())
            .saturating_mul(self.outputs);
        let spread = (self.places() * self.spread_width()).saturating_mul(self.outputs + 4);
        self.in_planes() && spread < gathered
    }

    /// Numbers that one pixel of the map sends, in whole registers.
    const fn spread_width(&self) -> usize {
        (self.taps() * self.channels).next_multiple_of(COLUMNS)
    }

    /// Numbers of [`Geometry::pack_for_spreading`].
    pub(super) const fn packed_for_spreading(&self) -> usize {
        self.outputs * self.spread_width()
    }

    /// Weights as `[output, tap, channel]`.
    pub(super) fn pack_for_spreading(&self, weights: &[f32], packed: &mut [f32]) {
        let taps = self.taps();
        packed.fill(0.0);
        let rows = packed.chunks_exact_mut(self.spread_width());
        for (row, weights) in rows.zip(weights.chunks_exact(self.channels * taps)) {
            for (channel, weights) in weights.chunks_exact(taps).enumerate() {
                for (tap, &weight) in weights.iter().enumerate() {
                    row[tap * self.channels + channel] = weight;
                }
            }
        }
    }

    /// The image with all that taps reach around it.
    const fn spread_frame(&self) -> Frame {
        const fn length(axis: &super::Axis) -> usize {
            let (region, image) = (axis.region(), axis.padding + axis.image);
            if region > image { region } else { image }
        }
        let [vertical, horizontal] = self.axes;
        Frame {
            height: length(&vertical),
            width: length(&horizontal),
            top: vertical.padding as isize,
            left: horizontal.padding as isize,
            step: self.channels,
        }
    }

    pub(super) fn spread_image(&self, strips: Strips, map: &[f32], packed: &[f32], image: &mut [f32]) {
        let [vertical, horizontal] = self.axes;
        let (from, to, width) = (self.map_pixels(), self.spread_frame(), self.spread_width());
        // Taps side by side are one run.
        let (runs, run) = match horizontal.dilation {
            1 => (1, horizontal.kernel * self.channels),
            _ => (horizontal.kernel, self.channels),
        };
        let lengths = [from.numbers(), to.numbers(), ROWS * width];
        with_workspace(lengths, |[places, pixels, sent]| {
            from.fill(map, vertical.map, horizontal.map, places);
            pixels.fill(0.0);
            let mut strip = Strip {
                counts: [1, 1, self.outputs],
                steps: [0, 0, 1],
                b: packed[..self.packed_for_spreading()].as_ptr(),
                b_step: width,
                ..Strip::empty()
            };
            let mut scatter = Scatter {
                sent: std::ptr::null(),
                sent_step: width,
                pixels: pixels.as_mut_ptr(),
                places: [vertical.stride * to.row(), horizontal.stride * to.step],
                across: horizontal.map,
                runs: [vertical.kernel, runs],
                taps: [vertical.dilation * to.row(), horizontal.dilation * to.step],
                run,
            };
            let scatters = Scatters::best();
            for first in (0..self.places()).step_by(ROWS) {
                let rows = ROWS.min(self.places() - first);
                for i in 0..rows {
                    strip.rows[i] = places[(first + i) * from.step..].as_ptr();
                    strip.c[i] = sent[i * width..].as_mut_ptr();
                }
                // SAFETY: a pixel of the map has all outputs, a row of `sent` is as wide as one of `packed`.
                unsafe { strips.run(&strip, rows, self.taps() * self.channels, true) };
                scatter.sent = sent.as_ptr();
                // SAFETY: `sent` has these rows; the frame holds all that the taps of these places reach.
                unsafe { scatters.run(&scatter, first, rows) };
            }
            let start = (vertical.padding * to.width + horizontal.padding) * to.step;
            to.to_planes(&pixels[start..], image, vertical.image, horizontal.image);
        });
    }
}
