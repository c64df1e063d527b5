//! Every layer's fused path against its reference through dfdx, over random batches and over sizes
//! that include 1 and odd ones; and every gradient against finite differences.

use crate::support::layers::{assert_near, check, fused_as, given, numbers, pass};
use dfdx::prelude::Cpu;
use dfdx::shapes::{Rank1, Rank2, Rank3};
use proptest::prelude::*;
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
use runner::nn::engine::NetworkConfig;
use runner::nn::flatten::Flatten;
use runner::nn::gelu::{Gelu, GeluTanh};
use runner::nn::global_avg_pool::GlobalAvgPool;
use runner::nn::gru::Gru;
use runner::nn::hardtanh::{Hardsigmoid, Hardtanh, ReLU6};
use runner::nn::layer::Accumulate;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::lstm::Lstm;
use runner::nn::max_pool2d::MaxPool2d;
use runner::nn::parallel::{Concat, Parallel, Sum};
use runner::nn::per_step::PerStep;
use runner::nn::prelu::PReLU;
use runner::nn::recurrent::{All, Embedded, Last, Recurrent};
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
use runner::nn::{Chain, Engine, Fused, LAYERS, Network, Reference};
use runner::random::Key;

/// A layer of a recipe under its name, for a handful of sizes: what `$check` is called with.
macro_rules! every_layer {
    ($check:ident) => {
        $check!("linear", [], Linear<1, 1, WithBias, Identity>);
        $check!("linear", [], Linear<5, 3, WithBias, Identity>);
        $check!("linear", [], Linear<17, 33, NoBias, Identity>);
        $check!("linear", [], Linear<64, 48, WithBias, ReLU>);
        $check!("linear", [], Linear<7, 9, NoBias, Sigmoid>);
        $check!("linear", [], Linear<7, 9, WithBias, Sigmoid>);
        $check!("linear", [], Linear<1, 19, WithBias, Tanh>);
        $check!("linear", [0.2], Linear<19, 1, WithBias, LeakyReLU>);
        $check!("conv1d", [], Conv1d<1, 1, 1, 1, Taps<1, 1, 0, 1>, 1, WithBias, Identity>);
        $check!("conv1d", [], Conv1d<9, 3, 9, 5, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>);
        $check!("conv1d", [], Conv1d<11, 4, 5, 6, Taps<3, 2, 1, 2>, 2, NoBias, Identity>);
        $check!("conv1d", [], Conv1d<7, 16, 3, 32, Taps<5, 1, 0, 1>, 1, WithBias, Identity>);
        $check!("conv1d", [], Conv1d<2, 5, 6, 5, Taps<3, 1, 3, 1>, 5, WithBias, Sigmoid>);
        $check!("conv1d", [], Conv1d<8, 17, 2, 33, Taps<2, 4, 0, 1>, 1, NoBias, Tanh>);
        $check!("conv1d", [], Conv1d<3, 1, 2, 2, Taps<2, 1, 0, 1>, 1, WithBias, ReLU>);
        $check!("conv2d", [], Conv2d<Rank3<1, 1, 1>, Rank3<1, 1, 1>, Taps<1, 1, 0, 1>, 1, WithBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<1, 9, 7>, Rank3<6, 9, 7>, Taps<5, 1, 2, 1>, 1, WithBias, Tanh>);
        $check!("conv2d", [], Conv2d<Rank3<6, 9, 7>, Rank3<17, 5, 3>, Taps<5, 1, 0, 1>, 1, WithBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<3, 5, 8>, Rank3<33, 3, 4>, Taps<3, 2, 1, 1>, 1, NoBias, Tanh>);
        $check!("conv2d", [], Conv2d<Rank3<16, 6, 5>, Rank3<32, 3, 3>, Taps<1, 2, 0, 1>, 1, NoBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<4, 11, 9>, Rank3<6, 4, 3>, Taps<3, 3, 2, 2>, 2, WithBias, Sigmoid>);
        $check!("conv2d", [], Conv2d<Rank3<5, 4, 3>, Rank3<5, 9, 8>, Taps<2, 1, 3, 1>, 5, NoBias, Identity>);
        // Few sums: one that is 0 but for rounding has another slope here than there.
        $check!("conv2d", [], Conv2d<Rank3<1, 2, 3>, Rank3<2, 1, 2>, Taps<2, 1, 0, 1>, 1, WithBias, ReLU>);
        $check!("conv2d", [0.1], Conv2d<Rank3<2, 7, 7>, Rank3<3, 2, 2>, Taps<2, 4, 0, 1>, 1, WithBias, LeakyReLU>);
        $check!("conv2d", [], Conv2d<Rank3<16, 5, 7>, Rank3<16, 5, 7>, Taps<3, 1, 1, 1>, 1, WithBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<32, 6, 9>, Rank3<16, 4, 7>, Taps<3, 1, 0, 1>, 1, WithBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<32, 4, 4>, Rank3<32, 6, 6>, Taps<3, 1, 2, 1>, 2, NoBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<3, 7, 9>, Rank3<5, 7, 4>, Rectangle<Taps<3, 1, 1, 1>, Taps<5, 2, 1, 1>>, 1,
            WithBias, Tanh>);
        $check!("conv2d", [], Conv2d<Rank3<4, 1, 11>, Rank3<6, 1, 5>, Rectangle<Taps<1, 1, 0, 1>, Taps<3, 2, 1, 2>>, 2,
            NoBias, Identity>);
        $check!("conv2d", [], Conv2d<Rank3<16, 9, 5>, Rank3<32, 5, 5>, Rectangle<Taps<3, 2, 1, 1>, Taps<3, 1, 1, 1>>, 1,
            WithBias, Identity>);
        $check!("conv_transpose2d", [], ConvTranspose2d<Rank3<3, 4, 3>, Rank3<2, 8, 5>,
            Rectangle<Taps<4, 2, 1, 1>, Taps<3, 1, 0, 1>>, 1, WithBias, ReLU>);
        $check!("conv_transpose2d", [],
            ConvTranspose2d<Rank3<1, 1, 1>, Rank3<1, 1, 1>, Taps<1, 1, 0, 1>, 1, WithBias, Identity>);
        $check!("conv_transpose2d", [],
            ConvTranspose2d<Rank3<3, 4, 3>, Rank3<2, 8, 6>, Taps<4, 2, 1, 1>, 1, WithBias, ReLU>);
        $check!("conv_transpose2d", [],
            ConvTranspose2d<Rank3<4, 3, 5>, Rank3<6, 9, 15>, Taps<3, 3, 1, 2>, 2, NoBias, Tanh>);
        $check!("conv_transpose2d", [],
            ConvTranspose2d<Rank3<2, 3, 2>, Rank3<1, 10, 6>, Taps<2, 4, 0, 1>, 1, WithBias, Identity>);
        $check!("conv_transpose2d", [],
            ConvTranspose2d<Rank3<16, 4, 5>, Rank3<32, 4, 5>, Taps<3, 1, 1, 1>, 1, WithBias, Identity>);
        $check!("relu", [], Activate<Rank1<1>, ReLU>);
        $check!("relu", [], Activate<Rank3<2, 3, 5>, ReLU>);
        $check!("sigmoid", [], Activate<Rank1<37>, Sigmoid>);
        $check!("sigmoid", [], Activate<Rank3<1, 1, 3>, Sigmoid>);
        $check!("tanh", [], Activate<Rank1<37>, Tanh>);
        $check!("tanh", [], Activate<Rank3<3, 1, 3>, Tanh>);
        $check!("leaky_relu", [0.1], Activate<Rank1<33>, LeakyReLU>);
        $check!("leaky_relu", [0.0], Activate<Rank3<1, 5, 3>, LeakyReLU>);
        $check!("gelu", [], Activate<Rank1<35>, Gelu>);
        $check!("gelu", [], Activate<Rank3<2, 3, 3>, GeluTanh>);
        $check!("softmax", [], Softmax<Rank1<1>>);
        $check!("softmax", [], Softmax<Rank1<10>>);
        $check!("softmax", [], Softmax<Rank1<33>>);
        $check!("softmax", [], Softmax<Rank2<3, 5>>);
        $check!("log_softmax", [], Softmax<Rank1<1>, Logarithms>);
        $check!("log_softmax", [], Softmax<Rank1<33>, Logarithms>);
        $check!("log_softmax", [], Softmax<Rank2<3, 5>, Logarithms>);
        $check!("elu", [1.0], Activate<Rank1<37>, Elu>);
        $check!("elu", [0.0], Activate<Rank2<3, 5>, Elu>);
        $check!("elu", [0.5], Linear<7, 9, WithBias, Elu>);
        $check!("selu", [], Activate<Rank3<2, 3, 3>, Selu>);
        $check!("selu", [], Linear<7, 9, NoBias, Selu>);
        $check!("celu", [0.7], Activate<Rank1<1>, Celu>);
        $check!("celu", [2.0], Linear<7, 9, WithBias, Celu>);
        $check!("silu", [], Activate<Rank1<37>, Silu>);
        $check!("mish", [], Activate<Rank2<5, 3>, Mish>);
        $check!("hardswish", [], Activate<Rank1<37>, Hardswish>);
        $check!("softplus", [1.0, 20.0], Activate<Rank1<37>, Softplus>);
        $check!("softplus", [2.5, 1.0], Activate<Rank3<1, 3, 5>, Softplus>);
        $check!("softsign", [], Activate<Rank1<37>, Softsign>);
        $check!("softsign", [], Linear<7, 9, WithBias, Softsign>);
        $check!("log_sigmoid", [], Activate<Rank1<37>, LogSigmoid>);
        $check!("tanhshrink", [], Activate<Rank1<37>, Tanhshrink>);
        $check!("hardtanh", [-0.9, 0.3], Activate<Rank1<37>, Hardtanh>);
        $check!("relu6", [], Activate<Rank2<3, 11>, ReLU6>);
        $check!("hardsigmoid", [], Activate<Rank1<37>, Hardsigmoid>);
        $check!("prelu", [], PReLU<Rank1<1>, 1>);
        $check!("prelu", [], PReLU<Rank1<37>, 1>);
        $check!("prelu", [], PReLU<Rank1<19>, 19>);
        $check!("prelu", [], PReLU<Rank2<3, 5>, 3>);
        $check!("prelu", [], PReLU<Rank3<3, 5, 7>, 3>);
        $check!("prelu", [], PReLU<Rank3<3, 5, 7>, 1>);
        $check!("dropout", [0.3], Dropout<Rank1<41>>);
        $check!("dropout", [0.0], Dropout<Rank1<1>>);
        $check!("dropout", [0.7], Dropout<Rank3<3, 5, 7>>);
        $check!("batch_norm", [1e-3, 0.1], BatchNorm<Rank1<1>>);
        $check!("batch_norm", [1e-3, 0.2], BatchNorm<Rank1<19>>);
        $check!("batch_norm", [1e-3, 1.0], BatchNorm<Rank3<3, 5, 7>>);
        $check!("batch_norm", [1e-3, 0.0], BatchNorm<Rank3<1, 1, 2>>);
        $check!("batch_norm", [1e-3, 0.1], BatchNorm<Rank1<33>, Sigmoid>);
        $check!("batch_norm", [1e-1, 0.1], BatchNorm<Rank3<17, 3, 3>, Tanh>);
        $check!("batch_norm", [1e-3, 0.1, 0.2], BatchNorm<Rank3<2, 8, 8>, LeakyReLU>);
        $check!("batch_norm", [1e-3, 0.1], PerStep<5, BatchNorm<Rank1<3>>>);
        $check!("batch_norm", [1e-1, 0.3], PerStep<4, BatchNorm<Rank1<17>, Tanh>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank1<2>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank1<33>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank3<2, 3, 5>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank2<3, 5>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank2<1, 33>>);
        $check!("flatten", [], Flatten<Rank2<3, 5>, 15>);
        $check!("flatten", [], Flatten<Rank3<2, 3, 5>, 30>);
        $check!("flatten", [], Chain<Flatten<Rank3<2, 3, 5>, 30>, Linear<30, 3, WithBias, ReLU>>);
        $check!("flatten", [], Chain<Activate<Rank3<1, 3, 5>, Tanh>, Flatten<Rank3<1, 3, 5>, 15>>);
        $check!("max_pool2d", [], MaxPool2d<1, 1, 1, 1, 1, 1, 1, 0, 1>);
        $check!("max_pool2d", [], MaxPool2d<3, 6, 10, 3, 5, 2, 2, 0, 1>);
        $check!("max_pool2d", [], MaxPool2d<2, 7, 5, 3, 2, 2, 2, 0, 1>);
        $check!("max_pool2d", [], MaxPool2d<2, 7, 5, 4, 3, 2, 2, 0, 1>);
        $check!("max_pool2d", [], MaxPool2d<2, 7, 9, 4, 5, 3, 2, 1, 1>);
        $check!("max_pool2d", [], MaxPool2d<1, 9, 7, 7, 5, 2, 1, 0, 2>);
        $check!("max_pool2d", [], MaxPool2d<1, 4, 3, 2, 1, 2, 3, 1, 2>);
        $check!("avg_pool2d", [1.0], AvgPool2d<1, 1, 1, 1, 1, 1, 1, 0>);
        $check!("avg_pool2d", [1.0], AvgPool2d<3, 6, 10, 3, 5, 2, 2, 0>);
        $check!("avg_pool2d", [1.0], AvgPool2d<2, 7, 9, 4, 5, 3, 2, 1>);
        $check!("avg_pool2d", [0.0], AvgPool2d<2, 7, 9, 4, 5, 3, 2, 1>);
        $check!("avg_pool2d", [0.0], AvgPool2d<1, 5, 4, 4, 3, 2, 1, 0>);
        $check!("global_avg_pool", [], GlobalAvgPool<3, 5, 7>);
        $check!("global_avg_pool", [], GlobalAvgPool<1, 1, 1>);
        $check!("upsample", [], Upsample<1, 1, 1, 3, 3, Bilinear>);
        $check!("upsample", [], Upsample<2, 3, 5, 6, 10, Nearest>);
        $check!("upsample", [], Upsample<2, 3, 5, 9, 15, Bilinear>);
        $check!("upsample", [], Upsample<2, 3, 5, 6, 10, AlignedBilinear>);
        $check!("upsample", [], Upsample<2, 1, 4, 1, 4, AlignedBilinear>);
        $check!("reshape", [], Reshape<Rank1<30>, Rank3<2, 3, 5>>);
        $check!("reshape", [], Chain<Reshape<Rank3<2, 3, 5>, Rank2<6, 5>>, Flatten<Rank2<6, 5>, 30>>);
        $check!("residual", [], Residual<Linear<9, 9, WithBias, ReLU>, Skip<Rank1<9>>>);
        $check!("residual", [1e-3, 0.1], Residual<
            Chain<Linear<9, 5, WithBias, Tanh>, Linear<5, 7, NoBias, Identity>>,
            Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>>>,
        >);
        $check!("residual", [1e-1, 0.1], Residual<Chain<LayerNorm<Rank3<2, 3, 3>>, BatchNorm<Rank3<2, 3, 3>>>,
            Skip<Rank3<2, 3, 3>>, Tanh>);
        $check!("residual", [1e-1, 0.1, 1e-1, 0.1, 0.2], Residual<
            Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>, Tanh>>,
            Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>>>,
            LeakyReLU,
        >);
        $check!("residual", [0.3, 0.4], Residual<
            Chain<Dropout<Rank3<2, 3, 3>>, Activate<Rank3<2, 3, 3>, Gelu>>,
            Dropout<Rank3<2, 3, 3>>,
        >);
        $check!("parallel", [], Parallel<Linear<9, 5, WithBias, ReLU>, Linear<9, 7, NoBias, Tanh>,
            Concat<Rank1<12>, 5, 7>, 0, 1>);
        $check!("parallel", [0.3, 1e-1, 0.1], Parallel<
            Dropout<Rank3<2, 3, 3>>,
            Parallel<BatchNorm<Rank3<2, 3, 3>>, Activate<Rank3<2, 3, 3>, Gelu>, Concat<Rank3<4, 3, 3>, 18, 18>, 1, 1>,
            Concat<Rank3<6, 3, 3>, 18, 36>, 0, 2,
        >);
        $check!("parallel", [], Parallel<PerStep<4, Linear<3, 2, WithBias, Tanh>>, Activate<Rank2<4, 3>, ReLU>,
            Concat<Rank2<4, 5>, 2, 3>, 0, 1>);
        // The gradients of an input that a recurrent layer shares with others.
        $check!("parallel", [0.0], Parallel<Recurrent<Lstm, 4, 3, 5, 5, 1, WithBias, All>,
            PerStep<4, Linear<3, 2, WithBias, Tanh>>, Concat<Rank2<4, 7>, 5, 2>, 0, 1>);
        $check!("residual", [0.0], Residual<Recurrent<Gru, 4, 3, 3, 3, 1, WithBias, All>, Skip<Rank2<4, 3>>>);
        $check!("parallel", [], Parallel<Linear<9, 6, WithBias, ReLU>, Linear<9, 6, NoBias, Identity>,
            Sum<Rank1<6>>, 0, 1>);
        $check!("linear", [], PerStep<1, Linear<1, 3, WithBias, Identity>>);
        $check!("linear", [], PerStep<5, Linear<3, 65, WithBias, Tanh>>);
        $check!("linear", [], PerStep<4, Linear<3, 1, NoBias, ReLU>>);
        $check!("relu", [], Activate<Rank2<3, 5>, ReLU>);
        $check!("embedding", [], Embedding<1, 1, 1, 1>);
        $check!("embedding", [], Embedding<7, 5, 3, 5>);
        $check!("embedding", [], Embedding<7, 5, 3, 2>);
        $check!("rnn", [0.0], Recurrent<Rnn<Tanh>, 1, 1, 1, 1, 1, WithBias, All>);
        $check!("rnn", [0.0], Recurrent<Rnn<Tanh>, 5, 3, 7, 7, 1, NoBias, Last>);
        $check!("rnn", [0.4], Recurrent<Rnn<Tanh>, 4, 3, 5, 10, 2, WithBias, All>);
        $check!("rnn", [0.0], Embedded<Embedding<6, 9, 5, 9>, Recurrent<Rnn<Tanh>, 6, 5, 4, 4, 1, WithBias, All>>);
        $check!("lstm", [0.0], Recurrent<Lstm, 1, 1, 1, 1, 1, WithBias, All>);
        $check!("lstm", [0.0], Recurrent<Lstm, 5, 7, 33, 33, 1, WithBias, All>);
        $check!("lstm", [0.0], Recurrent<Lstm, 5, 3, 16, 32, 1, NoBias, Last>);
        $check!("lstm", [0.3], Recurrent<Lstm, 3, 5, 7, 14, 3, WithBias, Last>);
        $check!("lstm", [0.3], Recurrent<Lstm, 3, 1, 9, 9, 2, WithBias, All>);
        $check!("lstm", [0.0], Embedded<Embedding<5, 9, 3, 2>, Recurrent<Lstm, 5, 3, 7, 7, 1, WithBias, All>>);
        $check!("lstm", [0.5], Embedded<Embedding<3, 4, 5, 4>, Recurrent<Lstm, 3, 5, 3, 6, 2, NoBias, Last>>);
        $check!("gru", [0.0], Recurrent<Gru, 1, 1, 1, 1, 1, WithBias, All>);
        $check!("gru", [0.0], Recurrent<Gru, 5, 7, 33, 33, 1, WithBias, All>);
        $check!("gru", [0.0], Recurrent<Gru, 5, 3, 16, 32, 1, NoBias, Last>);
        $check!("gru", [0.3], Recurrent<Gru, 3, 5, 7, 14, 3, WithBias, All>);
        $check!("gru", [0.0], Embedded<Embedding<5, 9, 3, 2>, Recurrent<Gru, 5, 3, 7, 14, 1, WithBias, All>>);
    };
}

