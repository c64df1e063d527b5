//! What losses that compare number with number share: a sum over elements, and their slopes.

use pulp::Arch;

use super::{Loss, Sum, Target, UNDEFINED, reciprocal};

/// The loss of one output against one number, and its slope.
pub(super) trait Elementwise: Send + Sync {
    /// `(loss, d loss / d output)`.
    fn at(&self, output: f32, target: f32) -> (f64, f32);
}

/// An [`Elementwise`] as a [`Loss`]: the mean is over all elements, as PyTorch's `reduction="mean"`.
pub(super) struct Mean<E>(pub(super) E);

/// Running sums, fixed in number and added in order.
const LANES: usize = 8;

impl<E: Elementwise> Loss for Mean<E> {
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum {
        match target {
            Target::Values(values) if values.len() == outputs.len() => sum(
                outputs,
                values,
                #[inline(always)]
                |z, y| self.0.at(z, y).0,
            ),
            _ => UNDEFINED,
        }
    }

    fn backward(&self, outputs: &[f32], target: Target<'_>, normalizer: Option<f64>, gradient: &mut [f32]) -> Sum {
        let lengths = (outputs.len(), outputs.len());
        match target {
            Target::Values(values) if (values.len(), gradient.len()) == lengths => {
                let scale = reciprocal(normalizer.unwrap_or(outputs.len() as f64)) as f32;
                slopes(
                    outputs,
                    values,
                    gradient,
                    #[inline(always)]
                    |z, y| self.0.at(z, y).1 * scale,
                );
                sum(
                    outputs,
                    values,
                    #[inline(always)]
                    |z, y| self.0.at(z, y).0,
                )
            }
            _ => {
                gradient.fill(f32::NAN);
                UNDEFINED
            }
        }
    }
}

fn slopes(outputs: &[f32], values: &[f32], gradient: &mut [f32], slope: impl Fn(f32, f32) -> f32) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for ((g, &z), &y) in gradient.iter_mut().zip(outputs).zip(values) {
                *g = slope(z, y);
            }
        },
    );
}

fn sum(outputs: &[f32], values: &[f32], loss: impl Fn(f32, f32) -> f64) -> Sum {
    let loss = Arch::new().dispatch(
        #[inline(always)]
        || {
            let (z_blocks, z_rest) = outputs.as_chunks::<LANES>();
            let (y_blocks, y_rest) = values.as_chunks::<LANES>();
            let mut lanes = [0.0f64; LANES];
            for (z, y) in z_blocks.iter().zip(y_blocks) {
                for i in 0..LANES {
                    lanes[i] += loss(z[i], y[i]);
                }
            }
            let rest: f64 = z_rest.iter().zip(y_rest).map(|(&z, &y)| loss(z, y)).sum();
            lanes.iter().sum::<f64>() + rest
        },
    );
    Sum {
        loss,
        weight: outputs.len() as f64,
    }
}
