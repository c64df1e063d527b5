//! Convolution of images, with the activation that follows it fused in.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::convolution::{self, Moves, Picks, Types};
use super::convolution_def::{self as def, Settings, places, reach};
use super::def::{LayerDef, Lowered, show_shape};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use super::linear::Bias;
use runner_declare::{Chosen, Field, Kind, Presence, Problem, Section};
use runner_kernel::conv::Geometry;

/// `y[o, i, j] = f(b[o] + Σ W[o, c, k, l] · x[c, i·S - P + k·D, j·S - P + l·D])` over `k, l < K` and the channels `c`
/// of `o`'s group; numbers outside of the image are 0, `f` is an activation or `Identity`
/// (`torch.nn.Conv2d`, and the activation after it). `T` says `K`, `S`, `P` and `D`: [`convolution::Taps`] the same
/// down and across, [`convolution::Rectangle`] those of each axis.
///
/// `In` is `Rank3<C, H, W>`, `Out` is `Rank3<O, HO, WO>` with `HO = (H + 2·P - D·(K - 1) - 1) / S + 1`, rounded down,
/// and `WO` alike; others do not compile. `W` is `[O, C / G, K, K]`. Weights and bias start uniform within
/// `±1/√(C / G · K²)`, as PyTorch's do.
///
/// ```
/// use runner_nn::{Layer, Rank3, conv2d::Conv2d, convolution::Taps, linear::WithBias, relu::ReLU};
/// type Conv = Conv2d<Rank3<32, 26, 26>, Rank3<64, 24, 24>, Taps<3, 1, 0, 1>, 1, WithBias, ReLU>;
/// assert_eq!(Conv::PARAMETERS, 64 * 32 * 3 * 3 + 64);
/// ```
pub struct Conv2d<In, Out, T, const G: usize, B, A>(pub(super) A, PhantomData<Types<In, Out, T, B>>);

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const O: usize,
    const HO: usize,
    const WO: usize,
    const G: usize,
    T: Moves,
    B: Bias,
    A: FromOutput,
> Conv2d<Rank3<C, H, W>, Rank3<O, HO, WO>, T, G, B, A>
{
    pub(super) const GEOMETRY: Geometry = convolution::geometry([C, H, W], [O, HO, WO], G, T::MOVES);
    const WEIGHTS: usize = Self::GEOMETRY.weights();
    const FITS: bool = {
        let high = matches!(places(H, T::MOVES[0]), Some(rows) if rows == HO);
        let wide = matches!(places(W, T::MOVES[1]), Some(columns) if columns == WO);
        high && wide && C.is_multiple_of(G) && O.is_multiple_of(G)
    };
}

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const O: usize,
    const HO: usize,
    const WO: usize,
    const G: usize,
    T: Moves,
    B: Bias,
    A: FromOutput,
> Layer for Conv2d<Rank3<C, H, W>, Rank3<O, HO, WO>, T, G, B, A>
{
    type In = Rank3<C, H, W>;
    type Out = Rank3<O, HO, WO>;
    const PARAMETERS: usize = Self::WEIGHTS + B::EACH * O;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        const {
            assert!(
                Self::FITS,
                "the kernel moves over the image in as many places as come out"
            )
        }
        Self(A::build(hyperparameters), PhantomData)
    }

    fn describe(layout: &mut Layout) {
        let [high, wide] = T::MOVES.map(|[kernel, ..]| kernel);
        let bound = 1.0 / ((Self::WEIGHTS / O) as f64).sqrt();
        layout.parameter("weight", &[O, C / G, high, wide], Init::Uniform(bound));
        if B::EACH > 0 {
            layout.parameter("bias", &[O], Init::Uniform(bound));
        }
        layout.advance(1 + A::POSITIONS);
    }

    fn scratch(batch: usize) -> usize {
        Self::GEOMETRY.scratch(batch, B::EACH * O)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { x, y, scratch, .. } = at;
        let (weight, bias) = at.parameters.split_at(Self::WEIGHTS);
        Self::GEOMETRY.forward(weight, x, y, scratch, &|y: &mut [f32]| {
            convolution::finish(&self.0, bias, O, y)
        });
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { x, y, dy, dx, .. } = at;
        if at.accumulate == Accumulate::Replace {
            at.gradients.fill(0.0);
        }
        let each = Self::GEOMETRY.map();
        let begin = |sample: usize, dy: &mut [f32], bias: &mut [f32]| {
            convolution::begin(&self.0, &y[sample * each..][..each], dy, bias, O);
        };
        let (weight, _) = at.parameters.split_at(Self::WEIGHTS);
        let gradients = at.gradients.split_at_mut(Self::WEIGHTS);
        Self::GEOMETRY.back_from_map(weight, x, dy, dx, gradients.into(), at.scratch, &begin);
    }
}

