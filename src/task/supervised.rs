//! One network, one loss, one optimizer, known targets: what classification and regression share.

use serde::{Deserialize, Serialize};

use super::about::about;
use super::objective::{Meter, Objective};
use super::{Artifact, At, Generate, Model, Outcome, Rows, Running, Setup, Trained};
use crate::Learner;
use crate::diverged;
use runner_data::loader::{Batch, Epoch};
use runner_data::{Part, Target};
use runner_declare::Value;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_ground::random::Key;
use runner_loss as loss;
use runner_loss::{Loss, Sum};
use runner_nn::layer::Accumulate;
use runner_nn::lengths::Lengths;
use runner_nn::{Engine, Mode, Network, Pass};
use runner_optim::schedule::Position;

/// A network learning from targets.
pub struct Supervised {
    learner: Learner,
    loss: Box<dyn Loss>,
    objective: Box<dyn Objective>,
    /// d(loss)/d(outputs) of the batch.
    gradient: Vec<f32>,
    /// For the loss of mixed samples.
    scratch: Vec<f32>,
    /// Batches of one optimizer step; the recipe's `accumulate_grad_batches`.
    accumulate: usize,
    /// Weights of the losses in the optimizer step under way.
    group: f64,
    train: Totals,
    /// What goes with exported weights.
    about: String,
}

/// Loss and metrics over some batches.
struct Totals {
    sum: Sum,
    meter: Box<dyn Meter>,
}

/// What resuming needs besides tensors.
#[derive(Serialize, Deserialize)]
struct Saved {
    sum: Sum,
    meter: Value,
    schedule: Value,
}

impl Supervised {
    /// Makes it with the network `N`.
    ///
    /// # Errors
    /// When a part of the recipe does not fit; one that was checked fits.
    pub fn new<N: Network>(setup: &Setup<'_>, objective: Box<dyn Objective>) -> Result<Self> {
        Self::with_learner(setup, setup.learner::<N>(0)?, objective)
    }

    fn with_learner(setup: &Setup<'_>, learner: Learner, objective: Box<dyn Objective>) -> Result<Self> {
        let recipe = setup.recipe;
        let outputs = learner.engine.outputs();
        Ok(Self {
            gradient: vec![0.0; recipe.trainer.batch_size * outputs],
            scratch: Vec::new(),
            loss: objective.loss(recipe, outputs)?,
            accumulate: recipe.trainer.accumulate_grad_batches,
            group: 0.0,
            train: Totals::new(&*objective),
            learner,
            objective,
            about: about(setup),
        })
    }

    /// Its network.
    pub(super) fn network(&mut self) -> &mut dyn Engine {
        &mut *self.learner.engine
    }

    /// Loss and metrics by name.
    fn named(&self, part: &str, totals: &Totals) -> Vec<(String, f64)> {
        let values = self.objective.of_loss(totals.sum.mean()).into_iter();
        values
            .chain(totals.meter.values())
            .map(|(name, value)| (format!("{part}_{name}"), value))
            .collect()
    }

    fn diverged(&mut self, at: Position, what: &str, value: f64) -> Error {
        diverged(at, &format!("{what} is {value}"), &self.learner.norms())
    }

    /// Loss and metrics over a part, with nothing random and nothing learnt. `each` sees every batch with
    /// its outputs.
    fn evaluate(&mut self, mut batches: Epoch, mut each: impl FnMut(&dyn Loss, &Batch, &[f32])) -> Result<Totals> {
        let mut totals = Totals::new(&*self.objective);
        while let Some(batch) = batches.next_batch() {
            let pass = Pass {
                mode: Mode::Eval,
                batch: batch.len(),
                key: Key::new(0),
                lengths: batch.lengths().map(Lengths::new),
            };
            let outputs = self.learner.engine.forward(&pass, batch.input())?;
            totals.sum += self.loss.forward(outputs, batch.target());
            totals.meter.update(outputs, batch.target());
            each(&*self.loss, batch, outputs);
        }
        Ok(totals)
    }
}

