//! Convolution of series, steps × features, with the activation that follows it fused in. To kernels and reference a
//! series is an image of one row.

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::conv2d::Conv2d;
use super::convolution::{Along, Rectangle, Taps};
use super::convolution_def::{self as def, Settings, places, reach};
use super::def::{LayerDef, Lowered, show_shape};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use super::linear::{self, Bias};
use super::type_expr::Argument;
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_kernel::conv::{self, Geometry};

/// `y[t, o] = f(b[o] + Σ W[o, c, k] · x[t·S - P + k·D, c])` over `k < K` and the features `c` of `o`'s group; what lies
/// before the first step and after the last is 0, `f` is an activation or `Identity` (`torch.nn.Conv1d` of the
/// transposed series, and the activation after it). `M`, a [`Taps`], says `K`, `S`, `P` and `D`.
///
/// Series of `T` steps and `F` features, `[T, F]`, to `[TO, O]`, with `TO = (T + 2·P - D·(K - 1) - 1) / S + 1`, rounded
/// down; others do not compile. `W` is `[O, F / G, K]`. Weights and bias start uniform within `±1/√(F / G · K)`, as
/// PyTorch's do.
///
/// ```
/// use runner_nn::{Layer, conv1d::Conv1d, convolution::Taps, linear::WithBias, relu::ReLU};
/// type Conv = Conv1d<100, 8, 50, 32, Taps<5, 2, 2, 1>, 1, WithBias, ReLU>;
/// assert_eq!(Conv::PARAMETERS, 32 * 8 * 5 + 32);
/// ```
pub struct Conv1d<const T: usize, const F: usize, const TO: usize, const O: usize, M, const G: usize, B, A>(
    Row<T, F, TO, O, M, G, B, A>,
);

/// The same of an image of one row, its features as channels.
type Row<const T: usize, const F: usize, const TO: usize, const O: usize, M, const G: usize, B, A> =
    Conv2d<Rank3<F, 1, T>, Rank3<O, 1, TO>, Rectangle<Taps<1, 1, 0, 1>, M>, G, B, A>;

impl<const T: usize, const F: usize, const TO: usize, const O: usize, M, const G: usize, B, A>
    Conv1d<T, F, TO, O, M, G, B, A>
where
    M: Along,
    B: Bias,
    A: FromOutput,
{
    const GEOMETRY: Geometry = Geometry {
        layout: conv::Layout::Pixels,
        ..Row::<T, F, TO, O, M, G, B, A>::GEOMETRY
    };
    const WEIGHTS: usize = Self::GEOMETRY.weights();
}

impl<const T: usize, const F: usize, const TO: usize, const O: usize, M, const G: usize, B, A> Layer
    for Conv1d<T, F, TO, O, M, G, B, A>
where
    M: Along,
    B: Bias,
    A: FromOutput,
{
    type In = Rank2<T, F>;
    type Out = Rank2<TO, O>;
    const PARAMETERS: usize = Row::<T, F, TO, O, M, G, B, A>::PARAMETERS;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS;
    const READS_OUTPUT: bool = A::POSITIONS > 0;
    const KEEPS_GRADIENT: bool = A::POSITIONS == 0;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self(Row::<T, F, TO, O, M, G, B, A>::build(hyperparameters))
    }

    fn describe(layout: &mut Layout) {
        let [kernel, ..] = M::ALONG;
        let bound = 1.0 / ((F / G * kernel) as f64).sqrt();
        layout.parameter("weight", &[O, F / G, kernel], Init::Uniform(bound));
        if B::EACH > 0 {
            layout.parameter("bias", &[O], Init::Uniform(bound));
        }
        layout.advance(1 + A::POSITIONS);
    }

    /// A series shorter than the kernel gives one place, which reads zeros behind its end.
    fn steps(steps: usize) -> usize {
        places(steps, M::ALONG).unwrap_or(1)
    }

    fn scratch(batch: usize) -> usize {
        Self::GEOMETRY.scratch(batch, B::EACH * O)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { x, y, scratch, .. } = at;
        let (weight, bias) = at.parameters.split_at(Self::WEIGHTS);
        Self::GEOMETRY.forward(weight, x, y, scratch, &|y: &mut [f32]| {
            linear::finish(&self.0.0, bias, y);
        });
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { x, y, dy, dx, .. } = at;
        if at.accumulate == Accumulate::Replace {
            at.gradients.fill(0.0);
        }
        let begin = |sample: usize, dy: &mut [f32], bias: &mut [f32]| {
            linear::begin(&self.0.0, &y[sample * TO * O..][..TO * O], dy, bias);
        };
        let (weight, _) = at.parameters.split_at(Self::WEIGHTS);
        let gradients = at.gradients.split_at_mut(Self::WEIGHTS);
        Self::GEOMETRY.back_from_map(weight, x, dy, dx, gradients.into(), at.scratch, &begin);
    }
}

