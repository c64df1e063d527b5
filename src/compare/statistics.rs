//! Means with intervals and tests of differences, from Student's t distribution (statrs).
//!
//! Figures agree with SciPy's `t.interval`, `ttest_rel` and `ttest_ind(equal_var=False)`
//! (`tests/peers/comparison.py`).

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// How sure an interval is to cover what it estimates.
pub const CONFIDENCE: f64 = 0.95;

/// The mean of some values, and how far off it may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Values.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Half of the mean's 95 % interval, `t · s / √n` with n − 1 degrees of freedom; none for a single value.
    pub half: Option<f64>,
}

/// Estimates a mean; `None` without values. Values are finite.
///
/// ```
/// use runner_compare::statistics::estimate;
/// let found = estimate(&[1.0, 2.0, 3.0]).unwrap();
/// assert_eq!((found.n, found.mean), (3, 2.0));
/// assert!((found.half.unwrap() - 2.484137711731).abs() < 1e-9);
/// assert_eq!(estimate(&[4.0]).unwrap().half, None);
/// ```
pub fn estimate(values: &[f64]) -> Option<Estimate> {
    let (mean, variance) = moments(values)?;
    let n = values.len();
    let half = variance.and_then(|variance| Some(critical(n as f64 - 1.0)? * (variance / n as f64).sqrt()));
    Some(Estimate { n, mean, half })
}

/// Which test was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Of the differences between values that belong together.
    Paired,
    /// Of two means whose variances may differ.
    Welch,
}

/// A test of whether a difference of means is zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Test {
    /// How.
    pub method: Method,
    /// Mean of the first less that of the second.
    pub difference: f64,
    /// Half of the difference's 95 % interval.
    pub half: f64,
    /// The statistic.
    pub t: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// The chance of a statistic at least as far from zero, were there no difference.
    pub p: f64,
}

/// The paired t test: values at the same place belong together.
///
/// `None` for fewer than two pairs, and where all pairs differ by the same amount, since there is no noise then to
/// measure the difference by.
pub fn paired(a: &[f64], b: &[f64]) -> Option<Test> {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let (mean, variance) = moments(&differences)?;
    let n = differences.len() as f64;
    test(Method::Paired, mean, variance? / n, n - 1.0)
}

/// Welch's t test, with Satterthwaite's degrees of freedom.
///
/// `None` for fewer than two values on either side, and where neither side varies.
pub fn welch(a: &[f64], b: &[f64]) -> Option<Test> {
    let ((mean_a, variance_a), (mean_b, variance_b)) = (moments(a)?, moments(b)?);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (share_a, share_b) = (variance_a? / n, variance_b? / m);
    let squared = share_a + share_b;
    // As shares of the sum, whose squares neither overflow nor vanish.
    let (a, b) = (share_a / squared, share_b / squared);
    let df = 1.0 / (a * a / (n - 1.0) + b * b / (m - 1.0));
    test(Method::Welch, mean_a - mean_b, squared, df)
}

/// Holm's step-down correction: in place of each chance one that may be held against the level as if it were alone.
///
/// ```
/// use runner_compare::statistics::holm;
/// let mut chances = [0.04, 0.01, 0.03];
/// holm(&mut chances);
/// assert_eq!(chances, [0.06, 0.03, 0.06]);
/// ```
pub fn holm(chances: &mut [f64]) {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|&a, &b| chances[a].total_cmp(&chances[b]));
    let mut least = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        let left = (chances.len() - rank) as f64;
        least = least.max((chances[index] * left).min(1.0));
        chances[index] = least;
    }
}

fn test(method: Method, difference: f64, squared_error: f64, df: f64) -> Option<Test> {
    let error = squared_error.sqrt();
    // What rounding alone leaves between equal differences is no noise.
    if !(error.is_finite() && error > difference.abs() * 1e-12) {
        return None;
    }
    let t = difference / error;
    // A tail, not one less the rest, so that small chances keep their digits.
    let p = 2.0 * student(df)?.cdf(-t.abs());
    let half = critical(df)? * error;
    Some(Test {
        method,
        difference,
        half,
        t,
        df,
        p: p.min(1.0),
    })
}

/// Mean and variance (n − 1), the latter from two values on.
fn moments(values: &[f64]) -> Option<(f64, Option<f64>)> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    Some((mean, (values.len() > 1).then(|| squares / (n - 1.0))))
}

/// The value that Student's t exceeds on either side with a chance of 5 %.
fn critical(df: f64) -> Option<f64> {
    Some(student(df)?.inverse_cdf(0.5 + CONFIDENCE / 2.0))
}

fn student(df: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, df).ok()
}
