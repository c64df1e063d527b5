//! A steady step of the fused path allocates nothing, on the thread that runs it or on any other.

use crate::counting;
use crate::support::layers::numbers;
use dfdx::shapes::{Rank1, Rank3};
use runner::kernel::team::Team;
use runner::nn::batch_norm::BatchNorm;
use runner::nn::conv1d::Conv1d;
use runner::nn::conv2d::Conv2d;
use runner::nn::convolution::Taps;
use runner::nn::dropout::Dropout;
use runner::nn::engine::NetworkConfig;
use runner::nn::flatten::Flatten;
use runner::nn::global_avg_pool::GlobalAvgPool;
use runner::nn::layer::Accumulate;
use runner::nn::linear::{Identity, Linear, NoBias, WithBias};
use runner::nn::max_pool2d::MaxPool2d;
use runner::nn::per_step::PerStep;
use runner::nn::prelu::PReLU;
use runner::nn::relu::ReLU;
use runner::nn::residual::{Residual, Skip};
use runner::nn::{Chain, Engine, Fused, Layer, Mode, Network, Pass};
use runner::random::Key;

type Block = Residual<Chain<Linear<512, 512, WithBias, ReLU>, BatchNorm<Rank1<512>>>, Skip<Rank1<512>>>;
type Convolutions = Chain<
    Conv2d<Rank3<1, 28, 28>, Rank3<16, 14, 14>, Taps<5, 2, 2, 1>, 1, WithBias, ReLU>,
    Conv2d<Rank3<16, 14, 14>, Rank3<16, 12, 12>, Taps<3, 1, 0, 1>, 1, NoBias, ReLU>,
>;
type Image = Rank3<16, 32, 32>;
type Pooled = Rank3<16, 16, 16>;
type Images = Chain<
    Chain<Chain<BatchNorm<Image, ReLU>, MaxPool2d<16, 32, 32, 16, 16, 2, 2, 0, 1>>, Dropout<Pooled>>,
    Chain<
        Chain<Residual<Chain<BatchNorm<Pooled, ReLU>, BatchNorm<Pooled>>, Skip<Pooled>, ReLU>, PReLU<Pooled, 16>>,
        GlobalAvgPool<16, 16, 16>,
    >,
>;
type Series = Chain<
    Conv1d<64, 16, 64, 32, Taps<5, 1, 2, 1>, 1, WithBias, ReLU>,
    Chain<PerStep<64, BatchNorm<Rank1<32>>>, Conv1d<64, 32, 31, 20, Taps<3, 2, 0, 1>, 2, NoBias, ReLU>>,
>;
type Net = Chain<
    Chain<Convolutions, Chain<Flatten<Rank3<16, 12, 12>, 2304>, Linear<2304, 512, WithBias, ReLU>>>,
    Chain<Chain<Dropout<Rank1<512>>, Block>, Linear<512, 10, WithBias, Identity>>,
>;

/// Allocations of 30 steps after 10 others.
fn allocations<N: Layer>(hyperparameters: &[f64], threads: usize) -> usize {
    let batch = 32;
    let config = NetworkConfig {
        hyperparameters: hyperparameters.to_vec(),
        seed: 1,
        max_batch: batch,
    };
    let team = Team::new(threads);
    let mut net = Fused::<N>::new(&config).expect("the hyperparameters fit");
    let x = numbers(Key::new(1), batch * net.inputs());
    let given = numbers(Key::new(2), batch * net.outputs());
    let mut dy = given.clone();
    let mut step = |index: u64| {
        let pass = Pass {
            mode: Mode::Train,
            batch,
            key: Key::new(3).at(index),
            lengths: None,
        };
        net.forward(&pass, &x).expect("the CPU does not fail");
        dy.copy_from_slice(&given);
        net.backward(&pass, Accumulate::Replace, &x, &mut dy, None)
            .expect("the CPU does not fail");
    };
    team.expect("threads start").install(|| {
        (0..10).for_each(&mut step);
        let before = counting::allocations();
        (10..40).for_each(&mut step);
        counting::allocations() - before
    })
}

/// One test, so that no other allocates meanwhile. A thread that first gets work
/// after the warm-up makes its packing buffer.
pub fn steady_steps_allocate_nothing() {
    check::<Net>(&[0.2, 1e-5, 0.1]);
    check::<Series>(&[1e-5, 0.1]);
    check::<Images>(&[1e-5, 0.1, 0.2, 1e-5, 0.1, 1e-5, 0.1]);
}

fn check<N: Layer>(hyperparameters: &[f64]) {
    assert_eq!(allocations::<N>(hyperparameters, 1), 0, "with one thread");
    let two = allocations::<N>(hyperparameters, 2);
    assert!(two <= 4, "with two threads: {two} in 30 steps");
}
