//! Sequences of which samples have only the first steps: what stands behind them changes nothing.

use crate::support::layers::{Given, Outcome, assert_near, assert_same, fused, fused_outputs, given, reference};
use dfdx::prelude::Cpu;
use runner::nn::embedding::Embedding;
use runner::nn::gru::Gru;
use runner::nn::linear::WithBias;
use runner::nn::lstm::Lstm;
use runner::nn::recurrent::{All, Embedded, Last, Recurrent};
use runner::nn::rnn::Rnn;
use runner::nn::tanh::Tanh;
use runner::nn::{Layer, Mode, Reference};

/// Enough samples for two blocks; one sample has all steps, one has none.
const LENGTHS: [u32; 20] = [9, 1, 5, 2, 9, 3, 4, 0, 8, 6, 1, 1, 2, 3, 7, 9, 5, 4, 2, 1];

fn ragged<N: Layer>(seed: u64, hyperparameters: &[f64]) -> Given {
    let mut given = given::<N>(LENGTHS.len(), seed, hyperparameters);
    given.pass.lengths = Some(&LENGTHS);
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

/// The first steps of each sequence of 9, each of `width` numbers.
fn cut(x: &[f32], steps: usize, width: usize) -> Vec<f32> {
    let samples = x.chunks(9 * width).flat_map(|sample| &sample[..steps * width]);
    samples.copied().collect()
}

/// Samples of the same number of steps in a layer of just so many steps: no padding at all.
fn whole<Long: Layer, Short: Layer>(steps: u32, sequence: bool) {
    let lengths: &'static [u32] = Box::leak(vec![steps; LENGTHS.len()].into_boxed_slice());
    let mut long = ragged::<Long>(5, &[0.0]);
    long.pass.lengths = Some(lengths);
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
