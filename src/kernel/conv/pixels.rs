//! One sample's planes (or pixels) as pixels, `[row, column, channel]`, with zeros around them.

use super::super::turn::turn;
use super::direct::Steps;

/// Pixels that hold all channels side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pixels {
    pub height: usize,
    pub width: usize,
    /// Channels of all groups.
    pub all: usize,
}

/// A rectangle of pixels, and where a plane's first pixel lies in it (outside of it where negative).
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub height: usize,
    pub width: usize,
    pub top: isize,
    pub left: isize,
    /// Numbers from one pixel to the next.
    pub step: usize,
}

impl Frame {
    pub(super) const fn numbers(&self) -> usize {
        self.height * self.width * self.step
    }

    /// Numbers from one row to the next.
    pub(super) const fn row(&self) -> usize {
        self.width * self.step
    }

    /// Where its pixels are written, all of them.
    pub(super) const fn steps(&self) -> Steps {
        Steps {
            step: self.step,
            room: self.step,
        }
    }

    /// The part of `0..size` that lies in a frame of `length` when it starts at `start`.
    fn seen(size: usize, length: usize, start: isize) -> std::ops::Range<usize> {
        let first = (-start).clamp(0, size as isize);
        let last = (length as isize - start).clamp(first, size as isize);
        first as usize..last as usize
    }

    /// Copies planes of `height` by `width`, one for each channel, into pixels; all else is 0.
    #[inline]
    pub(super) fn fill(&self, planes: &[f32], height: usize, width: usize, pixels: &mut [f32]) {
        let channels = planes.len() / (height * width);
        let pixels = &mut pixels[..self.numbers()];
        assert!(channels <= self.step && planes.len() == channels * height * width);
        let (rows, columns) = (
            Self::seen(height, self.height, self.top),
            Self::seen(width, self.width, self.left),
        );
        if rows.len() < self.height || columns.len() < self.width || channels < self.step {
            pixels.fill(0.0);
        }
        for row in rows {
            let from = row * width + columns.start;
            let place = (row as isize + self.top) as usize * self.width + (columns.start as isize + self.left) as usize;
            if self.step == 1 {
                pixels[place..][..columns.len()].copy_from_slice(&planes[from..][..columns.len()]);
                continue;
            }
            // SAFETY: `seen` gives the rows and columns that lie in both, each pixel has room for the channels.
            unsafe {
                turn(
                    planes.as_ptr().add(from),
                    height * width,
                    pixels.as_mut_ptr().add(place * self.step),
                    self.step,
                    columns.len(),
                    channels,
                );
            }
        }
    }

    /// Copies these channels of pixels into the frame; all else is 0.
    pub(super) fn gather(&self, size: &Pixels, pixels: &[f32], channels: std::ops::Range<usize>, out: &mut [f32]) {
        let out = &mut out[..self.numbers()];
        assert!(channels.len() <= self.step && channels.end <= size.all);
        let (rows, columns) = (
            Self::seen(size.height, self.height, self.top),
            Self::seen(size.width, self.width, self.left),
        );
        if rows.len() < self.height || columns.len() < self.width || channels.len() < self.step {
            out.fill(0.0);
        }
        for row in rows {
            let from = (row * size.width + columns.start) * size.all;
            let place = (row as isize + self.top) as usize * self.width + (columns.start as isize + self.left) as usize;
            let from = &pixels[from..][..columns.len() * size.all];
            let to = &mut out[place * self.step..][..columns.len() * self.step];
            if channels.len() == size.all && self.step == size.all {
                to.copy_from_slice(from);
                continue;
            }
            for (to, from) in to.chunks_exact_mut(self.step).zip(from.chunks_exact(size.all)) {
                to[..channels.len()].copy_from_slice(&from[channels.clone()]);
            }
        }
    }

    /// Copies the pixels from the first on to planes of `height` by `width`.
    #[inline]
    pub(super) fn to_planes(self, pixels: &[f32], planes: &mut [f32], height: usize, width: usize) {
        let channels = planes.len() / (height * width);
        assert!(channels <= self.step && height <= self.height && width <= self.width);
        assert!(
            pixels.len() >= (height - 1) * self.row() + width * self.step && planes.len() == channels * height * width
        );
        // One long row where nothing lies between the rows.
        let (rows, columns) = if width == self.width {
            (1, height * width)
        } else {
            (height, width)
        };
        for row in 0..rows {
            // SAFETY: the assertions keep every pixel and channel inside.
            unsafe {
                turn(
                    pixels.as_ptr().add(row * self.row()),
                    self.step,
                    planes.as_mut_ptr().add(row * width),
                    height * width,
                    channels,
                    columns,
                );
            }
        }
    }
}