#[test]
fn fused_paths_are_their_references() {
    macro_rules! compare {
        ($name:literal, $hyperparameters:expr, $layer:ty) => {
            for batch in [1, 2, 5, 64] {
                check::<$layer>(stringify!($layer), batch, 1, &$hyperparameters);
            }
        };
    }
    every_layer!(compare);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_batch(batch in 1usize..70, seed in 0u64..1 << 32) {
        macro_rules! compare {
            ($name:literal, $hyperparameters:expr, $layer:ty) => {
                check::<$layer>(stringify!($layer), batch, seed, &$hyperparameters);
            };
        }
        every_layer!(compare);
    }
}

#[test]
fn every_layer_of_the_registry_has_a_doc_and_is_tested_here() {
    let mut tested = Vec::new();
    macro_rules! note {
        ($name:literal, $hyperparameters:expr, $layer:ty) => {
            tested.push($name);
        };
    }
    every_layer!(note);
    for def in LAYERS {
        let section = &def.section;
        assert!(tested.contains(&section.name), "{} is not tested", section.name);
        assert!(section.doc.len() > 20, "{} has no doc", section.name);
        let shorthand = section
            .shorthand
            .unwrap_or_else(|| section.fields.first().map_or("", |field| field.key));
        let declared = section.fields.iter().any(|field| field.key == shorthand);
        assert!(declared || section.fields.is_empty(), "{}: shorthand", section.name);
        for field in section.fields {
            assert!(!field.doc.is_empty(), "{}.{} has no doc", section.name, field.key);
        }
    }
}

