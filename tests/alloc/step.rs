//! A steady training step of a whole task allocates nothing: network, loss, metrics, clipping, optimizer.

use crate::counting;
use runner::data::loader::Order;
use runner::data::{self, DataContext};
use runner::kernel::team::Team;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::{Chain, Fused};
use runner::optim::schedule::Position;
use runner::random::Key;
use runner::recipe::{Overrides, Recipe};
use runner::task::{At, First, Setup, check, classification, horizon};

type Net = Chain<
    Chain<Linear<64, 512, WithBias, ReLU>, Linear<512, 256, WithBias, ReLU>>,
    Linear<256, 10, WithBias, Identity>,
>;

const RECIPE: &str = "task: classification
seed: 1
dataset: digits
network: [flatten, {linear: 512}, relu, {linear: 256}, relu, {linear: 10}]
loss: {name: cross_entropy, label_smoothing: 0.1}
optimizer: {name: adamw, lr: 1e-3}
lr_scheduler: {name: cosine_annealing, interval: step}
trainer: {epochs: 100, batch_size: 64, gradient_clip_norm: 1.0}
";

/// Allocations of 50 steps, once the network knows its batch and takes no class for another any more.
fn allocations(threads: usize) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("digits.yaml");
    std::fs::write(&path, RECIPE).expect("is written");
    let recipe = Recipe::load(runner::catalog::language(), &path, &Overrides::default()).expect("a recipe");
    let dataset = data::load(&recipe.dataset, &DataContext::new(".", recipe.seed)).expect("is embedded");
    let setup = Setup {
        recipe: &recipe,
        dataset: &dataset,
        plan: &check(&recipe, &dataset.info).expect("is right"),
        horizon: horizon(&recipe, dataset.train.len()),
    };
    let loader = dataset.loader(&dataset.train, 64, Order::Shuffled { key: Key::new(1) });
    let mut epoch = loader.expect("the part is whole").epoch(0, 0);
    let batch = epoch.next_batch().expect("there is one");
    let batch = batch.clone();
    // The thread that prepares batches allocates.
    drop(epoch);
    let team = Team::new(threads);
    team.expect("threads start").install(|| {
        let mut task = classification::task::<Fused<Net>>(&setup).expect("is made");
        let mut step = |step: u64| {
            let at = At {
                position: Position { epoch: 0, step },
                key: Key::new(2).at(step),
                first: First::Yes,
            };
            task.learn(&batch, &at).expect("learns");
            task.update(&at).expect("learns");
        };
        (0..100).for_each(&mut step);
        let before = counting::allocations();
        (100..150).for_each(&mut step);
        counting::allocations() - before
    })
}

/// One test, so that no other allocates meanwhile.
pub fn steady_steps_allocate_nothing() {
    assert_eq!(allocations(1), 0, "with one thread");
    let two = allocations(2);
    assert!(two <= 4, "with two threads: {two} in 50 steps");
}
