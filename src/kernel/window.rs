//! Windows that slide over the planes of a batch, for pooling.

use super::bytes;
#[cfg(target_arch = "x86_64")]
use super::pairs;
use super::parallel;

/// A square window, the planes that it slides over and those that come out. Positions in the padding count as
/// absent.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Height and width of a plane going in.
    pub input: [usize; 2],
    /// Height and width of a plane coming out.
    pub output: [usize; 2],
    /// Height and width of the window.
    pub kernel: usize,
    /// Steps between windows.
    pub stride: usize,
    /// Absent positions around the input.
    pub padding: usize,
    /// Steps between the numbers of a window.
    pub dilation: usize,
}

impl Window {
    /// Whether as many windows fit the input as the output has places, the last one whole or, as with `ceil_mode`, cut
    /// off at the end; and whether every window has a number in it.
    pub const fn fits(&self) -> bool {
        self.axis_fits(0) && self.axis_fits(1)
    }

    const fn axis_fits(&self, axis: usize) -> bool {
        let (input, output) = (self.input[axis], self.output[axis]);
        if output == 0 || self.stride == 0 || self.kernel == 0 || self.dilation == 0 {
            return false;
        }
        let mut at = 0;
        while at < output {
            let (first, end) = self.inside(at, input);
            if first >= end {
                return false;
            }
            at += 1;
        }
        let reach = self.dilation * (self.kernel - 1) + 1;
        let padded = input + 2 * self.padding;
        reach <= padded && {
            let (whole, rest) = ((padded - reach) / self.stride + 1, (padded - reach) % self.stride);
            output == whole || rest > 0 && output == whole + 1
        }
    }

    /// Places `first..end` of the window that lie inside the input, for the output at this place of an axis.
    #[inline(always)]
    const fn inside(&self, at: usize, size: usize) -> (usize, usize) {
        let start = at * self.stride;
        let first = self.padding.saturating_sub(start).div_ceil(self.dilation);
        let end = (size + self.padding).saturating_sub(start).div_ceil(self.dilation);
        (first, if end < self.kernel { end } else { self.kernel })
    }

    /// Outputs of an axis that place `k` of the window serves with a number of the input.
    #[inline(always)]
    fn outputs(&self, k: usize, axis: usize) -> std::ops::Range<usize> {
        let offset = k * self.dilation;
        let first = self.padding.saturating_sub(offset).div_ceil(self.stride);
        let end = (self.input[axis] + self.padding)
            .saturating_sub(offset)
            .div_ceil(self.stride);
        let end = end.min(self.output[axis]);
        first.min(end)..end
    }

    /// Where in the input place `k` of the window lies for an output; it must be inside.
    #[inline(always)]
    const fn place(&self, at: usize, k: usize) -> usize {
        at * self.stride + k * self.dilation - self.padding
    }

    const fn tiles(&self) -> bool {
        let doubled = self.input[0] == 2 * self.output[0] && self.input[1] == 2 * self.output[1];
        self.kernel == 2 && self.stride == 2 && self.padding == 0 && self.dilation == 1 && doubled
    }

    const fn sizes(&self) -> (usize, usize) {
        (self.input[0] * self.input[1], self.output[0] * self.output[1])
    }

    /// Numbers that [`Window::max`] keeps of each plane: a byte for each output.
    pub const fn kept(&self) -> usize {
        self.sizes().1.div_ceil(4)
    }

    /// `y` is the largest number of each window, the first of several, a NaN before all; `kept` notes its place.
    ///
    /// ```
    /// use runner_kernel::window::Window;
    /// let window = Window { input: [2, 3], output: [1, 2], kernel: 2, stride: 1, padding: 0, dilation: 1 };
    /// let (mut y, mut kept) = ([0.0; 2], [0.0; 1]);
    /// window.max(&[1.0, 2.0, 3.0, 4.0, 0.0, 3.0], &mut y, &mut kept);
    /// assert_eq!(y, [4.0, 3.0]);
    /// let mut dx = [9.0; 6];
    /// window.max_backward(&[5.0, 7.0], &kept, &mut dx);
    /// assert_eq!(dx, [0.0, 0.0, 7.0, 5.0, 0.0, 0.0]);
    /// ```
    #[inline]
    pub fn max(&self, x: &[f32], y: &mut [f32], kept: &mut [f32]) {
        let (size, out) = self.sizes();
        let planes = y.len() / out;
        parallel::rows(planes, 1, 2 * size, [y, kept], &|first, [y, kept]| {
            let x = x[first * size..].chunks_exact(size);
            let kept = kept.chunks_exact_mut(self.kept());
            for ((x, y), kept) in x.zip(y.chunks_exact_mut(out)).zip(kept) {
                let places = &mut bytes::of_mut(kept)[..out];
                if self.tiles() {
                    self.max_of_tiles(x, y, places);
                } else {
                    self.max_of_plane(x, y, places);
                }
            }
        });
    }

