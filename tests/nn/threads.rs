//! The same bytes after 20 steps of training, on any number of threads.

use crate::support::layers::numbers;
use dfdx::shapes::{Rank1, Rank2, Rank3};
use runner::kernel::team::Team;
use runner::nn::activation::Activate;
use runner::nn::avg_pool2d::AvgPool2d;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::conv_transpose2d::ConvTranspose2d;
use runner::nn::conv1d::Conv1d;
use runner::nn::conv2d::Conv2d;
use runner::nn::convolution::Taps;
use runner::nn::dropout::Dropout;
use runner::nn::engine::NetworkConfig;
use runner::nn::gelu::Gelu;
use runner::nn::global_avg_pool::GlobalAvgPool;
use runner::nn::layer::Accumulate;
use runner::nn::layer_norm::LayerNorm;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::max_pool2d::MaxPool2d;
use runner::nn::per_step::PerStep;
use runner::nn::prelu::PReLU;
use runner::nn::relu::ReLU;
use runner::nn::residual::{Residual, Skip};
use runner::nn::silu::Silu;
use runner::nn::softmax::{Logarithms, Softmax};
use runner::nn::tanh::Tanh;
use runner::nn::upsample::{Bilinear, Upsample};
use runner::nn::{Chain, Engine, Fused, Layer, Mode, Network, Pass};
use runner::random::Key;

/// Parameters and buffers after 20 steps down the gradient of `Σ y dy`, as bits.
fn train<N: Layer>(hyperparameters: &[f64], batch: usize, threads: usize) -> Vec<u32> {
    let config = NetworkConfig {
        hyperparameters: hyperparameters.to_vec(),
        seed: 7,
        max_batch: batch,
    };
    let mut net = Fused::<N>::new(&config).expect("the hyperparameters fit");
    let team = Team::new(threads);
    team.expect("threads start").install(|| {
        for step in 0..20 {
            let x = numbers(Key::new(step), batch * net.inputs());
            let mut dy = numbers(Key::new(100 + step), batch * net.outputs());
            let pass = Pass {
                mode: Mode::Train,
                batch,
                key: Key::new(3).at(step),
                lengths: None,
            };
            net.forward(&pass, &x).expect("the CPU does not fail");
            net.backward(&pass, Accumulate::Replace, &x, &mut dy, None)
                .expect("the CPU does not fail");
            let (parameters, gradients) = net.parameters_and_gradients();
            parameters.iter_mut().zip(gradients).for_each(|(p, g)| *p -= 1e-3 * *g);
        }
    });
    let numbers = net.parameters().iter().chain(net.buffers());
    numbers.map(|number| number.to_bits()).collect()
}

fn same_on_1_2_and_8_threads<N: Layer>(hyperparameters: &[f64], batch: usize) {
    let one = train::<N>(hyperparameters, batch, 1);
    assert!(one.iter().all(|&bits| f32::from_bits(bits).is_finite()));
    for threads in [2, 8] {
        assert!(
            train::<N>(hyperparameters, batch, threads) == one,
            "{threads} threads, batch {batch}"
        );
    }
}

#[test]
fn a_perceptron() {
    type Net = Chain<
        Chain<Linear<784, 512, WithBias, ReLU>, Linear<512, 128, WithBias, ReLU>>,
        Linear<128, 10, WithBias, Identity>,
    >;
    same_on_1_2_and_8_threads::<Net>(&[], 64);
    same_on_1_2_and_8_threads::<Net>(&[], 37);
}

#[test]
fn every_kind_of_layer_in_odd_sizes() {
    type Block = Residual<
        Chain<Chain<Linear<333, 257, NoBias, Tanh>, LayerNorm<Rank1<257>>>, Linear<257, 333, WithBias, Identity>>,
        Skip<Rank1<333>>,
    >;
    type Net = Chain<
        Chain<Chain<Linear<127, 333, WithBias, Identity>, BatchNorm<Rank1<333>>>, Activate<Rank1<333>, Gelu>>,
        Chain<Chain<Dropout<Rank1<333>>, Block>, Linear<333, 3, WithBias, Identity>>,
    >;
    same_on_1_2_and_8_threads::<Net>(&[1e-5, 0.1, 0.3, 1e-5], 101);
    same_on_1_2_and_8_threads::<Net>(&[1e-5, 0.1, 0.3, 1e-5], 1);
}

#[test]
fn convolutions_of_every_kind() {
    type First = Conv2d<Rank3<3, 15, 13>, Rank3<16, 15, 13>, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>;
    type Second = Conv2d<Rank3<16, 15, 13>, Rank3<32, 15, 13>, Taps<3, 1, 1, 1>, 1, NoBias, ReLU>;
    type Third = Conv2d<Rank3<32, 15, 13>, Rank3<6, 8, 7>, Taps<3, 2, 1, 1>, 2, WithBias, Identity>;
    type Last = ConvTranspose2d<Rank3<6, 8, 7>, Rank3<5, 15, 13>, Taps<3, 2, 1, 1>, 1, WithBias, Tanh>;
    type Net = Chain<Chain<First, Second>, Chain<Third, Last>>;
    same_on_1_2_and_8_threads::<Net>(&[], 13);
    same_on_1_2_and_8_threads::<Net>(&[], 1);
}

#[test]
fn series_in_odd_sizes() {
    type First = Conv1d<37, 13, 37, 16, Taps<3, 1, 1, 1>, 1, WithBias, Tanh>;
    type Norm = PerStep<37, BatchNorm<Rank1<16>, ReLU>>;
    type Second = Conv1d<37, 16, 19, 33, Taps<5, 2, 2, 1>, 1, NoBias, ReLU>;
    type Third = Conv1d<19, 33, 19, 6, Taps<3, 1, 2, 2>, 3, WithBias, Identity>;
    type Net = Chain<Chain<First, Norm>, Chain<Second, Third>>;
    same_on_1_2_and_8_threads::<Net>(&[1e-5, 0.1], 101);
    same_on_1_2_and_8_threads::<Net>(&[1e-5, 0.1], 1);
}

#[test]
fn images_in_odd_sizes() {
    type Image = Rank3<17, 33, 31>;
    type Pooled = Rank3<17, 17, 16>;
    type Block = Residual<Chain<BatchNorm<Pooled, ReLU>, BatchNorm<Pooled>>, Skip<Pooled>, ReLU>;
    type Net = Chain<
        Chain<Chain<PReLU<Image, 17>, BatchNorm<Image, Tanh>>, MaxPool2d<17, 33, 31, 17, 16, 3, 2, 1, 1>>,
        Chain<
            Chain<Chain<Dropout<Pooled>, Block>, Upsample<17, 17, 16, 34, 32, Bilinear>>,
            Chain<AvgPool2d<17, 34, 32, 17, 16, 2, 2, 0>, GlobalAvgPool<17, 17, 16>>,
        >,
    >;
    let hyperparameters = [1e-5, 0.1, 0.3, 1e-5, 0.1, 1e-5, 0.1, 1.0];
    same_on_1_2_and_8_threads::<Net>(&hyperparameters, 19);
    same_on_1_2_and_8_threads::<Net>(&hyperparameters, 1);
}

#[test]
fn sequences_in_odd_sizes() {
    type Steps = Rank2<37, 65>;
    type Net = Chain<
        Chain<LayerNorm<Steps>, Activate<Steps, Silu>>,
        Chain<PReLU<Steps, 1>, Chain<Softmax<Steps, Logarithms>, LayerNorm<Steps>>>,
    >;
    same_on_1_2_and_8_threads::<Net>(&[1e-5, 1e-5], 101);
}