impl Trained for Supervised {
    fn learn(&mut self, batch: &Batch, at: &At) -> Result<()> {
        let pass = Pass {
            mode: Mode::Train,
            batch: batch.len(),
            key: at.key,
            lengths: batch.lengths().map(Lengths::new),
        };
        let outputs = self.learner.engine.forward(&pass, batch.input())?;
        let gradient = &mut self.gradient[..outputs.len()];
        // Where several batches make one step, each is counted whole and the sum divided at the end: the
        // step is then exactly that of one large batch, also when the last one is smaller.
        let normalizer = (self.accumulate > 1).then_some(1.0);
        let loss = &*self.loss;
        let sum = match batch.target() {
            Target::Mixed(mixed) => {
                loss::mixed::backward(loss, outputs, mixed, normalizer, gradient, &mut self.scratch)
            }
            target => loss.backward(outputs, target, normalizer, gradient),
        };
        self.train.meter.update(outputs, batch.own_target());
        let accumulate = Accumulate::from(at.first);
        self.learner
            .engine
            .backward(&pass, accumulate, batch.input(), gradient, None)?;
        if !sum.loss.is_finite() {
            return Err(self.diverged(at.position, "the loss", sum.loss));
        }
        self.train.sum += sum;
        self.group += sum.weight;
        Ok(())
    }

    fn update(&mut self, at: &At) -> Result<()> {
        let scale = match self.accumulate {
            1 => 1.0,
            _ if self.group > 0.0 => (1.0 / self.group) as f32,
            _ => 0.0,
        };
        self.group = 0.0;
        self.learner.step(at.position, scale);
        Ok(())
    }

    fn lr(&self, position: Position) -> f64 {
        self.learner.lr(position)
    }

    fn running(&self) -> Running {
        Running {
            loss: self.train.sum.mean(),
            metric: self
                .objective
                .of_loss(self.train.sum.mean())
                .into_iter()
                .next()
                .or_else(|| self.train.meter.values().into_iter().next()),
        }
    }

    fn end_epoch(&mut self, at: Position, validation: Option<Epoch>) -> Result<Vec<(String, f64)>> {
        let fresh = Totals::new(&*self.objective);
        let train = std::mem::replace(&mut self.train, fresh);
        // The last step was judged by no loss yet, and the validation loss may pass over what is wrong.
        if let Some(weight) = self.learner.not_finite() {
            return Err(self.diverged(at, "a weight", weight.into()));
        }
        let validation = validation
            .map(|loader| self.evaluate(loader, |_, _, _| {}))
            .transpose()?;
        if let Some(loss) = validation
            .as_ref()
            .map(|totals| totals.sum.mean())
            .filter(|loss| !loss.is_finite())
        {
            return Err(self.diverged(at, "the validation loss", loss));
        }
        let mut row = vec![("train_loss".to_owned(), train.sum.mean())];
        row.extend(
            validation
                .iter()
                .map(|totals| ("val_loss".to_owned(), totals.sum.mean())),
        );
        row.extend(self.named("train", &train));
        row.extend(validation.iter().flat_map(|totals| self.named("val", totals)));
        self.learner.observe(at.epoch, &row);
        Ok(row)
    }
}

impl Model for Supervised {
    fn samples(&mut self, epoch: u64) -> Result<Vec<Artifact>> {
        self.objective.samples(&mut *self.learner.engine, epoch)
    }

    fn generate(&mut self, request: &Generate) -> Result<Vec<Artifact>> {
        self.objective.generate(&mut *self.learner.engine, request)
    }

    fn predicts(&self) -> Option<Vec<String>> {
        self.objective.columns()
    }

