//! The plain recurrent layer (Elman, 1990).

use std::marker::PhantomData;

use dfdx::prelude::*;

use super::activation::FromOutput;
use super::def::LayerDef;
use super::layer::Hyperparameters;
use super::recurrent::cell::{Cell, Matrix2, Part, Step, StepBack, blocks, blocks_mut};
use super::recurrent::def::{BIAS, BIDIRECTIONAL, DROPOUT, HIDDEN_SIZE, NUM_LAYERS, OUTPUT, lower};
use runner_declare::{Field, Kind, Presence, Section};

/// `h' = f(W x + b + U h + d)`, where `f` is tanh or ReLU (`torch.nn.RNN`).
///
/// ```
/// use runner_nn::{Layer, linear::WithBias, recurrent::{All, Recurrent}, rnn::Rnn, tanh::Tanh};
/// type Net = Recurrent<Rnn<Tanh>, 128, 64, 256, 256, 1, WithBias, All>;
/// assert_eq!(Net::PARAMETERS, 256 * (64 + 256 + 2));
/// ```
pub struct Rnn<A>(PhantomData<fn() -> A>);

impl<A: FromOutput> Rnn<A> {
    #[inline(always)]
    fn activation() -> A {
        const { assert!(A::HYPERPARAMETERS == 0, "the nonlinearity takes no numbers") }
        A::build(&mut Hyperparameters::new(&[]))
    }
}

impl<A: FromOutput> Cell for Rnn<A> {
    const GATES: usize = 1;
    const KEPT: usize = 1;
    const MEMORY: usize = 0;
    const HIDDEN: &'static [Part] = &[Part {
        from: 0,
        blocks: 1,
        to: 0,
    }];

    #[inline(always)]
    fn forward<const H: usize>(step: Step<'_>) {
        let f = Self::activation();
        let [kept] = blocks::<1, H>(step.kept);
        let [add] = blocks::<1, H>(step.add);
        let [hidden] = blocks_mut::<1, H>(step.hidden);
        for j in 0..H {
            hidden[j] = f.apply(kept[j] + add[j]);
        }
    }

    #[inline(always)]
    fn backward<const H: usize>(step: StepBack<'_>) {
        let f = Self::activation();
        let [kept] = blocks_mut::<1, H>(step.kept);
        let [hidden] = blocks::<1, H>(step.hidden);
        let [dhidden] = blocks_mut::<1, H>(step.dhidden);
        for j in 0..H {
            kept[j] = dhidden[j] * f.derivative_at(hidden[j]);
            dhidden[j] = 0.0;
        }
    }

    fn reference<D: Device<f32>, T: Tape<f32, D>>(
        _: usize,
        given: [&Matrix2<D, NoneTape>; 2],
        before: [&Matrix2<D, NoneTape>; 2],
    ) -> Result<[Matrix2<D, T>; 2], D::Err> {
        let sum = given[0].retaped::<T>().try_add(given[1].retaped::<T>())?;
        Ok([Self::activation().reference(sum)?, before[1].retaped::<T>()])
    }
}

const NONLINEARITY: Field = Field {
    key: "nonlinearity",
    doc: "What follows the sum of both products.",
    kind: Kind::Choice(&[
        ("tanh", "Between -1 and 1."),
        ("relu", "0 below 0: can grow without bound over many steps."),
    ]),
    presence: Presence::Default("\"tanh\""),
};

/// `rnn: 256`.
pub static DEF: LayerDef = LayerDef {
    section: Section {
        name: "rnn",
        doc: "Plain recurrent layer over a sequence (torch.nn.RNN with batch_first).",
        fields: &[
            HIDDEN_SIZE,
            NUM_LAYERS,
            NONLINEARITY,
            BIAS,
            DROPOUT,
            BIDIRECTIONAL,
            OUTPUT,
        ],
        shorthand: Some("hidden_size"),
    },
    lower: |layer, input| {
        let cell = match DEF.word(layer, "nonlinearity").as_str() {
            "relu" => "relu::ReLU",
            _ => "tanh::Tanh",
        };
        lower(&DEF, cell, 1, layer, input)
    },
};
