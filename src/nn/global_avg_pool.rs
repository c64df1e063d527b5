//! Global average pooling: of each channel of an image, the mean.

use dfdx::prelude::*;

use super::def::{LayerDef, Lowered};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::pool::image_input;
use super::shape::Batch;
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Problem, Section};
use runner_kernel::{parallel, reduce};

/// `[C, H, W]` to `[C]`: `y[c]` is the mean of channel `c` (`torch.nn.AdaptiveAvgPool2d(1)` and
/// `torch.nn.Flatten`).
///
/// ```
/// use runner_nn::{Layer, global_avg_pool::GlobalAvgPool};
/// assert_eq!(GlobalAvgPool::<64, 8, 8>::PARAMETERS, 0);
/// ```
#[derive(Debug)]
pub struct GlobalAvgPool<const C: usize, const H: usize, const W: usize>;

impl<const C: usize, const H: usize, const W: usize> Layer for GlobalAvgPool<C, H, W> {
    type In = Rank3<C, H, W>;
    type Out = Rank1<C>;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

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
    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        parallel::rows(y.len(), 1, H * W, [y], &|first, [y]| {
            for (x, y) in x[first * H * W..].chunks_exact(H * W).zip(y) {
                *y = reduce::sum(x) / (H * W) as f32;
            }
        });
    }

    #[inline]
    fn backward(&self, Backward { dy, dx, .. }: Backward<'_>) {
        let Some(dx) = dx else { return };
        let dy = &*dy;
        parallel::rows(dy.len(), 1, H * W, [dx], &|first, [dx]| {
            for (dx, &dy) in dx.chunks_exact_mut(H * W).zip(&dy[first..]) {
                dx.fill(dy / (H * W) as f32);
            }
        });
    }
}

impl<const C: usize, const H: usize, const W: usize, D: Device<f32>> Reference<D> for GlobalAvgPool<C, H, W> {
    fn reference<T: Tape<f32, D>>(
        &self,
        _: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        x.try_mean::<_, Axes2<2, 3>>()
    }
}

/// `global_avg_pool`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "global_avg_pool",
        doc: "The mean of each channel of an image, as features (torch.nn.AdaptiveAvgPool2d(1), Flatten).",
        fields: &[],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let image = image_input(&layer.name, input)?;
    let ty = TypeExpr::new("global_avg_pool::GlobalAvgPool", image.map(Argument::Size));
    Ok(Lowered {
        output: vec![image[0]],
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
