//! Average pooling: of each window of an image, the mean.

use dfdx::prelude::*;

use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::pool::{self, Ends, image_input};
use super::separable::separable;
use super::shape::Batch;
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, Kind, Presence, Problem, Section};
use runner_kernel::window::{Divisor, Window};

/// `y[c, i, j]` is the mean of `x[c, i S - P + k, j S - P + l]` over `k, l < K`, where a number in the padding is
/// 0, or no number at all without `count_include_pad` (`torch.nn.AvgPool2d(K, S, P)`).
///
/// The output's height `HO` and width `WO` are `(H + 2 P - K) / S + 1`, rounded down; others do not compile.
///
/// ```
/// use runner_nn::{Layer, avg_pool2d::AvgPool2d};
/// type Pool = AvgPool2d<16, 8, 8, 4, 4, 2, 2, 0>;
/// assert_eq!(Pool::HYPERPARAMETERS, 1); // count_include_pad
/// ```
#[derive(Debug)]
pub struct AvgPool2d<
    const C: usize,
    const H: usize,
    const W: usize,
    const HO: usize,
    const WO: usize,
    const K: usize,
    const S: usize,
    const P: usize,
>(Divisor);

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const HO: usize,
    const WO: usize,
    const K: usize,
    const S: usize,
    const P: usize,
> AvgPool2d<C, H, W, HO, WO, K, S, P>
{
    const WINDOW: Window = Window {
        input: [H, W],
        output: [HO, WO],
        kernel: K,
        stride: S,
        padding: P,
        dilation: 1,
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
> Layer for AvgPool2d<C, H, W, HO, WO, K, S, P>
{
    type In = Rank3<C, H, W>;
    type Out = Rank3<C, HO, WO>;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 1;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        const {
            let floor = (HO - 1) * S + K <= H + 2 * P && (WO - 1) * S + K <= W + 2 * P;
            assert!(Self::WINDOW.fits() && floor, "the windows fit the image");
        }
        Self(if hyperparameters.next_value() > 0.0 {
            Divisor::Whole
        } else {
            Divisor::Inside
        })
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        Self::WINDOW.mean(x, y, self.0);
    }

    #[inline]
    fn backward(&self, Backward { dy, dx, .. }: Backward<'_>) {
        if let Some(dx) = dx {
            Self::WINDOW.mean_backward(dy, dx, self.0);
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
    D: Device<f32>,
> Reference<D> for AvgPool2d<C, H, W, HO, WO, K, S, P>
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        separable::<Self::In, Self::Out, _, _>(x, pass.batch, [H, W], [HO, WO], |from, to, size, _| {
            let window = (to * S) as isize - P as isize..(to * S + K) as isize - P as isize;
            let inside = window.clone().filter(|&place| 0 <= place && place < size as isize);
            let count = match self.0 {
                Divisor::Whole => K,
                Divisor::Inside => inside.count(),
            };
            f32::from(u8::from(window.contains(&(from as isize)))) / count as f32
        })
    }
}

/// `avg_pool2d: 2`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "avg_pool2d",
        doc: "The mean of each window of an image (torch.nn.AvgPool2d).",
        fields: &[
            pool::KERNEL_SIZE,
            pool::STRIDE,
            pool::padding("Zeros on each side, at most half of kernel_size."),
            Field {
                key: "count_include_pad",
                doc: "Whether the zeros of the padding count in the mean.",
                kind: Kind::Bool,
                presence: Presence::Default("true"),
            },
        ],
        shorthand: Some("kernel_size"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let image = image_input(&layer.name, input)?;
    let window = pool::window(&DEF, layer, image, Ends::Floor)?;
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
    ];
    let ty = TypeExpr::new("avg_pool2d::AvgPool2d", sizes.map(Argument::Size));
    Ok(Lowered {
        hyperparameters: vec![f64::from(u8::from(DEF.flag(layer, "count_include_pad")))],
        flops: (numbers(&output) as u64).saturating_mul((window.kernel * window.kernel) as u64),
        output,
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
