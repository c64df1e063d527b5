//! Values that nobody wrote, where the data is too small for them.

use super::Recipe;
use super::origin::Source;
use runner_declare::{KeyPath, Value};

const TRAINER: &str = "trainer";
const BATCH_SIZE: &str = "batch_size";

impl Recipe {
    /// Whether somebody wrote the value of a key: in a file, on the command line, in the environment.
    #[must_use]
    pub fn is_written(&self, path: &KeyPath) -> bool {
        let origin = self.checked.origins.get(path);
        origin.is_some_and(|origin| origin.source != Source::Default)
    }

    /// The recipe over so many training samples: a batch size that is a default, and larger, is as many as there are.
    #[must_use]
    pub fn fitted(mut self, samples: usize) -> Self {
        let written = self.is_written(&KeyPath::from(TRAINER).join(BATCH_SIZE));
        let trainer = self.checked.settings.get_mut(TRAINER).and_then(Value::as_object_mut);
        if let Some(size) = trainer.and_then(|trainer| trainer.get_mut(BATCH_SIZE))
            && !written
            && (1..self.trainer.batch_size).contains(&samples)
        {
            *size = samples.into();
            self.trainer.batch_size = samples;
        }
        self
    }
}
