//! The loop: epochs, steps, checkpoints.
//!
//! Every random number derives from the seed and the place in the training, and a checkpoint holds all
//! that the rest depends on. So it does not matter when checkpoints are made, nor when the process is
//! killed: the training goes on from the last one and reaches the same bytes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::event::Event;
use super::event_file::EventFile;
use super::origin::Origin;
use super::state::State;
use super::stopping::Judge;
use super::trace::Trace;
use runner_data::loader::Loader;
use runner_ground::error::Result;
use runner_ground::random::{Key, Purpose};
use runner_model::Step;
use runner_optim::schedule::{Horizon, Position};
use runner_recipe::Trainer as Settings;
use runner_results::RunFolder;
use runner_results::folder::file;
use runner_results::metrics::Mark;
use runner_results::row::Row;
use runner_task::{At, First, Fitted, Learning, Model, Trained};

/// Between two checkpoints, unless the recipe asks for more: a kill loses at most about so much work.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// Between two [`Event::Step`]s.
const STEP_EVENT_EVERY: Duration = Duration::from_millis(100);

/// A training under way.
pub struct Trainer<'a> {
    /// Where files go.
    pub folder: &'a RunFolder,
    /// What checkpoints must belong to.
    pub origin: Origin,
    /// What metrics.csv says of the run in each row.
    pub marks: Vec<Mark<'a>>,
    /// Where the metrics go for TensorBoard, in runs that ask for it.
    pub events: Option<EventFile>,
    /// The training part, shuffled.
    pub train: &'a Loader,
    /// The validation part, in order.
    pub validation: Option<&'a Loader>,
    /// The recipe's seed.
    pub seed: u64,
    /// The recipe's `trainer`.
    pub settings: &'a Settings,
    /// Steps and epochs in all.
    pub horizon: Horizon,
    /// Which epoch is the best, and when to stop.
    pub judge: Judge,
    /// Set by another thread to stop after the step.
    pub stop: &'a AtomicBool,
    /// Takes the events.
    pub send: &'a dyn Fn(&Event),
}

/// What an epoch that has passed brought.
struct Passed {
    lr: Option<f64>,
    metrics: Vec<(String, f64)>,
    speed: f64,
}

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done, or early stopping ended them.
    Done,
    /// Stopped by the user; everything is saved.
    Interrupted,
}

