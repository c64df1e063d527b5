//! Sums and maps over the channels of a batch, for normalization. Both go through memory in its order, sample by
//! sample; the sums of each sample's channels are added up in the samples' order, whichever thread made them.

use super::parallel;
use super::reduce::{LANES, fold};

/// A batch `[samples, channels, extent]`, row-major. Flat samples have extent 1.
#[derive(Clone, Copy, Debug)]
pub struct Planes {
    /// Channels of a sample.
    pub channels: usize,
    /// Numbers of one channel of one sample: height times width.
    pub extent: usize,
}

/// What happens to each channel, from two inputs, with `B` numbers known before the sums and `K` after them.
pub struct Work<C, S, F, M> {
    /// `before(c, numbers of its first sample)`: what the terms need, such as a center.
    pub before: C,
    /// The two terms of one number of each input.
    pub terms: S,
    /// `constants(c, what was known before, sums)`.
    pub constants: F,
    /// What comes out for one number of each input, with the constants.
    pub map: M,
}

impl Planes {
    /// Numbers of scratch space that [`Planes::sum_and_map`] needs.
    pub const fn scratch(&self, samples: usize) -> usize {
        if self.extent == 1 {
            0
        } else {
            2 * self.channels * samples
        }
    }

    /// For each channel: what is known before, the sums of its terms in an order that the shape alone fixes, its
    /// constants, which are kept in `kept[k][c]`, and then `out = map(inputs, constants)` for all its numbers;
    /// nothing comes out where `out` is none.
    ///
    /// ```
    /// use runner_kernel::planes::{Planes, Work};
    /// let (x, mut mean, mut y) = ([1.0, 2.0, 3.0, 4.0], [0.0; 2], [0.0; 4]);
    /// let centered = Work {
    ///     before: |_: usize, _: &[f32]| [],
    ///     terms: |x: f32, _: f32, []: [f32; 0]| [x, 0.0],
    ///     constants: |_: usize, []: [f32; 0], [sum, _]: [f64; 2]| [sum as f32 / 2.0],
    ///     map: |x: f32, _: f32, [mean]: [f32; 1]| x - mean,
    /// };
    /// Planes { channels: 2, extent: 1 }.sum_and_map([&x, &x], [&mut mean], Some(&mut y), &mut [], &centered);
    /// assert_eq!((mean, y), ([2.0, 3.0], [-1.0, -1.0, 1.0, 1.0]));
    /// ```
    #[inline]
    pub fn sum_and_map<const B: usize, const K: usize, C, S, F, M>(
        &self,
        inputs: [&[f32]; 2],
        mut kept: [&mut [f32]; K],
        out: Option<&mut [f32]>,
        scratch: &mut [f32],
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B] + Sync,
        S: Fn(f32, f32, [f32; B]) -> [f32; 2] + Sync,
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K] + Sync,
        M: Fn(f32, f32, [f32; K]) -> f32 + Sync,
    {
        let sample = (self.channels * self.extent).max(1);
        let samples = inputs[0].len() / sample;
        if samples == 0 {
            return;
        }
        if self.extent == 1 {
            self.sum_columns(inputs, kept.each_mut().map(|kept| &mut **kept), samples, work);
        } else {
            let scratch = &mut scratch[..self.scratch(samples)];
            self.sum_planes(inputs, kept.each_mut().map(|kept| &mut **kept), scratch, samples, work);
        }
        let Some(out) = out else { return };
        let kept = kept.each_ref().map(|kept| &**kept);
        parallel::rows(samples, 1, 3 * sample, [out], &|first, [out]| {
            let [a, b] = inputs.map(|input| input[first * sample..].chunks_exact(sample));
            for (out, (a, b)) in out.chunks_exact_mut(sample).zip(a.zip(b)) {
                self.map_sample([a, b], kept, out, work);
            }
        });
    }

    /// Channels of images: the sums of each plane, then of each channel.
    #[inline(always)]
    fn sum_planes<const B: usize, const K: usize, C, S, F, M>(
        &self,
        inputs: [&[f32]; 2],
        mut kept: [&mut [f32]; K],
        parts: &mut [f32],
        samples: usize,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B] + Sync,
        S: Fn(f32, f32, [f32; B]) -> [f32; 2] + Sync,
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K] + Sync,
        M: Sync,
    {
        let sample = self.channels * self.extent;
        const { assert!(B <= K, "what is known before has room where the constants will be") }
        for c in 0..self.channels {
            let before = (work.before)(c, &inputs[0][c * self.extent..][..self.extent]);
            kept.iter_mut().zip(before).for_each(|(kept, before)| kept[c] = before);
        }
        let known = kept.each_ref().map(|kept| &**kept);
        let before = |c: usize| -> [f32; B] { std::array::from_fn(|i| known[i][c]) };
        parallel::rows(samples, 1, 3 * sample, [&mut *parts], &|first, [parts]| {
            let [a, b] = inputs.map(|input| input[first * sample..].chunks_exact(self.extent));
            for ((c, parts), (a, b)) in parts.as_chunks_mut::<2>().0.iter_mut().enumerate().zip(a.zip(b)) {
                let before = before(c % self.channels);
                *parts = sums_of(a, b, |a, b| (work.terms)(a, b, before));
            }
        });
        for c in 0..self.channels {
            let mut sums = [0.0f64; 2];
            for part in parts.chunks_exact(2 * self.channels) {
                sums = [sums[0] + f64::from(part[2 * c]), sums[1] + f64::from(part[2 * c + 1])];
            }
            let before: [f32; B] = std::array::from_fn(|i| kept[i][c]);
            let constants = (work.constants)(c, before, sums);
            kept.iter_mut().zip(constants).for_each(|(kept, k)| kept[c] = k);
        }
    }

    /// Channels of flat samples, one a lane.
    #[inline(always)]
    fn sum_columns<const B: usize, const K: usize, C, S, F, M>(
        &self,
        inputs: [&[f32]; 2],
        kept: [&mut [f32]; K],
        samples: usize,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B] + Sync,
        S: Fn(f32, f32, [f32; B]) -> [f32; 2] + Sync,
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K] + Sync,
        M: Sync,
    {
        parallel::rows(self.channels, LANES, 3 * samples, kept, &|first, kept| {
            let count = kept.first().map_or(0, |kept| kept.len());
            for start in (first..first + count).step_by(LANES) {
                let width = LANES.min(first + count - start);
                let mut before = [[0.0; B]; LANES];
                for (lane, before) in before.iter_mut().enumerate().take(width) {
                    *before = (work.before)(start + lane, &inputs[0][start + lane..=start + lane]);
                }
                let mut sums = [[0.0f64; LANES]; 2];
                for sample in 0..samples {
                    let [a, b] = inputs.map(|input| &input[sample * self.channels + start..][..width]);
                    for (lane, (&a, &b)) in a.iter().zip(b).enumerate() {
                        let part = (work.terms)(a, b, before[lane]);
                        sums[0][lane] += f64::from(part[0]);
                        sums[1][lane] += f64::from(part[1]);
                    }
                }
                for lane in 0..width {
                    let both = [sums[0][lane], sums[1][lane]];
                    let constants = (work.constants)(start + lane, before[lane], both);
                    for k in 0..K {
                        kept[k][start - first + lane] = constants[k];
                    }
                }
            }
        });
    }

    #[inline(always)]
    fn map_sample<const K: usize, C, S, F, M>(
        &self,
        [a, b]: [&[f32]; 2],
        kept: [&[f32]; K],
        out: &mut [f32],
        work: &Work<C, S, F, M>,
    ) where
        M: Fn(f32, f32, [f32; K]) -> f32,
    {
        if self.extent == 1 {
            // Slices of one length let the compiler drop the bounds checks, and vectorize.
            let n = out.len();
            let (a, b, kept) = (&a[..n], &b[..n], kept.map(|kept| &kept[..n]));
            for (c, out) in out.iter_mut().enumerate() {
                *out = (work.map)(a[c], b[c], std::array::from_fn(|k| kept[k][c]));
            }
            return;
        }
        let planes = a.chunks_exact(self.extent).zip(b.chunks_exact(self.extent));
        for (c, (out, (a, b))) in out.chunks_exact_mut(self.extent).zip(planes).enumerate() {
            let constants = kept.map(|kept| kept[c]);
            for (out, (&a, &b)) in out.iter_mut().zip(a.iter().zip(b)) {
                *out = (work.map)(a, b, constants);
            }
        }
    }
}

