//! A recipe over several seeds: `trainer.seeds: 5` stands for five recipes that are the same but for their `seed`.

use super::Recipe;
use super::sections::MAX_SEED;
use runner_declare::{KeyPath, Problem, Value};
use runner_ground::error::Result;

const SEED: &str = "seed";
const TRAINER: &str = "trainer";
const SEEDS: &str = "seeds";

impl Recipe {
    /// The seeds to train it with: its own `seed`, and as many after it as `trainer.seeds` says.
    ///
    /// # Errors
    /// When the last of them would be larger than a seed may be.
    pub fn seeds(&self) -> Result<Vec<u64>> {
        let count = self.trainer.seeds.unwrap_or(1);
        let last = self.seed.saturating_add(count.saturating_sub(1));
        if last > MAX_SEED.unsigned_abs() {
            let message = format!(
                "the last of {count} seeds from {} would be larger than {MAX_SEED}",
                self.seed
            );
            let path = KeyPath::from(TRAINER).join(SEEDS);
            return Err(self.report(vec![Problem::new(path, message).help("take a smaller 'seed'")]));
        }
        Ok((self.seed..=last).collect())
    }

    /// The recipe of one of the seeds: what a run of it would be that nobody asked more seeds of.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut one = self.clone();
        let (settings, origins) = (&mut one.checked.settings, &mut one.checked.origins);
        let from = origins.remove(&KeyPath::from(TRAINER).join(SEEDS));
        if let Some(trainer) = settings.get_mut(TRAINER).and_then(Value::as_object_mut) {
            trainer.remove(SEEDS);
        }
        if seed != self.seed {
            settings.insert(SEED.to_owned(), seed.into());
            // Who asks for more seeds gives them.
            if let Some(from) = from {
                origins.insert(KeyPath::from(SEED), from);
            }
        }
        one.seed = seed;
        one.trainer.seeds = None;
        one
    }
}
