//! Softmax: scores to probabilities.

use dfdx::prelude::*;

use super::def::{LayerDef, Lowered, flat_input};
use super::layer::{Accumulate, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::type_expr::{Argument, TypeExpr};
use crate::kernel::{elementwise, math, reduce};
use crate::spec::{Chosen, Problem, Section};

/// `y_j = e^(x_j) / Σ_k e^(x_k)` over the features of each sample (`torch.nn.Softmax(dim=1)`);
/// `dx = y (dy - Σ_k dy_k y_k)`.
///
/// ```
/// use runner::nn::{Layer, softmax::Softmax};
/// assert_eq!(Softmax::<10>::PARAMETERS, 0);
/// ```
pub struct Softmax<const N: usize>;

impl<const N: usize> Layer for Softmax<N> {
    type In = Rank1<N>;
    type Out = Rank1<N>;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, _: &Pass, _: &[f32], _: &mut [f32], x: &[f32], y: &mut [f32], _: &mut [f32]) {
        for (x, y) in x.chunks_exact(N).zip(y.chunks_exact_mut(N)) {
            let largest = reduce::max(x);
            elementwise::map(x, y, |x| math::exp(x - largest));
            let scale = 1.0 / reduce::sum(y);
            y.iter_mut().for_each(|y| *y *= scale);
        }
    }

    #[inline]
    fn backward(
        &self,
        _: &Pass,
        _: Accumulate,
        _: &[f32],
        _: &[f32],
        y: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
        _: &mut [f32],
        _: &mut [f32],
    ) {
        let Some(dx) = dx else { return };
        for ((y, dy), dx) in y.chunks_exact(N).zip(dy.chunks_exact(N)).zip(dx.chunks_exact_mut(N)) {
            let mean = reduce::dot(y, dy);
            dx.copy_from_slice(dy);
            elementwise::update(dx, y, |dy, y| y * (dy - mean));
        }
    }
}

impl<const N: usize, D: Device<f32>> Reference<D> for Softmax<N> {
    fn reference<T: Tape<f32, D>>(
        &self,
        _: &Pass,
        _: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<N>), f32, D, T>,
    ) -> Result<Tensor<(usize, Const<N>), f32, D, T>, D::Err> {
        x.try_softmax::<Axis<1>>()
    }
}

/// `softmax`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "softmax",
        doc: "Probabilities that sum to 1 over the features (torch.nn.Softmax(dim=1)).\n\
              The loss cross_entropy has it inside already and wants the scores before it.",
        fields: &[],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let size = flat_input(&layer.name, input)?;
    let ty = TypeExpr::new("softmax::Softmax", [Argument::Size(size)]);
    Ok(Lowered::elementwise(&layer.name, ty, input))
}