impl<const T: usize, const F: usize, const TO: usize, const O: usize, M, const G: usize, B, A, D> Reference<D>
    for Conv1d<T, F, TO, O, M, G, B, A>
where
    M: Along,
    B: Bias,
    A: FromOutput,
    D: Device<f32>,
{
    /// That of the image, between two transposes.
    fn reference<P: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Tensor<(usize, Const<T>, Const<F>), f32, D, P>,
    ) -> Result<Tensor<(usize, Const<TO>, Const<O>), f32, D, P>, D::Err> {
        let row = x
            .try_permute::<(usize, Const<F>, Const<T>), _>()?
            .try_reshape_like(&(pass.batch, Const, Const, Const))?;
        self.0
            .reference(pass, weights, row)?
            .try_reshape_like::<(usize, Const<O>, Const<TO>)>(&(pass.batch, Const, Const))?
            .try_permute()
    }
}

/// `conv1d`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "conv1d",
        doc: "Convolution of a series, steps×features, along its steps (torch.nn.Conv1d, whose channels are the features).",
        fields: &[
            def::integer("out_channels", "Features coming out.", 1, 1 << 16, Presence::Required),
            def::integer(
                "kernel_size",
                "Steps that the kernel spans.",
                1,
                def::LARGEST,
                Presence::Required,
            ),
            def::integer(
                "stride",
                "Steps from one place of the kernel to the next.",
                1,
                def::LARGEST,
                Presence::Default("1"),
            ),
            Field {
                key: "padding",
                doc: "Steps of zeros before the first step and after the last, or `same`.",
                kind: Kind::Either(&[def::MARGIN, def::PADDINGS]),
                presence: Presence::Default("0"),
            },
            def::integer(
                "dilation",
                "Steps from one number of the kernel to the next.",
                1,
                def::LARGEST,
                Presence::Default("1"),
            ),
            def::GROUPS,
            def::BIAS,
        ],
        shorthand: None,
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let [steps, features] = series(layer, input)?;
    let mut settings = Settings::read(&DEF, layer, [features, 1, steps])?;
    settings.moves[0] = [1, 1, 0, 1];
    let along = settings.moves[1];
    let Some(places) = places(steps, along) else {
        let [_, _, padding, _] = along;
        let padding = (padding > 0).then(|| padding.to_string());
        let spans = format!("{} steps", reach(along));
        return Err(vec![def::misfit(&spans, &format!("a series of {steps}"), padding)]);
    };
    let mut arguments = [steps, features, places, settings.outputs].map(Argument::Size).to_vec();
    arguments.push(Argument::Type(def::taps(along)));
    let output = [places, settings.outputs];
    Ok(settings.lowered(&layer.name, "conv1d::Conv1d", arguments, &output, places))
}

/// Steps and features of a series.
fn series(layer: &Chosen, input: &[usize]) -> Result<[usize; 2], Vec<Problem>> {
    <[usize; 2]>::try_from(input).map_err(|_| {
        let message = format!(
            "{} expects a series (steps×features), got {}",
            layer.name,
            show_shape(input)
        );
        let problem = Problem::new(KeyPath::root(), message);
        vec![match *input {
            [size] => problem.help(format!(
                "an 'embedding' makes one of a row of ids, of numbers 'reshape' does, such as reshape: [{size}, 1]"
            )),
            [1, height, width] => problem.help(format!(
                "read each row of the image as a step: reshape: [{height}, {width}]"
            )),
            _ => problem,
        }]
    })
}
