//! Sequences of which samples have only the first steps: what stands behind them changes nothing.

use crate::support::layers::{Given, Outcome, assert_near, assert_same, fused_as, fused_outputs, given, reference};
use dfdx::prelude::{Cpu, Rank2};
use runner::nn::conv1d::Conv1d;
use runner::nn::convolution::Taps;
use runner::nn::embedding::Embedding;
use runner::nn::gru::Gru;
use runner::nn::layer::Accumulate;
use runner::nn::lengths::Lengths;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::lstm::Lstm;
use runner::nn::parallel::{Concat, Parallel};
use runner::nn::per_step::PerStep;
use runner::nn::recurrent::{All, Embedded, Last, Recurrent};
use runner::nn::relu::ReLU;
use runner::nn::residual::{Residual, Skip};
use runner::nn::rnn::Rnn;
use runner::nn::tanh::Tanh;
use runner::nn::{Chain, Layer, Mode, Reference};

/// Enough samples for two blocks; one sample has all steps, one has none.
const LENGTHS: [u32; 20] = [9, 1, 5, 2, 9, 3, 4, 0, 8, 6, 1, 1, 2, 3, 7, 9, 5, 4, 2, 1];

/// Forward and backward through the fused path.
fn fused<N: Layer>(given: &Given) -> Outcome {
    fused_as::<N>(given, Accumulate::Replace)
}

fn ragged<N: Layer>(seed: u64, hyperparameters: &[f64]) -> Given {
    let mut given = given::<N>(LENGTHS.len(), seed, hyperparameters);
    given.pass.lengths = Some(Lengths::new(&LENGTHS));
    given
}

/// Fused against reference.
fn agree<N: Reference<Cpu>>(name: &str, hyperparameters: &[f64]) {
    for seed in 0..3 {
        let mut given = ragged::<N>(seed, hyperparameters);
        let (ours, theirs) = (fused::<N>(&given), reference::<N>(&given));
        assert_same(name, &ours, &theirs, 2e-5);
        given.pass.mode = Mode::Eval;
        let [ours, theirs] = [fused_outputs::<N>(&given), reference::<N>(&given).y];
        assert_near(name, &ours, &theirs, 2e-5);
    }
}

#[test]
fn both_engines_agree() {
    agree::<Recurrent<Lstm, 9, 3, 5, 5, 1, WithBias, Last>>("lstm", &[0.0]);
    agree::<Recurrent<Gru, 9, 3, 5, 10, 2, WithBias, Last>>("two gru, both ways", &[0.3]);
    agree::<Recurrent<Rnn<Tanh>, 9, 3, 4, 8, 1, WithBias, All>>("rnn, both ways, all", &[0.0]);
    agree::<Embedded<Embedding<9, 7, 3, 7>, Recurrent<Lstm, 9, 3, 5, 10, 2, WithBias, Last>>>("ids", &[0.0]);
}

/// A convolution between an embedding and the layer that ends the sequence: `T` steps to `TO`.
type Text<const T: usize, const TO: usize, M> = Chain<
    Chain<Embedding<T, 7, 3, 7>, PerStep<T, Linear<3, 4, WithBias, ReLU>>>,
    Chain<Conv1d<T, 4, TO, 6, M, 2, WithBias, Tanh>, Recurrent<Lstm, TO, 6, 5, 10, 1, WithBias, Last>>,
>;

#[test]
fn convolutions_read_zeros_behind_the_end_and_tell_how_long_what_comes_out_is() {
    agree::<Text<9, 9, Taps<3, 1, 1, 1>>>("as many steps", &[0.0]);
    agree::<Text<9, 3, Taps<4, 2, 0, 1>>>("fewer steps", &[0.0]);
    agree::<Text<9, 5, Taps<3, 2, 2, 2>>>("dilated", &[0.0]);
    // Texts of four characters in a network for four: the same as in one for nine.
    let lengths: &'static [u32] = &[4; LENGTHS.len()];
    let mut long = ragged::<Text<9, 8, Taps<4, 1, 1, 1>>>(3, &[0.0]);
    long.pass.lengths = Some(Lengths::new(lengths));
    let short = Given {
        pass: given::<Text<4, 3, Taps<4, 1, 1, 1>>>(LENGTHS.len(), 3, &[0.0]).pass,
        hyperparameters: vec![0.0],
        parameters: long.parameters.clone(),
        buffers: Vec::new(),
        x: cut(&long.x, 4, 1),
        dy: long.dy.clone(),
    };
    let (padded, plain) = (
        fused::<Text<9, 8, Taps<4, 1, 1, 1>>>(&long),
        fused::<Text<4, 3, Taps<4, 1, 1, 1>>>(&short),
    );
    assert_near("y", &padded.y, &plain.y, 2e-6);
    assert_near("gradients", &padded.gradients, &plain.gradients, 5e-6);
    // What fills the texts up is not looked at.
    for (sample, &length) in long.x.chunks_mut(9).zip(lengths) {
        sample[length as usize..]
            .iter_mut()
            .for_each(|id| *id = (*id + 1.0) % 7.0);
    }
    let other = fused::<Text<9, 8, Taps<4, 1, 1, 1>>>(&long);
    assert_eq!((padded.y, padded.gradients), (other.y, other.gradients));
}

