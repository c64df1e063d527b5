//! Branches over one input whose outputs are joined, as in Inception blocks (Szegedy et al., 2014).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::nested::{Ahead, Back};
use super::shape::{Batch, SampleShape};
use runner_kernel::elementwise;
use runner_kernel::lines::{cut, whole_lines};

pub use super::parallel_def::DEF;

/// How the outputs of two branches become one.
pub trait Join: Send + 'static {
    /// Shape of the joined sample.
    type Out: SampleShape;

    /// `y` from the branches' outputs.
    fn join(a: &[f32], b: &[f32], y: &mut [f32]);

    /// The branches' gradients from `dy`.
    fn split(dy: &[f32], da: &mut [f32], db: &mut [f32]);

    /// [`Join::join`] in dfdx's ops, for a batch of `n` samples.
    ///
    /// # Errors
    /// What the device says.
    fn reference<A: SampleShape, B: SampleShape, D: Device<f32>, T: Tape<f32, D>>(
        n: usize,
        a: Batch<A, D, T>,
        b: Batch<B, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err>;
}

/// Side by side: `A` numbers of the one, then `B` of the other, and so on. For flat samples these are their features,
/// for images all their channels, for sequences the features of a step.
pub struct Concat<S, const A: usize, const B: usize>(PhantomData<fn() -> S>);

impl<S: SampleShape, const A: usize, const B: usize> Join for Concat<S, A, B> {
    type Out = S;

    #[inline]
    fn join(a: &[f32], b: &[f32], y: &mut [f32]) {
        for ((y, a), b) in y.chunks_exact_mut(A + B).zip(a.chunks_exact(A)).zip(b.chunks_exact(B)) {
            y[..A].copy_from_slice(a);
            y[A..].copy_from_slice(b);
        }
    }

    #[inline]
    fn split(dy: &[f32], da: &mut [f32], db: &mut [f32]) {
        let rows = dy.chunks_exact(A + B);
        for ((dy, a), b) in rows.zip(da.chunks_exact_mut(A)).zip(db.chunks_exact_mut(B)) {
            a.copy_from_slice(&dy[..A]);
            b.copy_from_slice(&dy[A..]);
        }
    }

    fn reference<X: SampleShape, Y: SampleShape, D: Device<f32>, T: Tape<f32, D>>(
        n: usize,
        a: Batch<X, D, T>,
        b: Batch<Y, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let rows = n * S::NUMEL / (A + B);
        let a = a.try_reshape_like(&(rows, A))?;
        let b = b.try_reshape_like(&(rows, B))?;
        (a, b).try_concat_along(Axis::<1>)?.try_reshape_like(&S::batched(n))
    }
}

/// Added number by number.
pub struct Sum<S>(PhantomData<fn() -> S>);

impl<S: SampleShape> Join for Sum<S> {
    type Out = S;

    #[inline]
    fn join(a: &[f32], b: &[f32], y: &mut [f32]) {
        elementwise::map2(a, b, y, |a, b| a + b);
    }

    #[inline]
    fn split(dy: &[f32], da: &mut [f32], db: &mut [f32]) {
        da.copy_from_slice(dy);
        db.copy_from_slice(dy);
    }

    fn reference<X: SampleShape, Y: SampleShape, D: Device<f32>, T: Tape<f32, D>>(
        n: usize,
        a: Batch<X, D, T>,
        b: Batch<Y, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        let shape = S::batched(n);
        a.try_reshape_like(&shape)?.try_add(b.try_reshape_like(&shape)?)
    }
}

/// `y = J(A(x), B(x))`. Of more than two branches, `B` is a `Parallel` again: `A` is branch `INDEX`, and `REST` branches
/// come after it. As a PyTorch module the first has a `ModuleList` of `Sequential`s, `branches`, so a weight is named
/// `3.branches.1.0.weight`.
///
/// ```
/// use runner_nn::Rank1;
/// use runner_nn::linear::{Identity, Linear, WithBias};
/// use runner_nn::parallel::{Concat, Parallel};
/// use runner_nn::{Layer, Layout};
/// type Branch = Linear<4, 3, WithBias, Identity>;
/// type Both = Parallel<Branch, Branch, Concat<Rank1<6>, 3, 3>, 0, 1>;
/// let mut layout = Layout::default();
/// Both::describe(&mut layout);
/// assert_eq!(layout.parameters[2].name, "0.branches.1.0.weight");
/// ```
pub struct Parallel<A, B, J, const INDEX: usize, const REST: usize>(A, B, PhantomData<fn() -> J>);

