//! Digits that the gan of the gallery makes, as the classifier of the gallery sees them: trained on real MNIST, both by
//! their recipes.
//!
//! `MADE_DIGITS=CLASSIFIER_RUN,GAN_RUN cargo test --test train made_digits -- --ignored --nocapture` judges runs that are there.

use std::path::{Path, PathBuf};

use crate::support::place::{Place, real_data, recipe};
use runner::data::Normalization;
use runner::files::tensors::Tensors;
use runner::kernel::noise::standard_normal;
use runner::loss::Prediction;
use runner::nn::engine::NetworkConfig;
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::tanh::Tanh;
use runner::nn::{Chain, Engine, Fused, Mode, Network, Pass};
use runner::random::{Key, Purpose};

type Generator = Chain<
    Chain<Linear<100, 256, WithBias, LeakyReLU>, Linear<256, 512, WithBias, LeakyReLU>>,
    Linear<512, 784, WithBias, Tanh>,
>;
type Classifier = Chain<
    Chain<Linear<784, 512, WithBias, ReLU>, Linear<512, 128, WithBias, ReLU>>,
    Linear<128, 10, WithBias, Identity>,
>;

const SAMPLES: usize = 2000;

fn weights(run: &Path) -> Tensors {
    let path = run.join("checkpoint/best.safetensors");
    Tensors::from_bytes(&std::fs::read(&path).unwrap(), &path).unwrap()
}

fn network<N: Network>(weights: &Tensors, key: &str, hyperparameters: &[f64]) -> N {
    let config = NetworkConfig {
        hyperparameters: hyperparameters.to_vec(),
        seed: 0,
        max_batch: SAMPLES,
    };
    let mut network = N::new(&config).unwrap();
    for entry in network.layout().parameters.clone() {
        let values = weights.floats(&format!("{key}{}", entry.name), &entry.shape).unwrap();
        network.parameters_and_gradients().0[entry.offset..][..entry.len].copy_from_slice(values);
    }
    network
}

fn ask(network: &mut impl Engine, x: &[f32]) -> Vec<f32> {
    let pass = Pass {
        mode: Mode::Eval,
        batch: SAMPLES,
        key: Key::new(0),
        lengths: None,
    };
    network.forward(&pass, x).unwrap().to_vec()
}

/// How sure the classifier is of each sample, by the class that it takes the sample for.
fn judge(classifier: &Path, gan: &Path) -> Vec<Vec<f32>> {
    let (judge, maker) = (weights(classifier), weights(gan));
    let mut generator = network::<Fused<Generator>>(&maker, "generator.", &[0.2, 0.2]);
    let mut noise = vec![0.0; SAMPLES * 100];
    standard_normal(Key::new(1).purpose(Purpose::Sample), &mut noise);
    let made = ask(&mut generator, &noise);
    let about: serde_json::Value = serde_json::from_str(&judge.about).unwrap();
    let scale: Normalization = serde_json::from_value(about["normalization"].clone()).unwrap();
    let pixels = made.iter().map(|x| x * 127.5 + 127.5);
    let scaled: Vec<f32> = pixels
        .map(|x| (x - scale.mean[0] as f32) / scale.std[0] as f32)
        .collect();
    let mut network = network::<Fused<Classifier>>(&judge, "", &[]);
    let mut by_class = vec![Vec::new(); 10];
    for outputs in ask(&mut network, &scaled).chunks_exact(10) {
        let class = Prediction::Softmax.class(outputs) as usize;
        by_class[class].push(Prediction::Softmax.class_probabilities(outputs)[class]);
    }
    by_class
}

fn runs() -> Option<(PathBuf, PathBuf, Option<Place>)> {
    if let Ok(given) = std::env::var("MADE_DIGITS") {
        let (classifier, gan) = given.split_once(',').expect("two folders");
        return Some((classifier.into(), gan.into(), None));
    }
    let data = real_data("mnist")?;
    let place = Place::new();
    let options = ["--data", data.to_str().unwrap()];
    let classifier = place.train(&recipe("mnist_mlp.yaml"), &options);
    let gan = place.train(&recipe("mnist_gan.yaml"), &options);
    Some((classifier, gan, Some(place)))
}

#[test]
#[ignore = "trains for minutes"]
fn a_classifier_recognises_digits_of_all_ten_classes() {
    let Some((classifier, gan, _place)) = runs() else {
        return;
    };
    let by_class = judge(&classifier, &gan);
    let mean = |sure: &[f32]| sure.iter().sum::<f32>() / sure.len() as f32;
    for (class, sure) in by_class.iter().enumerate() {
        println!("{class}: {:4} samples, confidence {:.3}", sure.len(), mean(sure));
    }
    let all = mean(&by_class.concat());
    println!("all: {SAMPLES} samples, confidence {all:.3}");
    assert!(all >= 0.8, "{all}");
    let even = by_class.iter().map(|sure| mean(sure)).sum::<f32>() / 10.0;
    assert!(even >= 0.8, "mean over classes: {even}");
    for (class, sure) in by_class.iter().enumerate() {
        // A tenth of an even share.
        assert!(sure.len() >= SAMPLES / 100, "{class} is made {} times", sure.len());
    }
}
