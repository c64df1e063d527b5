//! Sums in an order that is fixed by the data alone: sixteen running sums, folded pairwise, so that
//! neither the SIMD width nor the number of threads changes a bit.

pub(super) const LANES: usize = 16;

#[inline(always)]
pub(super) fn fold(mut lanes: [f32; LANES]) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// Sum of `f(i)` for the indices of two slices of one length.
#[inline(always)]
pub(super) fn sum_by(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (mut a, mut b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (a, b) in a.by_ref().zip(b.by_ref()) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f(a, b);
        }
    }
    for ((lane, &a), &b) in lanes.iter_mut().zip(a.remainder()).zip(b.remainder()) {
        *lane += f(a, b);
    }
    fold(lanes)
}

/// `Σ x`.
///
/// ```
/// assert_eq!(runner_kernel::reduce::sum(&[1.0, 2.0, 3.0]), 6.0);
/// ```
#[inline]
pub fn sum(x: &[f32]) -> f32 {
    sum_by(x, x, |x, _| x)
}

/// `Σ a b`.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    sum_by(a, b, |a, b| a * b)
}

/// `Σ (x - center)²`.
#[inline]
pub fn squared_deviation(x: &[f32], center: f32) -> f32 {
    sum_by(x, x, |x, _| (x - center) * (x - center))
}

/// `Σ a (b - center)`.
#[inline]
pub fn dot_centered(a: &[f32], b: &[f32], center: f32) -> f32 {
    sum_by(a, b, |a, b| a * (b - center))
}

/// The largest number; negative infinity when there is none. A NaN is passed over.
#[inline]
pub fn max(x: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let mut chunks = x.chunks_exact(LANES);
    for chunk in chunks.by_ref() {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = if x > *lane { x } else { *lane };
        }
    }
    let rest = chunks.remainder().iter().copied();
    lanes.into_iter().chain(rest).fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agree_with_plain_sums() {
        for n in [0usize, 1, 15, 16, 17, 100] {
            let a: Vec<f32> = (0..n).map(|i| (i as f32 * 0.7).sin()).collect();
            let b: Vec<f32> = (0..n).map(|i| (i as f32 * 0.3).cos()).collect();
            let close = |x: f32, y: f32| assert!((x - y).abs() < 1e-4, "{x} {y}");
            close(sum(&a), a.iter().sum());
            close(dot(&a, &b), a.iter().zip(&b).map(|(a, b)| a * b).sum());
            close(squared_deviation(&a, 0.5), a.iter().map(|a| (a - 0.5).powi(2)).sum());
            close(
                dot_centered(&a, &b, 0.5),
                a.iter().zip(&b).map(|(a, b)| a * (b - 0.5)).sum(),
            );
            assert_eq!(max(&a), a.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }
}
