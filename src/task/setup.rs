//! From a recipe to networks that learn: what each of a task's networks is made with.

use super::Setup;
use super::supervised::missing;
use crate::Learner;
use runner_ground::error::Result;
use runner_ground::random::Key;
use runner_nn::Network;
use runner_nn::engine::NetworkConfig;
use runner_optim as optim;
use runner_optim::clip::Clip;
use runner_optim::schedule::{Schedule, monitored};
use runner_recipe::Trainer;

impl Setup<'_> {
    /// The plan's network of this index, with its optimizer, the recipe's schedule and clipping. Where a task has
    /// several, each has its own initial weights, and its key before the names of its tensors.
    ///
    /// # Errors
    /// When a part of the recipe does not fit; one that was checked fits.
    pub fn learner<N: Network>(&self, index: usize) -> Result<Learner> {
        let (recipe, networks) = (self.recipe, &self.plan.networks);
        let network = networks.get(index).ok_or_else(|| missing("network"))?;
        let engine = N::new(&NetworkConfig {
            hyperparameters: network.hyperparameters(),
            seed: seed(recipe.seed, index),
            max_batch: recipe.trainer.batch_size,
        })?;
        let chosen = network.optimizer(recipe);
        let def = optim::find(&chosen.name).ok_or_else(|| missing("optimizer"))?;
        let optimizer = (def.build)(&chosen, engine.parameters().len())?;
        let base = optimizer.base_lr();
        let scheduler = recipe.lr_scheduler.as_ref();
        Ok(Learner {
            name: if networks.len() == 1 { "" } else { network.key }.to_owned(),
            engine: Box::new(engine),
            optimizer,
            schedule: match scheduler {
                Some(chosen) => Schedule::new(chosen, base, &self.horizon)?,
                None => Schedule::constant(base),
            },
            clip: clip(&recipe.trainer),
            monitor: scheduler.and_then(monitored).map(str::to_owned),
        })
    }
}

fn seed(seed: u64, index: usize) -> u64 {
    match index {
        0 => seed,
        _ => Key::new(seed).at(index as u64).bits(0),
    }
}

fn clip(trainer: &Trainer) -> Clip {
    match (trainer.gradient_clip_norm, trainer.gradient_clip_value) {
        (Some(norm), _) => Clip::Norm(norm),
        (None, Some(value)) => Clip::Value(value as f32),
        (None, None) => Clip::Off,
    }
}
