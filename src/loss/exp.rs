//! The exponential in plain `f32` arithmetic: it vectorises, and gives the same bits on every machine,
//! which the C library's does not promise.

/// e^x within 1 unit in the last place or two; 0 below -87.3 (no subnormals), infinite above 88.7, NaN for NaN.
///
/// Range reduction x = n·ln2 + r with |r| ≤ ln2/2, the Taylor polynomial of degree 7 for e^r (its
/// remainder is below 6e-9), and 2^n built from its exponent bits, in two halves so that neither overflows.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // ln2 in two parts, of which the first times any n that occurs is exact (Cody and Waite 1980).
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and taking off 1.5·2^23 rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let clamped = if x < -104.0 { -104.0 } else { x };
    let clamped = if clamped > 90.0 { 90.0 } else { clamped };
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (clamped - n * LN2_HIGH) - n * LN2_LOW;
    let mut power = 1.0 / 5040.0;
    for coefficient in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = power * r + coefficient;
    }
    // The integer stands in the lowest bits of the sum that rounded it. For NaN it is anything, and the
    // NaN comes back through `power`; hence no arithmetic that checks for overflow, or branches on it.
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    let half = n >> 1;
    let scaled = power * two_to(half) * two_to(n.wrapping_sub(half));
    if x < -87.336_54 { 0.0 } else { scaled }
}

/// 2^n for -126 ≤ n ≤ 127.
#[inline(always)]
fn two_to(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn follows_the_exact_exponential() {
        let mut worst = 0.0f64;
        for i in -870_000..=880_000 {
            let x = i as f32 * 1e-4;
            let exact = f64::from(x).exp();
            worst = worst.max((f64::from(exp(x)) - exact).abs() / exact);
        }
        assert!(worst < 2.5e-7, "relative error {worst:e}");
    }

    #[test]
    fn ends_are_what_they_should_be() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-1e4), 0.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(1e4), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
    }
}
