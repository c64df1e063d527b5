//! Scaling inputs by statistics of the training part. Sums are exact integers for bytes and `f64` in
//! a fixed order for floats, so that the same data gives the same bits on any machine and thread count.

use super::column::Column;
use super::dataset::Normalization;
use super::settings::Normalize;
use runner_ground::error::{Error, Kind, Result};

impl Normalization {
    /// Leaves floats as they are; bytes become 0 to 1.
    pub fn identity(column: &dyn Column) -> Self {
        Self {
            mean: vec![0.0],
            std: vec![f64::from(column.unit())],
        }
    }

    /// Mean and standard deviation (of the population, as scikit-learn's `StandardScaler`) of each
    /// channel for inputs of shape `[channels, height, width]`, else of each feature. Tokens are names, not amounts:
    /// theirs are 0 and 1.
    ///
    /// ```
    /// use runner_data::{Normalization, column::Floats};
    /// let features = Floats::of(2, &[1.0, 7.0, 3.0, 7.0]);
    /// let normalization = Normalization::fit(&features, &[2]);
    /// assert_eq!(normalization.mean, [2.0, 7.0]);
    /// assert_eq!(normalization.std, [1.0, 1.0]); // the second is constant
    /// ```
    pub fn fit(column: &dyn Column, shape: &[usize]) -> Self {
        let fitted = column.moments(groups(shape));
        fitted.unwrap_or_else(|| Self::identity(column))
    }

    /// To -1 and 1: bytes by their ends, 0 and 255; floats by the smallest and largest number of each channel or
    /// feature, divided as [`Normalization::fit`] divides them.
    ///
    /// ```
    /// use runner_data::{Normalization, column::Floats};
    /// let normalization = Normalization::symmetric(&Floats::of(2, &[0.0, 7.0, 16.0, 7.0]), &[2]);
    /// assert_eq!(normalization.mean, [8.0, 7.0]);
    /// assert_eq!(normalization.std, [8.0, 1.0]); // the second is constant
    /// ```
    pub fn symmetric(column: &dyn Column, shape: &[usize]) -> Self {
        let fitted = column.reach(groups(shape));
        fitted.unwrap_or_else(|| Self::identity(column))
    }
}

impl Normalization {
    /// Each number of a sample in its own way.
    pub(super) fn fit_each(column: &dyn Column, scales: &[Normalize]) -> Self {
        let of = |scale| {
            scales
                .contains(&scale)
                .then(|| Normalize::fit(scale, column, &[scales.len()]))
        };
        let (standardized, symmetric) = (of(Normalize::Standardize), of(Normalize::Symmetric));
        let each = scales.iter().enumerate().map(|(i, scale)| {
            let found = match scale {
                Normalize::Standardize => standardized.as_ref(),
                Normalize::Symmetric => symmetric.as_ref(),
                Normalize::None => None,
            };
            let entry = |numbers: &[f64]| numbers.get(i).copied();
            found.map_or((0.0, 1.0), |found| {
                (entry(&found.mean).unwrap_or(0.0), entry(&found.std).unwrap_or(1.0))
            })
        });
        let (mean, std) = each.unzip();
        Self { mean, std }
    }
}

impl Normalize {
    /// The statistics of a column by which its numbers are scaled so.
    pub(super) fn fit(self, column: &dyn Column, shape: &[usize]) -> Normalization {
        match self {
            Self::Standardize => Normalization::fit(column, shape),
            Self::Symmetric => Normalization::symmetric(column, shape),
            Self::None => Normalization::identity(column),
        }
    }
}

