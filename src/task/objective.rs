//! What makes a supervised task the task it is: its metrics, and what it makes of the test part.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Rows;
use super::artifact::Artifact;
use super::generate::{Generate, makes_nothing};
use super::supervised::missing;
use runner_data::loader::Batch;
use runner_declare::Value;
use runner_ground::error::{Error, Kind, Result};
use runner_loss as loss;
use runner_loss::Loss;
use runner_metric::Metric;
use runner_nn::Engine;
use runner_recipe::Recipe;
use runner_results::findings::Findings;

/// The goal of a supervised task.
pub trait Objective: Send {
    /// Metrics of an epoch, from zero; the main one first.
    fn meter(&self) -> Box<dyn Meter>;

    /// The evaluation of the test part, from zero.
    fn observer(&self) -> Box<dyn Observer>;

    /// The loss over `outputs` outputs: the recipe's, where the task leaves the choice.
    ///
    /// # Errors
    /// When there is none, or it does not fit; a recipe that was checked fits.
    fn loss(&self, recipe: &Recipe, outputs: usize) -> Result<Box<dyn Loss>> {
        let chosen = recipe.chosen("loss").ok_or_else(|| missing("loss"))?;
        let def = loss::find(&chosen.name).ok_or_else(|| missing("loss"))?;
        (def.build)(&chosen, outputs)
    }

    /// Metrics that say the mean loss in other units; they come before the others.
    fn of_loss(&self, _mean: f64) -> Vec<(String, f64)> {
        Vec::new()
    }

    /// As [`Model::samples`](super::Model::samples).
    ///
    /// # Errors
    /// When the device fails.
    fn samples(&mut self, _network: &mut dyn Engine, _epoch: u64) -> Result<Vec<Artifact>> {
        Ok(Vec::new())
    }

    /// As [`Model::generate`](super::Model::generate).
    ///
    /// # Errors
    /// When it makes nothing, or not what is asked for; when the device fails.
    fn generate(&mut self, _network: &mut dyn Engine, _request: &Generate) -> Result<Vec<Artifact>> {
        Err(makes_nothing())
    }

    /// The columns of [`Objective::cells`]; none where new inputs cannot be predicted one by one.
    fn columns(&self) -> Option<Vec<String>> {
        None
    }

    /// What the outputs for one input say, a cell a column.
    fn cells(&self, _outputs: &[f32]) -> Vec<String> {
        Vec::new()
    }

    /// The rows for one input, any number of them; of a text, one for each character of a window. `known` is what
    /// follows them.
    fn rows(&self, outputs: &[f32], _known: &[u32]) -> Rows {
        vec![self.cells(outputs)]
    }
}

/// Metrics whose state can be saved in the middle of an epoch.
pub trait Meter: Metric {
    /// What resuming needs.
    fn state(&self) -> Value;

    /// Brings back what [`Meter::state`] gave.
    ///
    /// # Errors
    /// When it does not fit.
    fn restore(&mut self, state: &Value) -> Result<()>;
}

impl<M: Metric + Serialize + DeserializeOwned> Meter for M {
    fn state(&self) -> Value {
        // Metrics save non-finite sums by their bits, so nothing in them fails to be JSON.
        serde_json::to_value(self).unwrap_or_default()
    }

    fn restore(&mut self, state: &Value) -> Result<()> {
        let wrong = |what: &dyn std::fmt::Display| Error::new(Kind::Run, format!("its metrics: {what}"));
        let saved: M = serde_json::from_value(state.clone()).map_err(|error| wrong(&error))?;
        if !self.is_like(&saved) {
            return Err(wrong(&"they count something else"));
        }
        *self = saved;
        Ok(())
    }
}

/// What is looked at once, at the end: predictions and mistakes.
pub trait Observer {
    /// Takes a batch in, in order: `outputs` is `[batch, outputs]`, `losses` has one number a sample.
    fn see(&mut self, batch: &Batch, outputs: &[f32], losses: &[f64]);

    /// predictions.csv.
    ///
    /// # Errors
    /// When it cannot be put together.
    fn predictions(&self) -> Result<Vec<u8>>;

    /// For the report.
    fn findings(&self) -> Findings;
}

/// The samples with the largest losses.
pub(super) struct Worst<T> {
    kept: Vec<(f64, T)>,
}

impl<T> Worst<T> {
    /// As many as a page shows.
    const CAP: usize = 24;

    pub(super) fn new() -> Self {
        Self { kept: Vec::new() }
    }

    /// Considers a sample; of equal losses the earlier stays before the later.
    pub(super) fn consider(&mut self, loss: f64, make: impl FnOnce() -> T) {
        let place = self.kept.partition_point(|(kept, _)| kept.total_cmp(&loss).is_ge());
        if place < Self::CAP {
            self.kept.insert(place, (loss, make()));
            self.kept.truncate(Self::CAP);
        }
    }

    /// Worst first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.kept.iter().map(|(_, sample)| sample)
    }
}

impl Worst<usize> {
    /// The rows that were kept by their places, worst first.
    pub(super) fn of<'a, R>(&'a self, rows: &'a [R]) -> impl Iterator<Item = &'a R> {
        self.iter().filter_map(|&row| rows.get(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_are_kept_in_order() {
        let mut worst = Worst::new();
        for i in 0..100u32 {
            worst.consider(f64::from(i * 37 % 100), || i * 37 % 100);
        }
        let kept: Vec<u32> = worst.iter().copied().collect();
        assert_eq!(kept, (76..100).rev().collect::<Vec<_>>());
    }
}
