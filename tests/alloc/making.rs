//! A steady training step of vae and gan allocates nothing, on the thread that runs it or on any other.

use crate::counting;
use std::path::Path;

use runner::data::loader::Order;
use runner::data::{self, DataContext};
use runner::kernel::team::Team;
use runner::nn::leaky_relu::LeakyReLU;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::relu::ReLU;
use runner::nn::tanh::Tanh;
use runner::nn::{Chain, Fused};
use runner::optim::schedule::Position;
use runner::random::Key;
use runner::recipe::{Overrides, Recipe};
use runner::task::gan::Gan;
use runner::task::vae::Vae;
use runner::task::{At, First, Setup, Trained, check, horizon};

type Encoder = Chain<Linear<784, 400, WithBias, ReLU>, Linear<400, 40, WithBias, Identity>>;
type Decoder = Chain<Linear<20, 400, WithBias, ReLU>, Linear<400, 784, WithBias, Identity>>;
type Generator = Chain<
    Chain<Linear<100, 256, WithBias, LeakyReLU>, Linear<256, 512, WithBias, LeakyReLU>>,
    Linear<512, 784, WithBias, Tanh>,
>;
type Discriminator = Chain<
    Chain<Linear<784, 512, WithBias, LeakyReLU>, Linear<512, 256, WithBias, LeakyReLU>>,
    Linear<256, 1, WithBias, Identity>,
>;

/// Allocations of 40 steps of a recipe of the gallery after 10 others.
fn allocations(name: &str, threads: usize, make: fn(&Setup<'_>) -> Box<dyn Trained>) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
    let recipe = Recipe::load(runner::catalog::language(), &folder.join(name), &Overrides::default()).unwrap();
    let mut context = DataContext::new(".", recipe.seed);
    context.use_stand_in = true;
    let dataset = data::load(&recipe.dataset, &context).unwrap();
    let plan = check(&recipe, &dataset.info).unwrap();
    let loader = dataset.loader(&dataset.train, recipe.trainer.batch_size, Order::Sequential);
    let batch = loader.unwrap().epoch(0, 0).next_batch().unwrap().clone();
    let team = Team::new(threads).unwrap();
    team.install(|| {
        let mut task = make(&Setup {
            recipe: &recipe,
            dataset: &dataset,
            plan: &plan,
            horizon: horizon(&recipe, dataset.train.len()),
        });
        let mut step = |index: u64| {
            let at = At {
                position: Position { epoch: 0, step: index },
                key: Key::new(3).at(index),
                first: First::Yes,
            };
            task.learn(&batch, &at).unwrap();
            task.update(&at).unwrap();
        };
        (0..10).for_each(&mut step);
        let before = counting::allocations();
        (10..50).for_each(&mut step);
        counting::allocations() - before
    })
}

/// One test, so that no other allocates meanwhile. A thread that first gets
/// work after the warm-up makes its packing buffer.
pub fn steady_steps_allocate_nothing() {
    let vae = |threads| {
        allocations("mnist_vae.yaml", threads, |setup| {
            Box::new(Vae::new::<Fused<Encoder>, Fused<Decoder>>(setup).unwrap())
        })
    };
    let gan = |threads| {
        allocations("mnist_gan.yaml", threads, |setup| {
            Box::new(Gan::new::<Fused<Generator>, Fused<Discriminator>>(setup).unwrap())
        })
    };
    assert_eq!((vae(1), gan(1)), (0, 0), "with one thread");
    let two = (vae(2), gan(2));
    assert!(two.0 <= 4 && two.1 <= 4, "with two threads: {two:?} in 40 steps");
}
