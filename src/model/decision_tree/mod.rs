//! `decision_tree`: CART (Breiman, Friedman, Olshen and Stone 1984), as scikit-learn's DecisionTreeClassifier and
//! DecisionTreeRegressor define it. Where several splits are equally good, that of the first feature is made, and of
//! one feature that of the lowest threshold; scikit-learn draws features in a random order and takes the first it meets.

mod branch;
mod column;
mod criterion;
mod fields;
mod grow;
mod prune;
mod tree;

use std::sync::atomic::AtomicBool;

use serde::Deserialize;

pub use self::branch::{Branch, upper_tree};
use self::criterion::{Entropy, Gini, SquaredError};
use self::fields::{MaxFeatures, Settings};
use self::grow::{Rules, grow};
use self::prune::prune;
use self::tree::Tree;
use super::{Estimator, EstimatorDef, Insight, ModelDef, Samples, Shape, Step, Targets};
use runner_declare::{Chosen, Field, Problem, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_ground::random::{Key, Purpose};

/// `model: decision_tree`.
pub static DEF: ModelDef = ModelDef {
    classifier: Some(estimator(
        "Asks one feature at a time whether it is larger than a threshold, and predicts the classes of the \
         training samples that gave the same answers (sklearn.tree.DecisionTreeClassifier). Of equally good \
         splits that of the first feature is made, then that of the lowest threshold.",
        &fields::OF_CLASSES,
    )),
    regressor: Some(estimator(
        "Asks one feature at a time whether it is larger than a threshold, and predicts the mean of the \
         training samples that gave the same answers (sklearn.tree.DecisionTreeRegressor). Of equally good \
         splits that of the first feature is made, then that of the lowest threshold.",
        &fields::OF_VALUES,
    )),
};

const fn estimator(doc: &'static str, fields: &'static [Field]) -> EstimatorDef {
    EstimatorDef {
        section: Section {
            name: "decision_tree",
            doc,
            fields,
            shorthand: None,
        },
        step: "fit",
        steps: |_| 1,
        check,
        memory,
        build,
    }
}

/// How good a split is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Measure {
    Gini,
    #[serde(alias = "log_loss")]
    Entropy,
    SquaredError,
}

fn check(chosen: &Chosen, shape: &Shape) -> Vec<Problem> {
    fields::problems(chosen, shape)
}

/// Each feature in order, and the samples that go right of one.
fn memory(_: &Chosen, shape: &Shape) -> u64 {
    (shape.rows as u64)
        .saturating_mul(24)
        .saturating_mul(shape.width as u64)
}

fn build(chosen: &Chosen, shape: &Shape, seed: u64) -> Result<Box<dyn Estimator>> {
    Ok(Box::new(DecisionTree {
        settings: chosen.typed()?,
        key: Key::new(seed).purpose(Purpose::Model),
        shape: *shape,
        tree: Tree {
            width: shape.width,
            outputs: shape.outputs,
            ..Tree::default()
        },
    }))
}

struct DecisionTree {
    settings: Settings,
    key: Key,
    shape: Shape,
    /// Without nodes before the fit.
    tree: Tree,
}

impl DecisionTree {
    fn rules(&self) -> Rules {
        let settings = &self.settings;
        let all = self.shape.width;
        Rules {
            max_depth: settings.max_depth.unwrap_or(usize::MAX),
            min_samples_split: settings.min_samples_split,
            min_samples_leaf: settings.min_samples_leaf,
            min_impurity_decrease: settings.min_impurity_decrease,
            max_features: settings
                .max_features
                .as_ref()
                .map_or(all, |most| MaxFeatures::of(most, all)),
            key: self.key,
        }
    }

    fn grown(&self, samples: &Samples, stop: &AtomicBool) -> Result<Option<Tree>> {
        let (rules, features, width) = (self.rules(), &samples.features, samples.width);
        match (self.settings.criterion, &samples.targets) {
            (Measure::Gini, Targets::Classes { classes, ids }) => {
                let gini = Gini { classes: *classes, ids };
                Ok(grow(&gini, features, width, rules, stop))
            }
            (Measure::Entropy, Targets::Classes { classes, ids }) => {
                Ok(grow(&Entropy::new(*classes, ids), features, width, rules, stop))
            }
            (Measure::SquaredError, Targets::Values { width: numbers, values }) => {
                Ok(grow(&SquaredError::new(*numbers, values), features, width, rules, stop))
            }
            _ => Err(Error::new(Kind::Recipe, "this criterion is not one for these targets")),
        }
    }
}

impl Estimator for DecisionTree {
    fn step(&mut self, samples: &Samples, stop: &AtomicBool) -> Result<Step> {
        let Some(grown) = self.grown(samples, stop)? else {
            return Ok(Step::Stopped);
        };
        let alpha = self.settings.ccp_alpha;
        self.tree = if alpha > 0.0 { prune(&grown, alpha) } else { grown };
        Ok(Step::Done)
    }

    fn predict(&self, sample: &[f64], outputs: &mut [f64]) {
        outputs.copy_from_slice(self.tree.predict(sample));
    }

    fn export(&self, out: &mut Tensors) {
        self.tree.export(out);
    }

    fn import(&mut self, from: &Tensors) -> Result<()> {
        self.restore(from)?;
        if self.tree.len() == 0 {
            return Err(from.error("its tree has no nodes"));
        }
        Ok(())
    }

    /// Before the fit there are none.
    fn restore(&mut self, from: &Tensors) -> Result<()> {
        self.tree = Tree::import(from, self.shape.width, self.shape.outputs)?;
        Ok(())
    }

    fn insight(&self) -> Insight {
        Insight {
            size: vec![
                ("nodes", self.tree.len() as u64),
                ("leaves", self.tree.leaves()),
                ("depth", self.tree.depth()),
            ],
            importances: self.tree.importances(),
        }
    }
}

#[cfg(test)]
mod tests;
