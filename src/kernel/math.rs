//! Elementary functions without branches or calls, so that a loop over them becomes SIMD code of
//! whatever width the program is compiled for. No fused multiply-add: every width rounds alike, so
//! every width gives the same bits.

/// Adding this and taking it away again rounds to a whole number; the low bits of the sum hold it.
const ROUND: f32 = 12_582_912.0;

/// `2^n` and `e^r - 1` with `x = n ln 2 + r`; the power comes in two factors, so that it may lie
/// beyond the range of one.
#[inline(always)]
fn split_exp(x: f32) -> (f32, f32, f32) {
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // ln 2 in two parts: n times the first is exact.
    let r = (x - n * 0.693_359_4) - n * -2.121_944_4e-4;
    // The Taylor series; |r| < 0.35, so the first term left out is below 5e-9.
    let series = 1.0 / 720.0 + r * (1.0 / 5040.0);
    let series = 1.0 / 120.0 + r * series;
    let series = 1.0 / 24.0 + r * series;
    let series = 1.0 / 6.0 + r * series;
    let series = 0.5 + r * series;
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    (power_of_two(n >> 1), power_of_two(n - (n >> 1)), r + r * r * series)
}

/// `2^n` for |n| < 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// Within bounds; a NaN stays one.
#[inline(always)]
pub fn clamp(x: f32, low: f32, high: f32) -> f32 {
    // Unlike f32::min and max, this lets a NaN through.
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `e^x` to 2 ulp; infinity and 0 past the range of `f32`, NaN stays NaN.
///
/// ```
/// use runner_kernel::math::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert!((exp(1.0) - std::f32::consts::E).abs() < 5e-7);
/// assert_eq!(exp(-200.0), 0.0);
/// ```
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (a, b, m) = split_exp(clamp(x, -104.0, 89.0));
    (1.0 + m) * a * b
}

/// `log(1 + x)` for `x` from 0 to 1, to 3 ulp.
///
/// ```
/// use runner_kernel::math::ln_1p;
/// assert!((ln_1p(1.0) - std::f32::consts::LN_2).abs() < 2e-7);
/// assert_eq!(ln_1p(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn ln_1p(x: f32) -> f32 {
    // 2 artanh s; s is at most 1/3, so the first term left out is below 4e-9.
    let s = x / (2.0 + x);
    let q = s * s;
    let series = 1.0 / 13.0 + q * (1.0 / 15.0);
    let series = 1.0 / 11.0 + q * series;
    let series = 1.0 / 9.0 + q * series;
    let series = 1.0 / 7.0 + q * series;
    let series = 1.0 / 5.0 + q * series;
    let series = 1.0 / 3.0 + q * series;
    2.0 * (s + s * q * series)
}

/// `tanh x` to 4 ulp, near 0 too.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    // From 9.02 on it rounds to 1.
    let (a, b, m) = split_exp(clamp(2.0 * x.abs(), 0.0, 20.0));
    let power = a * b;
    // e^2|x| - 1, without losing what is small.
    let less_one = power * m + (power - 1.0);
    (less_one / (less_one + 2.0)).copysign(x)
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `ln x` to 2 ulp for positive numbers of full precision; nonsense for all others, which only a loop of its own
/// would be worth.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    // x = m 2^n with m from √½ to √2, read off its bits.
    let offset = 0x3f35_04f3;
    let shifted = (x.to_bits() as i32).wrapping_sub(offset);
    let n = (shifted >> 23) as f32;
    let m = f32::from_bits((shifted & 0x007f_ffff).wrapping_add(offset) as u32);
    // ln m = 2 artanh s; |s| < 0.172, so the first term left out is below 2e-9 of it.
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = 1.0 / 7.0 + square * (1.0 / 9.0);
    let series = 1.0 / 5.0 + square * series;
    let series = 1.0 / 3.0 + square * series;
    let small = 2.0 * s + 2.0 * s * square * series;
    // ln 2 in two parts: n times the first is exact.
    n * 0.693_359_4 + (small + n * -2.121_944_4e-4)
}

/// `ln(1 + e)` and `1 / (1 + e)` for `e` from 0 to 1, without losing what is small.
#[inline(always)]
pub fn ln_1p_and_reciprocal(e: f32) -> (f32, f32) {
    // One division for both: 1 / ((1 + e)(2 + e)).
    let (one, two) = (1.0 + e, 2.0 + e);
    let reciprocal = 1.0 / (one * two);
    // 2 artanh s; s is at most ⅓, so the first term left out is below 2e-8 of it.
    let s = e * one * reciprocal;
    let square = s * s;
    let series = 1.0 / 13.0 + square * (1.0 / 15.0);
    let series = 1.0 / 11.0 + square * series;
    let series = 1.0 / 9.0 + square * series;
    let series = 1.0 / 7.0 + square * series;
    let series = 1.0 / 5.0 + square * series;
    let series = 1.0 / 3.0 + square * series;
    (2.0 * s + 2.0 * s * square * series, two * reciprocal)
}

