//! Layer norm: each sample, or each step of a sequence, is given mean 0 and variance 1 over its own numbers (Ba et al., 2016).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Bound, Chosen, Field, Kind, Presence, Problem, Range, Section};
use runner_kernel::{elementwise, parallel, reduce};

/// `y = (x - mean) / √(var + eps) · w + b`, mean and (biased) variance over all numbers of a sample, or of each step
/// of a sequence; `w` and `b` have that shape (`torch.nn.LayerNorm(shape)`, `torch.nn.LayerNorm(features)`).
///
/// ```
/// use dfdx::shapes::{Rank2, Rank3};
/// use runner_nn::{Layer, layer_norm::LayerNorm};
/// assert_eq!(LayerNorm::<Rank3<2, 3, 3>>::PARAMETERS, 36);
/// assert_eq!(LayerNorm::<Rank2<64, 8>>::PARAMETERS, 16);
/// ```
pub struct LayerNorm<S> {
    eps: f32,
    shape: PhantomData<fn() -> S>,
}

/// Rows whose parameter gradients are added up together, before those of the other blocks.
const BLOCK: usize = 64;

impl<S: SampleShape> LayerNorm<S> {
    const fn rows(batch: usize) -> usize {
        batch * (S::NUMEL / S::FEATURES)
    }

    const fn blocks(batch: usize) -> usize {
        Self::rows(batch).div_ceil(BLOCK)
    }
}

impl<S: SampleShape> Layer for LayerNorm<S> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 2 * S::FEATURES;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 1;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            eps: hyperparameters.next_value() as f32,
            shape: PhantomData,
        }
    }

    fn describe(layout: &mut Layout) {
        let sizes = S::default().concrete();
        // Of a sequence its features alone; of others all sizes.
        let shape = &sizes.as_ref()[usize::from(S::NUM_DIMS == 2)..];
        layout.parameter("weight", shape, Init::Constant(1.0));
        layout.parameter("bias", shape, Init::Constant(0.0));
        layout.advance(1);
    }

    /// Mean and inverse deviation of each row, and each block's gradients.
    fn scratch(batch: usize) -> usize {
        2 * Self::rows(batch) + Self::blocks(batch) * Self::PARAMETERS
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        let (n, rows) = (S::FEATURES, Self::rows(pass.batch));
        let (weight, bias) = at.parameters.split_at(n);
        let kept = &mut at.scratch[..2 * rows];
        parallel::rows(rows, 1, 6 * n, [y, kept], &|first, [y, kept]| {
            let rows = x[first * n..].chunks_exact(n).zip(y.chunks_exact_mut(n));
            for ((x, y), kept) in rows.zip(kept.chunks_exact_mut(2)) {
                let mean = reduce::sum(x) / n as f32;
                let variance = reduce::squared_deviation(x, mean) / n as f32;
                let inverse = 1.0 / (variance + self.eps).sqrt();
                kept.copy_from_slice(&[mean, inverse]);
                elementwise::map3_row(x, weight, bias, y, |x, w, b| (x - mean) * inverse * w + b);
            }
        });
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { pass, x, dy, dx, .. } = at;
        let (n, rows, blocks) = (S::FEATURES, Self::rows(pass.batch), Self::blocks(pass.batch));
        let (weight, _) = at.parameters.split_at(n);
        let (kept, rest) = at.scratch.split_at_mut(2 * rows);
        let sums = &mut rest[..blocks * Self::PARAMETERS];
        let dy = &*dy;
        let part = |first: usize| first * BLOCK..rows.min((first + 1) * BLOCK);
        parallel::rows(blocks, 1, 4 * n * BLOCK, [sums], &|first, [sums]| {
            for (block, sums) in sums.chunks_exact_mut(Self::PARAMETERS).enumerate() {
                sums.fill(0.0);
                let (dweight, dbias) = sums.split_at_mut(n);
                for row in part(first + block) {
                    let (x, dy) = (&x[row * n..][..n], &dy[row * n..][..n]);
                    let (mean, inverse) = (kept[2 * row], kept[2 * row + 1]);
                    elementwise::update_row(dbias, dy, |sum, dy| sum + dy);
                    elementwise::update2(dweight, dy, x, |sum, dy, x| sum + dy * ((x - mean) * inverse));
                }
            }
        });
        if at.accumulate == Accumulate::Replace {
            at.gradients.fill(0.0);
        }
        elementwise::add_rows(sums, at.gradients);
        let Some(dx) = dx else { return };
        parallel::rows(rows, 1, 6 * n, [dx], &|first, [dx]| {
            for (row, dx) in dx.chunks_exact_mut(n).enumerate() {
                let row = first + row;
                let (x, dy) = (&x[row * n..][..n], &dy[row * n..][..n]);
                let (mean, inverse) = (kept[2 * row], kept[2 * row + 1]);
                elementwise::map3_row(dy, weight, weight, dx, |dy, w, _| dy * w);
                let shift = reduce::sum(dx) / n as f32;
                let tilt = reduce::dot_centered(dx, x, mean) * inverse * inverse / n as f32;
                elementwise::update_row(dx, x, |dy, x| inverse * (dy - shift - (x - mean) * tilt));
            }
        });
    }
}

impl<S: SampleShape, D: Device<f32>> Reference<D> for LayerNorm<S> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let flat = (Self::rows(pass.batch), S::FEATURES);
        let weight = weights.next_parameter::<(usize,), T>((S::FEATURES,))?;
        let bias = weights.next_parameter::<(usize,), T>((S::FEATURES,))?;
        x.try_reshape_like(&flat)?
            .try_normalize::<Axis<1>>(self.eps)?
            .try_mul(weight.try_broadcast_like::<_, Axis<0>>(&flat)?)?
            .try_add(bias.try_broadcast_like::<_, Axis<0>>(&flat)?)?
            .try_reshape_like(&S::batched(pass.batch))
    }
}

/// `layer_norm`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "layer_norm",
        doc: "Layer normalization over all features of a sample, or of each step of a sequence (torch.nn.LayerNorm).",
        fields: &[Field {
            key: "eps",
            doc: "Added to the variance, so that a constant sample divides by no zero.",
            kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(1.0))),
            presence: Presence::Default("1e-5"),
        }],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let shape = known_shape(&layer.name, input)?;
    let ty = TypeExpr::new("layer_norm::LayerNorm", [Argument::Type(shape)]);
    // One of a sequence is for the features of a step.
    let features = match *input {
        [_, features] => features,
        _ => numbers(input),
    };
    Ok(Lowered {
        hyperparameters: vec![DEF.number(layer, "eps")],
        parameters: features.saturating_mul(2),
        flops: (numbers(input) as u64).saturating_mul(8),
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
