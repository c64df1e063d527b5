//! Sums and maps over the channels of a batch, for normalization.

use super::reduce::sum_by;

/// A batch `[samples, channels, extent]`, row-major. Flat samples have extent 1.
#[derive(Clone, Copy, Debug)]
pub struct Planes {
    /// Channels of a sample.
    pub channels: usize,
    /// Numbers of one channel of one sample: height times width.
    pub extent: usize,
}

impl Planes {
    /// `sums[c] = Σ f(a, b, center[c])` over all numbers of channel `c`, in an order that the shape alone
    /// fixes.
    ///
    /// ```
    /// use runner::kernel::planes::Planes;
    /// let mut sums = [0.0; 2];
    /// let x = [1.0, 2.0, 3.0, 4.0];
    /// Planes { channels: 2, extent: 1 }.sum(&x, &x, &[0.0; 2], &mut sums, |x, _, _| x);
    /// assert_eq!(sums, [4.0, 6.0]);
    /// ```
    #[inline]
    pub fn sum(&self, a: &[f32], b: &[f32], center: &[f32], sums: &mut [f32], f: impl Fn(f32, f32, f32) -> f32) {
        sums.fill(0.0);
        let sample = (self.channels * self.extent).max(1);
        for (a, b) in a.chunks_exact(sample).zip(b.chunks_exact(sample)) {
            let centers = sums.iter_mut().zip(center);
            if self.extent == 1 {
                for (((sum, &center), &a), &b) in centers.zip(a).zip(b) {
                    *sum += f(a, b, center);
                }
            } else {
                let planes = a.chunks_exact(self.extent).zip(b.chunks_exact(self.extent));
                for ((sum, &center), (a, b)) in centers.zip(planes) {
                    *sum += sum_by(a, b, |a, b| f(a, b, center));
                }
            }
        }
    }

    /// `out = f(a, b, [k[0][c], k[1][c], k[2][c], k[3][c]])` for every number of every channel `c`.
    #[inline]
    pub fn map(&self, a: &[f32], b: &[f32], k: [&[f32]; 4], out: &mut [f32], f: impl Fn(f32, f32, [f32; 4]) -> f32) {
        let sample = (self.channels * self.extent).max(1);
        let inputs = a.chunks_exact(sample).zip(b.chunks_exact(sample));
        for ((a, b), out) in inputs.zip(out.chunks_exact_mut(sample)) {
            if self.extent == 1 {
                map_row(a, b, k, out, &f);
            } else {
                for c in 0..self.channels {
                    let plane = c * self.extent..(c + 1) * self.extent;
                    let k = k.map(|k| k[c]);
                    let inputs = a[plane.clone()].iter().zip(&b[plane.clone()]);
                    for ((&a, &b), out) in inputs.zip(&mut out[plane]) {
                        *out = f(a, b, k);
                    }
                }
            }
        }
    }
}

#[inline]
fn map_row(a: &[f32], b: &[f32], k: [&[f32]; 4], out: &mut [f32], f: impl Fn(f32, f32, [f32; 4]) -> f32) {
    // Slices of one length let the compiler drop the bounds checks, and vectorize.
    let n = out.len();
    let (a, b, k) = (&a[..n], &b[..n], k.map(|k| &k[..n]));
    for (i, out) in out.iter_mut().enumerate() {
        *out = f(a[i], b[i], [k[0][i], k[1][i], k[2][i], k[3][i]]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_of_images() {
        let planes = Planes { channels: 2, extent: 3 };
        let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let mut sums = [0.0; 2];
        planes.sum(&x, &x, &[1.0, 0.0], &mut sums, |a, _, center| a - center);
        assert_eq!(sums, [3.0 + 21.0 - 6.0, 12.0 + 30.0]);
        let mut out = [0.0; 12];
        let k: [&[f32]; 4] = [&[1.0, 2.0], &[0.0; 2], &[0.0; 2], &[10.0, 20.0]];
        planes.map(&x, &x, k, &mut out, |a, b, k| a * k[0] + b * k[1] + k[3]);
        assert_eq!(out[..6], [10.0, 11.0, 12.0, 26.0, 28.0, 30.0]);
    }
}
