//! Scaling inputs by statistics of the training part. Sums are exact integers for bytes and `f64` in
//! a fixed order for floats, so that the same data gives the same bits on any machine and thread count.

use super::table::{Features, Normalization, Targets};
use runner_ground::error::{Error, Kind, Result};

impl Normalization {
    /// Leaves floats as they are; bytes become 0 to 1.
    pub fn identity(features: &Features) -> Self {
        let std = match features {
            Features::Bytes(_) => 255.0,
            Features::Floats(_) | Features::Windows(_) => 1.0,
        };
        Self {
            mean: vec![0.0],
            std: vec![std],
        }
    }

    /// Mean and standard deviation (of the population, as scikit-learn's `StandardScaler`) of each
    /// channel for inputs of shape `[channels, height, width]`, else of each feature.
    ///
    /// ```
    /// use runner_data::{Features, Normalization};
    /// let features = Features::Floats(vec![1.0, 7.0, 3.0, 7.0]);
    /// let normalization = Normalization::fit(&features, &[2]);
    /// assert_eq!(normalization.mean, [2.0, 7.0]);
    /// assert_eq!(normalization.std, [1.0, 1.0]); // the second is constant
    /// ```
    pub fn fit(features: &Features, input: &[usize]) -> Self {
        let (width, groups) = groups(input);
        match features {
            Features::Bytes(values) => fit(values, width, groups, byte_moments),
            Features::Floats(values) => fit(values, width, groups, float_moments),
            // Tokens are names, not amounts.
            Features::Windows(_) => Self::identity(features),
        }
    }

    /// To -1 and 1: bytes by their ends, 0 and 255; floats by the smallest and largest number of each channel or
    /// feature, divided as [`Normalization::fit`] divides them.
    ///
    /// ```
    /// use runner_data::{Features, Normalization};
    /// let normalization = Normalization::symmetric(&Features::Floats(vec![0.0, 7.0, 16.0, 7.0]), &[2]);
    /// assert_eq!(normalization.mean, [8.0, 7.0]);
    /// assert_eq!(normalization.std, [8.0, 1.0]); // the second is constant
    /// ```
    pub fn symmetric(features: &Features, input: &[usize]) -> Self {
        let (width, groups) = groups(input);
        match features {
            Features::Bytes(_) => Self {
                mean: vec![127.5],
                std: vec![127.5],
            },
            Features::Floats(values) => fit(values, width, groups, middle_and_reach),
            Features::Windows(_) => Self::identity(features),
        }
    }

    /// Mean and standard deviation of each target, where targets are numbers.
    pub fn fit_targets(targets: &Targets) -> Option<Self> {
        match targets {
            Targets::Values { width, values } => Some(fit(values, *width, *width, float_moments)),
            _ => None,
        }
    }
}

/// Numbers of a sample, and in how many equal divisions they are measured.
fn groups(input: &[usize]) -> (usize, usize) {
    let width = input.iter().product();
    match input {
        [channels, _, _] => (width, *channels),
        _ => (width, width),
    }
}

/// Statistics of each of `groups` equal divisions of a sample.
fn fit<T: Copy>(
    values: &[T],
    width: usize,
    groups: usize,
    moments: fn(&mut dyn Iterator<Item = &[T]>) -> (f64, f64),
) -> Normalization {
    let block = width.checked_div(groups).unwrap_or(0).max(1);
    let (mut mean, mut std) = (Vec::with_capacity(groups), Vec::with_capacity(groups));
    for group in 0..groups {
        let mut blocks = values
            .chunks_exact(width.max(1))
            .map(|row| &row[group * block..][..block]);
        let (m, s) = moments(&mut blocks);
        let s = s as f32;
        mean.push(m as f32);
        std.push(if s.is_normal() { s } else { 1.0 });
    }
    Normalization { mean, std }
}