impl<
    const C: usize,
    const H: usize,
    const W: usize,
    const O: usize,
    const HO: usize,
    const WO: usize,
    const G: usize,
    M: Moves,
    B: Bias,
    A: FromOutput,
    D: Device<f32>,
> Reference<D> for Conv2d<Rank3<C, H, W>, Rank3<O, HO, WO>, M, G, B, A>
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<C>, Const<H>, Const<W>), f32, D, T>,
    ) -> Result<Tensor<(usize, Const<O>, Const<HO>, Const<WO>), f32, D, T>, D::Err> {
        let kernel = M::MOVES.map(|[kernel, ..]| kernel);
        let inner = C / G * kernel[0] * kernel[1];
        let weight = weights.next_parameter::<_, T>((G, O / G, inner))?;
        let reads = |place: [usize; 2], tap: [usize; 2]| {
            let [row, column] = [0, 1].map(|axis| {
                let [_, stride, padding, dilation] = M::MOVES[axis];
                (place[axis] * stride + tap[axis] * dilation).wrapping_sub(padding)
            });
            (row < H && column < W).then(|| row * W + column)
        };
        let picks = Picks {
            kernel,
            places: [HO, WO],
            reads,
        };
        let y = convolution::picked::<Self::In, Self::Out, D, T>(weight, x, pass.batch, C, &picks)?;
        self.0
            .reference(convolution::add_bias::<B, O, HO, WO, D, T>(weights, y)?)
    }
}

/// `conv2d`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "conv2d",
        doc: "Convolution of an image, channels×height×width (torch.nn.Conv2d).",
        fields: &[
            def::OUT_CHANNELS,
            def::KERNEL_SIZE,
            Field {
                key: "stride",
                doc: "Pixels from one place of the kernel to the next, or [down, across].",
                kind: def::SIZES,
                presence: Presence::Default("1"),
            },
            Field {
                key: "padding",
                doc: "Zeros on each side of the image, [above and below, left and right], or `same`.",
                kind: Kind::Either(&[def::MARGIN, def::MARGIN_PAIR, def::PADDINGS]),
                presence: Presence::Default("0"),
            },
            def::DILATION,
            def::GROUPS,
            def::BIAS,
        ],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let settings = Settings::read(&DEF, layer, def::image(layer, input)?)?;
    let [_, height, width] = settings.input;
    let [down, across] = settings.moves;
    let (Some(rows), Some(columns)) = (places(height, down), places(width, across)) else {
        let padding = settings.moves.map(|[_, _, padding, _]| padding);
        let padding = (padding != [0, 0]).then(|| def::show_pair(padding));
        let [spans, image] = [settings.moves.map(reach), [height, width]].map(|sizes| show_shape(&sizes));
        return Err(vec![def::misfit(&spans, &image, padding)]);
    };
    let output = [settings.outputs, rows, columns];
    Ok(settings.lowered(
        &layer.name,
        "conv2d::Conv2d",
        settings.images(output),
        &output,
        rows.saturating_mul(columns),
    ))
}
