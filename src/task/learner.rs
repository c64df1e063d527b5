//! A network with its optimizer, schedule and clipping: what one optimizer step needs. A task with
//! several networks has several learners.

use std::collections::BTreeMap;

use runner_declare::Value;
use runner_ground::error::Result;
use runner_ground::files::tensors::Tensors;
use runner_nn::Engine;
use runner_nn::layout::{Entry, Stored};
use runner_optim::Optimizer;
use runner_optim::clip::Clip;
use runner_optim::schedule::{Position, Schedule};
use runner_results::row::find;

/// One network that learns.
pub struct Learner {
    /// Its name in checkpoints; empty for a task's only network, whose tensors then have PyTorch's names.
    pub name: String,
    /// The network.
    pub engine: Box<dyn Engine>,
    /// The update rule.
    pub optimizer: Box<dyn Optimizer>,
    /// The learning rate over time.
    pub schedule: Schedule,
    /// Limits of the gradients.
    pub clip: Clip,
    /// The metric that the schedule looks at.
    pub monitor: Option<String>,
}

impl Learner {
    /// The learning rate at a position.
    pub fn lr(&self, position: Position) -> f64 {
        self.schedule.lr(position)
    }

    /// One optimizer step with the gradients times `scale`.
    pub fn step(&mut self, position: Position, scale: f32) {
        Self::step_together([self], position, scale);
    }

    /// One optimizer step of networks that learn one loss: their gradients are limited as those of one network,
    /// by the limits of the first.
    pub fn step_together<const N: usize>(mut learners: [&mut Self; N], position: Position, scale: f32) {
        let clip = learners.first().map_or(Clip::Off, |first| first.clip);
        let scale = match clip {
            Clip::Off => scale,
            clip => {
                let gradients = learners.each_mut().map(|one| one.engine.parameters_and_gradients().1);
                clip.apply_all(scale, gradients).scale
            }
        };
        for one in learners {
            let lr = one.lr(position);
            let (parameters, gradients) = one.engine.parameters_and_gradients();
            one.optimizer.step(lr, scale, parameters, gradients);
        }
    }

    /// The weights under PyTorch's names and in its layouts.
    pub fn export(&self, out: &mut Tensors) {
        let layout = self.engine.layout();
        for entry in &layout.parameters {
            out.push(
                self.full(&entry.name),
                &entry.shape,
                part(self.engine.parameters(), entry).to_vec(),
            );
        }
        for entry in &layout.buffers {
            let values = part(self.engine.buffers(), entry);
            match entry.stored {
                Stored::F32 => out.push(self.full(&entry.name), &entry.shape, values.to_vec()),
                Stored::I64 => {
                    let values = values.iter().map(|&value| value as i64).collect();
                    out.push_integers(self.full(&entry.name), &entry.shape, values);
                }
            }
        }
    }

    /// Takes weights that [`Learner::export`] gave. Nothing changes when one of them does not fit.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape or type.
    pub fn import(&mut self, from: &Tensors) -> Result<()> {
        let layout = self.engine.layout();
        let mut parameters = Vec::with_capacity(self.engine.parameters().len());
        for entry in &layout.parameters {
            parameters.extend_from_slice(from.floats(&self.full(&entry.name), &entry.shape)?);
        }
        let mut buffers = Vec::with_capacity(self.engine.buffers().len());
        for entry in &layout.buffers {
            let name = self.full(&entry.name);
            match entry.stored {
                Stored::F32 => buffers.extend_from_slice(from.floats(&name, &entry.shape)?),
                Stored::I64 => {
                    buffers.extend(from.integers(&name, &entry.shape)?.iter().map(|&value| value as f32));
                }
            }
        }
        self.engine.parameters_and_gradients().0.copy_from_slice(&parameters);
        self.engine.buffers_mut().copy_from_slice(&buffers);
        Ok(())
    }

    /// Lets the schedule look at an epoch's metrics.
    pub fn observe(&mut self, epoch: u64, metrics: &[(String, f64)]) {
        let watched = self.monitor.as_ref().and_then(|monitor| find(metrics, monitor));
        self.schedule.observe(epoch, watched);
    }

    /// Everything that resuming needs: weights, buffers and the optimizer's state are added to `out`, the
    /// schedule's state is returned.
    pub fn save(&self, out: &mut Tensors) -> Value {
        self.export(out);
        for (name, values) in self.optimizer.state() {
            out.push(
                self.full(&format!("optimizer.{name}")),
                &[values.len()],
                values.to_vec(),
            );
        }
        out.push_integers(self.full("optimizer.steps"), &[], vec![self.optimizer.steps() as i64]);
        self.schedule.state()
    }

    /// Brings back what [`Learner::save`] gave.
    ///
    /// # Errors
    /// When a tensor is missing or does not fit.
    pub fn restore(&mut self, from: &Tensors, schedule: &Value) -> Result<()> {
        self.import(from)?;
        let key = self.full("optimizer.steps");
        let steps = from.integers(&key, &[])?.first().copied().unwrap_or(0);
        let steps = u64::try_from(steps).map_err(|_| from.error(&format!("{key} is negative")))?;
        let mut saved = BTreeMap::new();
        for (name, values) in self.optimizer.state() {
            let full = self.full(&format!("optimizer.{name}"));
            saved.insert(name, from.floats(&full, &[values.len()])?.to_vec());
        }
        self.optimizer.restore(steps, &|name| saved.get(name).cloned())?;
        let schedule = self.schedule.restore(schedule);
        schedule.map_err(|error| from.error(&error.to_string()))
    }

    /// A weight that is NaN or infinite, if there is one.
    pub fn not_finite(&self) -> Option<f32> {
        let mut weights = self.engine.parameters().iter().copied();
        weights.find(|weight| !weight.is_finite())
    }

    /// What each tensor and its gradient measure: for the message of a diverged training.
    pub fn norms(&mut self) -> Vec<(String, f64, f64)> {
        let entries = self.engine.layout().parameters.clone();
        let norm = |values: &[f32]| values.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
        let (parameters, gradients) = self.engine.parameters_and_gradients();
        let norms = entries
            .iter()
            .map(|entry| (norm(part(parameters, entry)), norm(part(gradients, entry))));
        let norms: Vec<_> = norms.collect();
        let named = entries.iter().zip(norms);
        named
            .map(|(entry, (weight, gradient))| (self.full(&entry.name), weight, gradient))
            .collect()
    }

    fn full(&self, name: &str) -> String {
        if self.name.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.name)
        }
    }
}

fn part<'a>(values: &'a [f32], entry: &Entry) -> &'a [f32] {
    &values[entry.offset..entry.offset + entry.len]
}
