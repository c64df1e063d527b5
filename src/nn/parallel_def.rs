//! What a recipe may say of parallel branches, and how their outputs must fit.

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, joined, lower_list, nested_depth, show_shape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};

/// More branches are refused.
const MOST: usize = 16;

/// `parallel: [[{conv2d: …}], [{conv2d: …}]]`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "parallel",
        doc: "Branches over one input, whose outputs are joined (as in Inception blocks, Szegedy et al., 2014).",
        fields: &[
            Field {
                key: "branches",
                doc: "A list of layers for each branch.",
                kind: Kind::List {
                    of: &Kind::Layers,
                    min: 2,
                    max: MOST,
                },
                presence: Presence::Required,
            },
            Field {
                key: "join",
                doc: "How the branches' outputs become one.",
                kind: Kind::Choice(&[
                    (
                        "concat",
                        "Side by side: the features of flat samples and of steps, the channels of images.",
                    ),
                    ("sum", "Added number by number; all branches give the same shape."),
                ]),
                presence: Presence::Default("\"concat\""),
            },
        ],
        shorthand: Some("branches"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    nested_depth(layer)?;
    let lists = DEF.lists(layer, "branches")?;
    let mut branches = Vec::new();
    let mut problems = Vec::new();
    for (index, layers) in lists.iter().enumerate() {
        let place = KeyPath::from("branches").join(index);
        match lower_list(&place, layers, input).map(joined) {
            Ok(Some(branch)) => branches.push(branch),
            Ok(None) => {
                problems.push(Problem::new(place, "a branch needs at least one layer").help("such as '- linear: 10'"))
            }
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let sum = DEF.word(layer, "join") == "sum";
    let mut branches = branches.into_iter().enumerate().rev();
    let Some((_, mut rest)) = branches.next() else {
        return Err(vec![Problem::new(KeyPath::from("branches"), "there are no branches")]);
    };
    for (after, (index, branch)) in (1..).zip(branches) {
        rest = join(layer, branch, rest, sum, [index, after])?;
    }
    Ok(rest)
}

/// A branch, and all that come after it as one.
fn join(layer: &Chosen, a: Lowered, b: Lowered, sum: bool, place: [usize; 2]) -> Result<Lowered, Vec<Problem>> {
    let output = joined_shape(&a.output, &b.output, sum).ok_or_else(|| {
        let (shown, rest) = (show_shape(&a.output), show_shape(&b.output));
        let [index, after] = place;
        let those = if after == 1 { "the branch" } else { "the branches" };
        let message = format!("the branch gives {shown}, but {those} after it {rest}");
        let help = if sum {
            "a sum needs the same shape from all; 'join: concat' puts them side by side"
        } else {
            "side by side, images need the same height and width, sequences the same steps"
        };
        vec![Problem::new(KeyPath::from("branches").join(index), message).help(help)]
    })?;
    let shape = Argument::Type(known_shape(&layer.name, &output)?);
    let how = if sum {
        TypeExpr::new("parallel::Sum", [shape])
    } else {
        let runs = [&a.output, &b.output].map(|shape| Argument::Size(run(shape)));
        let [first, second] = runs;
        TypeExpr::new("parallel::Concat", [shape, first, second])
    };
    let [index, after] = place.map(Argument::Size);
    let ty = TypeExpr::new(
        "parallel::Parallel",
        [
            Argument::Type(a.ty),
            Argument::Type(b.ty),
            Argument::Type(how),
            index,
            after,
        ],
    );
    let joining = Lowered::elementwise(&layer.name, ty, &output);
    Ok(Lowered {
        hyperparameters: [a.hyperparameters, b.hyperparameters].concat(),
        parameters: a.parameters + b.parameters,
        steps: a.steps.max(b.steps),
        over_batch: [a.over_batch, b.over_batch].concat(),
        flops: a
            .flops
            .saturating_add(b.flops)
            .saturating_add(if sum { joining.flops } else { 0 }),
        ..joining
    })
}

/// The shape of both together; none where they do not fit.
fn joined_shape(a: &[usize], b: &[usize], sum: bool) -> Option<Vec<usize>> {
    if sum {
        return (a == b).then(|| a.to_vec());
    }
    match (a, b) {
        ([a], [b]) => Some(vec![a.checked_add(*b)?]),
        ([steps, a], [others, b]) if steps == others => Some(vec![*steps, a.checked_add(*b)?]),
        ([a, size @ ..], [b, other @ ..]) if size.len() == 2 && size == other => {
            Some(vec![a.checked_add(*b)?, size[0], size[1]])
        }
        _ => None,
    }
}

/// So many numbers of a branch lie side by side.
fn run(shape: &[usize]) -> usize {
    match shape {
        [_, features] => *features,
        all => super::def::numbers(all),
    }
}