/// Both sums of the terms of one plane, in lanes of running sums.
#[inline(always)]
fn sums_of(a: &[f32], b: &[f32], terms: impl Fn(f32, f32) -> [f32; 2]) -> [f32; 2] {
    let (mut first, mut second) = ([0.0f32; LANES], [0.0f32; LANES]);
    let mut add = |a: &[f32], b: &[f32]| {
        let sums = first.iter_mut().zip(second.iter_mut());
        for ((first, second), (&a, &b)) in sums.zip(a.iter().zip(b)) {
            let part = terms(a, b);
            *first += part[0];
            *second += part[1];
        }
    };
    let (chunks, rest) = (
        a.chunks_exact(LANES).zip(b.chunks_exact(LANES)),
        a.len() / LANES * LANES,
    );
    chunks.for_each(|(a, b)| add(a, b));
    add(&a[rest..], &b[rest..]);
    [fold(first), fold(second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_of_images_and_of_features() {
        for (channels, extent) in [(2, 3), (1, 35), (5, 64), (1, 1), (16, 1), (37, 1)] {
            let samples = 7;
            let x: Vec<f32> = (0..samples * channels * extent)
                .map(|i| (i as f32 * 0.7).sin() + 1.5)
                .collect();
            let (mut sums, mut squares, mut y) = (vec![0.0; channels], vec![0.0; channels], vec![9.0; x.len()]);
            let work = Work {
                before: |_: usize, first: &[f32]| [first[0]],
                terms: |x: f32, _: f32, [center]: [f32; 1]| [x, x * center],
                constants: |c: usize, [center]: [f32; 1], sums: [f64; 2]| {
                    [sums[0] as f32, (sums[1] / f64::from(center)) as f32 + c as f32]
                },
                map: |x: f32, z: f32, [sum, _]: [f32; 2]| x + z - sum,
            };
            let planes = Planes { channels, extent };
            planes.sum_and_map(
                [&x, &x],
                [&mut sums, &mut squares],
                Some(&mut y),
                &mut vec![0.0; planes.scratch(samples)],
                &work,
            );
            for c in 0..channels {
                let channel = |i: &usize| i / extent % channels == c;
                let sum: f32 = (0..x.len()).filter(channel).map(|i| x[i]).sum();
                assert!((sums[c] - sum).abs() < 1e-3 && (squares[c] - sum - c as f32).abs() < 1e-3);
                assert!((0..x.len()).filter(channel).all(|i| y[i] == x[i] + x[i] - sums[c]));
            }
        }
    }
}
