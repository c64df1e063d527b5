//! The fully connected layer, with the activation that follows it fused in.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::def::{Argument, LayerDef, Lowered, TypeExpr, show_shape};
use super::layer::{Accumulate, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use crate::kernel::matmul::{Matrix, matmul};
use crate::spec::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};

/// A linear layer has a bias.
pub struct WithBias;
/// No activation.
pub struct Identity;

/// `y = x · Wᵀ + b`; `W` is `[O, I]`, `b` is `[O]` (`torch.nn.Linear`).
pub struct Linear<const I: usize, const O: usize, B, A>(PhantomData<fn() -> (B, A)>);

impl<const I: usize, const O: usize> Layer for Linear<I, O, WithBias, Identity> {
    type In = Rank1<I>;
    type Out = Rank1<O>;
    const PARAMETERS: usize = I * O + O;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self(PhantomData)
    }

    fn describe(layout: &mut Layout) {
        let bound = 1.0 / (I as f64).sqrt();
        layout.parameter("weight", &[O, I], Init::Uniform(bound));
        layout.parameter("bias", &[O], Init::Uniform(bound));
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, pass: &Pass, parameters: &[f32], _: &mut [f32], x: &[f32], y: &mut [f32], _: &mut [f32]) {
        let (weight, bias) = parameters.split_at(O * I);
        y.chunks_exact_mut(O).for_each(|row| row.copy_from_slice(bias));
        matmul(Matrix::new(x, pass.batch, I), Matrix::new(weight, O, I).t(), 1.0, y);
    }

    #[inline]
    fn backward(
        &self,
        pass: &Pass,
        accumulate: Accumulate,
        parameters: &[f32],
        x: &[f32],
        _y: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
        gradients: &mut [f32],
        _: &mut [f32],
    ) {
        let (weight, _) = parameters.split_at(O * I);
        let (dweight, dbias) = gradients.split_at_mut(O * I);
        let beta = if accumulate == Accumulate::Add { 1.0 } else { 0.0 };
        if accumulate == Accumulate::Replace {
            dbias.fill(0.0);
        }
        for row in dy.chunks_exact(O) {
            dbias.iter_mut().zip(row).for_each(|(sum, &d)| *sum += d);
        }
        let dy = Matrix::new(dy, pass.batch, O);
        matmul(dy.t(), Matrix::new(x, pass.batch, I), beta, dweight);
        if let Some(dx) = dx {
            matmul(dy, Matrix::new(weight, O, I), 0.0, dx);
        }
    }
}

impl<const I: usize, const O: usize, D: Device<f32>> Reference<D> for Linear<I, O, WithBias, Identity> {
    fn reference<T: Tape<f32, D>>(
        &self,
        _: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<I>), f32, D, T>,
    ) -> Result<Tensor<(usize, Const<O>), f32, D, T>, D::Err> {
        let weight = weights.next_parameter::<Rank2<O, I>, T>()?;
        let bias = weights.next_parameter::<Rank1<O>, T>()?;
        let y = x.try_matmul(weight.try_permute::<Rank2<I, O>, _>()?)?;
        let shape = *y.shape();
        y.try_add(bias.try_broadcast_like(&shape)?)
    }
}

/// `linear: 512`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "linear",
        doc: "Fully connected layer: y = x · Wᵀ + b (torch.nn.Linear).",
        fields: &[Field {
            key: "out_features",
            doc: "Numbers coming out.",
            kind: Kind::Integer { min: 1, max: 1 << 20 },
            presence: Presence::Required,
        }],
        shorthand: Some("out_features"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let [inputs] = *input else {
        return Err(vec![
            Problem::new(
                KeyPath::root(),
                format!("linear expects a flat input, got {}", show_shape(input)),
            )
            .help("add 'flatten' before it"),
        ]);
    };
    let outputs = layer.settings["out_features"].as_u64().unwrap_or(1) as usize;
    Ok(Lowered {
        names: vec![layer.name.clone()],
        output: vec![outputs],
        ty: TypeExpr::new(
            "linear::Linear",
            [
                Argument::Size(inputs),
                Argument::Size(outputs),
                Argument::Type(TypeExpr::plain("linear::WithBias")),
                Argument::Type(TypeExpr::plain("linear::Identity")),
            ],
        ),
        hyperparameters: vec![],
        parameters: inputs * outputs + outputs,
        flops: 2 * (inputs * outputs) as u64,
        fuse: None,
    })
}
