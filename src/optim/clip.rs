//! Gradient clipping, by norm and by value, as `torch.nn.utils.clip_grad_norm_` and `clip_grad_value_`.

use runner_kernel::team;
use runner_kernel::widest::widest;

/// Elements summed together. Fixed, so that the norm is the same on any number of threads.
const CHUNK: usize = 8 * 1024;
/// Elements below which waking other threads costs more than it saves.
const PARALLEL: usize = 64 * 1024;
/// Running sums within a chunk: fixed too, and enough to keep the vector units busy.
const LANES: usize = 16;

/// What to limit.
///
/// ```
/// use runner_optim::clip::Clip;
/// let mut gradients = [3.0, 4.0];
/// let clipped = Clip::Norm(1.0).apply(1.0, &mut gradients);
/// assert_eq!(clipped.norm, 5.0);
/// assert!((clipped.scale - 0.2).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Clip {
    /// Nothing.
    #[default]
    Off,
    /// The Euclidean norm of all gradients together, to at most this.
    Norm(f64),
    /// Each gradient, to at most this in absolute value.
    Value(f32),
}

/// What clipping found and left to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clipped {
    /// Norm of the gradients, before clipping. Not finite when a gradient is not.
    pub norm: f64,
    /// What [`Optimizer::step`](super::Optimizer::step) is to multiply the gradients with.
    pub scale: f32,
}

impl Clip {
    /// Limits `gradients * scale`, where `scale` is 1, or the reciprocal of the accumulated batches.
    /// Only clipping by value writes to the gradients; clipping by norm leaves it to the optimizer's
    /// own pass, through the scale that it returns.
    pub fn apply(self, scale: f32, gradients: &mut [f32]) -> Clipped {
        self.apply_all(scale, [gradients])
    }

    /// [`Clip::apply`] for gradients that lie in several buffers and are limited as one.
    ///
    /// ```
    /// use runner_optim::clip::Clip;
    /// let clipped = Clip::Norm(1.0).apply_all(1.0, [&mut [3.0], &mut [4.0]]);
    /// assert_eq!(clipped.norm, 5.0);
    /// ```
    pub fn apply_all<const N: usize>(self, scale: f32, parts: [&mut [f32]; N]) -> Clipped {
        let squares: f64 = parts.iter().map(|part| squares(part)).sum();
        let norm = squares.sqrt() * f64::from(scale.abs());
        match self {
            Clip::Off => Clipped { norm, scale },
            Clip::Norm(limit) => {
                let coefficient = limit / (norm + 1e-6);
                // A NaN must stay one: with `min` a diverged step would look like a small one.
                let coefficient = if coefficient > 1.0 { 1.0 } else { coefficient };
                Clipped {
                    norm,
                    scale: (f64::from(scale) * coefficient) as f32,
                }
            }
            Clip::Value(limit) => {
                let limit = limit.abs();
                for gradient in parts.into_iter().flatten() {
                    *gradient = (*gradient * scale).clamp(-limit, limit);
                }
                Clipped { norm, scale: 1.0 }
            }
        }
    }
}

/// Euclidean norm, summed in f64 in a fixed order.
pub fn norm(values: &[f32]) -> f64 {
    squares(values).sqrt()
}

/// Halves of whole chunks, whose sums are added pairwise, whichever thread computed them.
fn squares(values: &[f32]) -> f64 {
    if values.len() <= CHUNK {
        return sum_of_squares(values);
    }
    let (first, second) = values.split_at(values.len().div_ceil(CHUNK).div_ceil(2) * CHUNK);
    let (first, second) = if values.len() > PARALLEL {
        team::join(|| squares(first), || squares(second))
    } else {
        (squares(first), squares(second))
    };
    first + second
}

fn sum_of_squares(chunk: &[f32]) -> f64 {
    widest(
        #[inline(always)]
        || {
            let (blocks, rest) = chunk.as_chunks::<LANES>();
            let mut lanes = [0.0f64; LANES];
            for block in blocks {
                for (lane, &x) in lanes.iter_mut().zip(block) {
                    *lane += f64::from(x) * f64::from(x);
                }
            }
            let tail: f64 = rest.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            lanes.iter().sum::<f64>() + tail
        },
    )
}
