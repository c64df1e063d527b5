//! Its training step.

use super::super::networks::{latent_dim, most, norms};
use super::super::pixels::Pixels;
use super::super::{Artifact, At, Generate, Model, Outcome, Running, Setup, Trained, about};
use super::score::{Scored, Side};
use super::totals::{self, Totals};
use super::{Settings, labels, told};
use crate::Learner;
use crate::diverged;
use runner_data::loader::{Batch, Epoch};
use runner_declare::Value;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_ground::random::{Key, Purpose};
use runner_kernel::noise::standard_normal;
use runner_nn::layer::Accumulate;
use runner_nn::{Mode, Network, Pass};
use runner_optim::schedule::Position;
use runner_results::findings::Findings;

/// Places below the key of a step, or of the samples that are looked at.
const GENERATOR: u64 = 0;
const REAL: u64 = 1;
const MADE: u64 = 2;
const JUDGED: u64 = 3;
const NOISE: u64 = 4;

/// Two networks that learn from each other.
pub struct Gan {
    pub(super) generator: Learner,
    pub(super) discriminator: Learner,
    pub(super) settings: Settings,
    pub(super) latent: usize,
    /// Classes that both networks get with their inputs; 0 where they get none.
    pub(super) classes: usize,
    /// Samples that the networks take at once.
    pub(super) most: usize,
    /// Of noise that is the same in each epoch.
    pub(super) key: Key,
    pub(super) pixels: Option<Pixels>,
    /// Numbers of a sample.
    width: usize,
    steps_per_epoch: u64,
    /// Whether the generator has gradients that wait for its step.
    judged: bool,
    train: Totals,
    buffers: Buffers,
    about: String,
}

/// Buffers for a batch.
struct Buffers {
    noise: Vec<f32>,
    /// Noise, real and made samples with their classes; empty where the networks do not get them.
    told_noise: Vec<f32>,
    told_real: Vec<f32>,
    told_made: Vec<f32>,
    d_told: Vec<f32>,
    d_made: Vec<f32>,
    d_scores: Vec<f32>,
}

impl Gan {
    /// Makes it with its networks.
    ///
    /// # Errors
    /// When a part of the recipe does not fit; one that was checked fits.
    pub fn new<G: Network, D: Network>(setup: &Setup<'_>) -> Result<Self> {
        let (recipe, info) = (setup.recipe, &setup.dataset.info);
        let (latent, most, width) = (latent_dim(recipe), most(setup), info.width());
        let classes = told(recipe, info);
        let zeros = |each: usize| vec![0.0; most * each];
        let if_told = |each: usize| zeros(if classes > 0 { each + classes } else { 0 });
        Ok(Self {
            generator: setup.learner::<G>(0)?,
            discriminator: setup.learner::<D>(1)?,
            settings: recipe.task.typed()?,
            latent,
            classes,
            most,
            key: Key::new(recipe.seed).purpose(Purpose::Noise),
            pixels: Pixels::of(setup.dataset),
            width,
            steps_per_epoch: setup.horizon.steps_per_epoch,
            judged: false,
            train: Totals::default(),
            buffers: Buffers {
                noise: zeros(latent),
                told_noise: if_told(latent),
                told_real: if_told(width),
                told_made: if_told(width),
                d_told: if_told(width),
                d_made: zeros(width),
                d_scores: zeros(1),
            },
            about: about(setup),
        })
    }

    fn diverged(&mut self, at: Position, what: &str, value: f64) -> Error {
        let norms = norms([&mut self.generator, &mut self.discriminator]);
        diverged(at, &format!("{what} is {value}"), &norms)
    }

    /// Sums over a part: nothing is learnt, and the noise of a sample follows from its place alone.
    fn evaluate(&mut self, mut batches: Epoch) -> Result<Totals> {
        let mut totals = Totals::default();
        let (latent, classes, width) = (self.latent, self.classes, self.width);
        let (game, smoothing) = (self.settings.loss, self.settings.label_smoothing);
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
            let labels = batch.classes();
            let noise = with(
                &buffers.noise[..n * latent],
                latent,
                labels,
                classes,
                &mut buffers.told_noise,
            );
            let made = self.generator.engine.forward(&pass, noise)?;
            let real = with(batch.input(), width, labels, classes, &mut buffers.told_real);
            let discriminator = &mut self.discriminator.engine;
            let of_real = game.of(Side::Real(smoothing), discriminator.forward(&pass, real)?, None);
            let made = with(made, width, labels, classes, &mut buffers.told_made);
            let scores = discriminator.forward(&pass, made)?;
            let (of_made, judged) = (
                game.of(Side::Artifact, scores, None),
                game.of(Side::Generator, scores, None),
            );
            totals.add_discriminator(n, of_real, of_made);
            totals.add_generator(n, judged);
        }
        Ok(totals)
    }
}

/// Rows with their classes after them, where the networks get classes.
fn with<'a>(rows: &'a [f32], width: usize, labels: &[u32], classes: usize, buffers: &'a mut [f32]) -> &'a [f32] {
    if classes == 0 {
        return rows;
    }
    let buffers = &mut buffers[..rows.len() / width * (width + classes)];
    labels::join(rows, width, labels, classes, buffers);
    buffers
}

