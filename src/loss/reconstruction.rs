//! How far outputs are from the sample that they should be, summed within each sample: loss and slope in one
//! pass, divided over threads by samples.

use runner_kernel::widest::widest;
use serde::Deserialize;

use runner_kernel::math::{exp, ln_1p_and_reciprocal};
use runner_kernel::parallel;

/// What a number of the output is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reconstruction {
    /// Sigmoid and binary cross-entropy in one, `max(z, 0) − zy + ln(1 + e^−|z|)`, for `y` from 0 to 1: as
    /// `binary_cross_entropy_with_logits(z, y, reduction="sum")`.
    BinaryCrossEntropy,
    /// `(z − y)²`: as `mse_loss(z, y, reduction="sum")`.
    Mse,
}

/// Running sums within a sample: fixed in number, so that no processor adds in another order.
const LANES: usize = 16;
/// What a number costs, beside a multiply-add of a product.
const COST: usize = 16;

impl Reconstruction {
    /// The loss of each sample; and `scale` times its slopes, to `gradient`.
    ///
    /// ```
    /// use runner_loss::Reconstruction::Mse;
    /// let (mut gradient, mut losses) = ([0.0; 4], [0.0; 2]);
    /// Mse.backward(&[1.0, 2.0, 3.0, 4.0], &[1.0, 1.0, 1.0, 1.0], 0.5, &mut gradient, &mut losses);
    /// assert_eq!((gradient, losses), ([0.0, 1.0, 2.0, 3.0], [1.0, 13.0]));
    /// ```
    ///
    /// # Panics
    /// When the slices are not rows of the same samples.
    pub fn backward(self, outputs: &[f32], targets: &[f32], scale: f32, gradient: &mut [f32], losses: &mut [f32]) {
        assert_eq!([targets.len(), gradient.len()], [outputs.len(); 2], "as many of each");
        let (samples, width) = (losses.len(), outputs.len() / losses.len().max(1));
        if samples == 0 {
            return;
        }
        parallel::rows(
            samples,
            1,
            width * COST,
            [gradient, losses],
            &|first, [gradient, losses]| {
                let place = first * width..first * width + gradient.len();
                let rows = outputs[place.clone()].chunks_exact(width.max(1));
                let rows = rows.zip(targets[place].chunks_exact(width.max(1)));
                let places = gradient.chunks_exact_mut(width.max(1)).zip(losses);
                for ((outputs, targets), (gradient, loss)) in rows.zip(places) {
                    *loss = match self {
                        Self::BinaryCrossEntropy => slopes(outputs, targets, gradient, scale, logistic),
                        Self::Mse => slopes(outputs, targets, gradient, scale, squared),
                    };
                }
            },
        );
    }

    /// The loss of each sample alone.
    ///
    /// # Panics
    /// As [`Reconstruction::backward`].
    pub fn forward(self, outputs: &[f32], targets: &[f32], losses: &mut [f32]) {
        assert_eq!(targets.len(), outputs.len(), "as many of each");
        let width = (outputs.len() / losses.len().max(1)).max(1);
        let rows = outputs.chunks_exact(width).zip(targets.chunks_exact(width));
        for ((outputs, targets), loss) in rows.zip(losses) {
            *loss = match self {
                Self::BinaryCrossEntropy => sum(outputs, targets, logistic),
                Self::Mse => sum(outputs, targets, squared),
            };
        }
    }
}

/// Loss and slope of one number.
#[inline(always)]
fn logistic(z: f32, y: f32) -> (f32, f32) {
    let e = exp(-z.abs());
    let (tail, reciprocal) = ln_1p_and_reciprocal(e);
    let positive = if z > 0.0 { z } else { 0.0 };
    let sigmoid = if z > 0.0 { reciprocal } else { e * reciprocal };
    (positive - z * y + tail, sigmoid - y)
}

#[inline(always)]
fn squared(z: f32, y: f32) -> (f32, f32) {
    let error = z - y;
    (error * error, 2.0 * error)
}

