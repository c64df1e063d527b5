//! Upsampling: an image made larger by a whole factor.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::def::{LayerDef, Lowered, numbers};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::pool::image_input;
use super::separable::separable;
use super::shape::Batch;
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_kernel::resample::{Resample, Tap};

/// How numbers are made between numbers.
pub trait Interpolation: Send + 'static {
    /// Where the output at a place of an axis comes from, for the axis's input and output size.
    fn tap(at: usize, input: usize, output: usize) -> Tap;
}

/// The nearest number, the lower one of two: `x[⌊i H / HO⌋]`.
pub struct Nearest;
/// Between the two nearest; a number stands for a square, of which the corners are those of the image.
pub struct Bilinear;
/// Between the two nearest; the numbers at the corners are the corners of the image.
pub struct AlignedBilinear;

impl Interpolation for Nearest {
    #[inline(always)]
    fn tap(at: usize, input: usize, output: usize) -> Tap {
        let low = at * input / output;
        Tap {
            low,
            high: low,
            weight: 0.0,
        }
    }
}

impl Interpolation for Bilinear {
    #[inline(always)]
    fn tap(at: usize, input: usize, output: usize) -> Tap {
        let place = (at as f32 + 0.5) * (input as f32 / output as f32) - 0.5;
        between(if place < 0.0 { 0.0 } else { place }, input)
    }
}

impl Interpolation for AlignedBilinear {
    #[inline(always)]
    fn tap(at: usize, input: usize, output: usize) -> Tap {
        let step = (input - 1) as f32 / output.saturating_sub(1).max(1) as f32;
        between(at as f32 * step, input)
    }
}

#[inline(always)]
fn between(place: f32, input: usize) -> Tap {
    let low = (place as usize).min(input - 1);
    Tap {
        low,
        high: (low + 1).min(input - 1),
        weight: place - low as f32,
    }
}

/// `[C, H, W]` to `[C, HO, WO]`, both sizes times one whole factor; others do not compile
/// (`torch.nn.Upsample(scale_factor, mode, align_corners)`).
///
/// ```
/// use runner_nn::{Layer, upsample::{Nearest, Upsample}};
/// assert_eq!(Upsample::<8, 7, 7, 14, 14, Nearest>::PARAMETERS, 0);
/// ```
pub struct Upsample<const C: usize, const H: usize, const W: usize, const HO: usize, const WO: usize, M>(
    PhantomData<fn() -> M>,
);

impl<const C: usize, const H: usize, const W: usize, const HO: usize, const WO: usize, M> Upsample<C, H, W, HO, WO, M> {
    const RESAMPLE: Resample = Resample {
        input: [H, W],
        output: [HO, WO],
    };
}

impl<const C: usize, const H: usize, const W: usize, const HO: usize, const WO: usize, M: Interpolation> Layer
    for Upsample<C, H, W, HO, WO, M>
{
    type In = Rank3<C, H, W>;
    type Out = Rank3<C, HO, WO>;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        const {
            let whole = HO.is_multiple_of(H) && WO.is_multiple_of(W) && HO / H == WO / W;
            assert!(whole && HO >= H, "height and width grow by the same whole factor");
        }
        Self(PhantomData)
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        Self::RESAMPLE.forward(x, y, &M::tap);
    }

    #[inline]
    fn backward(&self, Backward { dy, dx, .. }: Backward<'_>) {
        if let Some(dx) = dx {
            Self::RESAMPLE.backward(dy, dx, &M::tap);
        }
    }
}

impl<const C: usize, const H: usize, const W: usize, const HO: usize, const WO: usize, M: Interpolation, D: Device<f32>>
    Reference<D> for Upsample<C, H, W, HO, WO, M>
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        separable::<Self::In, Self::Out, _, _>(x, pass.batch, [H, W], [HO, WO], |from, to, input, output| {
            let tap = M::tap(to, input, output);
            let share = |place, share| if place == from { share } else { 0.0 };
            share(tap.low, 1.0 - tap.weight) + share(tap.high, tap.weight)
        })
    }
}

/// `upsample: 2`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "upsample",
        doc: "Makes an image larger (torch.nn.Upsample).",
        fields: &[
            Field {
                key: "scale_factor",
                doc: "How many times as high and wide it becomes.",
                kind: Kind::Integer { min: 1, max: 64 },
                presence: Presence::Required,
            },
            Field {
                key: "mode",
                doc: "How numbers are made between numbers.",
                kind: Kind::Choice(&[
                    ("nearest", "The nearest number."),
                    ("bilinear", "On a line between the two nearest, of each axis."),
                ]),
                presence: Presence::Default("\"nearest\""),
            },
            Field {
                key: "align_corners",
                doc: "For bilinear: whether the numbers at the corners stay at the corners.",
                kind: Kind::Bool,
                presence: Presence::Default("false"),
            },
        ],
        shorthand: Some("scale_factor"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let [channels, height, width] = image_input(&layer.name, input)?;
    let aligned = DEF.flag(layer, "align_corners");
    let mode = match (DEF.word(layer, "mode").as_str(), aligned) {
        ("bilinear", true) => "upsample::AlignedBilinear",
        ("bilinear", false) => "upsample::Bilinear",
        (_, false) => "upsample::Nearest",
        (_, true) => {
            let problem = Problem::new(
                KeyPath::from("align_corners"),
                "only mode bilinear has corners to align",
            );
            return Err(vec![problem.help("leave it out, or set mode: bilinear")]);
        }
    };
    let scale = DEF.size(layer, "scale_factor");
    let output = vec![channels, height.saturating_mul(scale), width.saturating_mul(scale)];
    let sizes = [channels, height, width, output[1], output[2]];
    let mode = Argument::Type(TypeExpr::plain(mode));
    let ty = TypeExpr::new(
        "upsample::Upsample",
        sizes.map(Argument::Size).into_iter().chain([mode]),
    );
    Ok(Lowered {
        flops: (numbers(&output) as u64).saturating_mul(4),
        output,
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
