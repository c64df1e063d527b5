//! Normal noise, made from a key and an index alone: the same on any number of threads.

use super::widest::widest;

use super::math::ln;
use runner_ground::random::Key;

/// Numbers that share 16 draws: the low halves serve the first 16, the high halves the rest, which
/// keeps the loop free of shuffles.
const BLOCK: usize = 32;

/// Fills `out` with independent numbers of mean 0 and variance 1, none further out than 5.42.
///
/// ```
/// use runner_ground::random::Key;
/// use runner_kernel::noise::standard_normal;
/// let mut noise = [0.0; 1000];
/// standard_normal(Key::new(1), &mut noise);
/// assert!(noise.iter().sum::<f32>().abs() < 100.0);
/// ```
pub fn standard_normal(key: Key, out: &mut [f32]) {
    widest(
        #[inline(always)]
        || fill(key, out),
    );
}

#[inline(always)]
fn fill(key: Key, out: &mut [f32]) {
    let mut index = 0;
    let mut blocks = out.chunks_exact_mut(BLOCK);
    for block in blocks.by_ref() {
        let (low, high) = block.split_at_mut(BLOCK / 2);
        for (j, (low, high)) in low.iter_mut().zip(high).enumerate() {
            let bits = key.bits(index + j as u64);
            *low = normal_of(bits as u32);
            *high = normal_of((bits >> 32) as u32);
        }
        index += BLOCK as u64 / 2;
    }
    for (j, number) in blocks.into_remainder().iter_mut().enumerate() {
        let bits = key.bits(index + (j % (BLOCK / 2)) as u64);
        *number = normal_of(if j < BLOCK / 2 {
            bits as u32
        } else {
            (bits >> 32) as u32
        });
    }
}

/// The normal number below which a share of them lies that the upper 24 bits give: √2 times the inverse error
/// function, by the polynomials of Giles (2010, "Approximating the erfinv function"), both of them for want of
/// branches.
#[inline(always)]
fn normal_of(bits: u32) -> f32 {
    // The middles of 2^24 equal parts of (-1, 1): never an end, where it would be infinite.
    let x = ((bits >> 8) as i32 * 2 + 1 - (1 << 24)) as f32 * (1.0 / 16_777_216.0);
    let w = -ln((1.0 - x) * (1.0 + x));
    let near = polynomial(w - 2.5, NEAR);
    let far = polynomial(w.sqrt() - 3.0, FAR);
    (if w < 5.0 { near } else { far }) * x
}

/// Highest power first.
#[inline(always)]
fn polynomial(w: f32, coefficients: [f32; 9]) -> f32 {
    coefficients.into_iter().fold(0.0, |sum, c| sum * w + c)
}

/// Giles's coefficients times √2.
const NEAR: [f32; 9] = [
    3.974_260_2e-8,
    4.854_626_4e-7,
    -4.982_822_7e-6,
    -6.210_528e-6,
    3.091_200_2e-4,
    -1.773_034_9e-3,
    -5.908_134e-3,
    0.348_802_66,
    2.123_313_7,
];
const FAR: [f32; 9] = [
    -2.831_457_2e-4,
    1.427_656_5e-4,
    1.908_259_5e-3,
    -5.195_012_3e-3,
    8.116_89e-3,
    -0.010_779_788,
    0.013_348_579,
    1.416_581,
    4.006_434,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal;

    fn noise(n: usize) -> Vec<f32> {
        let mut noise = vec![f32::NAN; n];
        standard_normal(Key::new(5), &mut noise);
        noise
    }

    #[test]
    fn less_noise_is_the_start_of_more() {
        let long = noise(333);
        for n in [0, 1, 31, 32, 33, 50, 64, 332] {
            assert_eq!(noise(n), long[..n]);
        }
    }

    #[test]
    fn is_the_inverse_of_the_distribution() {
        let ends = [0, 1 << 8, 77 << 8, u32::MAX - 255, u32::MAX, 1 << 31];
        for bits in (0..2000).map(|i| i * 2_147_483).chain(ends) {
            let share = (f64::from(bits >> 8) + 0.5) / 16_777_216.0;
            let x = normal_of(bits);
            let (below, density) = normal(-x.abs());
            let wanted = share.min(1.0 - share);
            assert!(x.is_finite() && x.abs() < 5.42, "{bits}: {x}");
            // As far as the distribution function itself is known.
            let slack = 3e-7 + 2e-6 * f64::from(density * x.abs());
            assert!(
                (f64::from(below) - wanted).abs() < slack,
                "{bits}: {x} {below} {wanted}"
            );
        }
    }

    #[test]
    fn has_the_moments_of_a_normal_distribution() {
        let n = 400_000;
        let noise = noise(n);
        let moment = |power| noise.iter().map(|&x| f64::from(x).powi(power)).sum::<f64>() / n as f64;
        // Five standard deviations of each mean: √(E x^2k − (E x^k)²) / √n.
        for (power, expected, spread) in [
            (1, 0.0, 1.0),
            (2, 1.0, 2f64.sqrt()),
            (3, 0.0, 15f64.sqrt()),
            (4, 3.0, 96f64.sqrt()),
        ] {
            let slack = 5.0 * spread / (n as f64).sqrt();
            assert!((moment(power) - expected).abs() < slack, "{power}: {}", moment(power));
        }
        // Neighbours know nothing of each other, nor do those that share a draw.
        for distance in [1, 16] {
            let pairs = noise.iter().zip(&noise[distance..]);
            let together = pairs.map(|(&a, &b)| f64::from(a * b)).sum::<f64>() / n as f64;
            assert!(together.abs() < 5.0 / (n as f64).sqrt(), "{distance}: {together}");
        }
    }
}
