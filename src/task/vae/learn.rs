//! Its training step.

use super::super::networks::{most, norms};
use super::super::pixels::Pixels;
use super::super::{At, Generate, Model, Outcome, Running, Setup, Trained, about};
use super::gallery::Shown;
use super::latent::{Drawn, draw, pull};
use super::sums::{self, Sums};
use super::{Settings, latent_dim};
use crate::Artifact;
use crate::Learner;
use crate::diverged;
use runner_data::loader::{Batch, Epoch};
use runner_declare::Value;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_ground::random::{Key, Purpose};
use runner_kernel::noise::standard_normal;
use runner_loss::Reconstruction;
use runner_nn::layer::Accumulate;
use runner_nn::{Mode, Network, Pass};
use runner_optim::schedule::Position;
use runner_results::findings::Findings;

/// Places below the key of a step, or of the samples that are looked at.
const ENCODER: u64 = 0;
const DECODER: u64 = 1;
const NOISE: u64 = 2;

/// Two networks that learn one loss.
pub struct Vae {
    pub(super) encoder: Learner,
    pub(super) decoder: Learner,
    pub(super) settings: Settings,
    pub(super) latent: usize,
    /// Samples that the networks take at once.
    pub(super) most: usize,
    /// Of noise that is the same in each epoch.
    pub(super) key: Key,
    pub(super) shown: Option<Shown>,
    accumulate: usize,
    steps_per_epoch: u64,
    /// Samples in the optimizer step under way.
    group: f64,
    train: Sums,
    buffers: Buffers,
    about: String,
}

/// Buffers for a batch.
struct Buffers {
    noise: Vec<f32>,
    z: Vec<f32>,
    dz: Vec<f32>,
    spread: Vec<f32>,
    d_moments: Vec<f32>,
    d_outputs: Vec<f32>,
    losses: Vec<f32>,
}

impl Vae {
    /// Makes it with its networks.
    ///
    /// # Errors
    /// When the data is not what the loss takes, or a part of the recipe does not fit; one that was
    /// checked fits.
    pub fn new<E: Network, D: Network>(setup: &Setup<'_>) -> Result<Self> {
        let recipe = setup.recipe;
        let settings: Settings = recipe.task.typed()?;
        check_data(setup, settings.reconstruction)?;
        let (encoder, decoder) = (setup.learner::<E>(0)?, setup.learner::<D>(1)?);
        let (latent, most) = (latent_dim(recipe), most(setup));
        let zeros = |each: usize| vec![0.0; most * each];
        Ok(Self {
            buffers: Buffers {
                noise: zeros(latent),
                z: zeros(latent),
                dz: zeros(latent),
                spread: zeros(latent),
                d_moments: zeros(2 * latent),
                d_outputs: zeros(decoder.engine.outputs()),
                losses: zeros(1),
            },
            encoder,
            decoder,
            settings,
            latent,
            most,
            key: Key::new(recipe.seed).purpose(Purpose::Noise),
            shown: match Pixels::of(setup.dataset) {
                Some(pixels) => Some(Shown::new(setup, pixels)?),
                None => None,
            },
            accumulate: recipe.trainer.accumulate_grad_batches,
            steps_per_epoch: setup.horizon.steps_per_epoch,
            group: 0.0,
            train: Sums::default(),
            about: about(setup),
        })
    }

    /// How much the divergence counts.
    fn beta(&self, at: Position) -> f64 {
        let done = at.epoch as f64 + at.step as f64 / self.steps_per_epoch.max(1) as f64;
        let warmup = f64::from(self.settings.kl_warmup_epochs);
        self.settings.beta * if done < warmup { done / warmup } else { 1.0 }
    }

    fn diverged(&mut self, at: Position, what: &str, value: f64) -> Error {
        let norms = norms([&mut self.encoder, &mut self.decoder]);
        diverged(at, &format!("{what} is {value}"), &norms)
    }

