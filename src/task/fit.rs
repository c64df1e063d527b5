//! A supervised task done by a model: it is fitted to the training part as a whole, and looked at by batches.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::about::about;
use super::objective::{Meter, Objective};
use super::supervised::missing;
use super::table::{rows, samples, shape};
use super::units::is_single;
use super::{Fitted, Generate, Model, Outcome, Rows, Setup};
use crate::Artifact;
use runner_data::loader::{Batch, Epoch};
use runner_data::{DataInfo, Dataset, Normalization, Part, Target};
use runner_declare::Value;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_model::{Estimator, EstimatorDef, Insight, Samples, Step};
use runner_results::findings::ModelFindings;

/// A model that learns from targets.
pub(super) struct Fit {
    /// Its name in recipes.
    name: String,
    estimator: Box<dyn Estimator>,
    objective: Box<dyn Objective>,
    info: DataInfo,
    outputs: usize,
    train: Arc<Part>,
    /// The training part as the model sees it, once there was a step.
    samples: Option<Samples>,
    validation: Option<Arc<Part>>,
    test: Option<Arc<Part>>,
    /// How outputs are scaled, where 32 bits would not tell them apart as they are.
    scale: Option<Normalization>,
    /// What goes with exported weights.
    about: String,
}

impl Fit {
    /// Makes it with the recipe's model.
    ///
    /// # Errors
    /// When a part of the recipe does not fit; one that was checked fits.
    pub(super) fn new(
        setup: &Setup<'_>,
        def: Option<&'static EstimatorDef>,
        objective: Box<dyn Objective>,
    ) -> Result<Self> {
        let (recipe, dataset) = (setup.recipe, setup.dataset);
        let chosen = recipe
            .chosen(super::model_plan::MODEL)
            .ok_or_else(|| missing("model"))?;
        let def = def.ok_or_else(|| missing("model"))?;
        let shape = shape(&dataset.info).ok_or_else(|| missing("table"))?;
        Ok(Self {
            estimator: (def.build)(&chosen, &shape, recipe.seed)?,
            name: chosen.name,
            objective,
            info: dataset.info.clone(),
            outputs: shape.outputs,
            train: dataset.train.clone(),
            samples: None,
            validation: dataset.validation.clone(),
            test: dataset.test.clone(),
            scale: dataset.target_normalization.clone(),
            about: about(setup),
        })
    }

    /// What is predicted of the samples of a batch of a part.
    fn predicted(&self, part: &Part, batch: &Batch) -> Result<Vec<f32>> {
        let width = self.info.width();
        let inputs = rows(part, batch.indices.iter().copied())?;
        let mut outputs = vec![0.0; self.outputs];
        let mut all = Vec::with_capacity(batch.len() * self.outputs);
        for sample in inputs.chunks_exact(width.max(1)) {
            self.estimator.predict(sample, &mut outputs);
            match &self.scale {
                Some(Normalization { mean, std }) => {
                    let scaled = outputs.iter().zip(mean).zip(std);
                    all.extend(scaled.map(|((y, mean), std)| ((y - mean) / std) as f32));
                }
                None => all.extend(outputs.iter().map(|&output| output as f32)),
            }
        }
        Ok(all)
    }

    /// Metrics over a part. `each` sees every batch with what is predicted of it.
    fn evaluate(
        &self,
        part: &Part,
        mut batches: Epoch,
        mut each: impl FnMut(&Batch, &[f32]),
    ) -> Result<Box<dyn Meter>> {
        let mut meter = self.objective.meter();
        while let Some(batch) = batches.next_batch() {
            let outputs = self.predicted(part, batch)?;
            meter.update(&outputs, batch.own_target());
            each(batch, &outputs);
        }
        Ok(meter)
    }

    fn findings(&self) -> ModelFindings {
        let Insight { size, importances } = self.estimator.insight();
        let named = |index: usize| {
            let names = self.info.features().unwrap_or_default();
            names.get(index).cloned().unwrap_or_else(|| index.to_string())
        };
        ModelFindings {
            name: self.name.clone(),
            size: size.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
            importances: importances
                .into_iter()
                .enumerate()
                .map(|(i, share)| (named(i), share))
                .collect(),
        }
    }
}

impl Fitted for Fit {
    fn step(&mut self, stop: &AtomicBool) -> Result<Step> {
        if self.samples.is_none() {
            self.samples = Some(samples(&self.train, &self.info)?);
        }
        match &self.samples {
            Some(samples) => self.estimator.step(samples, stop),
            None => Ok(Step::Done),
        }
    }

