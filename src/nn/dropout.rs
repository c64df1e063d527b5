//! Dropout: while it learns, the network must do without some of its numbers (Srivastava et al., 2014).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::known_shape;
use super::def::{LayerDef, Lowered};
use super::layer::{Backward, Forward, Hyperparameters, Layer, Mode, Pass, Reference, Weights};
use super::layout::Layout;
use super::shape::{Batch, SampleShape};
use super::type_expr::{Argument, TypeExpr};
use runner_declare::{Chosen, Field, Kind, Presence, Problem, Range, Section};
use runner_kernel::{elementwise, mask};

/// In training `y = x m / (1 - p)`, where each `m` is 0 with probability `p` and else 1; in evaluation
/// `y = x` (`torch.nn.Dropout`). The mask follows from the step's key and the layer's place alone.
///
/// ```
/// use runner_nn::{Hyperparameters, Layer, dropout::Dropout};
/// let layer = Dropout::<dfdx::shapes::Rank1<8>>::build(&mut Hyperparameters::new(&[0.2]));
/// ```
pub struct Dropout<S> {
    p: f64,
    index: u64,
    shape: PhantomData<fn() -> S>,
}

impl<S: SampleShape> Layer for Dropout<S> {
    type In = S;
    type Out = S;
    const PARAMETERS: usize = 0;
    const BUFFERS: usize = 0;
    const HYPERPARAMETERS: usize = 1;
    const READS_OUTPUT: bool = false;
    const KEEPS_GRADIENT: bool = true;

    fn build(hyperparameters: &mut Hyperparameters<'_>) -> Self {
        Self {
            p: hyperparameters.next_value(),
            index: hyperparameters.next_index(),
            shape: PhantomData,
        }
    }

    fn describe(layout: &mut Layout) {
        layout.advance(1);
    }

    /// The mask.
    fn scratch(batch: usize) -> usize {
        batch * S::NUMEL
    }

    #[inline]
    fn forward(&self, at: Forward<'_>) {
        let Forward { pass, x, y, .. } = at;
        if pass.mode == Mode::Train {
            mask::drop_out(pass.key.at(self.index), self.p, x, y, &mut at.scratch[..x.len()]);
        } else {
            y.copy_from_slice(x);
        }
    }

    #[inline]
    fn backward(&self, Backward { dy, dx, scratch, .. }: Backward<'_>) {
        if let Some(dx) = dx {
            elementwise::map2(dy, scratch, dx, |dy, m| dy * m);
        }
    }
}

impl<S: SampleShape, D: Device<f32>> Reference<D> for Dropout<S> {
    fn reference<T: Tape<f32, D>>(
        &self,
        pass: &Pass,
        _: &mut Weights<'_, D>,
        x: Batch<S, D, T>,
    ) -> Result<Batch<S, D, T>, D::Err> {
        if pass.mode == Mode::Eval {
            return Ok(x);
        }
        let mut mask = vec![0.0; pass.batch * S::NUMEL];
        mask::dropout_mask(pass.key.at(self.index), self.p, &mut mask);
        let mask = x.device().try_tensor_from_vec(mask, S::batched(pass.batch))?;
        x.try_mul(mask)
    }
}

/// `dropout: 0.2`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "dropout",
        doc: "Zeroes numbers at random while training, and scales up the rest (torch.nn.Dropout).",
        fields: &[Field {
            key: "p",
            doc: "Probability that a number is zeroed; from 0 up to, but not including, 1.",
            kind: Kind::Number(Range::FRACTION),
            presence: Presence::Default("0.5"),
        }],
        shorthand: Some("p"),
    },
    lower,
};

fn lower(layer: &Chosen, input: &[usize]) -> Result<Lowered, Vec<Problem>> {
    let shape = known_shape(&layer.name, input)?;
    let ty = TypeExpr::new("dropout::Dropout", [Argument::Type(shape)]);
    Ok(Lowered {
        hyperparameters: vec![DEF.number(layer, "p")],
        ..Lowered::elementwise(&layer.name, ty, input)
    })
}
