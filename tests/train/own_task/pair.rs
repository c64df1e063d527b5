//! Two networks that learn the same classes side by side, each with its own optimizer.

use std::sync::atomic::{AtomicBool, Ordering};

use runner::catalog;
use runner::data::DataInfo;
use runner::data::loader::{Batch, Epoch};
use runner::declare::{Chosen, Field, KeyPath, Kind as Is, Presence, Problem, Section, Value};
use runner::error::{Error, Kind, Result};
use runner::files::tensors::Tensors;
use runner::loss::{self, Loss, Sum};
use runner::nn::layer::Accumulate;
use runner::nn::linear::{Identity, Linear, WithBias};
use runner::nn::tanh::Tanh;
use runner::nn::{Chain, Fused, Mode, Pass, lower_layers};
use runner::optim::schedule::Position;
use runner::random::Key;
use runner::recipe::{Language, Recipe, sections};
use runner::results::findings::Findings;
use runner::results::findings::Picture;
use runner::task::Learner;
use runner::task::{
    Artifact, At, Content, First, Model, Outcome, Plan, PlannedNetwork, Running, Setup, TaskDef, Trained, about,
};

const fn layers(key: &'static str) -> Field {
    Field {
        key,
        doc: "A network.",
        kind: Is::Layers,
        presence: Presence::Required,
    }
}

pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "pair",
        doc: "Two networks.",
        fields: &[
            layers("left"),
            layers("right"),
            Field {
                key: "right_optimizer",
                doc: "The optimizer of the right one.",
                kind: Is::Variant {
                    of: catalog::optimizers,
                    common: &[],
                },
                presence: Presence::Optional,
            },
        ],
        shorthand: None,
    },
    plan,
    by_model: None,
};

fn tasks() -> Vec<&'static Section> {
    vec![&DEF.section]
}

pub static LANGUAGE: Language = Language {
    head: &sections::head(tasks, catalog::DATASETS),
    tail: &sections::tail(catalog::optimizers, catalog::SCHEDULERS),
    tasks,
    layers: catalog::layers,
    models: runner::recipe::Models::NONE,
};

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    let mut network = |key: &'static str, optimizer| PlannedNetwork {
        key,
        optimizer,
        layers: lower_layers(&recipe.layers(key), &info.shape()).unwrap_or_else(|found| {
            problems.extend(found.into_iter().map(|problem| problem.under(&KeyPath::from(key))));
            Vec::new()
        }),
    };
    Plan {
        task: "pair",
        model: None,
        networks: vec![network("left", "optimizer"), network("right", "right_optimizer")],
        metrics: ["train_loss", "val_loss"].map(str::to_owned).to_vec(),
        monitor: "val_loss".to_owned(),
        positive_class: None,
        warnings: Vec::new(),
        notes: Vec::new(),
    }
}

type Net = Fused<Chain<Linear<2, 5, WithBias, Tanh>, Linear<5, 2, WithBias, Identity>>>;

pub struct Pair<'a> {
    learners: [Learner; 2],
    loss: Box<dyn Loss>,
    /// Losses of the epoch, and the weight of the step under way.
    sum: Sum,
    group: f64,
    about: String,
    /// Asked to stop after each step.
    pub stop_each_step: Option<&'a AtomicBool>,
}

impl Pair<'_> {
    pub fn new(setup: &Setup<'_>) -> Self {
        let chosen = Chosen {
            name: "cross_entropy".to_owned(),
            settings: serde_json::from_str(r#"{"label_smoothing": 0.0}"#).unwrap(),
        };
        assert!(setup.dataset.info.classes().is_some());
        Self {
            learners: [setup.learner::<Net>(0).unwrap(), setup.learner::<Net>(1).unwrap()],
            loss: (loss::find("cross_entropy").unwrap().build)(&chosen, 2).unwrap(),
            sum: Sum::default(),
            group: 0.0,
            about: about(setup),
            stop_each_step: None,
        }
    }

    fn evaluate(&mut self, mut batches: Epoch) -> Result<Sum> {
        let mut sum = Sum::default();
        while let Some(batch) = batches.next_batch() {
            for learner in &mut self.learners {
                let pass = Pass {
                    mode: Mode::Eval,
                    batch: batch.len(),
                    key: Key::new(0),
                    lengths: None,
                };
                let outputs = learner.engine.forward(&pass, batch.input())?;
                sum += self.loss.forward(outputs, batch.target());
            }
        }
        Ok(sum)
    }
}