/// The normal distribution function and density at `x`, to 2e-7 (formula 7.1.26 of Abramowitz and
/// Stegun, Handbook of Mathematical Functions, 1964, for erf).
#[inline(always)]
pub fn normal(x: f32) -> (f32, f32) {
    let bell = exp(-0.5 * x * x);
    let t = 1.0 / (1.0 + (0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2) * x.abs());
    let series = -1.453_152 + t * 1.061_405_4;
    let series = 1.421_413_7 + t * series;
    let series = -0.284_496_74 + t * series;
    let series = 0.254_829_6 + t * series;
    let tail = 0.5 * t * series * bell;
    let distribution = if x < 0.0 { tail } else { 1.0 - tail };
    (distribution, 0.398_942_3 * bell)
}

/// `e^x - 1` for `x` up to 0, to 4 ulp, near 0 too.
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let (a, b, m) = split_exp(clamp(x, -104.0, 0.0));
    let power = a * b;
    power * m + (power - 1.0)
}

/// `ln(1 + e^x)`, to 3 ulp.
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    let above = if x < 0.0 { 0.0 } else { x };
    above + ln_1p_and_reciprocal(exp(-x.abs())).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(f: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
        (0..=200_000)
            .map(|i| {
                let x = (low + (high - low) * f64::from(i) / 200_000.0) as f32;
                let truth = exact(f64::from(x));
                (f64::from(f(x)) - truth).abs() / truth.abs().max(1e-30)
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn relative_errors() {
        let ulp = f64::from(f32::EPSILON);
        assert!(worst(exp, f64::exp, -87.0, 88.7) < 2.0 * ulp);
        assert!(worst(tanh, f64::tanh, -12.0, 12.0) < 4.0 * ulp);
        assert!(worst(tanh, f64::tanh, -1e-3, 1e-3) < 4.0 * ulp);
        let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
        assert!(worst(sigmoid, logistic, -80.0, 80.0) < 4.0 * ulp);
        assert!(worst(ln, f64::ln, 1e-6, 1e-3) < 2.0 * ulp);
        assert!(worst(ln, f64::ln, 1e-3, 0.99) < 2.0 * ulp);
        assert!(worst(ln, f64::ln, 1.01, 1e9) < 2.0 * ulp);
        let small = |x| ln_1p_and_reciprocal(x).0;
        assert!(worst(small, f64::ln_1p, 1e-9, 1e-5) < 2.0 * ulp);
        assert!(worst(small, f64::ln_1p, 0.0, 1.0) < 3.0 * ulp);
        assert!(worst(|x| ln_1p_and_reciprocal(x).1, |x| 1.0 / (1.0 + x), 0.0, 1.0) < 2.0 * ulp);
        assert!(worst(ln_1p, f64::ln_1p, 0.0, 1.0) < 3.0 * ulp);
        assert!(worst(ln_1p, f64::ln_1p, 1e-12, 1e-3) < 3.0 * ulp);
    }

    #[test]
    fn relative_errors_of_sums_with_one() {
        let ulp = f64::from(f32::EPSILON);
        for (low, high) in [(-80.0, -1e-3), (-1e-3, -1e-6)] {
            assert!(worst(exp_m1, f64::exp_m1, low, high) < 4.0 * ulp);
        }
        let exact = |x: f64| {
            if x > 0.0 {
                x + (-x).exp().ln_1p()
            } else {
                x.exp().ln_1p()
            }
        };
        for (low, high) in [(-80.0, -1.0), (-1.0, 1.0), (1.0, 80.0)] {
            assert!(worst(softplus, exact, low, high) < 4.0 * ulp);
        }
        assert!(exp_m1(f32::NAN).is_nan() && softplus(f32::NAN).is_nan());
        assert_eq!((exp_m1(f32::NEG_INFINITY), exp_m1(0.0)), (-1.0, 0.0));
        assert_eq!(
            (softplus(f32::INFINITY), softplus(f32::NEG_INFINITY)),
            (f32::INFINITY, 0.0)
        );
    }

    #[test]
    fn normal_distribution() {
        // Figures of a table of the normal distribution.
        for (x, phi) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746),
            (-1.0, 0.158_655_254),
            (1.96, 0.975_002_105),
            (-3.0, 0.001_349_898),
        ] {
            assert!((f64::from(normal(x).0) - phi).abs() < 2e-7, "{x}");
        }
        assert!((normal(0.5).1 - 0.352_065_33).abs() < 1e-7);
    }

    #[test]
    fn what_is_not_a_number_stays_so_and_ends_are_reached() {
        for f in [exp, tanh, sigmoid, ln_1p, |x| normal(x).0] {
            assert!(f(f32::NAN).is_nan());
        }
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(tanh(f32::NEG_INFINITY), -1.0);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f32).to_bits());
        assert_eq!((sigmoid(f32::INFINITY), sigmoid(f32::NEG_INFINITY)), (1.0, 0.0));
    }
}