/// In how many equal divisions samples of this shape are measured.
fn groups(shape: &[usize]) -> usize {
    match shape {
        [channels, _, _] => *channels,
        _ => shape.iter().product(),
    }
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
    /// Mean and standard deviation, for numbers of 64 bits.
    exact: Vec<[f64; 2]>,
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
            mean: normalization.mean.iter().map(|&m| m as f32).collect(),
            inverse: normalization.std.iter().map(|&s| 1.0 / s as f32).collect(),
            exact: normalization
                .mean
                .iter()
                .zip(&normalization.std)
                .map(|(&m, &s)| [m, s])
                .collect(),
            block: width / groups,
        })
    }

    /// Scales one sample of bytes; both have the width given to [`Affine::new`].
    #[inline]
    pub fn bytes(&self, raw: &[u8], out: &mut [f32]) {
        let entries = self.mean.iter().zip(&self.inverse);
        if self.block == 1 {
            for ((out, &x), (mean, inverse)) in out.iter_mut().zip(raw).zip(entries) {
                *out = (f32::from(x) - mean) * inverse;
            }
            return;
        }
        let blocks = out.chunks_exact_mut(self.block).zip(raw.chunks_exact(self.block));
        for ((out, raw), (&mean, &inverse)) in blocks.zip(entries) {
            for (out, &x) in out.iter_mut().zip(raw) {
                *out = (f32::from(x) - mean) * inverse;
            }
        }
    }

    /// Scales one sample of numbers of 64 bits, of which 32 remain: what the numbers have in common is gone by then.
    #[inline]
    pub fn numbers(&self, raw: &[f64], out: &mut [f32]) {
        let blocks = out.chunks_exact_mut(self.block).zip(raw.chunks_exact(self.block));
        for ((out, raw), [mean, std]) in blocks.zip(&self.exact) {
            for (out, &x) in out.iter_mut().zip(raw) {
                *out = ((x - mean) / std) as f32;
            }
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
}

#[cfg(test)]
mod tests {
    use super::super::column::{Bytes, Floats};
    use super::*;

    #[test]
    fn bytes_per_channel_match_the_definition() {
        // Two samples of two channels of 1×2.
        let features = Bytes::new(4, vec![0, 10, 200, 200, 20, 30, 200, 200]);
        let n = Normalization::fit(&features, &[2, 1, 2]);
        assert_eq!(n.mean, [15.0, 200.0]);
        assert!((n.std[0] - 125.0f64.sqrt()).abs() < 1e-6);
        assert_eq!(n.std[1], 1.0);
    }

    #[test]
    fn a_constant_that_binary_cannot_hold_has_std_one() {
        let n = Normalization::fit(&Floats::of(1, &[0.1; 1000]), &[1]);
        assert_eq!(n.std, [1.0]);
        assert_eq!(n.mean, [f64::from(0.1f32)]);
    }

    #[test]
    fn a_large_mean_does_not_swallow_the_spread() {
        let values: Vec<f32> = (0..1000).map(|i| 1e6 + (i % 2) as f32).collect();
        let n = Normalization::fit(&Floats::of(1, &values), &[1]);
        assert!((n.std[0] - 0.5).abs() < 1e-5, "{}", n.std[0]);
    }

    #[test]
    fn standardized_values_have_mean_zero_and_std_one() {
        let raw: Vec<f32> = (0..300).map(|i| ((i * 37) % 101) as f32 * 3.0 + 5.0).collect();
        let n = Normalization::fit(&Floats::of(3, &raw), &[3]);
        let affine = Affine::new(&n, 3).unwrap();
        let mut out = raw.clone();
        out.chunks_mut(3).for_each(|out| affine.in_place(out));
        let again = Normalization::fit(&Floats::of(3, &out), &[3]);
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
            let mut scaled = [raw];
            affine.in_place(&mut scaled);
            assert!((f64::from(scaled[0]) - exact).abs() < 1e-6, "{raw}");
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

    /// Seconds since 1970: 32 bits tell them apart in steps of two minutes.
    #[test]
    fn numbers_of_64_bits_are_scaled_before_they_are_rounded() {
        let seconds: Vec<f64> = (0..60).map(|i| 1_700_000_000.0 + f64::from(i)).collect();
        let n = Normalization::fit(&Floats::new(1, seconds.clone()), &[1]);
        assert_eq!(n.mean, [1_700_000_029.5]);
        let affine = Affine::new(&n, 1).unwrap();
        for (i, x) in seconds.iter().enumerate() {
            let mut scaled = [0.0];
            affine.numbers(&[*x], &mut scaled);
            let exact = (i as f64 - 29.5) / n.std[0];
            assert!((f64::from(scaled[0]) - exact).abs() < 1e-6, "{x}");
        }
        // Beyond what 32 bits reach.
        let n = Normalization::fit(&Floats::new(1, vec![1e40, 3e40]), &[1]);
        assert!((n.mean[0] / 2e40 - 1.0).abs() < 1e-12 && (n.std[0] / 1e40 - 1.0).abs() < 1e-12);
    }
}