impl Trained for Pair<'_> {
    fn learn(&mut self, batch: &Batch, at: &At) -> Result<()> {
        for (learner, index) in self.learners.iter_mut().zip(0..) {
            let pass = Pass {
                mode: Mode::Train,
                batch: batch.len(),
                key: at.key.at(index),
                lengths: None,
            };
            let outputs = learner.engine.forward(&pass, batch.input())?;
            let mut gradient = vec![0.0; outputs.len()];
            let sum = self.loss.backward(outputs, batch.target(), Some(1.0), &mut gradient);
            let accumulate = match at.first {
                First::Yes => Accumulate::Replace,
                First::No => Accumulate::Add,
            };
            learner
                .engine
                .backward(&pass, accumulate, batch.input(), &mut gradient, None)?;
            self.sum += sum;
            self.group += sum.weight / 2.0;
        }
        Ok(())
    }

    fn update(&mut self, at: &At) -> Result<()> {
        let scale = (1.0 / self.group) as f32;
        self.group = 0.0;
        self.learners
            .iter_mut()
            .for_each(|learner| learner.step(at.position, scale));
        if let Some(stop) = self.stop_each_step {
            stop.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn lr(&self, position: Position) -> f64 {
        self.learners[0].lr(position)
    }

    fn running(&self) -> Running {
        Running {
            loss: self.sum.mean(),
            metric: None,
        }
    }

    fn end_epoch(&mut self, at: Position, validation: Option<Epoch>) -> Result<Vec<(String, f64)>> {
        let train = std::mem::take(&mut self.sum);
        let validation = self.evaluate(validation.unwrap())?;
        let row = vec![
            ("train_loss".to_owned(), train.mean()),
            ("val_loss".to_owned(), validation.mean()),
        ];
        self.learners
            .iter_mut()
            .for_each(|learner| learner.observe(at.epoch, &row));
        Ok(row)
    }
}

impl Model for Pair<'_> {
    fn samples(&mut self, epoch: u64) -> Result<Vec<Artifact>> {
        let first = self.learners.each_ref().map(|learner| learner.engine.parameters()[0]);
        let text = format!("agreement in epoch {epoch}: {}", (first[0] - first[1]).abs());
        let picture = Picture {
            width: 2,
            height: 1,
            channels: 1,
            pixels: first.map(|x| (x * 100.0 + 128.0) as u8).to_vec(),
        };
        Ok(vec![
            Artifact {
                name: "agreement".to_owned(),
                content: Content::Text(text),
            },
            Artifact {
                name: "first_weights".to_owned(),
                content: Content::Picture(picture),
            },
        ])
    }

    fn export(&self) -> Tensors {
        let mut weights = Tensors::new(self.about.clone());
        self.learners.iter().for_each(|learner| learner.export(&mut weights));
        weights
    }

    fn import(&mut self, weights: &Tensors) -> Result<()> {
        self.learners.iter_mut().try_for_each(|learner| learner.import(weights))
    }

    fn save(&self, out: &mut Tensors) -> Value {
        let schedules = self.learners.each_ref().map(|learner| learner.save(out));
        serde_json::json!({"sum": self.sum, "schedules": schedules})
    }

    fn restore(&mut self, tensors: &Tensors, state: &Value) -> Result<()> {
        self.sum =
            serde_json::from_value(state["sum"].clone()).map_err(|error| Error::new(Kind::Run, error.to_string()))?;
        let learners = self.learners.iter_mut().zip(0..);
        learners
            .into_iter()
            .try_for_each(|(learner, index)| learner.restore(tensors, &state["schedules"][index as usize]))
    }

    fn finish(&mut self, _test: Option<Epoch>) -> Result<Outcome> {
        Ok(Outcome {
            test: Vec::new(),
            predictions: None,
            findings: Findings::default(),
        })
    }
}