    #[inline(always)]
    fn max_of_plane(&self, x: &[f32], y: &mut [f32], places: &mut [u8]) {
        let ([height, width], wide) = (self.input, self.output[1]);
        for (i, (y, places)) in y.chunks_exact_mut(wide).zip(places.chunks_exact_mut(wide)).enumerate() {
            let (top, bottom) = self.inside(i, height);
            y.fill(f32::NEG_INFINITY);
            for (j, place) in places.iter_mut().enumerate() {
                *place = (top * self.kernel + self.inside(j, width).0) as u8;
            }
            for k in top..bottom {
                let row = &x[self.place(i, k) * width..][..width];
                for l in 0..self.kernel {
                    let code = (k * self.kernel + l) as u8;
                    for j in self.outputs(l, 1) {
                        let x = row[self.place(j, l)];
                        if x > y[j] || x.is_nan() {
                            (y[j], places[j]) = (x, code);
                        }
                    }
                }
            }
        }
    }

    /// Windows of 2×2 that lie side by side.
    #[inline(always)]
    fn max_of_tiles(&self, x: &[f32], y: &mut [f32], places: &mut [u8]) {
        let wide = self.output[1];
        #[cfg(target_arch = "x86_64")]
        if pairs::there() {
            // SAFETY: the processor was asked.
            return unsafe { pairs::max(x, y, places, wide) };
        }
        let rows = x.chunks_exact(4 * wide).zip(y.chunks_exact_mut(wide));
        for ((x, y), places) in rows.zip(places.chunks_exact_mut(wide)) {
            let (above, below) = x.split_at(2 * wide);
            let pairs = above.as_chunks::<2>().0.iter().zip(below.as_chunks::<2>().0);
            for ((y, place), (above, below)) in y.iter_mut().zip(places).zip(pairs) {
                let (mut best, mut code) = (above[0], 0u32);
                for (x, at) in [(above[1], 1), (below[0], 2), (below[1], 3)] {
                    let better = x > best || x.is_nan();
                    best = if better { x } else { best };
                    code = if better { at } else { code };
                }
                (*y, *place) = (best, code as u8);
            }
        }
    }

    /// `dx` gets each `dy` where the largest number of its window was, and 0 elsewhere.
    #[inline]
    pub fn max_backward(&self, dy: &[f32], kept: &[f32], dx: &mut [f32]) {
        let (size, out) = self.sizes();
        let planes = dx.len() / size;
        parallel::rows(planes, 1, 2 * size, [dx], &|first, [dx]| {
            let dy = dy[first * out..].chunks_exact(out);
            let kept = kept[first * self.kept()..].chunks_exact(self.kept());
            for ((dx, dy), kept) in dx.chunks_exact_mut(size).zip(dy).zip(kept) {
                let places = &bytes::of(kept)[..out];
                if self.tiles() {
                    self.spread_tiles(dy, places, dx);
                } else {
                    self.spread(dy, places, dx);
                }
            }
        });
    }

    #[inline(always)]
    fn spread(&self, dy: &[f32], places: &[u8], dx: &mut [f32]) {
        let wide = self.output[1];
        dx.fill(0.0);
        for (i, (dy, places)) in dy.chunks_exact(wide).zip(places.chunks_exact(wide)).enumerate() {
            for (j, (&dy, &place)) in dy.iter().zip(places).enumerate() {
                let (k, l) = (usize::from(place) / self.kernel, usize::from(place) % self.kernel);
                dx[self.place(i, k) * self.input[1] + self.place(j, l)] += dy;
            }
        }
    }

