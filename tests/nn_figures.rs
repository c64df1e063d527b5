//! Every layer against figures that PyTorch gave (tests/peers/layers.py): outputs, all gradients,
//! running statistics, and the names and shapes under which `torch.nn.Sequential` stores them.

mod nn_support;

use dfdx::prelude::Cpu;
use dfdx::shapes::{Rank1, Rank3};
use nn_support::{Came, Given, assert_near, assert_same, fused, fused_outputs, pass, reference};
use runner::nn::activation::Activate;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::dropout::Dropout;
use runner::nn::embedding::Embedding;
use runner::nn::flatten::Flatten;
use runner::nn::gelu::{Gelu, GeluTanh};
use runner::nn::gru::Gru;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::layout::{Entry, Stored};
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::lstm::Lstm;
use runner::nn::per_step::PerStep;
use runner::nn::recurrent::{All, Embedded, Recurrent};
use runner::nn::relu::ReLU;
use runner::nn::residual::{Residual, Skip};
use runner::nn::rnn::Rnn;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::softmax::Softmax;
use runner::nn::tanh::Tanh;
use runner::nn::{Chain, Layout, Mode, Reference};
use serde::Deserialize;

#[derive(Deserialize)]
struct Figures {
    name: String,
    hyperparameters: Vec<f64>,
    batch: usize,
    parameters: Vec<Named>,
    x: Vec<f32>,
    y: Vec<f32>,
    dy: Vec<f32>,
    dx: Vec<f32>,
    gradients: Vec<Vec<f32>>,
    buffers: Vec<Named>,
    y_eval: Vec<f32>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

fn joined(tensors: &[Named]) -> Vec<f32> {
    tensors.iter().flat_map(|tensor| tensor.values.clone()).collect()
}

fn assert_described(name: &str, ours: &[Entry], theirs: &[Named]) {
    let ours: Vec<_> = ours.iter().map(|entry| (entry.name.as_str(), &entry.shape)).collect();
    let theirs: Vec<_> = theirs
        .iter()
        .map(|tensor| (tensor.name.as_str(), &tensor.shape))
        .collect();
    assert_eq!(ours, theirs, "{name}");
}

fn compare<N: Reference<Cpu>>(figures: &Figures) {
    let mut layout = Layout::default();
    N::describe(&mut layout);
    assert_described(&figures.name, &layout.parameters, &figures.parameters);
    assert_described(&figures.name, &layout.buffers, &figures.buffers);
    for buffer in &layout.buffers {
        let counts = buffer.name.ends_with("num_batches_tracked");
        assert_eq!(buffer.stored == Stored::I64, counts, "{}", buffer.name);
    }
    let mut given = Given {
        pass: pass(figures.batch, 1),
        hyperparameters: figures.hyperparameters.clone(),
        parameters: joined(&figures.parameters),
        buffers: layout.initial_buffers(),
        x: figures.x.clone(),
        dy: figures.dy.clone(),
    };
    let torch = Came {
        y: figures.y.clone(),
        dx: figures.dx.clone(),
        gradients: figures.gradients.concat(),
        buffers: joined(&figures.buffers),
    };
    let ours = fused::<N>(&given);
    assert_same(&figures.name, &ours, &torch, 3e-6);
    assert_same(&figures.name, &reference::<N>(&given), &torch, 3e-6);
    given.buffers = ours.buffers;
    given.pass.mode = Mode::Eval;
    assert_near(&figures.name, &fused_outputs::<N>(&given), &figures.y_eval, 3e-6);
}

#[test]
fn layers_agree_with_pytorch() {
    let all: Vec<Figures> = serde_json::from_str(include_str!("figures/layers.json")).expect("the figures are JSON");
    assert_eq!(all.len(), 32);
    for figures in &all {
        let compare_it: fn(&Figures) = match figures.name.as_str() {
            "linear" => compare::<Linear<5, 3, WithBias, Identity>>,
            "linear_no_bias" => compare::<Linear<5, 3, NoBias, Identity>>,
            "linear_relu" => compare::<Linear<5, 3, WithBias, ReLU>>,
            "linear_sigmoid" => compare::<Linear<5, 3, WithBias, Sigmoid>>,
            "linear_tanh" => compare::<Linear<5, 3, WithBias, Tanh>>,
            "linear_leaky_relu" => compare::<Linear<5, 3, WithBias, LeakyReLU>>,
            "relu" => compare::<Activate<Rank1<7>, ReLU>>,
            "sigmoid" => compare::<Activate<Rank1<7>, Sigmoid>>,
            "tanh" => compare::<Activate<Rank1<7>, Tanh>>,
            "leaky_relu" => compare::<Activate<Rank1<7>, LeakyReLU>>,
            "gelu" => compare::<Activate<Rank1<7>, Gelu>>,
            "gelu_tanh" => compare::<Activate<Rank1<7>, GeluTanh>>,
            "softmax" => compare::<Softmax<7>>,
            "dropout_0" => compare::<Dropout<Rank1<7>>>,
            "batch_norm" => compare::<BatchNorm<Rank1<5>>>,
            "batch_norm_image" => compare::<BatchNorm<Rank3<2, 3, 4>>>,
            "layer_norm" => compare::<LayerNorm<Rank1<7>>>,
            "layer_norm_image" => compare::<LayerNorm<Rank3<2, 3, 4>>>,
            "flatten" => compare::<Chain<Flatten<Rank3<2, 3, 4>, 24>, Linear<24, 3, WithBias, Identity>>>,
            "residual" => {
                compare::<
                    Chain<
                        Residual<Chain<Linear<5, 6, WithBias, ReLU>, Linear<6, 5, WithBias, Identity>>, Skip<Rank1<5>>>,
                        Activate<Rank1<5>, ReLU>,
                    >,
                >
            }
            "residual_shortcut" => {
                compare::<
                    Chain<
                        Linear<5, 5, WithBias, Tanh>,
                        Residual<
                            Chain<Linear<5, 6, WithBias, Identity>, BatchNorm<Rank1<6>>>,
                            Linear<5, 6, NoBias, Identity>,
                        >,
                    >,
                >
            }
            "linear_steps" => compare::<PerStep<3, Linear<4, 5, WithBias, Tanh>>>,
            "embedding" => compare::<Embedding<5, 7, 3, 7>>,
            "embedding_padding" => compare::<Embedding<5, 7, 3, 2>>,
            "rnn" => compare::<Recurrent<Rnn<Tanh>, 4, 3, 5, 5, 1, WithBias, All>>,
            "rnn_relu" => compare::<Recurrent<Rnn<ReLU>, 4, 3, 5, 5, 1, NoBias, All>>,
            "lstm" => compare::<Recurrent<Lstm, 4, 3, 5, 5, 1, WithBias, All>>,
            "lstm_stacked" => compare::<Recurrent<Lstm, 4, 3, 5, 10, 2, WithBias, All>>,
            "gru" => compare::<Recurrent<Gru, 4, 3, 5, 5, 1, WithBias, All>>,
            "gru_stacked" => compare::<Recurrent<Gru, 4, 3, 5, 10, 2, WithBias, All>>,
            "embedding_lstm" => {
                compare::<
                    Chain<
                        Embedded<Embedding<5, 7, 3, 7>, Recurrent<Lstm, 5, 3, 5, 5, 1, WithBias, All>>,
                        PerStep<5, Linear<5, 7, WithBias, Identity>>,
                    >,
                >
            }
            "embedding_gru" => compare::<Embedded<Embedding<5, 7, 3, 0>, Recurrent<Gru, 5, 3, 5, 5, 1, WithBias, All>>>,
            other => panic!("no layer for the figures of {other}"),
        };
        compare_it(figures);
    }
}
