//! Sums and maps over the channels of a batch, for normalization. A channel is summed and then mapped by one
//! thread, while its numbers are still in that thread's cache: memory is read once.

use std::marker::PhantomData;

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

/// What happens to each channel, from `I` inputs, with `B` numbers known before the sums and `K` after them.
pub struct Work<C, S, F, M> {
    /// `before(c, numbers of its first sample)`: what the terms need, such as a center.
    pub before: C,
    /// The two terms of one number's inputs.
    pub terms: S,
    /// `constants(c, what was known before, sums)`.
    pub constants: F,
    /// What comes out for one number's inputs, with the constants.
    pub map: M,
}

/// Numbers of each sample that one thread alone works on: a channel, or some channels of flat samples.
#[derive(Clone, Copy)]
struct Strip {
    first: usize,
    channels: usize,
    offset: usize,
    width: usize,
    step: usize,
}

impl Strip {
    #[inline(always)]
    fn of<'a>(&self, batch: &'a [f32], sample: usize) -> &'a [f32] {
        &batch[sample * self.step + self.offset..][..self.width]
    }
}

/// A slice of which threads write different strips.
struct Shared<'a>(*mut f32, usize, PhantomData<&'a mut [f32]>);

// SAFETY: whoever calls `range` sees to it that no two threads ask for overlapping ranges.
unsafe impl Sync for Shared<'_> {}

impl<'a> Shared<'a> {
    fn new(slice: &'a mut [f32]) -> Self {
        Self(slice.as_mut_ptr(), slice.len(), PhantomData)
    }

    /// # Safety
    /// No other range in use overlaps this one.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    unsafe fn range(&self, start: usize, len: usize) -> &mut [f32] {
        assert!(start <= self.1 && len <= self.1 - start, "a strip lies inside");
        // SAFETY: it lies inside the slice, which is borrowed for writing, and nothing else in use overlaps it.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(start), len) }
    }
}

impl Planes {
    /// For each channel: what is known before, the sums of its terms in an order that the shape alone fixes, its
    /// constants, which are kept in `kept[k][c]`, and then `out = map(inputs, constants)` for all its numbers;
    /// nothing comes out where `out` is none.
    ///
    /// ```
    /// use runner::kernel::planes::{Planes, Work};
    /// let (x, mut mean, mut y) = ([1.0, 2.0, 3.0, 4.0], [0.0; 2], [0.0; 4]);
    /// let centered = Work {
    ///     before: |_: usize, _: &[f32]| [],
    ///     terms: |[x]: [f32; 1], []: [f32; 0]| [x, 0.0],
    ///     constants: |_: usize, []: [f32; 0], [sum, _]: [f64; 2]| [sum as f32 / 2.0],
    ///     map: |[x]: [f32; 1], [mean]: [f32; 1]| x - mean,
    /// };
    /// Planes { channels: 2, extent: 1 }.sum_and_map([&x], [&mut mean], Some(&mut y), &centered);
    /// assert_eq!((mean, y), ([2.0, 3.0], [-1.0, -1.0, 1.0, 1.0]));
    /// ```
    #[inline]
    pub fn sum_and_map<const I: usize, const B: usize, const K: usize, C, S, F, M>(
        &self,
        inputs: [&[f32]; I],
        kept: [&mut [f32]; K],
        out: Option<&mut [f32]>,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B] + Sync,
        S: Fn([f32; I], [f32; B]) -> [f32; 2] + Sync,
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K] + Sync,
        M: Fn([f32; I], [f32; K]) -> f32 + Sync,
    {
        let step = self.channels * self.extent;
        let samples = inputs[0].len() / step.max(1);
        let out = out.map(Shared::new);
        let kept = kept.map(Shared::new);
        let group = if self.extent == 1 { LANES } else { 1 };
        let strips = self.channels.div_ceil(group);
        parallel::each(strips, 3 * samples * group * self.extent, &|index| {
            let first = index * group;
            let strip = Strip {
                first,
                channels: group.min(self.channels - first),
                offset: first * self.extent,
                width: (group * self.extent).min(step - first * self.extent),
                step,
            };
            // SAFETY: strips have different channels, so their ranges differ; each is asked for by the thread that
            // has this index, one sample after another.
            let out = out
                .as_ref()
                .map(|out| |sample: usize| unsafe { out.range(sample * step + strip.offset, strip.width) });
            // SAFETY: as above.
            let kept = kept.each_ref().map(|kept| unsafe { kept.range(first, strip.channels) });
            if self.extent == 1 {
                strip.columns(samples, inputs, kept, out, work);
            } else {
                strip.channel(samples, inputs, kept, out, work);
            }
        });
    }
}

