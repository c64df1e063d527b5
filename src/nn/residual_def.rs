//! What a recipe may say of a residual block, and how its branches must meet.

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, joined, lower_list, nested_depth, show_shape};
use super::linear_def::fuse;
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};

/// `residual: [linear: 64, relu, linear: 64]`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "residual",
        doc: "Residual block: y = layers(x) + shortcut(x) (He et al., 2015).",
        fields: &[
            Field {
                key: "layers",
                doc: "The branch that learns what to add; its output has the shape of the shortcut's.",
                kind: Kind::Layers,
                presence: Presence::Required,
            },
            Field {
                key: "shortcut",
                doc: "Layers on the way around the branch, where the shape must change; by default the input itself.",
                kind: Kind::Layers,
                presence: Presence::Optional,
            },
        ],
        shorthand: Some("layers"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    nested_depth(layer)?;
    let branch = DEF.layers(layer, "layers")?;
    let shortcut = DEF.layers(layer, "shortcut")?;
    let branch = lower_list(&"layers".into(), &branch, input);
    let shortcut = lower_list(&"shortcut".into(), &shortcut, input);
    let (branch, shortcut) = match (branch, shortcut) {
        (Ok(branch), Ok(shortcut)) => (branch, shortcut),
        (branch, shortcut) => return Err([branch.err(), shortcut.err()].into_iter().flatten().flatten().collect()),
    };
    let Some(branch) = joined(branch) else {
        return problem("layers", "a residual block needs at least one layer".to_owned());
    };
    let shortcut = match joined(shortcut) {
        Some(shortcut) => {
            meet(&branch, &shortcut)?;
            shortcut
        }
        None => {
            return_to(&branch, input)?;
            let shape = known_shape(&layer.name, input)?;
            let ty = TypeExpr::new("residual::Skip", [Argument::Type(shape)]);
            Lowered {
                flops: 0,
                ..Lowered::elementwise("", ty, input)
            }
        }
    };
    Ok(combine(layer, branch, shortcut))
}

fn combine(layer: &Chosen, branch: Lowered, shortcut: Lowered) -> Lowered {
    let ty = TypeExpr::new(
        "residual::Residual",
        [branch.ty, shortcut.ty, TypeExpr::plain("activation::Identity")].map(Argument::Type),
    );
    let sum = Lowered::elementwise(&layer.name, ty, &branch.output);
    Lowered {
        hyperparameters: [branch.hyperparameters, shortcut.hyperparameters].concat(),
        parameters: branch.parameters + shortcut.parameters,
        flops: branch.flops.saturating_add(shortcut.flops).saturating_add(sum.flops),
        fuse: Some(fuse),
        steps: branch.steps.max(shortcut.steps),
        over_batch: [branch.over_batch, shortcut.over_batch].concat(),
        ..sum
    }
}

fn problem<T>(path: &str, message: String) -> Result<T, Vec<Problem>> {
    Err(vec![located(path, message)])
}

fn located(path: &str, message: String) -> Problem {
    let path = if path.is_empty() {
        KeyPath::root()
    } else {
        KeyPath::from(path)
    };
    Problem::new(path, message)
}

/// Without a shortcut the branch must give what the block was given.
fn return_to(branch: &Lowered, input: &[usize]) -> Result<(), Vec<Problem>> {
    if branch.output == input {
        return Ok(());
    }
    let (output, shown) = (show_shape(&branch.output), show_shape(input));
    let remedy = match *input {
        [width] if branch.output.len() == 1 => format!("make the last layer {width} wide or give a 'shortcut'"),
        _ => format!("make the branch end with {shown} or give a 'shortcut'"),
    };
    let problem = located(
        "layers",
        format!("the residual branch gives {output}, its input is {shown}"),
    );
    Err(vec![problem.help(remedy)])
}

fn meet(branch: &Lowered, shortcut: &Lowered) -> Result<(), Vec<Problem>> {
    if branch.output == shortcut.output {
        return Ok(());
    }
    let (branch, shortcut) = (show_shape(&branch.output), show_shape(&shortcut.output));
    let problem = located(
        "shortcut",
        format!("the residual branch gives {branch}, the shortcut gives {shortcut}"),
    );
    Err(vec![problem.help("their sum needs the same shape from both")])
}