/// Exact: the sums fit in 64 bits for more than 10^14 bytes.
fn byte_moments(blocks: &mut dyn Iterator<Item = &[u8]>) -> (f64, f64) {
    let (mut n, mut sum, mut squares) = (0u64, 0u64, 0u64);
    for block in blocks {
        n += block.len() as u64;
        // In 32 bits a chunk of this length cannot overflow, and it vectorizes.
        for chunk in block.chunks(1 << 14) {
            sum += u64::from(chunk.iter().map(|&x| u32::from(x)).sum::<u32>());
            squares += u64::from(chunk.iter().map(|&x| u32::from(x) * u32::from(x)).sum::<u32>());
        }
    }
    let n = n.max(1);
    let variance = (u128::from(squares) * u128::from(n)).saturating_sub(u128::from(sum) * u128::from(sum));
    (sum as f64 / n as f64, (variance as f64).sqrt() / n as f64)
}

/// Welford's recurrence (1962): one pass, and stable where the mean is large beside the spread. A
/// constant column comes out at exactly zero.
fn float_moments(blocks: &mut dyn Iterator<Item = &[f32]>) -> (f64, f64) {
    let (mut n, mut mean, mut squares) = (0.0f64, 0.0f64, 0.0f64);
    for &x in blocks.flatten() {
        let x = f64::from(x);
        n += 1.0;
        let delta = x - mean;
        mean += delta / n;
        squares += delta * (x - mean);
    }
    (mean, (squares / n.max(1.0)).sqrt())
}

/// The middle between the smallest and the largest number, and how far they are from it.
fn middle_and_reach(blocks: &mut dyn Iterator<Item = &[f32]>) -> (f64, f64) {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = blocks.flatten().fold(ends, |(low, high), &x| {
        let x = f64::from(x);
        (low.min(x), high.max(x))
    });
    (f64::midpoint(low, high), (high - low) / 2.0)
}

/// A [`Normalization`] as `(x - mean) * inverse`, ready to be applied to samples of one width. Not as
/// `x * scale + shift`, which loses the digits of numbers whose mean is large beside their spread.
///
/// ```
/// use runner_data::{Affine, Normalization};
/// let normalization = Normalization { mean: vec![128.0], std: vec![64.0] };
/// let affine = Affine::new(&normalization, 3)?;
/// let mut out = [0.0; 3];
/// affine.bytes(&[0, 128, 192], &mut out);
/// assert_eq!(out, [-2.0, 0.0, 1.0]);
/// # Ok::<(), runner_ground::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Affine {
    mean: Vec<f32>,
    inverse: Vec<f32>,
    block: usize,
}

impl Affine {
    /// For samples of `width` numbers.
    ///
    /// # Errors
    /// When the statistics do not divide that width evenly, or are not finite.
    pub fn new(normalization: &Normalization, width: usize) -> Result<Self> {
        let groups = normalization.mean.len();
        let finite =
            normalization.mean.iter().all(|m| m.is_finite()) && normalization.std.iter().all(|s| s.is_normal());
        if groups == 0 || width == 0 || groups != normalization.std.len() || !width.is_multiple_of(groups) || !finite {
            let message = format!("normalization of {groups} entries does not fit samples of {width} numbers");
            return Err(Error::new(Kind::Data, message));
        }
        Ok(Self {
            mean: normalization.mean.clone(),
            inverse: normalization.std.iter().map(|s| 1.0 / s).collect(),
            block: width / groups,
        })
    }

    /// Scales one sample of bytes; both have the width given to [`Affine::new`].
    #[inline]
    pub fn bytes(&self, raw: &[u8], out: &mut [f32]) {
        if self.block == 1 {
            self.each(raw, out, f32::from);
        } else {
            self.blocks(raw, out, f32::from);
        }
    }

    /// Scales one sample of floats; both have the width given to [`Affine::new`].
    #[inline]
    pub fn floats(&self, raw: &[f32], out: &mut [f32]) {
        if self.block == 1 {
            self.each(raw, out, |x| x);
        } else {
            self.blocks(raw, out, |x| x);
        }
    }

