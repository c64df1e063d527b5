//! Planes of a batch at another size: each number that comes out is a blend of the two nearest of each axis.

use super::parallel;

/// Sizes of the planes going in and coming out.
#[derive(Clone, Copy, Debug)]
pub struct Resample {
    /// Height and width of a plane going in.
    pub input: [usize; 2],
    /// Height and width of a plane coming out.
    pub output: [usize; 2],
}

/// Where a number comes from along one axis: `(1 - weight) x[low] + weight x[high]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tap {
    /// The lower place.
    pub low: usize,
    /// The higher place, or the lower one again.
    pub high: usize,
    /// Weight of the higher one.
    pub weight: f32,
}

impl Resample {
    /// `y` from `x`, where `tap(place, input size, output size)` says where an output comes from.
    ///
    /// ```
    /// use runner_kernel::resample::{Resample, Tap};
    /// let nearest = |at: usize, input: usize, output: usize| {
    ///     let low = at * input / output;
    ///     Tap { low, high: low, weight: 0.0 }
    /// };
    /// let mut y = [0.0; 4];
    /// Resample { input: [1, 2], output: [1, 4] }.forward(&[1.0, 2.0], &mut y, &nearest);
    /// assert_eq!(y, [1.0, 1.0, 2.0, 2.0]);
    /// ```
    #[inline]
    pub fn forward(&self, x: &[f32], y: &mut [f32], tap: &(impl Fn(usize, usize, usize) -> Tap + Sync)) {
        let (size, out) = self.sizes();
        parallel::rows(y.len() / out, 1, 4 * out, [y], &|first, [y]| {
            let x = x[first * size..].chunks_exact(size);
            for (x, y) in x.zip(y.chunks_exact_mut(out)) {
                for (i, y) in y.chunks_exact_mut(self.output[1]).enumerate() {
                    let row = tap(i, self.input[0], self.output[0]);
                    let [above, below] = [row.low, row.high].map(|row| &x[row * self.input[1]..][..self.input[1]]);
                    for (j, y) in y.iter_mut().enumerate() {
                        let column = tap(j, self.input[1], self.output[1]);
                        let blend = |x: &[f32]| mix(column.weight, x[column.low], x[column.high]);
                        *y = mix(row.weight, blend(above), blend(below));
                    }
                }
            }
        });
    }

    /// `dx` gets from each output the share with which it went into it.
    #[inline]
    pub fn backward(&self, dy: &[f32], dx: &mut [f32], tap: &(impl Fn(usize, usize, usize) -> Tap + Sync)) {
        let (size, out) = self.sizes();
        parallel::rows(dx.len() / size, 1, 4 * out, [dx], &|first, [dx]| {
            let dy = dy[first * out..].chunks_exact(out);
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy) {
                dx.fill(0.0);
                for (i, dy) in dy.chunks_exact(self.output[1]).enumerate() {
                    let row = tap(i, self.input[0], self.output[0]);
                    for (row, share) in [(row.low, 1.0 - row.weight), (row.high, row.weight)] {
                        let dx = &mut dx[row * self.input[1]..][..self.input[1]];
                        for (j, &dy) in dy.iter().enumerate() {
                            let column = tap(j, self.input[1], self.output[1]);
                            dx[column.low] += dy * share * (1.0 - column.weight);
                            dx[column.high] += dy * share * column.weight;
                        }
                    }
                }
            }
        });
    }

    const fn sizes(&self) -> (usize, usize) {
        (self.input[0] * self.input[1], self.output[0] * self.output[1])
    }
}

#[inline(always)]
fn mix(weight: f32, low: f32, high: f32) -> f32 {
    if weight == 0.0 {
        low
    } else {
        low * (1.0 - weight) + high * weight
    }
}
