//! What all elementwise activations share: the layer that applies one, and how one joins the linear
//! layer before it. Each activation is a file of its own.

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::def::Lowered;
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{KeyPath, Problem};
use runner_kernel::elementwise;

/// A function of one number, applied to every number of a sample.
pub trait Activation: Send + Sync + Sized + 'static {
    /// Hyperparameters taken by [`Activation::build`].
    const HYPERPARAMETERS: usize = 0;
    /// Places it takes in the recipe's list: 1, or 0 for no activation at all.
    const POSITIONS: usize = 1;

    /// Makes it, taking its hyperparameters from the list.
    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self;

    /// `f(x)`.
    fn apply(&self, x: f32) -> f32;

    /// `f'(x)`, where `y = f(x)` may help.
    fn derivative(&self, x: f32, y: f32) -> f32;

    /// `f(x)` with dfdx's public ops.
    ///
    /// # Errors
    /// What the device says.
    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err>;
}

/// An activation whose derivative follows from its output alone: the layer before it can apply it in
/// its own pass, and forget what went in.
pub trait FromOutput: Activation {
    /// `f'(x)` where `y = f(x)`.
    fn derivative_at(&self, y: f32) -> f32;
}

/// No activation.
///
/// ```
/// use runner_nn::activation::{Activation, FromOutput, Identity};
/// assert_eq!((Identity.apply(-2.0), Identity.derivative_at(-2.0)), (-2.0, 1.0));
/// ```
pub struct Identity;

impl Activation for Identity {
    const POSITIONS: usize = 0;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self
    }

    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x
    }

    #[inline(always)]
    fn derivative(&self, _: f32, _: f32) -> f32 {
        1.0
    }

    fn reference<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
        &self,
        x: Tensor<S, f32, D, T>,
    ) -> Result<Tensor<S, f32, D, T>, D::Err> {
        Ok(x)
    }
}

impl FromOutput for Identity {
    #[inline(always)]
    fn derivative_at(&self, _: f32) -> f32 {
        1.0
    }
}

/// An activation as a layer of its own, over samples of any shape: `y = f(x)`, `dx = dy f'(x)`.
///
/// ```
/// use runner_nn::{Fused, Network, activation::Activate, relu::ReLU};
/// use runner_nn::engine::NetworkConfig;
/// type Net = Fused<Activate<dfdx::shapes::Rank3<2, 4, 4>, ReLU>>;
/// let net = Net::new(&NetworkConfig { hyperparameters: vec![], seed: 0, max_batch: 8 }).unwrap();
/// ```
pub struct Activate<S, A>(A, PhantomData<fn() -> S>);

impl<S: SampleShape, A: Activation> Layer for Activate<S, A> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS;
    const KEEPS_GRADIENT: bool = true;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self(A::build(hyperparameters), PhantomData)
    }

    fn describe(layout: &mut Layout) {
        layout.advance(A::POSITIONS);
    }

    fn scratch(_: usize) -> usize {
        0
    }

    #[inline]
    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        elementwise::map(x, y, |x| self.0.apply(x));
    }

    #[inline]
    fn backward(&self, Backward { x, y, dy, dx, .. }: Backward<'_>) {
        if let Some(dx) = dx {
            elementwise::map3(x, y, dy, dx, |x, y, dy| dy * self.0.derivative(x, y));
        }
    }
}

impl<S: SampleShape, A: Activation, D: Device<f32>> Reference<D> for Activate<S, A> {
    fn reference<T: Tape<f32, D>>(
        &self,
        _: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        self.0.reference(x)
    }
}

/// An activation of this type after samples of this shape.
///
/// # Errors
/// When samples of such a shape cannot be computed with.
pub(super) fn lower(
    name: &str,
    ty: &'static str,
    hyperparameters: Vec<f64>,
    input: &[usize],
) -> Result<Lowered, Vec<Problem>> {
    let shape = known_shape(name, input)?;
    Ok(Lowered {
        hyperparameters,
        ..Lowered::elementwise(
            name,
            TypeExpr::new(
                "activation::Activate",
                [Argument::Type(shape), Argument::Type(TypeExpr::plain(ty))],
            ),
            input,
        )
    })
}

/// The type of a sample's shape.
pub(super) fn known_shape(name: &str, input: &[usize]) -> Result<TypeExpr, Vec<Problem>> {
    TypeExpr::shape(input).ok_or_else(|| {
        vec![Problem::new(
            KeyPath::root(),
            format!(
                "{name} expects features, a sequence (steps×features) or an image (channels×height×width), got {}",
                super::def::show_shape(input)
            ),
        )]
    })
}