/// `Σ y dy` in f64, of a network whose parameters were moved.
fn weighted_sum<N: Reference<Cpu>>(net: &mut Fused<N>, batch: usize, x: &[f32], dy: &[f32]) -> f64 {
    let y = net.forward(&pass(batch, 1), x).expect("the CPU does not fail");
    y.iter().zip(dy).map(|(&y, &dy)| f64::from(y) * f64::from(dy)).sum()
}

/// Parameter gradients of the engine against central differences with step 1e-2, in f32. The error
/// of the difference is of the order of the step squared; 2e-2 of the largest gradient is allowed,
/// and kinks, which lie within a step for few numbers, are avoided by smooth activations.
fn differences<N: Reference<Cpu>>(name: &str, hyperparameters: &[f64]) {
    let batch = 5;
    let config = NetworkConfig {
        hyperparameters: hyperparameters.to_vec(),
        seed: 3,
        max_batch: batch,
    };
    let mut net = Fused::<N>::new(&config).expect("the hyperparameters fit");
    let given = given::<N>(batch, 1, hyperparameters);
    net.parameters_and_gradients().0.copy_from_slice(&given.parameters);
    weighted_sum(&mut net, batch, &given.x, &given.dy);
    net.backward(&given.pass, Accumulate::Replace, &given.x, &mut given.dy.clone(), None)
        .expect("the CPU does not fail");
    let gradients = net.parameters_and_gradients().1.to_vec();
    let step = 1e-2f32;
    let measured: Vec<f32> = (0..gradients.len())
        .map(|i| {
            let mut moved = |by: f32| {
                net.parameters_and_gradients().0[i] = given.parameters[i] + by;
                weighted_sum(&mut net, batch, &given.x, &given.dy)
            };
            let slope = (moved(step) - moved(-step)) / (2.0 * f64::from(step));
            moved(0.0);
            slope as f32
        })
        .collect();
    assert_near(name, &gradients, &measured, 2e-2);
}

