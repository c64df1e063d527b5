//! Reshape: the same numbers as a sample of another shape. Nothing moves.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, numbers, show_shape};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};

/// A sample of shape `A` as one of shape `B`, row-major (`torch.nn.Unflatten(1, B)` of features, `view` of others).
/// Shapes with different numbers do not compile.
///
/// ```
/// use dfdx::shapes::{Rank1, Rank3};
/// use runner_nn::{Layer, reshape::Reshape};
/// type Net = Reshape<Rank1<3136>, Rank3<64, 7, 7>>;
/// assert!(Net::IDENTITY);
/// ```
pub struct Reshape<A, B>(PhantomData<fn() -> (A, B)>);

impl<A: SampleShape, B: SampleShape> Layer for Reshape<A, B> {
    type In = A;
    type Out = B;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;
    const IDENTITY: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        const { assert!(A::NUMEL == B::NUMEL, "reshape keeps every number") }
        Self(PhantomData)
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        y.copy_from_slice(x);
    }

    fn backward(&self, Backward { dy, dx, .. }: Backward<'_>) {
        if let Some(dx) = dx {
            dx.copy_from_slice(dy);
        }
    }
}

impl<A: SampleShape, B: SampleShape, D: Device<f32>> Reference<D> for Reshape<A, B> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<A, D, T>,
    ) -> Result<Batch<B, D, T>, D::Err> {
        x.try_reshape_like(&B::batched(pass.batch))
    }
}

/// `reshape: [64, 7, 7]`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "reshape",
        doc: "The same numbers under another shape (torch.nn.Unflatten).",
        fields: &[Field {
            key: "shape",
            doc: "Sizes of a sample: [features], [steps, features] or [channels, height, width].",
            kind: Kind::List {
                of: &Kind::Integer { min: 1, max: 1 << 24 },
                min: 1,
                max: 3,
            },
            presence: Presence::Required,
        }],
        shorthand: Some("shape"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let from = known_shape(&layer.name, input)?;
    let sizes = layer.settings.get("shape").and_then(|sizes| sizes.as_array());
    let size = |size: &runner_declare::Value| size.as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(1);
    let output: Vec<usize> = sizes.into_iter().flatten().map(size).collect();
    let (has, wants) = (numbers(input), numbers(&output));
    if has != wants {
        let message = format!(
            "{} has {has} numbers, {} has {wants}",
            show_shape(input),
            show_shape(&output)
        );
        let problem = Problem::new(KeyPath::from("shape"), message);
        return Err(vec![problem.help("the sizes' product must stay the same")]);
    }
    let to = known_shape(&layer.name, &output)?;
    let ty = TypeExpr::new("reshape::Reshape", [Argument::Type(from), Argument::Type(to)]);
    Ok(Lowered {
        output,
        flops: 0,
        ..Lowered::elementwise(&layer.name, ty, input).mixing(input)
    })
}
