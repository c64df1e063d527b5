//! Every layer's fused path against its reference through dfdx, over random batches and over sizes
//! that include 1 and odd ones; and every gradient against finite differences.

mod nn_support;

use dfdx::prelude::Cpu;
use dfdx::shapes::{Rank1, Rank3};
use nn_support::{assert_near, check, given, numbers, pass};
use proptest::prelude::*;
use runner::nn::activation::Activate;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::conv_transpose2d::ConvTranspose2d;
use runner::nn::conv2d::Conv2d;
use runner::nn::convolution::Taps;
use runner::nn::dropout::Dropout;
use runner::nn::engine::NetworkConfig;
use runner::nn::flatten::Flatten;
use runner::nn::gelu::{Gelu, GeluTanh};
use runner::nn::layer::Accumulate;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::max_pool2d::MaxPool2d;
use runner::nn::relu::ReLU;
use runner::nn::residual::{Residual, Skip};
use runner::nn::sigmoid::Sigmoid;
use runner::nn::softmax::Softmax;
use runner::nn::tanh::Tanh;
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
        $check!("softmax", [], Softmax<1>);
        $check!("softmax", [], Softmax<10>);
        $check!("softmax", [], Softmax<33>);
        $check!("dropout", [0.3], Dropout<Rank1<41>>);
        $check!("dropout", [0.0], Dropout<Rank1<1>>);
        $check!("dropout", [0.7], Dropout<Rank3<3, 5, 7>>);
        $check!("batch_norm", [1e-3, 0.1], BatchNorm<Rank1<1>>);
        $check!("batch_norm", [1e-3, 0.2], BatchNorm<Rank1<19>>);
        $check!("batch_norm", [1e-3, 1.0], BatchNorm<Rank3<3, 5, 7>>);
        $check!("batch_norm", [1e-3, 0.0], BatchNorm<Rank3<1, 1, 2>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank1<2>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank1<33>>);
        $check!("layer_norm", [1e-3], LayerNorm<Rank3<2, 3, 5>>);
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
        $check!("residual", [], Residual<Linear<9, 9, WithBias, ReLU>, Skip<Rank1<9>>>);
        $check!("residual", [1e-3, 0.1], Residual<
            Chain<Linear<9, 5, WithBias, Tanh>, Linear<5, 7, NoBias, Identity>>,
            Chain<Linear<9, 7, NoBias, Identity>, BatchNorm<Rank1<7>>>,
        >);
        $check!("residual", [0.3, 0.4], Residual<
            Chain<Dropout<Rank3<2, 3, 3>>, Activate<Rank3<2, 3, 3>, Gelu>>,
            Dropout<Rank3<2, 3, 3>>,
        >);
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
    differences::<Chain<First, Softmax<6>>>("softmax", &[]);
    differences::<Chain<First, Dropout<Rank1<6>>>>("dropout", &[0.4]);
    differences::<Chain<First, BatchNorm<Rank1<6>>>>("batch_norm", &[1e-1, 0.1]);
    differences::<Chain<First, LayerNorm<Rank1<6>>>>("layer_norm", &[1e-1]);
    differences::<Chain<First, Residual<Linear<6, 6, WithBias, Tanh>, Skip<Rank1<6>>>>>("residual", &[]);
    type Pixels = Conv2d<Rank3<2, 4, 3>, Rank3<3, 4, 3>, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>;
    type Smaller = Conv2d<Rank3<3, 4, 3>, Rank3<3, 2, 2>, Taps<3, 2, 1, 1>, 3, NoBias, Tanh>;
    type Larger = ConvTranspose2d<Rank3<3, 2, 2>, Rank3<2, 3, 3>, Taps<2, 2, 1, 1>, 1, WithBias, Tanh>;
    differences::<Chain<Pixels, Smaller>>("conv2d", &[]);
    differences::<Chain<Chain<Pixels, Smaller>, Larger>>("conv_transpose2d", &[]);
    type Image = Chain<LayerNorm<Rank3<2, 3, 2>>, BatchNorm<Rank3<2, 3, 2>>>;
    differences::<Image>("images", &[1e-1, 1e-1, 0.1]);
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