    /// Sums over a part: nothing is learnt, and the noise of a sample follows from its place alone.
    fn evaluate(&mut self, mut batches: Epoch) -> Result<Sums> {
        let mut all = Sums::default();
        let latent = self.latent;
        while let Some(batch) = batches.next_batch() {
            let n = batch.len();
            let pass = Pass {
                mode: Mode::Eval,
                batch: n,
                key: Key::new(0),
                lengths: None,
            };
            let buffers = &mut self.buffers;
            for (noise, &place) in buffers.noise.chunks_exact_mut(latent).zip(&batch.indices) {
                standard_normal(self.key.at(NOISE).at(place.into()), noise);
            }
            let moments = self.encoder.engine.forward(&pass, batch.input())?;
            let drawn = Drawn {
                z: &mut buffers.z[..n * latent],
                spread: &mut buffers.spread,
                gradient: &mut buffers.d_moments,
            };
            let divergence = draw(latent, moments, &buffers.noise[..n * latent], 0.0, drawn);
            let outputs = self.decoder.engine.forward(&pass, &buffers.z[..n * latent])?;
            let losses = &mut buffers.losses[..n];
            self.settings.reconstruction.forward(outputs, batch.input(), losses);
            all += summed(losses, divergence, self.settings.beta);
        }
        Ok(all)
    }
}

fn summed(losses: &[f32], divergence: f64, beta: f64) -> Sums {
    let reconstruction = losses.iter().map(|&loss| f64::from(loss)).sum();
    Sums {
        samples: losses.len() as f64,
        reconstruction,
        divergence,
        loss: reconstruction + beta * divergence,
    }
}

/// Stored bytes become numbers from 0 to 1; others are whatever the data has.
fn check_data(setup: &Setup<'_>, reconstruction: Reconstruction) -> Result<()> {
    let dataset = setup.dataset;
    let parts = [Some(&dataset.train), dataset.validation.as_ref(), dataset.test.as_ref()];
    let outside = parts.into_iter().flatten().find_map(|part| {
        let input = part.input().filter(|input| input.bytes().is_none())?;
        let ends = input.bounds().unwrap_or_default();
        ends.into_iter().find(|x| !(0.0..=1.0).contains(x))
    });
    match outside {
        Some(x) if reconstruction == Reconstruction::BinaryCrossEntropy => {
            let message = format!(
                "binary_cross_entropy compares with numbers from 0 to 1, but {} has {x}",
                dataset.info.name
            );
            Err(Error::new(Kind::Data, message).help("use 'reconstruction: mse', or data from 0 to 1"))
        }
        _ => Ok(()),
    }
}

impl Trained for Vae {
    fn learn(&mut self, batch: &Batch, at: &At) -> Result<()> {
        let (n, latent) = (batch.len(), self.latent);
        let pass = |place| Pass {
            mode: Mode::Train,
            batch: n,
            key: at.key.at(place),
            lengths: None,
        };
        let accumulate = Accumulate::from(at.first);
        let beta = self.beta(at.position);
        // Where several batches make one step, each is counted whole and the sum divided at the end.
        let scale = if self.accumulate > 1 {
            1.0
        } else {
            1.0 / n.max(1) as f32
        };
        let buffers = &mut self.buffers;
        let (noise, z) = (&mut buffers.noise[..n * latent], &mut buffers.z[..n * latent]);
        let (dz, spread) = (&mut buffers.dz[..n * latent], &mut buffers.spread[..n * latent]);
        let d_moments = &mut buffers.d_moments[..2 * n * latent];
        let losses = &mut buffers.losses[..n];

        standard_normal(at.key.at(NOISE), noise);
        let moments = self.encoder.engine.forward(&pass(ENCODER), batch.input())?;
        let drawn = Drawn {
            z: &mut *z,
            spread: &mut *spread,
            gradient: &mut *d_moments,
        };
        let divergence = draw(latent, moments, noise, beta as f32 * scale, drawn);
        let outputs = self.decoder.engine.forward(&pass(DECODER), z)?;
        let d_outputs = &mut buffers.d_outputs[..outputs.len()];
        let reconstruction = self.settings.reconstruction;
        reconstruction.backward(outputs, batch.input(), scale, d_outputs, losses);
        let decoder = &mut self.decoder.engine;
        decoder.backward(&pass(DECODER), accumulate, z, d_outputs, Some(&mut *dz))?;
        pull(latent, dz, spread, d_moments);
        let encoder = &mut self.encoder.engine;
        encoder.backward(&pass(ENCODER), accumulate, batch.input(), d_moments, None)?;

        let sums = summed(losses, divergence, beta);
        if !sums.loss.is_finite() {
            return Err(self.diverged(at.position, "the loss", sums.loss));
        }
        self.train += sums;
        self.group += sums.samples;
        Ok(())
    }

