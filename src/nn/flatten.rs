//! Flatten: the numbers of an image or a sequence as one row of features. Nothing moves: the slices are flat already.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Problem, Section};

/// `[C, H, W]` to `[C·H·W]`, `[T, F]` to `[T·F]`, row-major (`torch.nn.Flatten`). `N` is their product; another one does
/// not compile.
///
/// ```
/// use runner_nn::{Layer, flatten::Flatten};
/// type Net = Flatten<dfdx::shapes::Rank3<2, 3, 4>, 24>;
/// assert!(Net::IDENTITY);
/// ```
pub struct Flatten<S, const N: usize>(PhantomData<fn() -> S>);

impl<S: SampleShape, const N: usize> Layer for Flatten<S, N> {
    type In = S;
    type Out = Rank1<N>;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;
    const IDENTITY: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        const { assert!(S::NUMEL == N, "flatten keeps every number") }
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

impl<S: SampleShape, const N: usize, D: Device<f32>> Reference<D> for Flatten<S, N> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Tensor<(usize, Const<N>), f32, D, T>, D::Err> {
        x.try_reshape_like(&(pass.batch, Const))
    }
}

/// `flatten`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "flatten",
        doc: "Makes one row of features of each image or sequence (torch.nn.Flatten).",
        fields: &[],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let shape = known_shape(&layer.name, input)?;
    let size = numbers(input);
    let ty = TypeExpr::new("flatten::Flatten", [Argument::Type(shape), Argument::Size(size)]);
    Ok(Lowered {
        output: vec![size],
        flops: 0,
        ..Lowered::elementwise(&layer.name, ty, input).mixing(input)
    })
}
