//! Max pooling: of each window of an image, the largest number.

use dfdx::prelude::*;

use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::pool::{self, Ends, image_input, transposed};
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, Kind, Presence, Problem, Section};
use runner_kernel::window::Window;

/// `y[c, i, j] = max x[c, i S - P + k D, j S - P + l D]` over `k, l < K`; numbers in the padding are no
/// candidates (`torch.nn.MaxPool2d(K, S, P, D)`). Of several largest ones the first gets the gradient.
///
/// The output's height `HO` and width `WO` are `(H + 2 P - D (K - 1) - 1) / S + 1`, rounded down, or up with
/// `ceil_mode`; others do not compile.
///
/// ```
/// use runner_nn::{Layer, max_pool2d::MaxPool2d};
/// type Pool = MaxPool2d<64, 24, 24, 12, 12, 2, 2, 0, 1>;
/// assert_eq!(Pool::PARAMETERS, 0);
/// ```
#[derive(Debug)]
pub struct MaxPool2d<
    const C: usize,
    const H: usize,
    const W: usize,
    const HO: usize,
    const WO: usize,
    const K: usize,
    const S: usize,
    const P: usize,
    const D: usize,
>;

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const HO: usize,
    const WO: usize,
    const K: usize,
    const S: usize,
    const P: usize,
    const D: usize,
> MaxPool2d<C, H, W, HO, WO, K, S, P, D>
{
    const WINDOW: Window = Window {
        input: [H, W],
        output: [HO, WO],
        kernel: K,
        stride: S,
        padding: P,
        dilation: D,
    };
}

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const HO: usize,
    const WO: usize,
    const K: usize,
    const S: usize,
    const P: usize,
    const D: usize,
> Layer for MaxPool2d<C, H, W, HO, WO, K, S, P, D>
{
    type In = Rank3<C, H, W>;
    type Out = Rank3<C, HO, WO>;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        const { assert!(K <= 16 && Self::WINDOW.fits(), "the windows fit the image") }
        Self
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    /// Where each largest number was.
    fn scratch(batch: usize) -> usize {
        batch * C * Self::WINDOW.kept()
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        Self::WINDOW.max(x, y, &mut at.scratch[..Self::scratch(pass.batch)]);
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { pass, dy, dx, .. } = at;
        if let Some(dx) = dx {
            Self::WINDOW.max_backward(dy, &at.scratch[..Self::scratch(pass.batch)], dx);
        }
    }
}

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const HO: usize,
    const WO: usize,
    const K: usize,
    const S: usize,
    const P: usize,
    const D: usize,
    Dev: Device<f32>,
> Reference<Dev> for MaxPool2d<C, H, W, HO, WO, K, S, P, D>
{
    /// One place of the window after another, each for all windows at once, keeps the larger number.
    fn reference<T: Tape<f32, Dev>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, Dev>,
        x: Batch<Self::In, Dev, T>,
    ) -> Result<Batch<Self::Out, Dev, T>, Dev::Err> {
        let device = x.device().clone();
        let x = transposed::<Self::In, _, _>(x, pass.batch)?;
        // Where a window's place lies in the padding, its first number inside stands in: it wins nothing.
        let axis = |at: usize, k: usize, size: usize| {
            let places = (0..K).map(|k| (at * S + k * D).wrapping_sub(P));
            let first = places.clone().find(|&place| place < size);
            places.skip(k).take(1).find(|&place| place < size).or(first)
        };
        let pick = |k: usize, l: usize| {
            let places = (0..C).flat_map(|c| (0..HO).flat_map(move |i| (0..WO).map(move |j| (c, i, j))));
            let place = |(c, i, j)| {
                let both = axis(i, k, H).zip(axis(j, l, W));
                both.map_or(0, |(row, column)| (c * H + row) * W + column)
            };
            device.try_tensor_from_vec::<(usize,)>(places.map(place).collect(), (C * HO * WO,))
        };
        let (x, tape) = x.split_tape();
        let mut y = x.clone().put_tape(tape).try_gather(pick(0, 0)?)?;
        for place in 1..K * K {
            let next: Tensor<(usize, usize), f32, Dev, T> = x.retaped::<T>().try_gather(pick(place / K, place % K)?)?;
            let better = next.try_gt(&y)? | next.try_ne(&next)?;
            y = better.try_choose(next, y)?;
        }
        let y = y.try_permute::<(usize, usize), Axes2<1, 0>>()?;
        y.try_reshape_like(&Self::Out::batched(pass.batch))
    }
}

/// `max_pool2d: 2`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "max_pool2d",
        doc: "The largest number of each window of an image (torch.nn.MaxPool2d).",
        fields: &[
            pool::KERNEL_SIZE,
            pool::STRIDE,
            pool::padding("Absent positions on each side, at most half of kernel_size; none of them is a candidate."),
            Field {
                key: "dilation",
                doc: "Steps between the numbers of a window.",
                kind: pool::STEPS,
                presence: Presence::Default("1"),
            },
            Field {
                key: "ceil_mode",
                doc: "Whether a last window counts that the image's end cuts off.",
                kind: Kind::Bool,
                presence: Presence::Default("false"),
            },
        ],
        shorthand: Some("kernel_size"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let image = image_input(&layer.name, input)?;
    let ends = if DEF.flag(layer, "ceil_mode") {
        Ends::Ceil
    } else {
        Ends::Floor
    };
    let window = pool::window(&DEF, layer, image, ends)?;
    let output = vec![image[0], window.output[0], window.output[1]];
    let sizes = [
        image[0],
        image[1],
        image[2],
        output[1],
        output[2],
        window.kernel,
        window.stride,
        window.padding,
        window.dilation,
    ];
    let ty = TypeExpr::new("max_pool2d::MaxPool2d", sizes.map(Argument::Size));
    Ok(Lowered {
        flops: (numbers(&output) as u64).saturating_mul((window.kernel * window.kernel) as u64),
        output,
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
