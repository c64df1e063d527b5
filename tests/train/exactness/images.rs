//! Images that are changed at random by the thread that prepares batches, convolutions, and yet the same bytes.

use std::path::PathBuf;

#[cfg(target_os = "linux")]
use super::processes::{assert_whole, killed_again_and_again};
use crate::support::place::{Place, assert_same};

const RECIPE: &str = "
task: classification
seed: 4
dataset:
  name: mnist
  stand_in: digits
  augment:
    - {name: random_crop, padding: 3}
    - {name: rotation, degrees: 12}
    - {name: cutout, size: 7}
    - {name: mixup, alpha: 0.3}
network:
  - conv2d: {out_channels: 5, kernel_size: 5, padding: 2}
  - relu
  - max_pool2d: 2
  - conv2d: {out_channels: 16, kernel_size: 3}
  - batch_norm
  - relu
  - max_pool2d: 2
  - conv2d: {out_channels: 16, kernel_size: 3, padding: 1}
  - conv2d: {out_channels: 32, kernel_size: 3, stride: 2, groups: 2}
  - flatten
  - linear: 10
optimizer: {name: adam, lr: 2e-3}
trainer: {epochs: 4, batch_size: 48, checkpoint_every_steps: 3}
logging: [tensorboard]
";

fn recipe(place: &Place) -> PathBuf {
    place.write("images.yaml", RECIPE)
}

#[test]
fn weights_are_the_same_on_any_number_of_threads() {
    let place = Place::new();
    let recipe = recipe(&place);
    let one = place.train(&recipe, &["--threads", "1"]);
    for threads in ["2", "5"] {
        assert_same(&one, &place.train(&recipe, &["--threads", threads]));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn killed_again_and_again_it_sees_the_same_images() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let run = killed_again_and_again(&place, &recipe);
    assert_whole(&whole, &run);
}
