//! What tests of tasks that make samples share: figures of PyTorch, and a setup of four numbers and three classes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{At, First, Plan, Setup, check, horizon};
use runner_data as data;
use runner_data::loader::Batch;
use runner_data::{DataContext, Dataset, Lane};
use runner_ground::files::tensors::Tensors;
use runner_ground::random::Key;
use runner_optim::schedule::Position;
use runner_recipe::{Overrides, Recipe};

pub(super) struct Trial {
    recipe: Recipe,
    dataset: Dataset,
    plan: Plan,
}

impl Trial {
    pub fn new(recipe: &str, normalize: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rows = (0..30).map(|i| format!("0.{},0.{},0.5,0.25,{}\n", i % 7, i % 5, ["a", "b", "c"][i % 3]));
        let table = "p,q,r,s,class\n".to_owned() + &rows.collect::<String>();
        std::fs::write(folder.path().join("table.csv"), table).unwrap();
        let dataset = format!("dataset: {{name: csv, path: table.csv, target: class, normalize: {normalize}}}\n");
        let path = folder.path().join("recipe.yaml");
        std::fs::write(&path, format!("{recipe}{dataset}")).unwrap();
        let recipe = Recipe::load(runner_catalog::language(), &path, &Overrides::default()).unwrap();
        let dataset = data::load(&recipe.dataset, &DataContext::new(folder.path(), recipe.seed)).unwrap();
        let plan = check(&recipe, &dataset.info).unwrap();
        Self { recipe, dataset, plan }
    }

    pub fn setup(&self) -> Setup<'_> {
        Setup {
            recipe: &self.recipe,
            dataset: &self.dataset,
            plan: &self.plan,
            horizon: horizon(&self.recipe, self.dataset.train.len()),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Case {
    pub name: String,
    pub settings: String,
    pub initial: Initial,
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
pub(super) struct Initial(BTreeMap<String, Tensor>);

#[derive(Deserialize)]
struct Tensor {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Initial {
    pub fn tensors(self) -> Tensors {
        let mut tensors = Tensors::new("");
        for (name, Tensor { shape, values }) in self.0 {
            tensors.push(name, &shape, values);
        }
        tensors
    }
}

#[derive(Deserialize)]
pub(super) struct Step {
    batches: Vec<Given>,
    pub losses: Vec<f32>,
    pub after: Vec<f32>,
}

#[derive(Deserialize)]
struct Given {
    x: Vec<f32>,
    y: Vec<u32>,
}

impl Step {
    /// The batches of a step, with their places in the training.
    pub fn batches(&self, step: u64, steps_per_epoch: u64) -> Vec<(Batch, At)> {
        let place = |(index, given): (u64, &Given)| {
            let width = given.x.len() / given.y.len();
            let batch = Batch::new(Lane::floats(width, given.x.clone()), Lane::ids(1, given.y.clone()));
            let at = At {
                position: Position {
                    epoch: step / steps_per_epoch,
                    step: step % steps_per_epoch,
                },
                key: Key::new(0).at(step).at(index),
                first: if index == 0 { First::Yes } else { First::No },
            };
            (batch, at)
        };
        (0..).zip(&self.batches).map(place).collect()
    }
}

/// The cases of a task.
pub(super) fn figures(task: &str) -> Vec<Case> {
    let text = include_str!("../../tests/figures/making.json");
    let mut all: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(all[task].take()).unwrap()
}

pub(super) fn close(name: &str, step: u64, ours: &[f32], theirs: &[f32], slack: f32) {
    assert_eq!(ours.len(), theirs.len(), "{name}, step {step}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        let slack = slack * theirs.abs().max(1.0);
        assert!(
            (ours - theirs).abs() <= slack,
            "{name}, step {step}: {ours}, PyTorch {theirs}"
        );
    }
}
