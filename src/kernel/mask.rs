//! Dropout masks, made from a key and an index alone: the same on any number of threads.

use super::parallel;
use runner_ground::random::Key;

/// Numbers that share 16 draws: the low halves serve the first 16, the high halves the rest, which
/// keeps the loop free of shuffles.
const BLOCK: usize = 32;

/// Fills the mask with 0 (with probability `p`) and `1 / (1 - p)`, so that the expected value of
/// `x * mask` is `x`.
///
/// ```
/// use runner_ground::random::Key;
/// use runner_kernel::mask::dropout_mask;
/// let mut mask = [9.0; 1000];
/// dropout_mask(Key::new(1), 0.5, &mut mask);
/// assert!(mask.iter().all(|&m| m == 0.0 || m == 2.0));
/// ```
#[inline]
pub fn dropout_mask(key: Key, p: f64, mask: &mut [f32]) {
    fill(key, p, 0, mask);
}

/// Makes the mask and `y = x * mask` with it, in one pass.
///
/// ```
/// use runner_ground::random::Key;
/// use runner_kernel::mask::drop_out;
/// let (mut y, mut mask) = ([9.0; 100], [9.0; 100]);
/// drop_out(Key::new(1), 0.5, &[3.0; 100], &mut y, &mut mask);
/// assert!(y.iter().zip(&mask).all(|(&y, &m)| y == 3.0 * m && (m == 0.0 || m == 2.0)));
/// ```
#[inline]
pub fn drop_out(key: Key, p: f64, x: &[f32], y: &mut [f32], mask: &mut [f32]) {
    if x.is_empty() {
        return;
    }
    parallel::rows(x.len(), BLOCK, 16, [y, mask], &|first, [y, mask]| {
        let parts = y.chunks_mut(PART).zip(mask.chunks_mut(PART));
        for (part, ((y, mask), x)) in parts.zip(x[first..].chunks(PART)).enumerate() {
            fill(key, p, first + part * PART, mask);
            for ((y, &x), &m) in y.iter_mut().zip(x).zip(&*mask) {
                *y = x * m;
            }
        }
    });
}

/// Numbers that are masked while their part of the mask is in the first-level cache; whole blocks.
const PART: usize = 32 * BLOCK;

/// The part of the mask that starts with this number, the first of a block.
#[inline]
fn fill(key: Key, p: f64, first: usize, mask: &mut [f32]) {
    let keep = (1.0 / (1.0 - p)) as f32;
    let threshold = (p * 4_294_967_296.0) as u32;
    let choose = |bits: u32| if bits < threshold { 0.0 } else { keep };
    let mut blocks = mask.chunks_exact_mut(BLOCK);
    let mut index = first as u64 / 2;
    for block in blocks.by_ref() {
        let (low, high) = block.split_at_mut(BLOCK / 2);
        for (j, (low, high)) in low.iter_mut().zip(high).enumerate() {
            let bits = key.bits(index + j as u64);
            *low = choose(bits as u32);
            *high = choose((bits >> 32) as u32);
        }
        index += BLOCK as u64 / 2;
    }
    for (j, number) in blocks.into_remainder().iter_mut().enumerate() {
        let bits = key.bits(index + (j % (BLOCK / 2)) as u64);
        *number = choose(if j < BLOCK / 2 {
            bits as u32
        } else {
            (bits >> 32) as u32
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(p: f64, n: usize) -> Vec<f32> {
        let mut mask = vec![9.0; n];
        dropout_mask(Key::new(5), p, &mut mask);
        mask
    }

    #[test]
    fn a_shorter_mask_is_the_start_of_a_longer_one() {
        let long = mask(0.4, 333);
        for n in [0, 1, 31, 32, 33, 50, 64, 332] {
            assert_eq!(mask(0.4, n), long[..n]);
        }
    }

    #[test]
    fn parts_are_those_of_the_whole() {
        let x = vec![1.0; 5000];
        let (mut y, mut made) = (vec![9.0; 5000], vec![9.0; 5000]);
        drop_out(Key::new(5), 0.4, &x, &mut y, &mut made);
        assert_eq!((&y, &made), (&mask(0.4, 5000), &mask(0.4, 5000)));
    }

    #[test]
    fn drops_the_share_it_was_told() {
        let n = 100_000;
        for p in [0.0, 0.1, 0.5, 0.9] {
            let dropped = mask(p, n).iter().filter(|&&m| m == 0.0).count() as f64;
            // Five standard deviations of a binomial.
            let slack = 5.0 * (n as f64 * p * (1.0 - p)).sqrt();
            assert!((dropped - n as f64 * p).abs() <= slack, "{p}: {dropped}");
        }
    }
}
