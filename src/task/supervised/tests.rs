//! Whole optimizer steps against PyTorch (tests/peers/training.py): several batches a step, the last one
//! smaller, gradients clipped, learning rates from a schedule.

use serde::Deserialize;

use super::*;
use crate::First;
use crate::{check, classification, horizon, regression};
use runner_data::{DataContext, Lane};
use runner_nn::linear::{Identity, Linear, WithBias};
use runner_nn::tanh::Tanh;
use runner_nn::{Chain, Fused};
use runner_recipe::{Overrides, Recipe};

type Small = Chain<Linear<4, 6, WithBias, Tanh>, Linear<6, 3, WithBias, Identity>>;
type Line = Chain<Linear<10, 5, WithBias, Tanh>, Linear<5, 1, WithBias, Identity>>;

#[derive(Deserialize)]
struct Case {
    name: String,
    recipe: String,
    initial: std::collections::BTreeMap<String, Initial>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Initial {
    shape: Vec<usize>,
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Step {
    batches: Vec<Given>,
    after: Vec<f32>,
}

#[derive(Deserialize)]
struct Given {
    x: Vec<f32>,
    y: Vec<f64>,
}

impl Given {
    fn batch(self, classes: bool) -> Batch {
        let width = self.x.len() / self.y.len();
        let target = if classes {
            Lane::ids(1, self.y.iter().map(|&y| y as u32).collect())
        } else {
            Lane::floats(1, self.y.iter().map(|&y| y as f32).collect())
        };
        Batch::new(Lane::floats(width, self.x), target)
    }
}

fn supervised(recipe: &Recipe) -> Supervised {
    let dataset = runner_data::load(&recipe.dataset, &DataContext::new(".", recipe.seed)).unwrap();
    let plan = check(recipe, &dataset.info).unwrap();
    let setup = Setup {
        recipe,
        dataset: &dataset,
        plan: &plan,
        horizon: horizon(recipe, dataset.train.len()),
    };
    if recipe.task.name == "classification" {
        let objective = classification::objective(&setup).unwrap();
        Supervised::new::<Fused<Small>>(&setup, objective).unwrap()
    } else {
        let objective = regression::objective(&setup).unwrap();
        Supervised::new::<Fused<Line>>(&setup, objective).unwrap()
    }
}

#[test]
fn steps_over_several_batches_agree_with_pytorch() {
    #[derive(Deserialize)]
    struct Figures {
        cases: Vec<Case>,
    }
    let text = include_str!("../../../tests/figures/training.json");
    let figures: Figures = serde_json::from_str(text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for case in figures.cases {
        let path = folder.path().join("recipe.yaml");
        std::fs::write(&path, &case.recipe).unwrap();
        let recipe = Recipe::load(runner_catalog::language(), &path, &Overrides::default()).unwrap();
        let mut task = supervised(&recipe);
        let mut initial = Tensors::new("");
        for (name, tensor) in case.initial {
            initial.push(name, &tensor.shape, tensor.values);
        }
        task.import(&initial).unwrap();
        let classes = recipe.task.name == "classification";
        assert!(case.steps.len() >= 20);
        for (step, Step { batches, after }) in (0..).zip(case.steps) {
            let at = |first| At {
                position: Position { epoch: 0, step },
                key: Key::new(0),
                first,
            };
            for (given, first) in batches.into_iter().zip([First::Yes, First::No, First::No]) {
                task.learn(&given.batch(classes), &at(first)).unwrap();
            }
            task.update(&at(First::No)).unwrap();
            for (ours, theirs) in task.learner.engine.parameters().iter().zip(&after) {
                let slack = 1e-6 * theirs.abs().max(1.0);
                assert!(
                    (ours - theirs).abs() <= slack,
                    "{}, step {step}: {ours}, PyTorch {theirs}",
                    case.name
                );
            }
        }
    }
}