impl Trained for Gan {
    /// The discriminator takes its step in here: the generator learns from what it says after that.
    fn learn(&mut self, batch: &Batch, at: &At) -> Result<()> {
        let (n, width, latent, classes) = (batch.len(), self.width, self.latent, self.classes);
        let pass = |place| Pass {
            mode: Mode::Train,
            batch: n,
            key: at.key.at(place),
            lengths: None,
        };
        let game = self.settings.loss;
        let buffers = &mut self.buffers;
        let (noise, d_scores) = (&mut buffers.noise[..n * latent], &mut buffers.d_scores[..n]);
        let labels = batch.classes();
        standard_normal(at.key.at(NOISE), noise);
        let noise = with(noise, latent, labels, classes, &mut buffers.told_noise);
        let made = self.generator.engine.forward(&pass(GENERATOR), noise)?;
        let made = with(made, width, labels, classes, &mut buffers.told_made);
        let real = with(batch.input(), width, labels, classes, &mut buffers.told_real);

        let discriminator = &mut self.discriminator.engine;
        let scores = discriminator.forward(&pass(REAL), real)?;
        let of_real = game.of(Side::Real(self.settings.label_smoothing), scores, Some(&mut *d_scores));
        discriminator.backward(&pass(REAL), Accumulate::Replace, real, d_scores, None)?;
        let scores = discriminator.forward(&pass(MADE), made)?;
        let of_made = game.of(Side::Artifact, scores, Some(&mut *d_scores));
        discriminator.backward(&pass(MADE), Accumulate::Add, made, d_scores, None)?;
        self.discriminator.step(at.position, 1.0);

        let step = at.position.epoch * self.steps_per_epoch + at.position.step;
        self.judged = (step + 1).is_multiple_of(self.settings.discriminator_steps);
        let mut judged = Scored::default();
        if self.judged {
            let discriminator = &mut self.discriminator.engine;
            let scores = discriminator.forward(&pass(JUDGED), made)?;
            judged = game.of(Side::Generator, scores, Some(&mut *d_scores));
            let d_made = &mut buffers.d_made[..n * width];
            if classes == 0 {
                discriminator.backward(&pass(JUDGED), Accumulate::Skip, made, d_scores, Some(&mut *d_made))?;
            } else {
                let d_told = &mut buffers.d_told[..n * (width + classes)];
                discriminator.backward(&pass(JUDGED), Accumulate::Skip, made, d_scores, Some(&mut *d_told))?;
                labels::part(d_told, width, classes, d_made);
            }
            let generator = &mut self.generator.engine;
            generator.backward(&pass(GENERATOR), Accumulate::Replace, noise, d_made, None)?;
            self.train.add_generator(n, judged);
        }
        self.train.add_discriminator(n, of_real, of_made);
        for (name, loss) in [
            ("the discriminator's loss", of_real.loss + of_made.loss),
            ("the generator's loss", judged.loss),
        ] {
            if !loss.is_finite() {
                return Err(self.diverged(at.position, name, loss));
            }
        }
        Ok(())
    }

    fn update(&mut self, at: &At) -> Result<()> {
        if std::mem::take(&mut self.judged) {
            self.generator.step(at.position, 1.0);
        }
        Ok(())
    }

    fn lr(&self, position: Position) -> f64 {
        self.generator.lr(position)
    }

    fn running(&self) -> Running {
        Running {
            loss: self.train.discriminator_loss(),
            metric: Some(("generator_loss".to_owned(), self.train.generator_loss())),
        }
    }

    fn end_epoch(&mut self, at: Position, validation: Option<Epoch>) -> Result<Vec<(String, f64)>> {
        let train = std::mem::take(&mut self.train);
        let weights = [&self.generator, &self.discriminator].map(Learner::not_finite);
        if let Some(weight) = weights.into_iter().flatten().next() {
            return Err(self.diverged(at, "a weight", weight.into()));
        }
        let validation = validation.map(|batches| self.evaluate(batches)).transpose()?;
        let row = totals::row(&train, validation.as_ref());
        self.generator.observe(at.epoch, &row);
        self.discriminator.observe(at.epoch, &row);
        Ok(row)
    }
}

impl Model for Gan {
    fn samples(&mut self, _: u64) -> Result<Vec<Artifact>> {
        self.gallery()
    }

    fn generate(&mut self, request: &Generate) -> Result<Vec<Artifact>> {
        self.asked(request)
    }

    fn export(&self) -> Tensors {
        let mut weights = Tensors::new(self.about.clone());
        self.generator.export(&mut weights);
        self.discriminator.export(&mut weights);
        weights
    }

    fn import(&mut self, weights: &Tensors) -> Result<()> {
        if let Some(pixels) = &mut self.pixels {
            pixels.recall(weights);
        }
        self.generator.import(weights)?;
        self.discriminator.import(weights)
    }

    fn save(&self, out: &mut Tensors) -> Value {
        let schedules = [self.generator.save(out), self.discriminator.save(out)];
        serde_json::json!({"totals": self.train, "schedules": schedules})
    }

    fn restore(&mut self, tensors: &Tensors, state: &Value) -> Result<()> {
        let totals = serde_json::from_value(state["totals"].clone());
        self.train = totals.map_err(|error| tensors.error(&error.to_string()))?;
        self.generator.restore(tensors, &state["schedules"][0])?;
        self.discriminator.restore(tensors, &state["schedules"][1])
    }

    fn finish(&mut self, test: Option<Epoch>) -> Result<Outcome> {
        let mut metrics = Vec::new();
        if let Some(test) = test {
            let totals = self.evaluate(test)?;
            if !totals.discriminator_loss().is_finite() {
                let message = "the training diverged: the discriminator's loss on the test part is not finite";
                return Err(Error::new(Kind::Diverged, message).help("try a smaller optimizer.lr"));
            }
            metrics.extend(totals::of("test", &totals));
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