fn slopes(z: &[f32], y: &[f32], gradient: &mut [f32], scale: f32, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    widest(
        #[inline(always)]
        || {
            let mut lanes = [0.0f32; LANES];
            let (zs, z_rest) = z.as_chunks::<LANES>();
            let (ys, y_rest) = y.as_chunks::<LANES>();
            let (gs, g_rest) = gradient.as_chunks_mut::<LANES>();
            for ((z, y), g) in zs.iter().zip(ys).zip(gs) {
                for i in 0..LANES {
                    let (loss, slope) = f(z[i], y[i]);
                    lanes[i] += loss;
                    g[i] = slope * scale;
                }
            }
            for (((lane, &z), &y), g) in lanes.iter_mut().zip(z_rest).zip(y_rest).zip(g_rest) {
                let (loss, slope) = f(z, y);
                *lane += loss;
                *g = slope * scale;
            }
            lanes.iter().sum()
        },
    )
}

fn sum(z: &[f32], y: &[f32], f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    widest(
        #[inline(always)]
        || {
            let mut lanes = [0.0f32; LANES];
            let (zs, z_rest) = z.as_chunks::<LANES>();
            let (ys, y_rest) = y.as_chunks::<LANES>();
            for (z, y) in zs.iter().zip(ys) {
                for i in 0..LANES {
                    lanes[i] += f(z[i], y[i]).0;
                }
            }
            for ((lane, &z), &y) in lanes.iter_mut().zip(z_rest).zip(y_rest) {
                *lane += f(z, y).0;
            }
            lanes.iter().sum()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::Reconstruction::{BinaryCrossEntropy, Mse};

    fn numbers(n: usize) -> (Vec<f32>, Vec<f32>) {
        let z = (0..n).map(|i| ((i * 37 % 101) as f32 - 50.0) * 0.4).collect();
        let y = (0..n).map(|i| (i * 53 % 11) as f32 / 10.0).collect();
        (z, y)
    }

    #[test]
    fn agrees_with_the_formulas_for_any_width() {
        for (samples, width) in [(1, 1), (3, 7), (2, 16), (5, 33), (4, 784)] {
            let (z, y) = numbers(samples * width);
            for kind in [BinaryCrossEntropy, Mse] {
                let (mut gradient, mut losses) = (vec![f32::NAN; z.len()], vec![f32::NAN; samples]);
                kind.backward(&z, &y, 0.5, &mut gradient, &mut losses);
                let exact = |z: f32, y: f32| {
                    let (z, y) = (f64::from(z), f64::from(y));
                    match kind {
                        BinaryCrossEntropy => (
                            z.max(0.0) - z * y + (-z.abs()).exp().ln_1p(),
                            1.0 / (1.0 + (-z).exp()) - y,
                        ),
                        Mse => ((z - y) * (z - y), 2.0 * (z - y)),
                    }
                };
                for (i, &loss) in losses.iter().enumerate() {
                    let row = i * width..(i + 1) * width;
                    let wanted: f64 = row.clone().map(|j| exact(z[j], y[j]).0).sum();
                    assert!((f64::from(loss) - wanted).abs() <= 1e-6 * wanted, "{loss} {wanted}");
                    for j in row {
                        let wanted = 0.5 * exact(z[j], y[j]).1;
                        assert!((f64::from(gradient[j]) - wanted).abs() <= 2e-7 * wanted.abs().max(1.0));
                    }
                }
                let mut again = vec![0.0; samples];
                kind.forward(&z, &y, &mut again);
                assert_eq!(again, losses);
            }
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits_and_nan_stays() {
        let (mut z, y) = numbers(128 * 784);
        z[5] = f32::NAN;
        let on = |threads| {
            let team = runner_kernel::team::Team::new(threads).unwrap();
            let (mut gradient, mut losses) = (vec![0.0; z.len()], vec![0.0; 128]);
            team.install(|| BinaryCrossEntropy.backward(&z, &y, 0.25, &mut gradient, &mut losses));
            assert!(losses[0].is_nan() && gradient[5].is_nan());
            gradient.into_iter().chain(losses).map(f32::to_bits).collect::<Vec<_>>()
        };
        assert_eq!(on(1), on(2));
        assert_eq!(on(1), on(8));
    }
}
