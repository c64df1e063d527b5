//! What a recipe may say of a recurrent layer: the same for all kinds.

use crate::activation::known_shape;
use crate::def::{LayerDef, Lowered, show_shape};
use crate::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Range};

pub(crate) const HIDDEN_SIZE: Field = Field {
    key: "hidden_size",
    doc: "Numbers in the state of each direction.",
    kind: Kind::Integer { min: 1, max: 1 << 16 },
    presence: Presence::Required,
};

pub(crate) const NUM_LAYERS: Field = Field {
    key: "num_layers",
    doc: "Layers on top of each other, each reading the states of the one below.",
    kind: Kind::Integer { min: 1, max: 64 },
    presence: Presence::Default("1"),
};

pub(crate) const BIAS: Field = Field {
    key: "bias",
    doc: "Whether learnt numbers are added to the products with input and state.",
    kind: Kind::Bool,
    presence: Presence::Default("true"),
};

pub(crate) const DROPOUT: Field = Field {
    key: "dropout",
    doc: "Probability that a number on its way from one layer to the next is zeroed while training.",
    kind: Kind::Number(Range::FRACTION),
    presence: Presence::Default("0.0"),
};

pub(crate) const BIDIRECTIONAL: Field = Field {
    key: "bidirectional",
    doc: "Whether a second set of states reads the sequence from its end; both stand side by side.",
    kind: Kind::Bool,
    presence: Presence::Default("false"),
};

pub(crate) const OUTPUT: Field = Field {
    key: "output",
    doc: "What comes out of the last layer.",
    kind: Kind::Choice(&[
        ("all", "The state after every step: a sequence (PyTorch's `output`)."),
        (
            "last",
            "The state of each direction when it has read everything: features (PyTorch's `h_n` of the last layer).",
        ),
    ]),
    presence: Presence::Default("\"all\""),
};

/// A recurrent layer of so many gates. `cell` is its type; activations stand for the plain layer that ends in them.
pub(crate) fn lower(
    def: &LayerDef,
    cell: &'static str,
    gates: usize,
    layer: &Chosen,
    input: &[usize],
) -> Result<Lowered, Vec<Problem>> {
    let [steps, inputs] = *input else {
        known_shape(&layer.name, input)?;
        let message = format!(
            "{} expects a sequence (steps×features), got {}",
            layer.name,
            show_shape(input)
        );
        return Err(vec![Problem::new(KeyPath::root(), message).help(
            "an 'embedding' makes one of a row of ids; a recurrent layer before this one needs 'output: all'",
        )]);
    };
    let hidden = def.size(layer, "hidden_size");
    let layers = def.size(layer, "num_layers");
    let bias = def.flag(layer, "bias");
    let directions = 1 + usize::from(def.flag(layer, "bidirectional"));
    let dropout = def.number(layer, "dropout");
    if dropout > 0.0 && layers == 1 {
        let problem = Problem::new(
            KeyPath::from("dropout"),
            "dropout lies between layers, and there is one layer",
        );
        return Err(vec![
            problem.help("raise num_layers, or add a layer 'dropout' after this one"),
        ]);
    }
    let outputs = hidden * directions;
    let all = def.word(layer, "output") != "last";
    let cell = match cell {
        "lstm::Lstm" | "gru::Gru" => TypeExpr::plain(cell),
        activation => TypeExpr::new("rnn::Rnn", [Argument::Type(TypeExpr::plain(activation))]),
    };
    let word = |ty| Argument::Type(TypeExpr::plain(ty));
    let sizes = [steps, inputs, hidden, outputs, layers].map(Argument::Size);
    let mut arguments = vec![Argument::Type(cell)];
    arguments.extend(sizes);
    arguments.push(word(if bias { "linear::WithBias" } else { "linear::NoBias" }));
    arguments.push(word(if all { "recurrent::All" } else { "recurrent::Last" }));
    let weights = |inputs: usize| (gates * hidden).saturating_mul(inputs + hidden);
    let products = [weights(inputs), weights(outputs).saturating_mul(layers - 1)];
    let products = products[0].saturating_add(products[1]).saturating_mul(directions);
    let biases = if bias { 2 * gates * outputs * layers } else { 0 };
    let output = if all { vec![steps, outputs] } else { vec![outputs] };
    Ok(Lowered {
        output,
        hyperparameters: vec![dropout],
        parameters: products.saturating_add(biases),
        flops: (2 * steps as u64).saturating_mul(products as u64),
        ..Lowered::elementwise(&layer.name, TypeExpr::new("recurrent::Recurrent", arguments), &[])
    })
}

/// Joins an embedding with the recurrent layer after it, where a table of each id's products with the weights is
/// smaller than the products of all ids that a batch brings.
pub(crate) fn fuse_embedding(embedding: &Lowered, next: &Lowered) -> Option<Lowered> {
    let [Argument::Size(steps), Argument::Size(ids), ..] = embedding.ty.arguments.as_slice() else {
        return None;
    };
    if next.ty.name != "recurrent::Recurrent" || *ids > steps.saturating_mul(USUAL_BATCH) {
        return None;
    }
    let inner = [embedding, next].map(|layer| Argument::Type(layer.ty.clone()));
    Some(Lowered {
        names: [embedding.names.as_slice(), &next.names].concat(),
        hyperparameters: [embedding.hyperparameters.as_slice(), &next.hyperparameters].concat(),
        parameters: embedding.parameters.saturating_add(next.parameters),
        flops: embedding.flops.saturating_add(next.flops),
        ty: TypeExpr::new("recurrent::Embedded", inner),
        fuse: None,
        ..next.clone()
    })
}

/// Samples of a batch, where the network is chosen before the batch is known.
const USUAL_BATCH: usize = 16;