impl Strip {
    /// One channel.
    #[inline(always)]
    fn channel<'a, const I: usize, const B: usize, const K: usize, C, S, F, M>(
        &self,
        samples: usize,
        inputs: [&[f32]; I],
        kept: [&mut [f32]; K],
        out: Option<impl Fn(usize) -> &'a mut [f32]>,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B],
        S: Fn([f32; I], [f32; B]) -> [f32; 2],
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K],
        M: Fn([f32; I], [f32; K]) -> f32,
    {
        let before = (work.before)(self.first, self.of(inputs[0], 0));
        let mut sums = [0.0f64; 2];
        for sample in 0..samples {
            let part = sums_of(inputs.map(|input| self.of(input, sample)), |x| (work.terms)(x, before));
            sums = [sums[0] + f64::from(part[0]), sums[1] + f64::from(part[1])];
        }
        let constants = (work.constants)(self.first, before, sums);
        kept.into_iter().zip(constants).for_each(|(kept, k)| kept[0] = k);
        let Some(out) = out else { return };
        for sample in 0..samples {
            let out = out(sample);
            let inputs = inputs.map(|input| &self.of(input, sample)[..out.len()]);
            for (i, out) in out.iter_mut().enumerate() {
                *out = (work.map)(inputs.map(|input| input[i]), constants);
            }
        }
    }

    /// Some channels of flat samples, one a lane.
    #[inline(always)]
    fn columns<'a, const I: usize, const B: usize, const K: usize, C, S, F, M>(
        &self,
        samples: usize,
        inputs: [&[f32]; I],
        kept: [&mut [f32]; K],
        out: Option<impl Fn(usize) -> &'a mut [f32]>,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B],
        S: Fn([f32; I], [f32; B]) -> [f32; 2],
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K],
        M: Fn([f32; I], [f32; K]) -> f32,
    {
        let first = self.of(inputs[0], 0);
        let mut before = [[0.0; B]; LANES];
        for (lane, before) in before.iter_mut().enumerate().take(self.width) {
            *before = (work.before)(self.first + lane, &first[lane..=lane]);
        }
        let mut sums = [[0.0f64; LANES]; 2];
        for sample in 0..samples {
            let inputs = inputs.map(|input| self.of(input, sample));
            for lane in 0..self.width {
                let part = (work.terms)(inputs.map(|input| input[lane]), before[lane]);
                sums[0][lane] += f64::from(part[0]);
                sums[1][lane] += f64::from(part[1]);
            }
        }
        let mut constants = [[0.0; K]; LANES];
        for (lane, constants) in constants.iter_mut().enumerate().take(self.width) {
            let both = [sums[0][lane], sums[1][lane]];
            *constants = (work.constants)(self.first + lane, before[lane], both);
        }
        for (k, kept) in kept.into_iter().enumerate() {
            for (kept, constants) in kept.iter_mut().zip(&constants) {
                *kept = constants[k];
            }
        }
        let Some(out) = out else { return };
        for sample in 0..samples {
            let inputs = inputs.map(|input| self.of(input, sample));
            for (lane, out) in out(sample).iter_mut().enumerate() {
                *out = (work.map)(inputs.map(|input| input[lane]), constants[lane]);
            }
        }
    }
}

/// Both sums over the numbers of one plane, in lanes.
#[inline(always)]
fn sums_of<const I: usize>(inputs: [&[f32]; I], terms: impl Fn([f32; I]) -> [f32; 2]) -> [f32; 2] {
    let mut lanes = [[0.0f32; LANES]; 2];
    let whole = inputs.map(|input| input.as_chunks::<LANES>().0);
    let rest = inputs.map(|input| input.as_chunks::<LANES>().1);
    let whole = whole.map(|chunks| &chunks[..whole[0].len()]);
    for chunk in 0..whole[0].len() {
        for lane in 0..LANES {
            let part = terms(whole.map(|chunks| chunks[chunk][lane]));
            lanes[0][lane] += part[0];
            lanes[1][lane] += part[1];
        }
    }
    for lane in 0..rest[0].len() {
        let part = terms(rest.map(|rest| rest[lane]));
        lanes[0][lane] += part[0];
        lanes[1][lane] += part[1];
    }
    lanes.map(fold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_of_images_and_of_features() {
        for (channels, extent) in [(2, 3), (1, 35), (5, 64), (1, 1), (16, 1), (37, 1)] {
            let samples = 7;
            let x: Vec<f32> = (0..samples * channels * extent)
                .map(|i| (i as f32 * 0.7).sin())
                .collect();
            let (mut sums, mut squares, mut y) = (vec![0.0; channels], vec![0.0; channels], vec![9.0; x.len()]);
            let work = Work {
                before: |_: usize, first: &[f32]| [first[0]],
                terms: |[x, _]: [f32; 2], [center]: [f32; 1]| [x, x * center],
                constants: |c: usize, [center]: [f32; 1], sums: [f64; 2]| {
                    [sums[0] as f32, (sums[1] / f64::from(center)) as f32 + c as f32]
                },
                map: |[x, z]: [f32; 2], [sum, _]: [f32; 2]| x + z - sum,
            };
            let planes = Planes { channels, extent };
            planes.sum_and_map([&x, &x], [&mut sums, &mut squares], Some(&mut y), &work);
            for c in 0..channels {
                let channel = |i: &usize| i / extent % channels == c;
                let sum: f32 = (0..x.len()).filter(channel).map(|i| x[i]).sum();
                assert!((sums[c] - sum).abs() < 1e-4 && (squares[c] - sum - c as f32).abs() < 1e-3);
                assert!((0..x.len()).filter(channel).all(|i| y[i] == x[i] + x[i] - sums[c]));
            }
        }
    }
}