impl Trainer<'_> {
    /// Trains from a state to the end.
    ///
    /// # Errors
    /// When the loss is not finite, a file cannot be written, or the device fails. What the finished epochs
    /// brought is written all the same.
    pub fn run(&self, learning: &mut Learning<'_>, state: &mut State) -> Result<Ending> {
        let mut clock = Clock::new(state);
        let ending = self.epochs(learning, state, &mut clock);
        if ending.is_err() && !state.rows.is_empty() {
            // The error is the one to report: where these cannot be written either, it is often the reason.
            let _ = self.write_waiting(&mut clock).and_then(|()| self.write_metrics(state));
        }
        ending
    }

    fn epochs(&self, learning: &mut Learning<'_>, state: &mut State, clock: &mut Clock) -> Result<Ending> {
        let started = Instant::now();
        let before = state.seconds[0];
        if state.step == 0 {
            state.trace.mark(0, &learning.model().export());
        }
        while state.epoch < self.horizon.epochs && state.stopped.is_none() {
            let ending = match learning {
                Learning::Trained(networks) => self.epoch(&mut **networks, state, clock)?,
                Learning::Fitted(model) => self.step(&mut **model, state, clock)?,
            };
            state.seconds[0] = before + started.elapsed().as_secs_f64();
            if ending == Ending::Interrupted {
                self.save(learning.model(), state, clock)?;
                (self.send)(&Event::Interrupted {
                    epoch: state.epoch + 1,
                    step: state.step,
                });
                return Ok(Ending::Interrupted);
            }
            let last = state.epoch == self.horizon.epochs || state.stopped.is_some();
            if last || clock.saved.elapsed() >= CHECKPOINT_EVERY {
                self.save(learning.model(), state, clock)?;
            }
            clock.next_epoch();
        }
        Ok(Ending::Done)
    }

    /// The rest of an epoch, and its end unless it is interrupted.
    fn epoch(&self, task: &mut dyn Trained, state: &mut State, clock: &mut Clock) -> Result<Ending> {
        let mut batches = self.train.epoch(state.epoch, state.batch as usize);
        let accumulate = self.settings.accumulate_grad_batches as u64;
        let in_epoch = self.batches_per_epoch();
        while let Some(batch) = batches.next_batch() {
            let index = state.batch;
            let at = At {
                position: Self::position(state.epoch, index / accumulate),
                key: Key::new(self.seed)
                    .purpose(Purpose::Dropout)
                    .at(state.step)
                    .at(index % accumulate),
                first: if index.is_multiple_of(accumulate) {
                    First::Yes
                } else {
                    First::No
                },
            };
            task.learn(batch, &at)?;
            clock.samples += batch.len();
            state.batch += 1;
            if !state.batch.is_multiple_of(accumulate) && state.batch < in_epoch {
                continue;
            }
            task.update(&at)?;
            state.step += 1;
            self.after_step(task, state, clock, &at)?;
            if self.stop.load(Ordering::Relaxed) && state.batch < in_epoch {
                state.seconds[1] = clock.seconds();
                return Ok(Ending::Interrupted);
            }
        }
        self.end_epoch(task, state, clock)?;
        Ok(self.ending(state))
    }

    /// A step of a model, which has a row of metrics as an epoch has.
    fn step(&self, model: &mut dyn Fitted, state: &mut State, clock: &mut Clock) -> Result<Ending> {
        let step = model.step(self.stop)?;
        if step == Step::Stopped {
            state.seconds[1] = clock.seconds();
            return Ok(Ending::Interrupted);
        }
        clock.samples += self.train.samples();
        state.step += 1;
        let speed = clock.speed();
        let validation = self.validation.map(|loader| loader.epoch(0, 0));
        let metrics = model.metrics(self.train.epoch(0, 0), validation)?;
        self.add_row(
            model,
            state,
            clock,
            Passed {
                lr: None,
                metrics,
                speed,
            },
        )?;
        if step == Step::Done && state.epoch < self.horizon.epochs {
            state.stopped = Some("the model is fitted".to_owned());
        }
        Ok(self.ending(state))
    }

    /// How an epoch ended that was not interrupted in its middle.
    fn ending(&self, state: &State) -> Ending {
        let more = state.epoch < self.horizon.epochs && state.stopped.is_none();
        if more && self.stop.load(Ordering::Relaxed) {
            Ending::Interrupted
        } else {
            Ending::Done
        }
    }

    fn after_step(&self, task: &dyn Trained, state: &mut State, clock: &mut Clock, at: &At) -> Result<()> {
        if Trace::is_due(state.step, self.settings.trace_every_steps) {
            state.trace.mark(state.step, &task.export());
        }
        let due = self
            .settings
            .checkpoint_every_steps
            .is_some_and(|every| state.step.is_multiple_of(every));
        if due && state.batch < self.batches_per_epoch() {
            state.seconds[1] = clock.seconds();
            self.save(task, state, clock)?;
        }
        if clock.shown.elapsed() >= STEP_EVENT_EVERY {
            clock.shown = Instant::now();
            let running = task.running();
            (self.send)(&Event::Step {
                epoch: state.epoch + 1,
                step: at.position.step + 1,
                loss: running.loss,
                metric: running.metric,
                lr: task.lr(at.position),
                samples_per_second: clock.speed(),
            });
        }
        Ok(())
    }

    /// Validates, and adds the epoch's row.
    fn end_epoch(&self, task: &mut dyn Trained, state: &mut State, clock: &mut Clock) -> Result<()> {
        let position = Self::position(state.epoch, self.horizon.steps_per_epoch - 1);
        let lr = Some(task.lr(position));
        // The speed is that of the training; validation is not part of it.
        let speed = clock.speed();
        let validation = self.validation.map(|loader| loader.epoch(0, 0));
        let metrics = task.end_epoch(position, validation)?;
        self.add_row(task, state, clock, Passed { lr, metrics, speed })
    }

    /// Judges an epoch, and adds its row.
    fn add_row(&self, task: &mut dyn Model, state: &mut State, clock: &mut Clock, passed: Passed) -> Result<()> {
        let Passed { lr, metrics, speed } = passed;
        state.epoch += 1;
        state.batch = 0;
        let row = Row {
            epoch: state.epoch,
            step: state.step,
            lr,
            metrics,
            seconds: clock.seconds(),
            samples_per_second: speed,
        };
        let value = row.metric(&self.judge.monitor).unwrap_or(f64::NAN);
        state.seconds[1] = 0.0;
        state.rows.push(row.clone());
        if value.is_nan() && state.best.value.is_none() && state.epoch == 1 {
            let text = format!(
                "{} is not a number: such an epoch is never better than another, and the weights of the first one are \
                 kept until there is one (a metric that ranks needs samples of the class and others in the part)",
                self.judge.monitor
            );
            (self.send)(&Event::Notice { text });
        }
        let verdict = self.judge.look(&mut state.best, state.epoch, value);
        let weights = task.export();
        state.trace.mark(state.step, &weights);
        if verdict.best {
            clock.waiting.insert(file::BEST.to_owned(), weights.to_bytes()?);
        }
        for sample in task.samples(state.epoch)? {
            let (name, contents) = sample.into_file(state.epoch)?;
            clock.waiting.insert(name, contents);
        }
        (self.send)(&Event::Epoch {
            row,
            best: verdict.best,
        });
        if verdict.stop {
            let reason = self.judge.reason(&state.best);
            (self.send)(&Event::EarlyStopped {
                epoch: state.epoch,
                reason: reason.clone(),
            });
            state.stopped = Some(reason);
        }
        Ok(())
    }

    fn batches_per_epoch(&self) -> u64 {
        self.train.batches() as u64
    }

    fn position(epoch: u64, step: u64) -> Position {
        Position { epoch, step }
    }
}
