//! What losses that compare number with number share: a sum over elements, and their slopes.

use runner_kernel::team;
use runner_kernel::widest::widest;

use super::{Loss, Sum, UNDEFINED, reciprocal};
use runner_data::Target;

/// The loss of one output against one number, and its slope.
pub(super) trait Elementwise: Send + Sync {
    /// What a loss is computed in: `f64` where large numbers cancel, `f32` where not, for its wider vectors.
    type Number: Copy + Default + Into<f64>;

    /// `(loss, d loss / d output)`.
    fn at(&self, output: f32, target: f32) -> (Self::Number, f32);
}

/// An [`Elementwise`] as a [`Loss`]: the mean is over all elements, as PyTorch's `reduction="mean"`.
pub(super) struct Mean<E>(pub(super) E);

/// Running sums, fixed in number and added in order.
const LANES: usize = 8;
/// Numbers whose losses are all there before one is added: room for vectors.
pub(super) const PIECE: usize = 8 * LANES;
/// Numbers that one thread sums. The sums of blocks are added pairwise, whichever thread computed them.
const BLOCK: usize = 8 * 1024;
/// Numbers below which waking other threads costs more than it saves.
const PARALLEL: usize = 32 * 1024;

impl<E: Elementwise> Loss for Mean<E> {
    fn forward(&self, outputs: &[f32], target: Target<'_>) -> Sum {
        match target {
            Target::Values(values) if values.len() == outputs.len() => Sum {
                loss: self.sum(outputs, values, None, 0.0),
                weight: outputs.len() as f64,
            },
            _ => UNDEFINED,
        }
    }

    fn backward(&self, outputs: &[f32], target: Target<'_>, normalizer: Option<f64>, gradient: &mut [f32]) -> Sum {
        let lengths = (outputs.len(), outputs.len());
        match target {
            Target::Values(values) if (values.len(), gradient.len()) == lengths => {
                let scale = reciprocal(normalizer.unwrap_or(outputs.len() as f64)) as f32;
                Sum {
                    loss: self.sum(outputs, values, Some(gradient), scale),
                    weight: outputs.len() as f64,
                }
            }
            _ => {
                gradient.fill(f32::NAN);
                UNDEFINED
            }
        }
    }
}

impl<E: Elementwise> Mean<E> {
    /// The sum of the losses; writes the slopes times `scale` where there is a place for them.
    pub(super) fn sum(&self, outputs: &[f32], values: &[f32], mut gradient: Option<&mut [f32]>, scale: f32) -> f64 {
        if outputs.len() <= BLOCK {
            return widest(
                #[inline(always)]
                || self.block(outputs, values, gradient.as_deref_mut(), scale),
            );
        }
        let middle = outputs.len().div_ceil(BLOCK).div_ceil(2) * BLOCK;
        let (z0, z1) = outputs.split_at(middle);
        let (y0, y1) = values.split_at(middle);
        let (g0, g1) = gradient.map(|gradient| gradient.split_at_mut(middle)).unzip();
        let first = || self.sum(z0, y0, g0, scale);
        let second = || self.sum(z1, y1, g1, scale);
        let (first, second) = if outputs.len() > PARALLEL {
            team::join(first, second)
        } else {
            (first(), second())
        };
        first + second
    }

    #[inline(always)]
    fn block(&self, outputs: &[f32], values: &[f32], mut gradient: Option<&mut [f32]>, scale: f32) -> f64 {
        let mut lanes = [0.0f64; LANES];
        let mut losses = [E::Number::default(); PIECE];
        let mut slopes = [0.0f32; PIECE];
        let pieces = outputs.chunks(PIECE).zip(values.chunks(PIECE));
        for (index, (z, y)) in pieces.enumerate() {
            let n = z.len();
            for (((loss, slope), &z), &y) in losses.iter_mut().zip(&mut slopes).zip(z).zip(y) {
                (*loss, *slope) = self.0.at(z, y);
            }
            if let Some(gradient) = gradient.as_deref_mut() {
                let places = gradient[index * PIECE..][..n].iter_mut();
                places.zip(&slopes).for_each(|(g, slope)| *g = slope * scale);
            }
            for losses in losses[..n].chunks(LANES) {
                let sums = lanes.iter_mut().zip(losses);
                sums.for_each(|(lane, &loss)| *lane += loss.into());
            }
        }
        lanes.iter().sum()
    }
}
