//! Every layer against figures that PyTorch gave (tests/peers/layers.py): outputs, all gradients,
//! running statistics, and the names and shapes under which `torch.nn.Sequential` stores them.

use crate::support::layers::{Given, Outcome, assert_near, assert_same, fused, fused_outputs, pass, reference};
use dfdx::prelude::Cpu;
use dfdx::shapes::{Rank1, Rank2, Rank3};
use runner::nn::activation::Activate;
use runner::nn::avg_pool2d::AvgPool2d;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::conv_transpose2d::ConvTranspose2d;
use runner::nn::conv1d::Conv1d;
use runner::nn::conv2d::Conv2d;
use runner::nn::convolution::{Rectangle, Taps};
use runner::nn::dropout::Dropout;
use runner::nn::elu::{Celu, Elu, Selu};
use runner::nn::embedding::Embedding;
use runner::nn::flatten::Flatten;
use runner::nn::gelu::{Gelu, GeluTanh};
use runner::nn::global_avg_pool::GlobalAvgPool;
use runner::nn::gru::Gru;
use runner::nn::hardtanh::{Hardsigmoid, Hardtanh, ReLU6};
use runner::nn::layer_norm::LayerNorm;
use runner::nn::layout::{Entry, Stored};
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::lstm::Lstm;
use runner::nn::max_pool2d::MaxPool2d;
use runner::nn::parallel::{Concat, Parallel, Sum};
use runner::nn::per_step::PerStep;
use runner::nn::prelu::PReLU;
use runner::nn::recurrent::{All, Embedded, Recurrent};
use runner::nn::relu::ReLU;
use runner::nn::reshape::Reshape;
use runner::nn::residual::{Residual, Skip};
use runner::nn::rnn::Rnn;
use runner::nn::sigmoid::Sigmoid;
use runner::nn::silu::{Hardswish, Mish, Silu};
use runner::nn::softmax::{Logarithms, Softmax};
use runner::nn::softplus::{LogSigmoid, Softplus, Softsign, Tanhshrink};
use runner::nn::tanh::Tanh;
use runner::nn::upsample::{AlignedBilinear, Bilinear, Nearest, Upsample};
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
    let torch = Outcome {
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
    let all: Vec<Figures> = serde_json::from_str(include_str!("../figures/layers.json")).expect("the figures are JSON");
    assert_eq!(all.len(), 78);
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
            "softmax" => compare::<Softmax<Rank1<7>>>,
            "log_softmax" => compare::<Softmax<Rank1<7>, Logarithms>>,
            "elu" => compare::<Activate<Rank1<7>, Elu>>,
            "selu" => compare::<Activate<Rank1<7>, Selu>>,
            "celu" => compare::<Activate<Rank1<7>, Celu>>,
            "silu" => compare::<Activate<Rank1<7>, Silu>>,
            "mish" => compare::<Activate<Rank1<7>, Mish>>,
            "hardswish" => compare::<Activate<Rank1<7>, Hardswish>>,
            "softplus" => compare::<Activate<Rank1<7>, Softplus>>,
            "softsign" => compare::<Activate<Rank1<7>, Softsign>>,
            "log_sigmoid" => compare::<Activate<Rank1<7>, LogSigmoid>>,
            "tanhshrink" => compare::<Activate<Rank1<7>, Tanhshrink>>,
            "hardtanh" => compare::<Activate<Rank1<7>, Hardtanh>>,
            "relu6" => compare::<Activate<Rank1<7>, ReLU6>>,
            "hardsigmoid" => compare::<Activate<Rank1<7>, Hardsigmoid>>,
            "prelu" => compare::<PReLU<Rank1<7>, 1>>,
            "prelu_channels" => compare::<PReLU<Rank3<3, 2, 2>, 3>>,
            "layer_norm_sequence" => compare::<LayerNorm<Rank2<3, 4>>>,
            "batch_norm_relu" => compare::<BatchNorm<Rank3<2, 3, 4>, ReLU>>,
            "max_pool2d" => compare::<MaxPool2d<2, 4, 6, 2, 3, 2, 2, 0, 1>>,
            "max_pool2d_padding" => compare::<MaxPool2d<2, 7, 5, 4, 3, 3, 2, 1, 1>>,
            "max_pool2d_dilation" => compare::<MaxPool2d<1, 7, 6, 5, 4, 2, 1, 0, 2>>,
            "max_pool2d_ceil" => compare::<MaxPool2d<1, 5, 7, 3, 4, 2, 2, 0, 1>>,
            "max_pool2d_ties" => compare::<Chain<Activate<Rank3<2, 4, 6>, ReLU>, MaxPool2d<2, 4, 6, 2, 3, 2, 2, 0, 1>>>,
            "avg_pool2d" | "avg_pool2d_inside" => compare::<AvgPool2d<2, 7, 5, 4, 3, 3, 2, 1>>,
            "global_avg_pool" => compare::<GlobalAvgPool<3, 4, 5>>,
            "upsample" => compare::<Upsample<2, 2, 3, 6, 9, Nearest>>,
            "upsample_bilinear" => compare::<Upsample<2, 2, 3, 6, 9, Bilinear>>,
            "upsample_aligned" => compare::<Upsample<2, 2, 3, 4, 6, AlignedBilinear>>,
            "reshape" => compare::<Chain<Reshape<Rank1<12>, Rank3<2, 2, 3>>, BatchNorm<Rank3<2, 2, 3>>>>,
            "residual_relu" => compare::<Residual<BatchNorm<Rank3<2, 3, 2>>, Skip<Rank3<2, 3, 2>>, ReLU>>,
            "dropout_0" => compare::<Dropout<Rank1<7>>>,
            "batch_norm" => compare::<BatchNorm<Rank1<5>>>,
            "batch_norm_steps" => compare::<PerStep<4, BatchNorm<Rank1<3>>>>,
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
            "conv1d" => compare::<Conv1d<7, 3, 5, 4, Taps<3, 1, 0, 1>, 1, WithBias, Identity>>,
            "conv1d_groups" => compare::<Conv1d<9, 4, 6, 6, Taps<3, 2, 3, 2>, 2, NoBias, Tanh>>,
            "conv1d_batch_norm" => {
                type Conv = Conv1d<6, 2, 3, 5, Taps<4, 3, 2, 1>, 1, WithBias, Identity>;
                compare::<Chain<Conv, PerStep<3, BatchNorm<Rank1<5>, Tanh>>>>
            }
            "conv2d" => compare::<Conv2d<Rank3<3, 5, 7>, Rank3<4, 3, 5>, Taps<3, 1, 0, 1>, 1, WithBias, Identity>>,
            "conv2d_relu" => compare::<Conv2d<Rank3<1, 6, 7>, Rank3<6, 6, 7>, Taps<5, 1, 2, 1>, 1, WithBias, ReLU>>,
            "conv2d_groups" => compare::<Conv2d<Rank3<4, 9, 7>, Rank3<6, 6, 5>, Taps<3, 2, 3, 2>, 2, NoBias, Tanh>>,
            "conv2d_strided" => {
                compare::<Conv2d<Rank3<3, 7, 6>, Rank3<5, 3, 3>, Taps<2, 3, 1, 1>, 1, WithBias, Identity>>
            }
            "conv2d_rectangle" => {
                type Wide = Rectangle<Taps<3, 1, 1, 2>, Taps<5, 2, 2, 1>>;
                compare::<Conv2d<Rank3<3, 6, 7>, Rank3<4, 4, 4>, Wide, 1, WithBias, Tanh>>
            }
            "conv2d_3x3" => {
                compare::<Conv2d<Rank3<16, 5, 6>, Rank3<16, 5, 6>, Taps<3, 1, 1, 1>, 1, WithBias, Identity>>
            }
            "conv_transpose2d" => {
                compare::<ConvTranspose2d<Rank3<3, 3, 4>, Rank3<2, 6, 8>, Taps<4, 2, 1, 1>, 1, WithBias, LeakyReLU>>
            }
            "conv_transpose2d_groups" => {
                compare::<ConvTranspose2d<Rank3<4, 3, 2>, Rank3<6, 9, 6>, Taps<3, 3, 2, 2>, 2, NoBias, Identity>>
            }
            "conv_transpose2d_rectangle" => {
                type High = Rectangle<Taps<4, 2, 1, 1>, Taps<3, 1, 0, 1>>;
                compare::<ConvTranspose2d<Rank3<3, 3, 4>, Rank3<2, 7, 6>, High, 1, WithBias, Identity>>
            }
            "parallel" => {
                compare::<
                    Chain<
                        Parallel<
                            Conv2d<Rank3<2, 4, 5>, Rank3<3, 4, 5>, Taps<1, 1, 0, 1>, 1, WithBias, ReLU>,
                            Parallel<
                                Chain<
                                    Conv2d<Rank3<2, 4, 5>, Rank3<2, 4, 5>, Taps<3, 1, 1, 1>, 1, NoBias, Identity>,
                                    BatchNorm<Rank3<2, 4, 5>>,
                                >,
                                Activate<Rank3<2, 4, 5>, Tanh>,
                                Concat<Rank3<4, 4, 5>, 40, 40>,
                                1,
                                1,
                            >,
                            Concat<Rank3<7, 4, 5>, 60, 80>,
                            0,
                            2,
                        >,
                        GlobalAvgPool<7, 4, 5>,
                    >,
                >
            }
            "parallel_sum" => {
                compare::<Parallel<Linear<5, 3, WithBias, ReLU>, Linear<5, 3, NoBias, Identity>, Sum<Rank1<3>>, 0, 1>>
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