    fn update(&mut self, at: &At) -> Result<()> {
        let scale = match self.accumulate {
            1 => 1.0,
            _ => (1.0 / self.group.max(1.0)) as f32,
        };
        self.group = 0.0;
        Learner::step_together([&mut self.encoder, &mut self.decoder], at.position, scale);
        Ok(())
    }

    fn lr(&self, position: Position) -> f64 {
        self.encoder.lr(position)
    }

    fn running(&self) -> Running {
        Running {
            loss: self.train.loss(),
            metric: Some(("kl".to_owned(), self.train.kl())),
        }
    }

    fn end_epoch(&mut self, at: Position, validation: Option<Epoch>) -> Result<Vec<(String, f64)>> {
        let train = std::mem::take(&mut self.train);
        let weights = [&self.encoder, &self.decoder].map(Learner::not_finite);
        if let Some(weight) = weights.into_iter().flatten().next() {
            return Err(self.diverged(at, "a weight", weight.into()));
        }
        let validation = validation.map(|batches| self.evaluate(batches)).transpose()?;
        if let Some(loss) = validation.map(|sums| sums.loss()).filter(|loss| !loss.is_finite()) {
            return Err(self.diverged(at, "the validation loss", loss));
        }
        let row = sums::row(&train, validation.as_ref());
        self.encoder.observe(at.epoch, &row);
        self.decoder.observe(at.epoch, &row);
        Ok(row)
    }
}

impl Model for Vae {
    fn samples(&mut self, _: u64) -> Result<Vec<Artifact>> {
        self.gallery()
    }

    fn generate(&mut self, request: &Generate) -> Result<Vec<Artifact>> {
        self.asked(request)
    }

    fn export(&self) -> Tensors {
        let mut weights = Tensors::new(self.about.clone());
        self.encoder.export(&mut weights);
        self.decoder.export(&mut weights);
        weights
    }

    fn import(&mut self, weights: &Tensors) -> Result<()> {
        if let Some(shown) = &mut self.shown {
            shown.pixels.recall(weights);
        }
        self.encoder.import(weights)?;
        self.decoder.import(weights)
    }

    fn save(&self, out: &mut Tensors) -> Value {
        let schedules = [self.encoder.save(out), self.decoder.save(out)];
        serde_json::json!({"sums": self.train, "schedules": schedules})
    }

    fn restore(&mut self, tensors: &Tensors, state: &Value) -> Result<()> {
        let sums = serde_json::from_value(state["sums"].clone());
        self.train = sums.map_err(|error| tensors.error(&error.to_string()))?;
        self.encoder.restore(tensors, &state["schedules"][0])?;
        self.decoder.restore(tensors, &state["schedules"][1])
    }

    fn finish(&mut self, test: Option<Epoch>) -> Result<Outcome> {
        let mut metrics = Vec::new();
        if let Some(test) = test {
            let sums = self.evaluate(test)?;
            if !sums.loss().is_finite() {
                let loss = sums.loss();
                let message =
                    format!("the training diverged: with the best weights, the loss on the test part is {loss}");
                return Err(Error::new(Kind::Diverged, message).help("try a smaller optimizer.lr"));
            }
            metrics.push(("test_loss".to_owned(), sums.loss()));
            metrics.extend(sums::of("test", &sums));
        }
        Ok(Outcome {
            test: metrics,
            predictions: None,
            findings: Findings::default(),
        })
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