    /// Scales one sample where it stands.
    #[inline]
    pub fn in_place(&self, values: &mut [f32]) {
        let entries = self.mean.iter().zip(&self.inverse);
        for (block, (mean, inverse)) in values.chunks_exact_mut(self.block).zip(entries) {
            block.iter_mut().for_each(|x| *x = (*x - mean) * inverse);
        }
    }

    #[inline]
    fn each<T: Copy>(&self, raw: &[T], out: &mut [f32], float: impl Fn(T) -> f32) {
        let entries = self.mean.iter().zip(&self.inverse);
        for ((out, &x), (mean, inverse)) in out.iter_mut().zip(raw).zip(entries) {
            *out = (float(x) - mean) * inverse;
        }
    }

    #[inline]
    fn blocks<T: Copy>(&self, raw: &[T], out: &mut [f32], float: impl Fn(T) -> f32) {
        let blocks = out.chunks_exact_mut(self.block).zip(raw.chunks_exact(self.block));
        for ((out, raw), (&mean, &inverse)) in blocks.zip(self.mean.iter().zip(&self.inverse)) {
            for (out, &x) in out.iter_mut().zip(raw) {
                *out = (float(x) - mean) * inverse;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_per_channel_match_the_definition() {
        // Two samples of two channels of 1×2.
        let features = Features::Bytes(vec![0, 10, 200, 200, 20, 30, 200, 200]);
        let n = Normalization::fit(&features, &[2, 1, 2]);
        assert_eq!(n.mean, [15.0, 200.0]);
        assert!((n.std[0] - 125.0f32.sqrt()).abs() < 1e-6);
        assert_eq!(n.std[1], 1.0);
    }

    #[test]
    fn a_constant_that_binary_cannot_hold_has_std_one() {
        let n = Normalization::fit(&Features::Floats(vec![0.1; 1000]), &[1]);
        assert_eq!(n.std, [1.0]);
        assert_eq!(n.mean, [0.1]);
    }

    #[test]
    fn a_large_mean_does_not_swallow_the_spread() {
        let values = (0..1000).map(|i| 1e6 + (i % 2) as f32).collect();
        let n = Normalization::fit(&Features::Floats(values), &[1]);
        assert!((n.std[0] - 0.5).abs() < 1e-5, "{}", n.std[0]);
    }

    #[test]
    fn standardized_values_have_mean_zero_and_std_one() {
        let raw: Vec<f32> = (0..300).map(|i| ((i * 37) % 101) as f32 * 3.0 + 5.0).collect();
        let n = Normalization::fit(&Features::Floats(raw.clone()), &[3]);
        let affine = Affine::new(&n, 3).unwrap();
        let mut out = vec![0.0; 300];
        for (raw, out) in raw.chunks(3).zip(out.chunks_mut(3)) {
            affine.floats(raw, out);
        }
        let again = Normalization::fit(&Features::Floats(out), &[3]);
        assert!(again.mean.iter().all(|m| m.abs() < 1e-5));
        assert!(again.std.iter().all(|s| (s - 1.0).abs() < 1e-5));
    }

    /// Years, pressures, positions: the mean is large beside the spread.
    #[test]
    fn a_large_mean_keeps_its_digits() {
        let n = Normalization {
            mean: vec![1e6],
            std: vec![30.0],
        };
        let affine = Affine::new(&n, 1).unwrap();
        for i in -90..=90 {
            let raw = 1e6 + i as f32;
            let exact = f64::from(i) / 30.0;
            let (mut there, mut here) = ([0.0], [raw]);
            affine.floats(&[raw], &mut there);
            affine.in_place(&mut here);
            assert!((f64::from(there[0]) - exact).abs() < 1e-6, "{raw}");
            assert_eq!(there, here);
        }
    }

    #[test]
    fn statistics_of_another_width_are_refused() {
        let n = Normalization {
            mean: vec![0.0; 3],
            std: vec![1.0; 3],
        };
        assert!(Affine::new(&n, 4).is_err());
        assert!(
            Affine::new(
                &Normalization {
                    mean: vec![0.0],
                    std: vec![0.0]
                },
                4
            )
            .is_err()
        );
    }
}
