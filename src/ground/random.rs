//! Randomness that can be found again: every random number is a function of the seed, what it is
//! for, and where in the training it is used. No stream is shared and none has hidden state, so a
//! resumed run draws what an uninterrupted one would have drawn, on any number of threads.

use rand_core::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// What a random number is for. The numbers are part of what a seed means: never reuse one.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// Initial weights; `a` is the parameter's index.
    Weights = 1,
    /// Order of the training samples; `a` is the epoch.
    Shuffle = 2,
    /// Dropout masks; `a` is the step, `b` the layer.
    Dropout = 3,
    /// Division into train, validation and test.
    Split = 4,
    /// Data made from a seed.
    Generate = 5,
    /// What networks make for people to look at; `a` is the epoch.
    Sample = 7,
    /// Noise that networks make samples from; `a` says which.
    Noise = 8,
    /// Changes of training images; `a` is the epoch, `b` the sample.
    Augment = 9,
    /// What models draw; `a` is a place in the fit.
    Model = 10,
    /// What a sweep tries; `a` is the trial, `b` the parameter.
    Sweep = 20,
}

/// A 64-bit key from which random numbers are derived.
///
/// ```
/// use runner_ground::random::{Key, Purpose};
/// let key = Key::new(42).purpose(Purpose::Dropout).at(7).at(0);
/// assert_eq!(key.uniform(3), Key::new(42).purpose(Purpose::Dropout).at(7).at(0).uniform(3));
/// assert!((0.0..1.0).contains(&key.uniform(3)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    /// The key of a run.
    pub fn new(seed: u64) -> Self {
        Key(mix(seed ^ 0x9e37_79b9_7f4a_7c15))
    }

    /// The key for one purpose.
    #[must_use]
    pub fn purpose(self, purpose: Purpose) -> Self {
        self.at(purpose as u64)
    }

    /// The key of one place: an epoch, a step, a layer.
    #[must_use]
    #[inline]
    pub fn at(self, index: u64) -> Self {
        Key(mix(self
            .0
            .wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add(1)))
    }

    /// A generator for things drawn one after another.
    pub fn stream(self) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.0)
    }

    /// 64 random bits for an index, without drawing those before it.
    #[inline]
    pub fn bits(self, index: u64) -> u64 {
        mix(self.0.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number in [0, 1) for an index, with 24 random bits.
    #[inline]
    pub fn uniform(self, index: u64) -> f32 {
        (self.bits(index) >> 40) as f32 * (1.0 / 16_777_216.0)
    }

    /// A permutation of `0..n` (Fisher and Yates).
    pub fn permutation(self, n: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..n as u32).collect();
        for i in (1..n).rev() {
            // A 64-bit product keeps the bias below 2^-32 for any n that fits in u32.
            let j = ((u128::from(self.bits(i as u64)) * (i as u128 + 1)) >> 64) as usize;
            order.swap(i, j);
        }
        order
    }
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output bit.
#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutation_is_a_permutation_and_depends_on_the_epoch() {
        let key = Key::new(1).purpose(Purpose::Shuffle);
        let mut first = key.at(0).permutation(1000);
        assert_ne!(first, key.at(1).permutation(1000));
        assert_eq!(first, key.at(0).permutation(1000));
        first.sort_unstable();
        assert!(first.iter().enumerate().all(|(i, &j)| i as u32 == j));
    }

    #[test]
    fn uniform_is_uniform() {
        let key = Key::new(7).purpose(Purpose::Dropout).at(3);
        let n = 100_000;
        let mut bins = [0u32; 10];
        for i in 0..n {
            bins[(key.uniform(i) * 10.0) as usize] += 1;
        }
        // Chi-squared with 9 degrees of freedom: 27.9 is the 0.999 quantile.
        let expected = n as f64 / 10.0;
        let chi: f64 = bins.iter().map(|&b| (f64::from(b) - expected).powi(2) / expected).sum();
        assert!(chi < 27.9, "chi-squared {chi}");
    }
}
