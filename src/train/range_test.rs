//! The learning-rate range test: the loss of one training step after another while the rate grows from far too small
//! to far too large (L. Smith, Cyclical Learning Rates for Training Neural Networks, 2017, section 3.3).

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::json;

use runner_data::loader::{Epoch, Loader, Order};
use runner_declare::Chosen;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::{Key, Purpose};
use runner_optim::schedule::Position;
use runner_recipe::Recipe;
use runner_results::row::find;
use runner_task::{At, First, Setup, Trained};

/// How much of the average of losses so far each new one leaves, as in fastai.
const SMOOTHING: f64 = 0.98;
/// A loss of this many times the best ends the test.
const DIVERGED: f64 = 4.0;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeTest {
    /// The first learning rate.
    pub from: f64,
    /// The last one.
    pub to: f64,
    /// Steps from one to the other, in equal factors.
    pub steps: u64,
}

/// The losses at growing learning rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RangeTested {
    /// The learning rate of each step.
    pub lrs: Vec<f64>,
    /// Its loss, before the update.
    pub losses: Vec<f64>,
    /// The losses smoothed: averages that fade, without the bias of their beginning.
    pub smoothed: Vec<f64>,
    /// Steps that were asked for; fewer were made where the loss ran away.
    pub asked: u64,
}

impl RangeTest {
    /// The recipe with this test's learning rates.
    pub(super) fn recipe(&self, recipe: &Recipe) -> Recipe {
        let mut recipe = recipe.clone();
        if let Some(optimizer) = &mut recipe.optimizer {
            optimizer.settings.insert("lr".to_owned(), json!(self.from));
        }
        let schedule = json!({"gamma": self.factor(), "interval": "step", "warmup_epochs": 0, "warmup_steps": 0});
        recipe.lr_scheduler = Some(Chosen {
            name: "exponential".to_owned(),
            settings: schedule.as_object().cloned().unwrap_or_default(),
        });
        recipe
    }

    /// What each step multiplies the rate with.
    fn factor(&self) -> f64 {
        let steps = self.steps.saturating_sub(1).max(1);
        (self.to / self.from).powf(1.0 / steps as f64)
    }

    /// Learns step by step. The setup's recipe is that of [`RangeTest::recipe`].
    ///
    /// # Errors
    /// When the first step fails already, or the device does.
    pub(super) fn run(&self, setup: &Setup<'_>, task: &mut dyn Trained, stop: &AtomicBool) -> Result<RangeTested> {
        let (recipe, dataset) = (setup.recipe, setup.dataset);
        let order = Order::Shuffled {
            key: Key::new(recipe.seed).purpose(Purpose::Shuffle),
        };
        let loader = dataset.loader(&dataset.train, recipe.trainer.batch_size, order)?;
        let loader = loader.drop_last(recipe.trainer.drop_last);
        let mut batches = Batches {
            loader: &loader,
            epoch: 0,
            under_way: loader.epoch(0, 0),
            accumulate: recipe.trainer.accumulate_grad_batches as u64,
            key: Key::new(recipe.seed).purpose(Purpose::Dropout),
        };
        let mut tested = RangeTested {
            lrs: Vec::new(),
            losses: Vec::new(),
            smoothed: Vec::new(),
            asked: self.steps,
        };
        let mut average = Average::default();
        for step in 0..self.steps {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::new(Kind::Interrupted, "stopped"));
            }
            let per_epoch = setup.horizon.steps_per_epoch;
            let position = Position {
                epoch: step / per_epoch,
                step: step % per_epoch,
            };
            let loss = match batches.learn(task, step, position) {
                Err(error) if error.kind() == Kind::Diverged && step > 0 => break,
                loss => loss?,
            };
            tested.lrs.push(task.lr(position));
            tested.losses.push(loss);
            tested.smoothed.push(average.with(loss));
            let best = tested.smoothed.iter().copied().fold(f64::INFINITY, f64::min);
            if average.now() > DIVERGED * best && best > 0.0 {
                break;
            }
        }
        Ok(tested)
    }
}

/// The training's batches, epoch after epoch.
struct Batches<'a> {
    loader: &'a Loader,
    epoch: u64,
    under_way: Epoch,
    accumulate: u64,
    key: Key,
}

impl Batches<'_> {
    /// One step of the optimizer; its mean loss.
    fn learn(&mut self, task: &mut dyn Trained, step: u64, position: Position) -> Result<f64> {
        let at = |index: u64| At {
            position,
            key: self.key.at(step).at(index),
            first: if index == 0 { First::Yes } else { First::No },
        };
        for index in 0..self.accumulate {
            let batch = match self.under_way.next_batch() {
                Some(batch) => batch,
                // What is left of an epoch is a step of its own, as in training.
                None if index > 0 => break,
                None => {
                    self.epoch += 1;
                    self.under_way = self.loader.epoch(self.epoch, 0);
                    let none = || Error::new(Kind::Data, "the training part is empty");
                    self.under_way.next_batch().ok_or_else(none)?
                }
            };
            task.learn(batch, &at(index))?;
        }
        let running = task.running().loss;
        task.update(&at(0))?;
        // A task gives the mean since its epoch began: each step is one.
        let metrics = task.end_epoch(position, None)?;
        Ok(find(&metrics, "train_loss").unwrap_or(running))
    }
}

/// An average in which what lies back fades.
#[derive(Default)]
struct Average {
    sum: f64,
    weight: f64,
}

impl Average {
    fn with(&mut self, value: f64) -> f64 {
        self.sum = SMOOTHING * self.sum + (1.0 - SMOOTHING) * value;
        self.weight = SMOOTHING * self.weight + (1.0 - SMOOTHING);
        self.now()
    }

    fn now(&self) -> f64 {
        self.sum / self.weight
    }
}
