//! What a recipe may say of batch norm, and its reference through dfdx.

use dfdx::prelude::*;

use super::activation::{FromOutput, known_shape};
use super::batch_norm::BatchNorm;
use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Layer, Mode, Pass, Reference, Weights};
use super::linear_def::{fuse, per_step};
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Bound, Chosen, Field, KeyPath, Kind, Presence, Problem, Range, Section};

impl<S: SampleShape, A: FromOutput, D: Device<f32>> Reference<D> for BatchNorm<S, A> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let planes = (pass.batch, S::CHANNELS, Self::EXTENT);
        let channels = (S::CHANNELS,);
        let weight = weights.next_parameter::<(usize,), T>(channels)?;
        let bias = weights.next_parameter::<(usize,), T>(channels)?;
        let buffers = weights.next_buffers(Self::BUFFERS);
        let device = x.device().clone();
        let x = x.try_reshape_like(&planes)?;
        let (centered, variance) = if pass.mode == Mode::Train {
            let mean = x.retaped::<T>().try_mean::<(usize,), Axes2<0, 2>>()?;
            let means = mean.as_vec();
            let centered = x.try_sub(mean.try_broadcast_like::<_, Axes2<0, 2>>(&planes)?)?;
            let squares = centered.retaped::<T>().try_square()?;
            let variance = squares.try_mean::<(usize,), Axes2<0, 2>>()?;
            self.track(buffers, pass.batch * Self::EXTENT, &means, &variance.as_vec());
            (centered, variance)
        } else {
            let (mean, rest) = buffers.split_at(S::CHANNELS);
            let mean = device.try_tensor_from_vec(mean.to_vec(), channels)?;
            let variance = device.try_tensor_from_vec(rest[..S::CHANNELS].to_vec(), channels)?;
            let mean = mean.retaped::<T>().try_broadcast_like::<_, Axes2<0, 2>>(&planes)?;
            (x.try_sub(mean)?, variance.retaped::<T>())
        };
        let scale = weight.try_div(variance.try_add(self.eps)?.try_sqrt()?)?;
        let normal = centered
            .try_mul(scale.try_broadcast_like::<_, Axes2<0, 2>>(&planes)?)?
            .try_add(bias.try_broadcast_like::<_, Axes2<0, 2>>(&planes)?)?
            .try_reshape_like(&S::batched(pass.batch))?;
        self.activation.reference(normal)
    }
}

/// `batch_norm`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "batch_norm",
        doc: "Batch normalization of each feature (over the steps of sequences, too), or each channel of an image \
              (torch.nn.BatchNorm1d, BatchNorm2d).",
        fields: &[
            Field {
                key: "eps",
                doc: "Added to the variance, so that a constant feature divides by no zero.",
                kind: Kind::Number(Range::new(Bound::Excluding(0.0), Bound::Including(1.0))),
                presence: Presence::Default("1e-5"),
            },
            Field {
                key: "momentum",
                doc: "How far the running statistics move towards those of each batch, from 0 to 1.",
                kind: Kind::Number(Range::new(Bound::Including(0.0), Bound::Including(1.0))),
                presence: Presence::Default("0.1"),
            },
        ],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    if let [steps, features] = *input {
        // The steps of all samples are the samples of one larger batch.
        return Ok(per_step(steps, lower(layer, &[features])?).mixing(input));
    }
    let shape = known_shape(&layer.name, input)?;
    let identity = TypeExpr::plain("activation::Identity");
    let ty = TypeExpr::new(
        "batch_norm::BatchNorm",
        [Argument::Type(shape), Argument::Type(identity)],
    );
    Ok(Lowered {
        hyperparameters: vec![DEF.number(layer, "eps"), DEF.number(layer, "momentum")],
        parameters: input.first().map_or(0, |channels| channels.saturating_mul(2)),
        flops: (numbers(input) as u64).saturating_mul(8),
        fuse: Some(fuse),
        over_batch: vec![(
            KeyPath::root(),
            numbers(input) / input.first().map_or(1, |&channels| channels.max(1)),
        )],
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
