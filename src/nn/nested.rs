//! Two layers in one: which of its numbers belong to which of them.

use super::layer::{Accumulate, Backward, Forward, Layer, Pass};

/// What belongs to one of them on the way forward.
pub(super) struct Ahead<'a> {
    parameters: &'a [f32],
    buffers: &'a mut [f32],
    scratch: &'a mut [f32],
}

impl<'a> Ahead<'a> {
    /// For the layer `A` and the one after it: from the numbers of both, `A`'s first, and the scratch of each.
    #[inline(always)]
    pub(super) fn split<A: Layer>(
        parameters: &'a [f32],
        buffers: &'a mut [f32],
        scratch: [&'a mut [f32]; 2],
    ) -> [Self; 2] {
        let parameters = parameters.split_at(A::PARAMETERS).into();
        let buffers = buffers.split_at_mut(A::BUFFERS).into();
        let ([p, q], [b, c], [s, t]): ([_; 2], [_; 2], _) = (parameters, buffers, scratch);
        let own = |parameters, buffers, scratch| Self {
            parameters,
            buffers,
            scratch,
        };
        [own(p, b, s), own(q, c, t)]
    }

    /// With what the layer reads and writes.
    #[inline(always)]
    pub(super) fn at(self, pass: &'a Pass<'a>, x: &'a [f32], y: &'a mut [f32]) -> Forward<'a> {
        Forward {
            pass,
            parameters: self.parameters,
            buffers: self.buffers,
            x,
            y,
            scratch: self.scratch,
        }
    }
}

/// What belongs to one of them on the way back.
pub(super) struct Back<'a> {
    accumulate: Accumulate,
    parameters: &'a [f32],
    gradients: &'a mut [f32],
    scratch: &'a mut [f32],
}

impl<'a> Back<'a> {
    /// As [`Ahead::split`].
    #[inline(always)]
    pub(super) fn split<A: Layer>(
        accumulate: Accumulate,
        parameters: &'a [f32],
        gradients: &'a mut [f32],
        scratch: [&'a mut [f32]; 2],
    ) -> [Self; 2] {
        let parameters = parameters.split_at(A::PARAMETERS).into();
        let gradients = gradients.split_at_mut(A::PARAMETERS).into();
        let ([p, q], [g, h], [s, t]): ([_; 2], [_; 2], _) = (parameters, gradients, scratch);
        let own = |parameters, gradients, scratch| Self {
            accumulate,
            parameters,
            gradients,
            scratch,
        };
        [own(p, g, s), own(q, h, t)]
    }

    /// With what the layer reads and writes.
    #[inline(always)]
    pub(super) fn at(
        self,
        pass: &'a Pass<'a>,
        x: &'a [f32],
        y: &'a [f32],
        dy: &'a mut [f32],
        dx: Option<&'a mut [f32]>,
    ) -> Backward<'a> {
        Backward {
            pass,
            accumulate: self.accumulate,
            parameters: self.parameters,
            x,
            y,
            dy,
            dx,
            gradients: self.gradients,
            scratch: self.scratch,
        }
    }
}
