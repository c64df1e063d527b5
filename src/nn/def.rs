//! What a recipe's layer becomes: an output shape, a Rust type, and numbers that are handed over when
//! the network runs. Only identifiers written here and integers ever reach generated code.

use std::fmt;

use crate::spec::{Chosen, KeyPath, Problem, Section};

/// A layer that a recipe may name.
pub struct LayerDef {
    /// Name, doc and fields.
    pub section: Section,
    /// Infers shapes and picks the type, for a sample of this shape.
    pub lower: fn(&Chosen, &[usize]) -> Result<Lowered, Vec<Problem>>,
}

/// One layer, or several fused into one, after shape inference.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// Names of the layers in it, as the recipe has them.
    pub names: Vec<String>,
    /// Shape of one sample coming out.
    pub output: Vec<usize>,
    /// Its type.
    pub ty: TypeExpr,
    /// Numbers for [`super::Layer::build`].
    pub hyperparameters: Vec<f64>,
    /// Trainable numbers.
    pub parameters: usize,
    /// Floating-point operations of one sample going forward; a multiply-add counts as two.
    pub flops: u64,
    /// Joins a following layer into this one, where one kernel does both.
    pub fuse: Option<fn(&Lowered, &Lowered) -> Option<Lowered>>,
}

/// A type of the generated program.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// An identifier of `runner::nn`.
    pub name: &'static str,
    /// What stands between the angle brackets.
    pub arguments: Vec<Argument>,
}

/// One generic argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A const.
    Size(usize),
    /// A type.
    Type(TypeExpr),
}

impl TypeExpr {
    /// A type without arguments.
    pub fn plain(name: &'static str) -> Self {
        Self::new(name, [])
    }

    /// A type with arguments.
    pub fn new(name: &'static str, arguments: impl IntoIterator<Item = Argument>) -> Self {
        Self {
            name,
            arguments: arguments.into_iter().collect(),
        }
    }

    /// The dfdx shape of a sample: `Rank1<784>`, `Rank3<1, 28, 28>`; `None` for other ranks.
    pub fn shape(sizes: &[usize]) -> Option<Self> {
        let name = match sizes.len() {
            1 => "Rank1",
            3 => "Rank3",
            _ => return None,
        };
        Some(Self::new(name, sizes.iter().copied().map(Argument::Size)))
    }
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for (i, argument) in self.arguments.iter().enumerate() {
            f.write_str(if i == 0 { "<" } else { ", " })?;
            match argument {
                Argument::Size(size) => write!(f, "{size}")?,
                Argument::Type(ty) => write!(f, "{ty}")?,
            }
        }
        f.write_str(if self.arguments.is_empty() { "" } else { ">" })
    }
}

/// Infers the shapes of a list of layers and fuses neighbours. Problems carry paths relative to the
/// list: `3.linear`.
///
/// # Errors
/// Every problem found. After a layer whose output shape is not known, inference stops.
pub fn lower_layers(layers: &[Chosen], input: &[usize]) -> Result<Vec<Lowered>, Vec<Problem>> {
    let mut lowered: Vec<Lowered> = Vec::with_capacity(layers.len());
    let mut shape = input.to_vec();
    for (index, layer) in layers.iter().enumerate() {
        let place = KeyPath::root().join(index).join(&layer.name);
        let def = super::LAYERS
            .iter()
            .find(|def| def.section.name == layer.name)
            .ok_or_else(|| vec![Problem::new(place.clone(), format!("unknown layer {:?}", layer.name))])?;
        let next = (def.lower)(layer, &shape).map_err(|problems| {
            problems
                .into_iter()
                .map(|problem| problem.under(&place))
                .collect::<Vec<_>>()
        })?;
        shape.clone_from(&next.output);
        let fused = lowered
            .last()
            .and_then(|last| last.fuse.and_then(|fuse| fuse(last, &next)));
        match fused {
            Some(fused) => {
                lowered.pop();
                lowered.push(fused);
            }
            None => lowered.push(next),
        }
    }
    Ok(lowered)
}

/// A shape for people: `64×12×12`.
pub fn show_shape(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×")
}
