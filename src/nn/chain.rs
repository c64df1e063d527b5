//! Two layers, one after the other; nested chains make a network. rustc refuses a chain whose shapes
//! do not meet.

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::layer::{Backward, Forward, Hyperparameters, Layer, Pass, Reference, Weights};
use super::layout::Layout;
use super::lengths::{clear, clear_reference};
use super::nested::{Ahead, Back};
use super::shape::Batch;
use runner_kernel::lines::whole_lines;

/// `B(A(x))`.
///
/// ```
/// use runner_nn::{Chain, Layer, linear::{Linear, WithBias, Identity}};
/// type Net = Chain<Linear<4, 3, WithBias, Identity>, Linear<3, 2, WithBias, Identity>>;
/// assert_eq!(Net::PARAMETERS, 4 * 3 + 3 + 3 * 2 + 2);
/// ```
/// ```compile_fail
/// use runner_nn::{Chain, Layer, linear::{Linear, WithBias, Identity}};
/// type Net = Chain<Linear<4, 3, WithBias, Identity>, Linear<5, 2, WithBias, Identity>>;
/// assert_eq!(Net::PARAMETERS, 0);
/// ```
pub struct Chain<A, B>(A, B);

impl<A: Layer, B: Layer<In = A::Out>> Chain<A, B> {
    /// Numbers between the layers that have a place of their own; none where one of the layers passes
    /// its input on.
    const MIDDLE: usize = if A::IDENTITY || B::IDENTITY {
        0
    } else {
        <A::Out as ConstShape>::NUMEL
    };

    /// Scratch: the value between the layers, its gradient, then each layer's own.
    #[inline]
    fn split(batch: usize, scratch: &mut [f32]) -> (&mut [f32], &mut [f32], [&mut [f32]; 2]) {
        let middles = batch * Self::MIDDLE;
        let (middle, rest) = scratch.split_at_mut(whole_lines(middles));
        let (gradient, rest) = rest.split_at_mut(whole_lines(middles));
        let (a, rest) = rest.split_at_mut(whole_lines(A::scratch(batch)));
        let (b, _) = rest.split_at_mut(B::scratch(batch));
        (&mut middle[..middles], &mut gradient[..middles], [a, b])
    }
}

impl<A: Layer, B: Layer<In = A::Out>> Layer for Chain<A, B> {
    type In = A::In;
    type Out = B::Out;
    const PARAMETERS: usize = A::PARAMETERS + B::PARAMETERS;
    const BUFFERS: usize = A::BUFFERS + B::BUFFERS;
    const HYPERPARAMETERS: usize = A::HYPERPARAMETERS + B::HYPERPARAMETERS;
    const IDENTITY: bool = A::IDENTITY && B::IDENTITY;
    const IDS: usize = if A::IDENTITY { B::IDS } else { A::IDS };
    const READS_OUTPUT: bool = if B::IDENTITY { A::READS_OUTPUT } else { B::READS_OUTPUT };
    const KEEPS_GRADIENT: bool = if B::IDENTITY {
        A::KEEPS_GRADIENT
    } else {
        B::KEEPS_GRADIENT
    };

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        let a = A::build(hyperparameters);
        let b = B::build(hyperparameters);
        Chain(a, b)
    }

    fn describe(layout: &mut Layout) {
        A::describe(layout);
        B::describe(layout);
    }

    fn steps(steps: usize) -> usize {
        B::steps(A::steps(steps))
    }

    fn scratch(batch: usize) -> usize {
        2 * whole_lines(batch * Self::MIDDLE) + whole_lines(A::scratch(batch)) + B::scratch(batch)
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        let (middle, _, own) = Self::split(pass.batch, at.scratch);
        let [a, b] = Ahead::split::<A>(at.parameters, at.buffers, own);
        if A::IDENTITY {
            self.1.forward(b.at(pass, x, y));
        } else if B::IDENTITY {
            self.0.forward(a.at(pass, x, y));
        } else {
            self.0.forward(a.at(pass, x, &mut *middle));
            let after = pass.after::<A>();
            clear::<A::Out>(after.lengths, middle);
            self.1.forward(b.at(&after, middle, y));
        }
    }

    #[inline]
    fn forward_plus<F: FromOutput>(&self, at: Forward<'_>, plus: &[f32], activation: &F) {
        let Forward { pass, x, y, .. } = at;
        let (middle, _, own) = Self::split(pass.batch, at.scratch);
        let [a, b] = Ahead::split::<A>(at.parameters, at.buffers, own);
        if B::IDENTITY {
            self.0.forward_plus(a.at(pass, x, y), plus, activation);
        } else if A::IDENTITY {
            self.1.forward_plus(b.at(pass, x, y), plus, activation);
        } else {
            self.0.forward(a.at(pass, x, &mut *middle));
            let after = pass.after::<A>();
            clear::<A::Out>(after.lengths, middle);
            self.1.forward_plus(b.at(&after, middle, y), plus, activation);
        }
    }

    #[inline]
    fn backward(&self, at: Backward<'_>) {
        let Backward { pass, x, y, dy, dx, .. } = at;
        let (middle, dmiddle, own) = Self::split(pass.batch, at.scratch);
        let [a, b] = Back::split::<A>(at.accumulate, at.parameters, at.gradients, own);
        if A::IDENTITY {
            self.1.backward(b.at(pass, x, y, dy, dx));
        } else if B::IDENTITY {
            self.0.backward(a.at(pass, x, y, dy, dx));
        } else if A::PARAMETERS == 0 && dx.is_none() {
            // Nothing before the second layer learns: no gradient need go further.
            let after = pass.after::<A>();
            self.1.backward(b.at(&after, middle, y, dy, None));
        } else {
            let after = pass.after::<A>();
            self.1.backward(b.at(&after, middle, y, dy, Some(&mut *dmiddle)));
            clear::<A::Out>(after.lengths, dmiddle);
            self.0.backward(a.at(pass, x, middle, dmiddle, dx));
        }
    }
}

impl<D: Device<f32>, A: Reference<D>, B: Reference<D> + Layer<In = A::Out>> Reference<D> for Chain<A, B> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        weights: &mut Weights<'_, D>,
        x: Batch<Self::In, D, T>,
    ) -> Result<Batch<Self::Out, D, T>, D::Err> {
        let middle = self.0.reference(pass, weights, x)?;
        let after = pass.after::<A>();
        let middle = clear_reference::<A::Out, D, T>(after.lengths, middle)?;
        self.1.reference(&after, weights, middle)
    }
}