/// Places of the scratch: outputs of both branches, their gradients, a second `dx`.
struct Places<'a> {
    outputs: [&'a mut [f32]; 2],
    gradients: [&'a mut [f32]; 2],
    dx: &'a mut [f32],
    own: [&'a mut [f32]; 2],
}

impl<A: Layer, B: Layer<In = A::In>, J: Join, const INDEX: usize, const REST: usize> Parallel<A, B, J, INDEX, REST> {
    /// Numbers of each place, for one sample.
    const ROOM: [usize; 5] = [
        <A::Out as ConstShape>::NUMEL,
        <B::Out as ConstShape>::NUMEL,
        <A::Out as ConstShape>::NUMEL,
        <B::Out as ConstShape>::NUMEL,
        <A::In as ConstShape>::NUMEL,
    ];

    fn places(batch: usize, scratch: &mut [f32]) -> Places<'_> {
        let [ya, yb, da, db, dx] = Self::ROOM.map(|room| batch * room);
        let own = [A::scratch(batch), B::scratch(batch)];
        let [ya, yb, da, db, dx, a, b] = cut(scratch, [ya, yb, da, db, dx, own[0], own[1]]);
        Places {
            outputs: [ya, yb],
            gradients: [da, db],
            dx,
            own: [a, b],
        }
    }

    /// The branches under their names; further ones follow in the second.
    fn describe_branches(layout: &mut Layout) {
        layout.list(A::describe);
        if REST == 1 {
            layout.list(B::describe);
        } else {
            B::describe(layout);
        }
    }
}

/// The smaller of two bounds on ids, where 0 is none.
const fn tighter(a: usize, b: usize) -> usize {
    match (a, b) {
        (0, bound) | (bound, 0) => bound,
        (a, b) => {
            if a < b {
                a
            } else {
                b
            }
        }
    }
}

impl<A: Layer, B: Layer<In = A::In>, J: Join, const INDEX: usize, const REST: usize> Layer
    for Parallel<A, B, J, INDEX, REST>
{
    type In = A::In;
    type Out = J::Out;
    const PARAMETERS: usize = A::PARAMETERS + B::PARAMETERS;
    const BUFFERS: usize = A::BUFFERS + B::BUFFERS;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS + B::HYPERPARAMETERS;
    const IDS: usize = tighter(A::IDS, B::IDS);
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        let a = A::build(hyperparameters);
        let b = B::build(hyperparameters);
        Self(a, b, PhantomData)
    }

    fn describe(layout: &mut Layout) {
        if INDEX > 0 {
            // Inside the first one's list already.
            return Self::describe_branches(layout);
        }
        layout.nested("branches", Self::describe_branches);
        layout.advance(1);
    }

    fn steps(steps: usize) -> usize {
        A::steps(steps).max(B::steps(steps))
    }

    fn scratch(batch: usize) -> usize {
        let places = Self::ROOM.iter().map(|room| whole_lines(batch * room)).sum::<usize>();
        places + whole_lines(A::scratch(batch)) + whole_lines(B::scratch(batch))
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        let Places { outputs, own, .. } = Self::places(pass.batch, at.scratch);
        let [a, b] = Ahead::split::<A>(at.parameters, at.buffers, own);
        let [ya, yb] = outputs;
        self.0.forward(a.at(pass, x, &mut *ya));
        self.1.forward(b.at(pass, x, &mut *yb));
        J::join(ya, yb, y);
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { pass, x, dy, .. } = at;
        let mut dx = at.dx;
        let places = Self::places(pass.batch, at.scratch);
        let [a, b] = Back::split::<A>(at.accumulate, at.parameters, at.gradients, places.own);
        let ([ya, yb], [da, db]) = (places.outputs, places.gradients);
        J::split(dy, da, db);
        self.0.backward(a.at(pass, x, ya, da, dx.as_deref_mut()));
        let second = dx.is_some().then_some(&mut *places.dx);
        self.1.backward(b.at(pass, x, yb, db, second));
        if let Some(dx) = dx {
            elementwise::update(dx, places.dx, |a, b| a + b);
        }
    }
}

impl<D, A, B, J, const INDEX: usize, const REST: usize> Reference<D> for Parallel<A, B, J, INDEX, REST>
where
    D: Device<f32>,
    A: Reference<D>,
    B: Reference<D> + Layer<In = A::In>,
    J: Join,
{
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        let first = self.0.reference(pass, weights, x.with_empty_tape())?;
        let second = self.1.reference(pass, weights, x)?;
        J::reference::<A::Out, B::Out, D, T>(pass.batch, first, second)
    }
}
