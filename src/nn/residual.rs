//! Residual blocks: layers that learn what to add to their input (He et al., 2015).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::layer::{Accumulate, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use crate::kernel::elementwise;

pub use super::residual_def::DEF;

/// The way around a residual branch where there is nothing to learn: `y = x`.
pub struct Skip<S>(PhantomData<fn() -> S>);

impl<S: SampleShape> Layer for Skip<S> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 0;
    const IDENTITY: bool = true;

    fn build(_: &mut Hyperparameters<'_>) -> Self {
        Self(PhantomData)
    }

    fn describe(_: &mut Layout) {}

    fn scratch(_: usize) -> usize {
        0
    }

    fn forward(&self, _: &Pass, _: &[f32], _: &mut [f32], x: &[f32], y: &mut [f32], _: &mut [f32]) {
        y.copy_from_slice(x);
    }

    fn backward(
        &self,
        _: &Pass,
        _: Accumulate,
        _: &[f32],
        _: &[f32],
        _: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
        _: &mut [f32],
        _: &mut [f32],
    ) {
        if let Some(dx) = dx {
            dx.copy_from_slice(dy);
        }
    }
}

impl<S: SampleShape, D: Device<f32>> Reference<D> for Skip<S> {
    fn reference<T: Tape<f32, D>>(
        &self,
        _: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        Ok(x)
    }
}

/// `y = F(x) + S(x)`, where `F` is the branch and `S` the shortcut, often [`Skip`]. As a PyTorch
/// module it has two `Sequential`s, `layers` and `shortcut`, so a weight is named `3.layers.0.weight`.
///
/// ```
/// use runner::nn::{Layer, linear::{Identity, Linear, WithBias}, residual::{Residual, Skip}};
/// type Block = Residual<Linear<8, 8, WithBias, Identity>, Skip<dfdx::shapes::Rank1<8>>>;
/// assert_eq!(Block::PARAMETERS, 72);
/// ```
pub struct Residual<F, S>(F, S);

/// Places of the scratch: the outputs of branch and shortcut, a second copy of `dy`, a second `dx`.
struct Places<'a> {
    branch: &'a mut [f32],
    shortcut: &'a mut [f32],
    dy: &'a mut [f32],
    dx: &'a mut [f32],
    own: [&'a mut [f32]; 2],
}

impl<F: Layer, S: Layer<In = F::In, Out = F::Out>> Residual<F, S> {
    const OUT: usize = <F::Out as ConstShape>::NUMEL;
    const IN: usize = <F::In as ConstShape>::NUMEL;

    fn places(batch: usize, scratch: &mut [f32]) -> Places<'_> {
        let (branch, rest) = scratch.split_at_mut(batch * Self::OUT);
        let (shortcut, rest) = rest.split_at_mut(batch * Self::OUT);
        let (dy, rest) = rest.split_at_mut(batch * Self::OUT);
        let (dx, rest) = rest.split_at_mut(batch * Self::IN);
        let (f, rest) = rest.split_at_mut(F::scratch(batch));
        let (s, _) = rest.split_at_mut(S::scratch(batch));
        Places {
            branch,
            shortcut,
            dy,
            dx,
            own: [f, s],
        }
    }
}

impl<F: Layer, S: Layer<In = F::In, Out = F::Out>> Layer for Residual<F, S> {
    type In = F::In;
    type Out = F::Out;
    const PARAMETERS: usize = F::PARAMETERS + S::PARAMETERS;
    const BUFFERS: usize = F::BUFFERS + S::BUFFERS;
    const HYPERPARAMETERS: usize = F::HYPERPARAMETERS + S::HYPERPARAMETERS;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        let branch = F::build(hyperparameters);
        let shortcut = S::build(hyperparameters);
        Self(branch, shortcut)
    }

    fn describe(layout: &mut Layout) {
        layout.nested("layers", F::describe);
        layout.nested("shortcut", S::describe);
        layout.advance(1);
    }

    fn scratch(batch: usize) -> usize {
        batch * (3 * Self::OUT + Self::IN) + F::scratch(batch) + S::scratch(batch)
    }

    #[inline]
    fn forward(
        &self,
        pass: &Pass,
        parameters: &[f32],
        buffers: &mut [f32],
        x: &[f32],
        y: &mut [f32],
        scratch: &mut [f32],
    ) {
        let (pf, ps) = parameters.split_at(F::PARAMETERS);
        let (bf, bs) = buffers.split_at_mut(F::BUFFERS);
        let places = Self::places(pass.batch, scratch);
        let [sf, ss] = places.own;
        self.0.forward(pass, pf, bf, x, places.branch, sf);
        y.copy_from_slice(places.branch);
        if S::IDENTITY {
            elementwise::update(y, x, |y, x| y + x);
        } else {
            self.1.forward(pass, ps, bs, x, places.shortcut, ss);
            elementwise::update(y, places.shortcut, |y, x| y + x);
        }
    }

    #[inline]
    fn backward(
        &self,
        pass: &Pass,
        accumulate: Accumulate,
        parameters: &[f32],
        x: &[f32],
        _: &[f32],
        dy: &mut [f32],
        dx: Option<&mut [f32]>,
        gradients: &mut [f32],
        scratch: &mut [f32],
    ) {
        let (pf, ps) = parameters.split_at(F::PARAMETERS);
        let (gf, gs) = gradients.split_at_mut(F::PARAMETERS);
        let places = Self::places(pass.batch, scratch);
        let [sf, ss] = places.own;
        // The branch may write over its dy.
        places.dy.copy_from_slice(dy);
        let Some(dx) = dx else {
            self.0
                .backward(pass, accumulate, pf, x, places.branch, places.dy, None, gf, sf);
            return self
                .1
                .backward(pass, accumulate, ps, x, places.shortcut, dy, None, gs, ss);
        };
        self.0.backward(
            pass,
            accumulate,
            pf,
            x,
            places.branch,
            places.dy,
            Some(&mut *dx),
            gf,
            sf,
        );
        if S::IDENTITY {
            elementwise::update(dx, dy, |a, b| a + b);
        } else {
            let second = &mut *places.dx;
            self.1
                .backward(pass, accumulate, ps, x, places.shortcut, dy, Some(second), gs, ss);
            elementwise::update(dx, places.dx, |a, b| a + b);
        }
    }
}

impl<D, F, S> Reference<D> for Residual<F, S>
where
    D: Device<f32>,
    F: Reference<D>,
    S: Reference<D> + Layer<In = F::In, Out = F::Out>,
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        let branch = self.0.reference(pass, weights, x.with_empty_tape())?;
        let shortcut = self.1.reference(pass, weights, x)?;
        shortcut.try_add(branch)
    }
}
