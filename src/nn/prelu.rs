//! PReLU: a leaky relu that learns its slope (He et al., 2015).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered, show_shape};
use super::layer::{Accumulate, Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::{Init, Layout};
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_kernel::planes::{Planes, Work};

/// `y = x` where `x > 0`, else `w x`, where `w` is `[N]`: one slope for all, or one for each channel
/// (`torch.nn.PReLU(N)`); other `N` do not compile. Slopes start at 0.25.
///
/// ```
/// use runner_nn::{Layer, prelu::PReLU};
/// assert_eq!(PReLU::<dfdx::shapes::Rank3<16, 8, 8>, 16>::PARAMETERS, 16);
/// ```
pub struct PReLU<S, const N: usize>(PhantomData<fn() -> S>);

impl<S: SampleShape, const N: usize> PReLU<S, N> {
    const PLANES: Planes = Planes {
        channels: S::CHANNELS,
        extent: S::NUMEL / S::CHANNELS,
    };
}

impl<S: SampleShape, const N: usize> Layer for PReLU<S, N> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = N;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        const { assert!(N == 1 || N == S::CHANNELS, "one slope, or one for each channel") }
        Self(PhantomData)
    }

    fn describe(layout: &mut Layout) {
        layout.parameter("weight", &[N], Init::Constant(0.25));
        layout.advance(1);
    }

    /// Of each channel the gradient of its slope, and the slope.
    fn scratch(batch: usize) -> usize {
        2 * S::CHANNELS + Self::PLANES.scratch(batch)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { parameters, x, y, .. } = at;
        let work = Work {
            before: |_: usize, _: &[f32]| [],
            terms: |_: f32, _: f32, []: [f32; 0]| [0.0; 2],
            constants: |c: usize, []: [f32; 0], _: [f64; 2]| [parameters[c % N]],
            map: |x: f32, _: f32, [slope]: [f32; 1]| if x > 0.0 { x } else { slope * x },
        };
        let (slopes, parts) = at.scratch.split_at_mut(S::CHANNELS);
        Self::PLANES.sum_and_map([x, x], [slopes], Some(y), parts, &work);
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { parameters, x, dy, .. } = at;
        let (sums, rest) = at.scratch.split_at_mut(S::CHANNELS);
        let (slopes, parts) = rest.split_at_mut(S::CHANNELS);
        let work = Work {
            before: |c: usize, _: &[f32]| [parameters[c % N]],
            terms: |dy: f32, x: f32, _: [f32; 1]| [if x > 0.0 { 0.0 } else { dy * x }, 0.0],
            constants: |_: usize, [slope]: [f32; 1], [sum, _]: [f64; 2]| [sum as f32, slope],
            map: |dy: f32, x: f32, [_, slope]: [f32; 2]| if x > 0.0 { dy } else { slope * dy },
        };
        Self::PLANES.sum_and_map([&*dy, x], [&mut *sums, slopes], at.dx, parts, &work);
        if at.accumulate == Accumulate::Replace {
            at.gradients.fill(0.0);
        }
        for (c, sum) in sums.iter().enumerate() {
            at.gradients[c % N] += sum;
        }
    }
}

impl<S: SampleShape, const N: usize, D: Device<f32>> Reference<D> for PReLU<S, N> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let planes = (pass.batch * S::CHANNELS / N, N, S::NUMEL / S::CHANNELS);
        let slopes = weights.next_parameter::<(usize,), T>((N,))?;
        let slopes = slopes.try_broadcast_like::<_, Axes2<0, 2>>(&planes)?;
        let x = x.try_reshape_like(&planes)?;
        let below = x.retaped::<T>().try_negate()?.try_relu()?.try_mul(slopes)?;
        x.try_relu()?.try_sub(below)?.try_reshape_like(&S::batched(pass.batch))
    }
}

/// `prelu`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "prelu",
        doc: "Leaky ReLU that learns its slope: y = x where x > 0, else weight · x (torch.nn.PReLU).",
        fields: &[Field {
            key: "num_parameters",
            doc: "One slope for all, or one for each feature, each channel of an image, each step of a sequence.",
            kind: Kind::Integer { min: 1, max: 1 << 20 },
            presence: Presence::Default("1"),
        }],
        shorthand: Some("num_parameters"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let shape = known_shape(&layer.name, input)?;
    let slopes = DEF.size(layer, "num_parameters");
    let channels = input.first().copied().unwrap_or(1);
    if slopes != 1 && slopes != channels {
        let message = format!("{slopes} slopes for {}", show_shape(input));
        let problem = Problem::new(KeyPath::from("num_parameters"), message);
        return Err(vec![problem.help(format!("give 1 or {channels}"))]);
    }
    let ty = TypeExpr::new("prelu::PReLU", [Argument::Type(shape), Argument::Size(slopes)]);
    Ok(Lowered {
        parameters: slopes,
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