    #[inline(always)]
    fn spread_tiles(&self, dy: &[f32], places: &[u8], dx: &mut [f32]) {
        let wide = self.output[1];
        #[cfg(target_arch = "x86_64")]
        if pairs::there() {
            // SAFETY: the processor was asked.
            return unsafe { pairs::spread(dy, places, dx, wide) };
        }
        let rows = dx.chunks_exact_mut(4 * wide).zip(dy.chunks_exact(wide));
        for ((dx, dy), places) in rows.zip(places.chunks_exact(wide)) {
            let (above, below) = dx.split_at_mut(2 * wide);
            let pairs = above
                .as_chunks_mut::<2>()
                .0
                .iter_mut()
                .zip(below.as_chunks_mut::<2>().0);
            for ((&dy, &place), (above, below)) in dy.iter().zip(places).zip(pairs) {
                let at = |code| if place == code { dy } else { 0.0 };
                (*above, *below) = ([at(0), at(1)], [at(2), at(3)]);
            }
        }
    }
}

impl Window {
    /// Numbers by which a sum over a window is divided to give its mean.
    #[inline(always)]
    fn count(&self, at: [usize; 2], divisor: Divisor) -> f32 {
        let inside = |axis: usize| {
            let (first, end) = self.inside(at[axis], self.input[axis]);
            end - first
        };
        match divisor {
            Divisor::Whole => (self.kernel * self.kernel) as f32,
            Divisor::Inside => (inside(0) * inside(1)) as f32,
        }
    }

    /// `y` is the mean of each window.
    ///
    /// ```
    /// use runner_kernel::window::{Divisor, Window};
    /// let window = Window { input: [2, 2], output: [1, 1], kernel: 2, stride: 2, padding: 0, dilation: 1 };
    /// let mut y = [0.0];
    /// window.mean(&[1.0, 2.0, 3.0, 6.0], &mut y, Divisor::Whole);
    /// assert_eq!(y, [3.0]);
    /// let mut dx = [9.0; 4];
    /// window.mean_backward(&[2.0], &mut dx, Divisor::Whole);
    /// assert_eq!(dx, [0.5; 4]);
    /// ```
    #[inline]
    pub fn mean(&self, x: &[f32], y: &mut [f32], divisor: Divisor) {
        let (size, out) = self.sizes();
        let planes = y.len() / out;
        parallel::rows(planes, 1, size, [y], &|first, [y]| {
            let x = x[first * size..].chunks_exact(size);
            for (x, y) in x.zip(y.chunks_exact_mut(out)) {
                y.fill(0.0);
                for (i, y) in y.chunks_exact_mut(self.output[1]).enumerate() {
                    self.each_place(i, |row, l, columns| {
                        let x = &x[row * self.input[1]..][..self.input[1]];
                        for j in columns {
                            y[j] += x[self.place(j, l)];
                        }
                    });
                    for (j, y) in y.iter_mut().enumerate() {
                        *y /= self.count([i, j], divisor);
                    }
                }
            }
        });
    }

    /// `dx` gets from each window its part of `dy`.
    #[inline]
    pub fn mean_backward(&self, dy: &[f32], dx: &mut [f32], divisor: Divisor) {
        let (size, out) = self.sizes();
        let planes = dx.len() / size;
        parallel::rows(planes, 1, size, [dx], &|first, [dx]| {
            let dy = dy[first * out..].chunks_exact(out);
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy) {
                dx.fill(0.0);
                for (i, dy) in dy.chunks_exact(self.output[1]).enumerate() {
                    self.each_place(i, |row, l, columns| {
                        let dx = &mut dx[row * self.input[1]..][..self.input[1]];
                        for j in columns {
                            dx[self.place(j, l)] += dy[j] / self.count([i, j], divisor);
                        }
                    });
                }
            }
        });
    }

    /// Calls `f(row of the input, place in the window's row, outputs that it serves)` for a row of outputs.
    #[inline(always)]
    fn each_place(&self, i: usize, mut f: impl FnMut(usize, usize, std::ops::Range<usize>)) {
        let (top, bottom) = self.inside(i, self.input[0]);
        for k in top..bottom {
            for l in 0..self.kernel {
                f(self.place(i, k), l, self.outputs(l, 1));
            }
        }
    }
}

/// What the sum over a window is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// All places of the window, those in the padding too.
    Whole,
    /// Places inside the input.
    Inside,
}

#[cfg(test)]
#[path = "window_test.rs"]
mod tests;
