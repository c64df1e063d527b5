//! Layer norm: each sample is given mean 0 and variance 1 over its own numbers (Ba et al., 2016).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Accumulate, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use crate::kernel::{elementwise, reduce};
use crate::spec::{Bound, Chosen, Field, Kind, Presence, Problem, Range, Section};

/// `y = (x - mean) / √(var + eps) · w + b`, mean and (biased) variance over all numbers of a sample;
/// `w` and `b` have the sample's shape (`torch.nn.LayerNorm(shape)`).
///
/// ```
/// use runner::nn::{Layer, layer_norm::LayerNorm};
/// assert_eq!(LayerNorm::<dfdx::shapes::Rank3<2, 3, 3>>::PARAMETERS, 36);
/// ```
pub struct LayerNorm<S> {
    eps: f32,
    shape: PhantomData<fn() -> S>,
}

impl<S: SampleShape> Layer for LayerNorm<S> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 2 * S::NUMEL;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 1;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            eps: hyperparameters.next_value() as f32,
            shape: PhantomData,
        }
    }

    fn describe(layout: &mut Layout) {
        let shape = S::default().concrete();
        layout.parameter("weight", shape.as_ref(), Init::Constant(1.0));
        layout.parameter("bias", shape.as_ref(), Init::Constant(0.0));
        layout.advance(1);
    }

    /// Mean and inverse deviation of each sample.
    fn scratch(batch: usize) -> usize {
        2 * batch
    }

    #[inline]
    fn forward(&self, _: &Pass, parameters: &[f32], _: &mut [f32], x: &[f32], y: &mut [f32], scratch: &mut [f32]) {
        let (weight, bias) = parameters.split_at(S::NUMEL);
        let rows = x.chunks_exact(S::NUMEL).zip(y.chunks_exact_mut(S::NUMEL));
        for ((x, y), kept) in rows.zip(scratch.chunks_exact_mut(2)) {
            let mean = reduce::sum(x) / S::NUMEL as f32;
            let variance = reduce::squared_deviation(x, mean) / S::NUMEL as f32;
            let inverse = 1.0 / (variance + self.eps).sqrt();
            kept.copy_from_slice(&[mean, inverse]);
            elementwise::map3(x, weight, bias, y, |x, w, b| (x - mean) * inverse * w + b);
        }
    }

    #[inline]
    fn backward(
        &self,
        _: &Pass,
        accumulate: Accumulate,
        parameters: &[f32],
        x: &[f32],
        _: &[f32],
        dy: &mut [f32],
        mut dx: Option<&mut [f32]>,
        gradients: &mut [f32],
        scratch: &mut [f32],
    ) {
        let n = S::NUMEL;
        let (weight, _) = parameters.split_at(n);
        if accumulate == Accumulate::Replace {
            gradients.fill(0.0);
        }
        let (dweight, dbias) = gradients.split_at_mut(n);
        let rows = x
            .chunks_exact(n)
            .zip(dy.chunks_exact_mut(n))
            .zip(scratch.chunks_exact(2));
        for (i, ((x, dy), kept)) in rows.enumerate() {
            let (mean, inverse) = (kept[0], kept[1]);
            elementwise::update(dbias, dy, |sum, dy| sum + dy);
            elementwise::update2(dweight, dy, x, |sum, dy, x| sum + dy * ((x - mean) * inverse));
            let Some(dx) = dx.as_deref_mut() else { continue };
            elementwise::update(dy, weight, |dy, w| dy * w);
            let shift = reduce::sum(dy) / n as f32;
            let tilt = reduce::dot_centered(dy, x, mean) * inverse * inverse / n as f32;
            let dx = &mut dx[i * n..(i + 1) * n];
            elementwise::map3(x, dy, dy, dx, |x, dy, _| inverse * (dy - shift - (x - mean) * tilt));
        }
    }
}

impl<S: SampleShape, D: Device<f32>> Reference<D> for LayerNorm<S> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let flat = (pass.batch, S::NUMEL);
        let weight = weights.next_parameter::<(usize,), T>((S::NUMEL,))?;
        let bias = weights.next_parameter::<(usize,), T>((S::NUMEL,))?;
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
        doc: "Layer normalization over all features of a sample (torch.nn.LayerNorm).",
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
    Ok(Lowered {
        hyperparameters: vec![DEF.number(layer, "eps")],
        parameters: numbers(input).saturating_mul(2),
        flops: 8 * numbers(input) as u64,
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