    fn metrics(&mut self, train: Epoch, validation: Option<Epoch>) -> Result<Vec<(String, f64)>> {
        let mut row = named("train", &*self.evaluate(&self.train, train, |_, _| {})?);
        if let (Some(part), Some(validation)) = (&self.validation, validation) {
            row.extend(named("val", &*self.evaluate(part, validation, |_, _| {})?));
        }
        Ok(row)
    }
}

impl Model for Fit {
    fn predicts(&self) -> Option<Vec<String>> {
        self.objective.columns()
    }

    fn predict(&mut self, part: &Part, inputs: &Batch) -> Result<Vec<Rows>> {
        let outputs = self.predicted(part, inputs)?;
        let rows = outputs.chunks_exact(self.outputs.max(1));
        Ok(rows.map(|outputs| self.objective.rows(outputs, &[])).collect())
    }

    fn generate(&mut self, _request: &Generate) -> Result<Vec<Artifact>> {
        let message = format!("a {} makes neither texts nor pictures", self.name);
        Err(Error::new(Kind::Usage, message).help("`runner predict` says what it predicts of new inputs"))
    }

    fn export(&self) -> Tensors {
        let mut out = Tensors::new(self.about.clone());
        self.estimator.export(&mut out);
        out
    }

    fn import(&mut self, weights: &Tensors) -> Result<()> {
        self.estimator.import(weights)
    }

    fn save(&self, out: &mut Tensors) -> Value {
        self.estimator.save(out);
        Value::Null
    }

    fn restore(&mut self, tensors: &Tensors, _state: &Value) -> Result<()> {
        self.estimator.restore(tensors)
    }

    fn finish(&mut self, test: Option<Epoch>) -> Result<Outcome> {
        let mut observer = self.objective.observer();
        let mut outcome = Outcome {
            test: Vec::new(),
            predictions: None,
            findings: observer.findings(),
        };
        if let (Some(part), Some(test)) = (&self.test, test) {
            let meter = self.evaluate(part, test, |batch, outputs| {
                observer.see(batch, outputs, &losses(batch, outputs, self.scale.as_ref()));
            })?;
            outcome = Outcome {
                test: named("test", &*meter),
                predictions: Some(observer.predictions()?),
                findings: observer.findings(),
            };
        }
        outcome.findings.model = Some(self.findings());
        Ok(outcome)
    }
}

fn named(part: &str, meter: &dyn Meter) -> Vec<(String, f64)> {
    let values = meter.values().into_iter();
    values.map(|(name, value)| (format!("{part}_{name}"), value)).collect()
}

/// How wrong each sample's prediction is: −ln of its class's probability, kept away from 0 as scikit-learn does, or
/// the mean squared error.
fn losses(batch: &Batch, outputs: &[f32], scale: Option<&Normalization>) -> Vec<f64> {
    let width = (outputs.len() / batch.len().max(1)).max(1);
    let rows = outputs.chunks_exact(width);
    match batch.own_target() {
        Target::Classes(classes) => {
            let loss = |(row, &class): (&[f32], &u32)| {
                let p = row.get(class as usize).copied().map_or(0.0, f64::from);
                // Never -0.
                0.0 - libm::log(p.clamp(f64::EPSILON, 1.0))
            };
            rows.zip(classes).map(loss).collect()
        }
        Target::Values(values) => {
            let loss = |(row, truths): (&[f32], &[f32])| {
                let errors = row.iter().zip(truths).map(|(&a, &b)| f64::from(a) - f64::from(b));
                let unit = |place: usize| scale.and_then(|scale| scale.std.get(place)).copied().unwrap_or(1.0);
                let errors = errors.enumerate().map(|(place, error)| error * unit(place));
                errors.map(|error| error * error).sum::<f64>() / width as f64
            };
            rows.zip(values.chunks_exact(width)).map(loss).collect()
        }
        Target::Mixed(_) => vec![f64::NAN; batch.len()],
    }
}

/// The data with targets in their own units, for models: they see numbers as they stand there. What is judged is scaled
/// where the numbers have 64 bits: batches have 32.
#[must_use]
pub fn unscaled(dataset: Dataset) -> Dataset {
    let exact = dataset.target_normalization.filter(|scale| !is_single(scale));
    Dataset {
        normalization: Normalization {
            mean: vec![0.0],
            std: vec![1.0],
        },
        target_normalization: exact,
        ..dataset
    }
}
