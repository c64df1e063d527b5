//! The two engines of one network: the same weights, outputs, gradients and running statistics over
//! several steps, and the same answers to misuse.

use crate::support::layers::{assert_near, numbers};
use dfdx::prelude::Cpu;
use dfdx::shapes::{Rank1, Rank3};
use runner::nn::batch_norm::BatchNorm;
use runner::nn::dropout::Dropout;
use runner::nn::engine::NetworkConfig;
use runner::nn::flatten::Flatten;
use runner::nn::layer::Accumulate;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::{Chain, Engine, Fused, Mode, Network, Pass, Taped};
use runner::random::Key;

type Image = Rank3<1, 4, 4>;
type Net = Chain<
    Chain<Chain<Dropout<Image>, Flatten<Image, 16>>, Linear<16, 12, WithBias, ReLU>>,
    Chain<Chain<BatchNorm<Rank1<12>>, Dropout<Rank1<12>>>, Linear<12, 3, WithBias, Identity>>,
>;

fn config() -> NetworkConfig {
    NetworkConfig {
        hyperparameters: vec![0.1, 1e-5, 0.1, 0.3],
        seed: 5,
        max_batch: 8,
    }
}

fn pass(mode: Mode, batch: usize, step: u64) -> Pass<'static> {
    Pass {
        mode,
        batch,
        key: Key::new(2).at(step),
        lengths: None,
    }
}

/// Trains for some steps with plain gradient descent, and gives all that can be seen.
fn train(net: &mut impl Engine) -> Vec<Vec<f32>> {
    let mut seen = vec![net.parameters().to_vec()];
    for step in 0..6 {
        let batch = if step == 3 { 5 } else { 8 };
        let x = numbers(Key::new(step), batch * net.inputs());
        let mut dy = numbers(Key::new(50 + step), batch * net.outputs());
        let pass = pass(Mode::Train, batch, step);
        let accumulate = if step == 4 {
            Accumulate::Add
        } else {
            Accumulate::Replace
        };
        seen.push(net.forward(&pass, &x).expect("it fits").to_vec());
        let mut dx = vec![9.0; x.len()];
        // Every other step asks for the gradient of the inputs; the other gradients are the same.
        let asked = (step % 2 == 0).then_some(&mut dx[..]);
        net.backward(&pass, accumulate, &x, &mut dy, asked).expect("it fits");
        seen.push(dx);
        let (parameters, gradients) = net.parameters_and_gradients();
        seen.push(gradients.to_vec());
        parameters.iter_mut().zip(gradients).for_each(|(p, g)| *p -= 1e-2 * *g);
        seen.push(net.buffers().to_vec());
    }
    seen.extend(inputs_alone(net));
    let x = numbers(Key::new(9), 8 * net.inputs());
    seen.push(net.forward(&pass(Mode::Eval, 8, 9), &x).expect("it fits").to_vec());
    seen
}

/// The gradient of the inputs without that of the parameters, which must stay as it is.
fn inputs_alone(net: &mut impl Engine) -> [Vec<f32>; 2] {
    let x = numbers(Key::new(20), 8 * net.inputs());
    let mut dy = numbers(Key::new(21), 8 * net.outputs());
    let mut dx = vec![9.0; x.len()];
    let pass = pass(Mode::Train, 8, 20);
    let before = net.parameters_and_gradients().1.to_vec();
    net.forward(&pass, &x).expect("it fits");
    net.backward(&pass, Accumulate::Skip, &x, &mut dy, Some(&mut dx))
        .expect("it fits");
    assert_eq!(net.parameters_and_gradients().1, before);
    [dx, net.buffers().to_vec()]
}

#[test]
fn they_train_alike() {
    let ours = train(&mut Fused::<Net>::new(&config()).expect("the network is made"));
    let theirs = train(&mut Taped::<Net, Cpu>::new(&config()).expect("the network is made"));
    for (i, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_near(&format!("{i}"), ours, theirs, 5e-5);
    }
}

#[test]
fn networks_without_parameters_are_networks() {
    fn outputs(mut net: impl Engine) -> Vec<f32> {
        let x = numbers(Key::new(1), 16 * 4);
        let y = net.forward(&pass(Mode::Train, 4, 0), &x).expect("it fits").to_vec();
        net.backward(&pass(Mode::Train, 4, 0), Accumulate::Replace, &x, &mut y.clone(), None)
            .expect("it fits");
        assert!(net.parameters().is_empty());
        y
    }
    let config = NetworkConfig {
        hyperparameters: vec![],
        ..config()
    };
    type Nothing = Flatten<Image, 16>;
    let ours = outputs(Fused::<Nothing>::new(&config).expect("the network is made"));
    let theirs = outputs(Taped::<Nothing, Cpu>::new(&config).expect("the network is made"));
    assert_eq!(ours, theirs);
}

fn misuse(mut net: impl Engine) {
    let x = vec![0.0; 16 * 8];
    let message = |result: Result<(), runner::error::Error>| result.expect_err("it does not fit").to_string();
    let short = net.forward(&pass(Mode::Train, 8, 0), &x[1..]).map(|_| ());
    assert_eq!(message(short), "inputs have 127 numbers, a batch of 8 has 128");
    net.forward(&pass(Mode::Train, 8, 0), &x).expect("it fits");
    let dy = &mut [0.0; 23];
    let mut backward = |dy: &mut [f32], dx| {
        net.forward(&pass(Mode::Train, 8, 0), &x).expect("it fits");
        message(net.backward(&pass(Mode::Train, 8, 0), Accumulate::Replace, &x, dy, dx))
    };
    assert_eq!(
        backward(dy, None),
        "gradients of the outputs have 23 numbers, a batch of 8 has 24"
    );
    assert_eq!(
        backward(&mut [0.0; 24], Some(&mut [0.0; 3])),
        "gradients of the inputs have 3 numbers, a batch of 8 has 128"
    );
}

#[test]
fn misuse_is_an_error() {
    misuse(Fused::<Net>::new(&config()).expect("the network is made"));
    misuse(Taped::<Net, Cpu>::new(&config()).expect("the network is made"));
    let mut net = Fused::<Net>::new(&config()).expect("the network is made");
    let large = net.forward(&pass(Mode::Eval, 9, 0), &[0.0; 16 * 9]);
    assert_eq!(
        large.expect_err("it is too large").to_string(),
        "a batch of 9 came to a network made for 8"
    );
    let few = NetworkConfig {
        hyperparameters: vec![0.1],
        ..config()
    };
    let error = Fused::<Net>::new(&few).err().expect("numbers are missing");
    assert_eq!(
        error.to_string(),
        "the network takes 4 hyperparameters, the recipe gives 1"
    );
}