    fn predict(&mut self, _part: &Part, inputs: &Batch) -> Result<Vec<Rows>> {
        let pass = Pass {
            mode: Mode::Eval,
            batch: inputs.len(),
            key: Key::new(0),
            lengths: inputs.lengths().map(Lengths::new),
        };
        let outputs = self.learner.engine.forward(&pass, inputs.input())?;
        let width = (outputs.len() / inputs.len().max(1)).max(1);
        let known = inputs.classes();
        let known = known.chunks((known.len() / inputs.len().max(1)).max(1));
        let samples = outputs.chunks_exact(width).zip(known);
        Ok(samples
            .map(|(outputs, known)| self.objective.rows(outputs, known))
            .collect())
    }

    fn export(&self) -> Tensors {
        let mut weights = Tensors::new(self.about.clone());
        self.learner.export(&mut weights);
        weights
    }

    fn import(&mut self, weights: &Tensors) -> Result<()> {
        self.learner.import(weights)
    }

    fn save(&self, out: &mut Tensors) -> Value {
        let saved = Saved {
            sum: self.train.sum,
            meter: self.train.meter.state(),
            schedule: self.learner.save(out),
        };
        // Nothing in it can fail to be JSON: sums of a training that goes on are finite.
        serde_json::to_value(saved).unwrap_or_default()
    }

    fn restore(&mut self, tensors: &Tensors, state: &Value) -> Result<()> {
        let wrong = |error: &dyn std::fmt::Display| tensors.error(&error.to_string());
        let saved: Saved = serde_json::from_value(state.clone()).map_err(|error| wrong(&error))?;
        self.learner.restore(tensors, &saved.schedule)?;
        self.train.sum = saved.sum;
        let meter = self.train.meter.restore(&saved.meter);
        meter.map_err(|error| wrong(&error))
    }

    fn finish(&mut self, test: Option<Epoch>) -> Result<Outcome> {
        let mut observer = self.objective.observer();
        let Some(test) = test else {
            return Ok(Outcome {
                test: Vec::new(),
                predictions: None,
                findings: observer.findings(),
            });
        };
        let totals = self.evaluate(test, |loss, batch, outputs| {
            let losses = sample_losses(loss, batch, outputs);
            observer.see(batch, outputs, &losses);
        })?;
        if !totals.sum.mean().is_finite() {
            let loss = totals.sum.mean();
            let message = format!("the training diverged: with the best weights, the loss on the test part is {loss}");
            let help = "try a smaller optimizer.lr, and look for numbers in the test part that are far from all others";
            return Err(Error::new(Kind::Diverged, message).help(help));
        }
        let mut metrics = vec![("test_loss".to_owned(), totals.sum.mean())];
        metrics.extend(self.named("test", &totals));
        Ok(Outcome {
            test: metrics,
            predictions: Some(observer.predictions()?),
            findings: observer.findings(),
        })
    }
}

impl Totals {
    fn new(objective: &dyn Objective) -> Self {
        Self {
            sum: Sum::default(),
            meter: objective.meter(),
        }
    }
}

/// The loss of each sample of a batch by itself.
fn sample_losses(loss: &dyn Loss, batch: &Batch, outputs: &[f32]) -> Vec<f64> {
    let samples = batch.len().max(1);
    let width = (outputs.len() / samples).max(1);
    let alone = |(i, outputs): (usize, &[f32])| {
        let target = match batch.own_target() {
            Target::Classes(classes) => {
                let width = classes.len() / samples;
                Target::Classes(&classes[i * width..(i + 1) * width])
            }
            Target::Values(values) => {
                let width = values.len() / samples;
                Target::Values(&values[i * width..(i + 1) * width])
            }
            mixed @ Target::Mixed(_) => mixed,
        };
        loss.forward(outputs, target).mean()
    };
    outputs.chunks_exact(width).enumerate().map(alone).collect()
}

pub(super) fn missing(what: &str) -> Error {
    Error::new(Kind::Recipe, format!("the recipe has no {what} that this runner knows"))
}

#[cfg(test)]
mod tests;
