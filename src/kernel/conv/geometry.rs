//! Sizes of a convolution, and where each tap reads.

use super::super::strip::COLUMNS;

/// One axis of a convolution that reads an image and writes a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Pixels of the image.
    pub image: usize,
    /// Pixels of the map.
    pub map: usize,
    /// Taps.
    pub kernel: usize,
    /// Pixels of the image from one of the map to the next.
    pub stride: usize,
    /// Zeros before and after the image.
    pub padding: usize,
    /// Pixels of the image from one tap to the next.
    pub dilation: usize,
}

/// Taps that reach pixels of an image whose index has one remainder by the stride, in ascending order of the map
/// pixels that they read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Phase {
    /// Taps.
    pub count: usize,
    /// The tap that reads the first of the map's pixels; the highest.
    pub first: usize,
    /// From one tap down to the next.
    pub down: usize,
    /// The map's pixel that the first tap reads for the image's first pixel of this phase.
    pub offset: isize,
    /// Pixels of the map from one tap to the next.
    pub step: usize,
}

impl Axis {
    /// Pixels from the first that any tap reads to the last, padding included.
    pub(super) const fn region(&self) -> usize {
        (self.map - 1) * self.stride + (self.kernel - 1) * self.dilation + 1
    }

    /// Zeros before the map where an image is computed from it.
    pub(super) const fn border(&self) -> usize {
        ((self.kernel - 1) * self.dilation)
            .saturating_sub(self.padding)
            .div_ceil(self.stride)
    }

    /// The map with the zeros before and after it.
    pub(super) const fn bordered(&self) -> usize {
        let last = (self.image - 1 + self.padding) / self.stride + 1;
        self.border() + if last > self.map { last } else { self.map }
    }

    /// The taps for image pixels `phase`, `phase + stride`, …
    pub(super) fn phase(&self, phase: usize) -> Phase {
        let common = gcd(self.stride, self.dilation);
        let down = self.stride / common;
        let reached = |tap: &usize| {
            let distance = (phase + self.padding) as isize - (tap * self.dilation) as isize;
            distance.rem_euclid(self.stride as isize) == 0
        };
        let Some(lowest) = (0..self.kernel.min(down)).find(reached) else {
            return Phase {
                count: 0,
                first: 0,
                down,
                offset: 0,
                step: 0,
            };
        };
        let count = (self.kernel - lowest).div_ceil(down);
        let first = lowest + (count - 1) * down;
        let distance = (phase + self.padding) as isize - (first * self.dilation) as isize;
        Phase {
            count,
            first,
            down,
            offset: distance.div_euclid(self.stride as isize),
            step: self.dilation / common,
        }
    }
}

const fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// How the numbers of images and maps lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `[channels, height, width]`.
    Planes,
    /// `[height, width, channels]`; a series of steps is one row of them.
    Pixels,
}

/// A convolution of `channels` planes of an image to `outputs` planes of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Planes of the image.
    pub channels: usize,
    /// Planes of the map.
    pub outputs: usize,
    /// Parts that planes are divided into; each part of the map reads its part of the image.
    pub groups: usize,
    /// Height and width.
    pub axes: [Axis; 2],
    /// How images and maps lie.
    pub layout: Layout,
}

impl Geometry {
    /// Numbers of an image.
    pub const fn image(&self) -> usize {
        self.channels * self.pixels()
    }

    /// Numbers of a map.
    pub const fn map(&self) -> usize {
        self.outputs * self.places()
    }

    /// Pixels of one plane of the image.
    pub const fn pixels(&self) -> usize {
        self.axes[0].image * self.axes[1].image
    }

    /// Pixels of one plane of the map.
    pub const fn places(&self) -> usize {
        self.axes[0].map * self.axes[1].map
    }

    /// Taps of one kernel plane.
    pub const fn taps(&self) -> usize {
        self.axes[0].kernel * self.axes[1].kernel
    }

    /// Numbers of the weights, `[outputs, channels / groups, kernel height, kernel width]`.
    pub const fn weights(&self) -> usize {
        self.outputs * (self.channels / self.groups) * self.taps()
    }

    /// Multiply-adds of one sample in one direction.
    pub const fn work(&self) -> usize {
        self.weights().saturating_mul(self.places())
    }

    /// The convolution of one group.
    pub(super) const fn group(&self) -> Self {
        Self {
            channels: self.channels / self.groups,
            outputs: self.outputs / self.groups,
            groups: 1,
            ..*self
        }
    }

    pub(super) const fn in_planes(&self) -> bool {
        matches!(self.layout, Layout::Planes)
    }

    /// Channels of a pixel of an image that is written with whole registers.
    pub(super) const fn wide_channels(&self) -> usize {
        self.channels.next_multiple_of(COLUMNS)
    }

    /// The same of the map.
    pub(super) const fn wide_outputs(&self) -> usize {
        self.outputs.next_multiple_of(COLUMNS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For every pixel of the image, the taps of its phase are those through which some pixel of the map reads it.
    #[test]
    fn phases_name_every_tap_that_reaches_a_pixel() {
        for (kernel, stride, padding, dilation) in
            [(3, 1, 1, 1), (3, 2, 1, 1), (5, 3, 0, 2), (2, 4, 1, 1), (4, 2, 5, 4)]
        {
            let axis = Axis {
                image: 23,
                map: 0,
                kernel,
                stride,
                padding,
                dilation,
            };
            for pixel in 0..axis.image {
                let phase = axis.phase(pixel % stride);
                let ours: Vec<(usize, isize)> = (0..phase.count)
                    .map(|i| {
                        let place = phase.offset + (i * phase.step + pixel / stride) as isize;
                        (phase.first - i * phase.down, place)
                    })
                    .collect();
                let expected: Vec<(usize, isize)> = (0..kernel)
                    .rev()
                    .map(|tap| (tap, (pixel + padding) as isize - (tap * dilation) as isize))
                    .filter(|(_, distance)| distance % stride as isize == 0)
                    .map(|(tap, distance)| (tap, distance / stride as isize))
                    .collect();
                assert_eq!(ours, expected, "{axis:?} {pixel}");
                assert!(ours.iter().all(|&(_, place)| place >= -(axis.border() as isize)));
            }
        }
    }
}