#[test]
fn branches_know_where_texts_end() {
    type Branch<M> = Chain<Conv1d<9, 3, 9, 4, M, 1, WithBias, ReLU>, Conv1d<9, 4, 9, 4, M, 1, WithBias, Tanh>>;
    type Both = Chain<
        Embedding<9, 7, 3, 7>,
        Chain<
            Parallel<Branch<Taps<3, 1, 1, 1>>, Branch<Taps<5, 1, 2, 1>>, Concat<Rank2<9, 8>, 4, 4>, 0, 1>,
            Recurrent<Gru, 9, 8, 5, 5, 1, WithBias, Last>,
        >,
    >;
    agree::<Both>("branches", &[0.0]);
    type Around = Chain<
        Embedding<9, 7, 3, 7>,
        Chain<
            Residual<Conv1d<9, 3, 9, 3, Taps<3, 1, 1, 1>, 1, WithBias, Identity>, Skip<Rank2<9, 3>>>,
            Recurrent<Rnn<Tanh>, 9, 3, 5, 5, 1, WithBias, Last>,
        >,
    >;
    agree::<Around>("residual", &[0.0]);
}

/// The first steps of each sequence of 9, each of `width` numbers.
fn cut(x: &[f32], steps: usize, width: usize) -> Vec<f32> {
    let samples = x.chunks(9 * width).flat_map(|sample| &sample[..steps * width]);
    samples.copied().collect()
}

/// Samples of the same number of steps in a layer of exactly this many steps: no padding at all.
fn whole<Long: Layer, Short: Layer>(steps: u32, sequence: bool) {
    let lengths: &'static [u32] = Box::leak(vec![steps; LENGTHS.len()].into_boxed_slice());
    let mut long = ragged::<Long>(5, &[0.0]);
    long.pass.lengths = Some(Lengths::new(lengths));
    let steps = steps as usize;
    let (inputs, outputs) = (3, long.dy.len() / LENGTHS.len() / if sequence { 9 } else { 1 });
    let short = Given {
        pass: given::<Short>(LENGTHS.len(), 5, &[0.0]).pass,
        hyperparameters: vec![0.0],
        parameters: long.parameters.clone(),
        buffers: Vec::new(),
        x: cut(&long.x, steps, inputs),
        dy: if sequence {
            cut(&long.dy, steps, outputs)
        } else {
            long.dy.clone()
        },
    };
    let (padded, plain) = (fused::<Long>(&long), fused::<Short>(&short));
    let padded = Outcome {
        y: if sequence {
            cut(&padded.y, steps, outputs)
        } else {
            padded.y
        },
        dx: cut(&padded.dx, steps, inputs),
        ..padded
    };
    assert_same("padded and plain", &padded, &plain, 2e-6);
}

#[test]
fn padding_changes_nothing() {
    type Both<const T: usize, R> = Recurrent<Lstm, T, 3, 5, 10, 2, WithBias, R>;
    whole::<Both<9, Last>, Both<4, Last>>(4, false);
    whole::<Both<9, All>, Both<4, All>>(4, true);
    whole::<Both<9, Last>, Both<1, Last>>(1, false);
    type Forwards<const T: usize> = Recurrent<Gru, T, 3, 5, 5, 1, WithBias, Last>;
    whole::<Forwards<9>, Forwards<4>>(4, false);
    whole::<Forwards<9>, Forwards<9>>(9, false);
}

#[test]
fn what_stands_behind_the_end_is_never_read() {
    type Net = Embedded<Embedding<9, 7, 3, 7>, Recurrent<Gru, 9, 3, 5, 10, 1, WithBias, Last>>;
    let mut given = ragged::<Net>(1, &[0.0]);
    let first = fused::<Net>(&given);
    for (sample, &length) in given.x.chunks_mut(9).zip(&LENGTHS) {
        sample[length as usize..]
            .iter_mut()
            .for_each(|id| *id = (*id + 1.0) % 7.0);
    }
    let second = fused::<Net>(&given);
    assert_eq!(first.y, second.y);
    assert_eq!(first.gradients, second.gradients);
}

#[test]
fn a_text_without_a_step_leaves_the_state_at_zero() {
    type Net = Recurrent<Lstm, 9, 3, 5, 5, 1, WithBias, Last>;
    let given = ragged::<Net>(2, &[0.0]);
    let place = LENGTHS.iter().position(|&length| length == 0).expect("there is one");
    assert_eq!(fused::<Net>(&given).y[place * 5..][..5], [0.0; 5]);
}
