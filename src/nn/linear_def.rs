//! What a recipe may say of a linear layer, and which activations join it.

use super::def::{LayerDef, Lowered, flat_input};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};

/// `linear: 512`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "linear",
        doc: "Fully connected layer: y = x · Wᵀ + b, for every step of a sequence alike (torch.nn.Linear).",
        fields: &[
            Field {
                key: "out_features",
                doc: "Numbers coming out.",
                kind: Kind::Integer { min: 1, max: 1 << 20 },
                presence: Presence::Required,
            },
            Field {
                key: "bias",
                doc: "Whether a learnt number is added to each output.",
                kind: Kind::Bool,
                presence: Presence::Default("true"),
            },
        ],
        shorthand: Some("out_features"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let (steps, inputs) = match *input {
        [steps, features] => (Some(steps), features),
        _ => (None, flat_input(&layer.name, input)?),
    };
    let outputs = DEF.size(layer, "out_features");
    let bias = DEF.flag(layer, "bias");
    let ty = TypeExpr::new(
        "linear::Linear",
        [
            Argument::Size(inputs),
            Argument::Size(outputs),
            Argument::Type(TypeExpr::plain(if bias {
                "linear::WithBias"
            } else {
                "linear::NoBias"
            })),
            Argument::Type(TypeExpr::plain("linear::Identity")),
        ],
    );
    let lowered = Lowered {
        output: vec![outputs],
        parameters: inputs * outputs + if bias { outputs } else { 0 },
        flops: 2 * inputs as u64 * outputs as u64,
        fuse: Some(fuse),
        ..Lowered::elementwise(&layer.name, ty, input)
    };
    Ok(match steps {
        Some(steps) => per_step(steps, lowered),
        None => lowered,
    })
}

/// A layer for flat samples, for each step of a sequence.
pub(super) fn per_step(steps: usize, layer: Lowered) -> Lowered {
    Lowered {
        output: [&[steps], layer.output.as_slice()].concat(),
        flops: layer.flops.saturating_mul(steps as u64),
        over_batch: of_steps(steps, layer.over_batch),
        ty: TypeExpr::new("per_step::PerStep", [Argument::Size(steps), Argument::Type(layer.ty)]),
        ..layer
    }
}

/// Where the steps of a sample are samples, each statistic is taken of as many numbers more.
fn of_steps(steps: usize, over_batch: Vec<(KeyPath, usize)>) -> Vec<(KeyPath, usize)> {
    let all = over_batch.into_iter();
    all.map(|(place, numbers)| (place, numbers.saturating_mul(steps)))
        .collect()
}

/// Activations whose derivative follows from their output ([`super::activation::FromOutput`]).
const FUSIBLE: [&str; 11] = [
    "relu::ReLU",
    "sigmoid::Sigmoid",
    "tanh::Tanh",
    "leaky_relu::LeakyReLU",
    "elu::Elu",
    "elu::Selu",
    "elu::Celu",
    "softplus::Softsign",
    "hardtanh::Hardtanh",
    "hardtanh::ReLU6",
    "hardtanh::Hardsigmoid",
];

/// Joins such an activation into a layer whose last type argument is its activation.
pub(super) fn fuse(layer: &Lowered, next: &Lowered) -> Option<Lowered> {
    let [Argument::Type(_), Argument::Type(activation)] = next.ty.arguments.as_slice() else {
        return None;
    };
    if next.ty.name != "activation::Activate" || !FUSIBLE.contains(&activation.name) {
        return None;
    }
    let mut fused = layer.clone();
    *activation_of(&mut fused.ty)? = Argument::Type(activation.clone());
    fused.names.extend_from_slice(&next.names);
    fused.hyperparameters.extend_from_slice(&next.hyperparameters);
    fused.flops = fused.flops.saturating_add(next.flops);
    fused.fuse = None;
    Some(fused)
}

/// The last argument of a linear layer, also of one that stands inside another type.
fn activation_of(ty: &mut TypeExpr) -> Option<&mut Argument> {
    if ty.name != "per_step::PerStep" {
        return ty.arguments.last_mut();
    }
    match ty.arguments.last_mut()? {
        Argument::Type(inner) => activation_of(inner),
        Argument::Size(_) => None,
    }
}
