//! Sums and maps over the channels of a batch, for normalization. A channel is summed and then mapped by one
//! thread, while its numbers are still in that thread's cache: memory is read once.

use std::marker::PhantomData;

use super::parallel;

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
    ///     terms: |x: f32, _: f32, []: [f32; 0]| [x, 0.0],
    ///     constants: |_: usize, []: [f32; 0], [sum, _]: [f64; 2]| [sum as f32 / 2.0],
    ///     map: |x: f32, _: f32, [mean]: [f32; 1]| x - mean,
    /// };
    /// Planes { channels: 2, extent: 1 }.sum_and_map([&x, &x], [&mut mean], Some(&mut y), &centered);
    /// assert_eq!((mean, y), ([2.0, 3.0], [-1.0, -1.0, 1.0, 1.0]));
    /// ```
    #[inline]
    pub fn sum_and_map<const B: usize, const K: usize, C, S, F, M>(
        &self,
        inputs: [&[f32]; 2],
        kept: [&mut [f32]; K],
        out: Option<&mut [f32]>,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B] + Sync,
        S: Fn(f32, f32, [f32; B]) -> [f32; 2] + Sync,
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K] + Sync,
        M: Fn(f32, f32, [f32; K]) -> f32 + Sync,
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
    fn channel<'a, const B: usize, const K: usize, C, S, F, M>(
        &self,
        samples: usize,
        inputs: [&[f32]; 2],
        kept: [&mut [f32]; K],
        out: Option<impl Fn(usize) -> &'a mut [f32]>,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B],
        S: Fn(f32, f32, [f32; B]) -> [f32; 2],
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K],
        M: Fn(f32, f32, [f32; K]) -> f32,
    {
        let before = (work.before)(self.first, self.of(inputs[0], 0));
        let mut sums = Sums::default();
        for sample in 0..samples {
            sums.add(inputs.map(|input| self.of(input, sample)), |a, b| {
                (work.terms)(a, b, before)
            });
        }
        let sums = sums.total();
        let constants = (work.constants)(self.first, before, sums);
        kept.into_iter().zip(constants).for_each(|(kept, k)| kept[0] = k);
        let Some(out) = out else { return };
        for sample in 0..samples {
            let inputs = inputs.map(|input| self.of(input, sample));
            map_to(inputs, out(sample), |a, b| (work.map)(a, b, constants));
        }
    }

    /// Some channels of flat samples, one a lane.
    #[inline(always)]
    fn columns<'a, const B: usize, const K: usize, C, S, F, M>(
        &self,
        samples: usize,
        inputs: [&[f32]; 2],
        kept: [&mut [f32]; K],
        out: Option<impl Fn(usize) -> &'a mut [f32]>,
        work: &Work<C, S, F, M>,
    ) where
        C: Fn(usize, &[f32]) -> [f32; B],
        S: Fn(f32, f32, [f32; B]) -> [f32; 2],
        F: Fn(usize, [f32; B], [f64; 2]) -> [f32; K],
        M: Fn(f32, f32, [f32; K]) -> f32,
    {
        let first = self.of(inputs[0], 0);
        let mut before = [[0.0; B]; LANES];
        for (lane, before) in before.iter_mut().enumerate().take(self.width) {
            *before = (work.before)(self.first + lane, &first[lane..=lane]);
        }
        let mut sums = [[0.0f64; LANES]; 2];
        for sample in 0..samples {
            let [a, b] = inputs.map(|input| self.of(input, sample));
            for (lane, (&a, &b)) in a.iter().zip(b).enumerate() {
                let part = (work.terms)(a, b, before[lane]);
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
            let [a, b] = inputs.map(|input| self.of(input, sample));
            for ((out, (&a, &b)), &constants) in out(sample).iter_mut().zip(a.iter().zip(b)).zip(&constants) {
                *out = (work.map)(a, b, constants);
            }
        }
    }
}

/// Channels of flat samples that are worked on together.
const LANES: usize = 16;
/// Running sums side by side. There are so many that the compiler makes a loop of them, and vectors of the loop.
const WIDTH: usize = 64;
/// Numbers after which the running sums are added up in double precision.
const OFTEN: usize = 64 * WIDTH;

/// Two sums over many numbers, in an order that their count alone fixes.
struct Sums {
    running: [[f32; WIDTH]; 2],
    numbers: usize,
    total: [f64; 2],
}

impl Default for Sums {
    #[inline(always)]
    fn default() -> Self {
        Self {
            running: [[0.0; WIDTH]; 2],
            numbers: 0,
            total: [0.0; 2],
        }
    }
}

impl Sums {
    /// Adds the terms of the numbers of one plane.
    #[inline(always)]
    fn add(&mut self, [a, b]: [&[f32]; 2], terms: impl Fn(f32, f32) -> [f32; 2]) {
        let [first, second] = &mut self.running;
        for (a, b) in a.chunks(WIDTH).zip(b.chunks(WIDTH)) {
            let sums = first.iter_mut().zip(second.iter_mut());
            for ((first, second), (&a, &b)) in sums.zip(a.iter().zip(b)) {
                let part = terms(a, b);
                *first += part[0];
                *second += part[1];
            }
        }
        self.numbers += a.len();
        if self.numbers >= OFTEN {
            self.settle();
        }
    }

    #[inline(always)]
    fn settle(&mut self) {
        for (total, running) in self.total.iter_mut().zip(&mut self.running) {
            *total += running.iter().map(|&x| f64::from(x)).sum::<f64>();
            running.fill(0.0);
        }
        self.numbers = 0;
    }

    #[inline(always)]
    fn total(mut self) -> [f64; 2] {
        self.settle();
        self.total
    }
}

/// `out = map(a, b)`.
#[inline(always)]
fn map_to([a, b]: [&[f32]; 2], out: &mut [f32], map: impl Fn(f32, f32) -> f32) {
    for (out, (&a, &b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = map(a, b);
    }
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
                terms: |x: f32, _: f32, [center]: [f32; 1]| [x, x * center],
                constants: |c: usize, [center]: [f32; 1], sums: [f64; 2]| {
                    [sums[0] as f32, (sums[1] / f64::from(center)) as f32 + c as f32]
                },
                map: |x: f32, z: f32, [sum, _]: [f32; 2]| x + z - sum,
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
