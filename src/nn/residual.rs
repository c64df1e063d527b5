//! Residual blocks: layers that learn what to add to their input (He et al., 2015).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::{FromOutput, Identity};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::nested::{Ahead, Back};
use super::shape::{Batch, SampleShape};
use runner_kernel::elementwise;
use runner_kernel::lines::{cut, whole_lines};

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

    fn forward(&self, Forward { x, y, .. }: Forward<'_>) {
        y.copy_from_slice(x);
    }

    fn backward(&self, Backward { dy, dx, .. }: Backward<'_>) {
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

/// `y = f(F(x) + S(x))`, where `F` is the branch, `S` the shortcut, often [`Skip`], and `f` an activation or
/// [`Identity`]. As a PyTorch module it has two `Sequential`s, `layers` and `shortcut`, so a weight is named
/// `3.layers.0.weight`.
///
/// ```
/// use runner_nn::{Layer, linear::{Identity, Linear, WithBias}, residual::{Residual, Skip}};
/// type Block = Residual<Linear<8, 8, WithBias, Identity>, Skip<dfdx::shapes::Rank1<8>>>;
/// assert_eq!(Block::PARAMETERS, 72);
/// ```
pub struct Residual<F, S, A = Identity>(F, S, A);

/// Places of the scratch, empty where they are not needed: the outputs of branch and shortcut, a second copy of `dy`,
/// a second `dx`.
struct Places<'a> {
    branch: &'a mut [f32],
    shortcut: &'a mut [f32],
    dy: &'a mut [f32],
    dx: &'a mut [f32],
    own: [&'a mut [f32]; 2],
}

impl<F: Layer, S: Layer<In = F::In, Out = F::Out>, A: FromOutput> Residual<F, S, A> {
    const OUT: usize = <F::Out as ConstShape>::NUMEL;
    /// Numbers of each place, for one sample.
    const ROOM: [usize; 4] = [
        if F::READS_OUTPUT { Self::OUT } else { 0 },
        if S::IDENTITY { 0 } else { Self::OUT },
        if F::KEEPS_GRADIENT { 0 } else { Self::OUT },
        if S::IDENTITY { 0 } else { <F::In as ConstShape>::NUMEL },
    ];

    fn places(batch: usize, scratch: &mut [f32]) -> Places<'_> {
        let [branch, shortcut, dy, dx] = Self::ROOM.map(|room| batch * room);
        let own = [F::scratch(batch), S::scratch(batch)];
        let [branch, shortcut, dy, dx, f, s] = cut(scratch, [branch, shortcut, dy, dx, own[0], own[1]]);
        Places {
            branch,
            shortcut,
            dy,
            dx,
            own: [f, s],
        }
    }
}

impl<F: Layer, S: Layer<In = F::In, Out = F::Out>, A: FromOutput> Layer for Residual<F, S, A> {
    type In = F::In;
    type Out = F::Out;
    const PARAMETERS: usize = F::PARAMETERS + S::PARAMETERS;
    const BUFFERS: usize = F::BUFFERS + S::BUFFERS;
    const HYPERPARAMETERS: usize = F::HYPERPARAMETERS + S::HYPERPARAMETERS + A::HYPERPARAMETERS;
    const READS_OUTPUT: bool = A::POSITIONS > 0;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        let branch = F::build(hyperparameters);
        let shortcut = S::build(hyperparameters);
        Self(branch, shortcut, A::build(hyperparameters))
    }

    fn describe(layout: &mut Layout) {
        layout.nested("layers", F::describe);
        layout.nested("shortcut", S::describe);
        layout.advance(1 + A::POSITIONS);
    }

    fn steps(steps: usize) -> usize {
        F::steps(steps)
    }

    fn scratch(batch: usize) -> usize {
        let places = Self::ROOM.iter().map(|room| whole_lines(batch * room)).sum::<usize>();
        places + whole_lines(F::scratch(batch)) + whole_lines(S::scratch(batch))
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        let places = Self::places(pass.batch, at.scratch);
        let [f, s] = Ahead::split::<F>(at.parameters, at.buffers, places.own);
        let plus = if S::IDENTITY {
            x
        } else {
            self.1.forward(s.at(pass, x, &mut *places.shortcut));
            &*places.shortcut
        };
        if F::READS_OUTPUT {
            self.0.forward(f.at(pass, x, &mut *places.branch));
            let activation = &self.2;
            elementwise::map2(places.branch, plus, y, |y, plus| activation.apply(y + plus));
        } else {
            // Nobody needs the branch's output once the sum is there.
            self.0.forward_plus(f.at(pass, x, y), plus, &self.2);
        }
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { pass, x, y, dy, .. } = at;
        let mut dx = at.dx;
        let places = Self::places(pass.batch, at.scratch);
        let [f, s] = Back::split::<F>(at.accumulate, at.parameters, at.gradients, places.own);
        if A::POSITIONS > 0 {
            let activation = &self.2;
            elementwise::update(dy, y, |dy, y| dy * activation.derivative_at(y));
        }
        let branch = if F::READS_OUTPUT { &*places.branch } else { y };
        let branch_dy = if F::KEEPS_GRADIENT {
            &mut *dy
        } else {
            places.dy.copy_from_slice(dy);
            places.dy
        };
        self.0.backward(f.at(pass, x, branch, branch_dy, dx.as_deref_mut()));
        match dx {
            Some(dx) if S::IDENTITY => elementwise::update(dx, dy, |a, b| a + b),
            Some(dx) => {
                let second = Some(&mut *places.dx);
                self.1.backward(s.at(pass, x, places.shortcut, dy, second));
                elementwise::update(dx, places.dx, |a, b| a + b);
            }
            None if S::IDENTITY => {}
            None => self.1.backward(s.at(pass, x, places.shortcut, dy, None)),
        }
    }
}

impl<D, F, S, A> Reference<D> for Residual<F, S, A>
where
    D: Device<f32>,
    A: FromOutput,
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
        self.2.reference(shortcut.try_add(branch)?)
    }
}