#[test]
fn gradients_are_slopes() {
    // The linear layer in front turns the input gradient of what follows into parameter gradients.
    type First = Linear<4, 6, WithBias, Identity>;
    differences::<Chain<First, Linear<6, 3, NoBias, Tanh>>>("linear", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Sigmoid>>>("sigmoid", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Gelu>>>("gelu", &[]);
    differences::<Chain<First, Activate<Rank1<6>, GeluTanh>>>("gelu tanh", &[]);
    differences::<Chain<First, Softmax<Rank1<6>>>>("softmax", &[]);
    differences::<Chain<First, Softmax<Rank1<6>, Logarithms>>>("log_softmax", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Elu>>>("elu", &[1.0]);
    differences::<Chain<First, Activate<Rank1<6>, Celu>>>("celu", &[0.5]);
    differences::<Chain<First, Activate<Rank1<6>, Silu>>>("silu", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Mish>>>("mish", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Softplus>>>("softplus", &[1.5, 20.0]);
    differences::<Chain<First, Activate<Rank1<6>, LogSigmoid>>>("log_sigmoid", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Softsign>>>("softsign", &[]);
    differences::<Chain<First, Activate<Rank1<6>, Tanhshrink>>>("tanhshrink", &[]);
    differences::<Chain<First, Reshape<Rank1<6>, Rank2<2, 3>>>>("reshape", &[]);
    differences::<Chain<Chain<First, Reshape<Rank1<6>, Rank2<2, 3>>>, LayerNorm<Rank2<2, 3>>>>(
        "layer_norm of a sequence",
        &[1e-1],
    );
    type Picture = Chain<Linear<4, 12, WithBias, Identity>, Reshape<Rank1<12>, Rank3<2, 2, 3>>>;
    differences::<Chain<Picture, AvgPool2d<2, 2, 3, 1, 2, 2, 1, 0>>>("avg_pool2d", &[1.0]);
    differences::<Chain<Picture, GlobalAvgPool<2, 2, 3>>>("global_avg_pool", &[]);
    differences::<Chain<Picture, Upsample<2, 2, 3, 4, 6, Bilinear>>>("upsample", &[]);
    differences::<Chain<Picture, BatchNorm<Rank3<2, 2, 3>, Tanh>>>("batch_norm and tanh", &[1e-1, 0.1]);
    differences::<Chain<Picture, Residual<BatchNorm<Rank3<2, 2, 3>>, Skip<Rank3<2, 2, 3>>, Tanh>>>(
        "residual and tanh",
        &[1e-1, 0.1],
    );
    differences::<Chain<First, Dropout<Rank1<6>>>>("dropout", &[0.4]);
    differences::<Chain<First, BatchNorm<Rank1<6>>>>("batch_norm", &[1e-1, 0.1]);
    differences::<Chain<First, LayerNorm<Rank1<6>>>>("layer_norm", &[1e-1]);
    differences::<Chain<First, Residual<Linear<6, 6, WithBias, Tanh>, Skip<Rank1<6>>>>>("residual", &[]);
    type Pixels = Conv2d<Rank3<2, 4, 3>, Rank3<3, 4, 3>, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>;
    type Smaller = Conv2d<Rank3<3, 4, 3>, Rank3<3, 2, 2>, Taps<3, 2, 1, 1>, 3, NoBias, Tanh>;
    type Larger = ConvTranspose2d<Rank3<3, 2, 2>, Rank3<2, 3, 3>, Taps<2, 2, 1, 1>, 1, WithBias, Tanh>;
    differences::<Chain<Pixels, Smaller>>("conv2d", &[]);
    type Series = Conv1d<6, 2, 6, 3, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>;
    type Shorter = Conv1d<6, 3, 3, 3, Taps<3, 2, 1, 1>, 3, NoBias, Tanh>;
    differences::<Chain<Series, Shorter>>("conv1d", &[]);
    differences::<Chain<Chain<Pixels, Smaller>, Larger>>("conv_transpose2d", &[]);
    type Words = Embedding<4, 3, 5, 3>;
    type Read<C> = Chain<Words, Recurrent<C, 4, 5, 3, 6, 2, WithBias, All>>;
    differences::<Chain<Read<Lstm>, PerStep<4, Linear<6, 2, WithBias, Tanh>>>>("lstm", &[0.2]);
    differences::<Read<Gru>>("gru", &[0.2]);
    differences::<Read<Rnn<Tanh>>>("rnn", &[0.2]);
    differences::<Embedded<Words, Recurrent<Lstm, 4, 5, 3, 6, 2, WithBias, Last>>>("embedded lstm", &[0.2]);
    differences::<Embedded<Words, Recurrent<Gru, 4, 5, 3, 3, 1, WithBias, All>>>("embedded gru", &[0.0]);
    type Image = Chain<LayerNorm<Rank3<2, 3, 2>>, BatchNorm<Rank3<2, 3, 2>>>;
    differences::<Image>("images", &[1e-1, 1e-1, 0.1]);
}

/// The slopes of max_pool2d and prelu have steps, so their numbers are placed away from them.
#[test]
fn gradients_with_steps() {
    type Pool = Chain<BatchNorm<Rank3<1, 4, 4>>, MaxPool2d<1, 4, 4, 2, 2, 2, 2, 0, 1>>;
    let batch = 3;
    let config = NetworkConfig {
        hyperparameters: vec![1e-5, 0.1],
        seed: 3,
        max_batch: batch,
    };
    let mut net = Fused::<Pool>::new(&config).expect("the hyperparameters fit");
    // Every number is far from every other.
    let x: Vec<f32> = (0..batch * 16).map(|i| (i * 7 % 48) as f32 * 0.1).collect();
    let dy = numbers(Key::new(2), batch * 4);
    let mut slope = |i: usize, by: f32| {
        let mut moved = x.clone();
        moved[i] += by;
        weighted_sum(&mut net, batch, &moved, &dy)
    };
    let measured: Vec<f32> = (0..x.len())
        .map(|i| ((slope(i, 1e-2) - slope(i, -1e-2)) / 2e-2) as f32)
        .collect();
    let mut dx = vec![0.0; x.len()];
    weighted_sum(&mut net, batch, &x, &dy);
    net.backward(&pass(batch, 1), Accumulate::Replace, &x, &mut dy.clone(), Some(&mut dx))
        .expect("the CPU does not fail");
    assert_near("max_pool2d", &dx, &measured, 2e-2);
}

#[test]
fn gradients_of_parameters_can_be_left_out() {
    macro_rules! compare {
        ($name:literal, $hyperparameters:expr, $layer:ty) => {
            for batch in [1, 5, 64] {
                let given = given::<$layer>(batch, 1, &$hyperparameters);
                let dx = |accumulate| fused_as::<$layer>(&given, accumulate).dx;
                assert_eq!(
                    dx(Accumulate::Skip),
                    dx(Accumulate::Replace),
                    "{}",
                    stringify!($layer)
                );
            }
        };
    }
    every_layer!(compare);
}

#[test]
fn gradients_add_up_when_told_to() {
    type Net = Chain<
        Chain<BatchNorm<Rank3<1, 2, 3>>, Chain<LayerNorm<Rank3<1, 2, 3>>, Flatten<Rank3<1, 2, 3>, 6>>>,
        Linear<6, 4, WithBias, ReLU>,
    >;
    let config = NetworkConfig {
        hyperparameters: vec![1e-5, 0.1, 1e-5],
        seed: 1,
        max_batch: 3,
    };
    let mut net = Fused::<Net>::new(&config).expect("the hyperparameters fit");
    let x = numbers(Key::new(1), 18);
    let dy = numbers(Key::new(2), 12);
    let mut backward = |accumulate| {
        net.forward(&pass(3, 1), &x).expect("the CPU does not fail");
        net.backward(&pass(3, 1), accumulate, &x, &mut dy.clone(), None)
            .expect("the CPU does not fail");
        net.parameters_and_gradients().1.to_vec()
    };
    let once = backward(Accumulate::Replace);
    let twice: Vec<f32> = once.iter().map(|g| 2.0 * g).collect();
    assert_near("twice", &backward(Accumulate::Add), &twice, 1e-6);
    assert_eq!(backward(Accumulate::Replace), once);
}
