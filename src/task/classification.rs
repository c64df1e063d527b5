//! Classification: one of several classes for each sample.

mod evaluation;
mod metrics;

use std::sync::Arc;

use self::evaluation::{Evaluation, written};
use self::metrics::{Counted, about, asked, meant, of_positive, too_many, top_k, wrong_positive};
use super::fit::Fit;
use super::model_plan::{MODEL, model_field, model_plan};
use super::objective::{Meter, Objective, Observer, Worst};
use super::plan::supervised_plan;
use super::supervised::Supervised;
use super::target::{of_text, remedy};
use super::{ByModel, Fitted, Plan, Setup, TaskDef, Trained, text};
use runner_data::{DataInfo, FieldKind, Part, StandIn};
use runner_declare as declare;
use runner_declare::{Field, KeyPath, Presence, Problem, Range, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_loss as loss;
use runner_loss::Prediction;
use runner_metric::{Asked, Classification, ConfusionMatrix, is_of_positive};
use runner_nn::Network;
use runner_recipe::{Approach, Recipe};

/// `task: classification`.
pub static DEF: TaskDef = TaskDef {
    section: Section {
        name: "classification",
        doc: "Tells which of several classes a sample belongs to.",
        fields: &[
            super::plan::NETWORK,
            Field {
                key: "loss",
                doc: "What the training makes small.",
                kind: declare::Kind::Variant {
                    of: super::plan::losses,
                    common: &[],
                },
                presence: Presence::Default("\"cross_entropy\""),
            },
            TOP_K,
            METRICS,
            POSITIVE_CLASS,
            AVERAGE,
        ],
        shorthand: None,
    },
    plan,
    by_model: Some(ByModel {
        section: Section {
            name: "classification",
            doc: "Tells which of several classes a sample belongs to.",
            fields: &[
                model_field(runner_model::classifiers),
                TOP_K,
                METRICS,
                POSITIVE_CLASS,
                AVERAGE,
            ],
            shorthand: None,
        },
        build: by_model,
    }),
};

const TOP_K: Field = Field {
    key: "top_k",
    doc: "Also report how often the class is among the k largest outputs.",
    kind: declare::Kind::Integer { min: 2, max: 1000 },
    presence: Presence::Optional,
};

const METRICS: Field = Field {
    key: "metrics",
    doc: "What is computed on each part besides the loss, in this order; bars show the first. When absent: accuracy, and \
          of two classes precision, recall and f1 of the positive one, of more their means precision_macro, recall_macro \
          and f1_macro.",
    kind: declare::Kind::List {
        of: &declare::Kind::Either(&[declare::Kind::Name(runner_metric::sections), declare::Kind::Text]),
        min: 1,
        max: 64,
    },
    presence: Presence::Optional,
};

const POSITIVE_CLASS: Field = Field {
    key: "positive_class",
    doc: "Of two classes, the one that precision, recall, f1 and average_precision are about. When absent, the second, as in \
          scikit-learn.",
    kind: declare::Kind::Either(&[
        declare::Kind::Text,
        declare::Kind::Integer {
            min: i64::MIN,
            max: i64::MAX,
        },
        declare::Kind::Number(Range::ANY),
        declare::Kind::Bool,
    ]),
    presence: Presence::Optional,
};

const AVERAGE: Field = Field {
    key: "average",
    doc: "What precision, recall and f1 are, by these names alone. Means over classes have names of their own: \
          precision_macro, recall_macro, f1_macro; precision_weighted, recall_weighted, f1_weighted.",
    kind: declare::Kind::Choice(&[
        (
            "binary",
            "Of two classes, those of the positive one. Of more there are none of these names.",
        ),
        ("macro", "Means over classes, as runs of earlier versions had them."),
    ]),
    presence: Presence::Changed {
        now: "\"binary\"",
        before: "\"macro\"",
    },
};

fn by_model(setup: &Setup<'_>) -> Result<Box<dyn Fitted>> {
    let chosen = setup.recipe.chosen(MODEL).unwrap_or_default();
    let def = runner_model::classifier(&chosen.name);
    Ok(Box::new(Fit::new(setup, def, objective(setup)?)?))
}

/// The task with the network `N`.
///
/// # Errors
/// When a part of the recipe does not fit; one that was checked fits.
pub fn task<N: Network>(setup: &Setup<'_>) -> Result<Box<dyn Trained>> {
    let mut task = Supervised::new::<N>(setup, objective(setup)?)?;
    text::ignores_padding(task.network(), &setup.dataset.info)?;
    Ok(Box::new(task))
}

/// What makes a supervised task a classification.
pub(super) fn objective(setup: &Setup<'_>) -> Result<Box<dyn Objective>> {
    Ok(Box::new(Classify::new(setup)?))
}

fn plan(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Plan {
    let classes = info.classes().unwrap_or_default();
    let about = about(recipe, classes);
    // Where there are no classes, that is what is wrong.
    let there = |_: &Problem| !classes.is_empty();
    problems.extend(wrong_positive(recipe, classes).filter(there));
    let names: Vec<String> = match asked(recipe, &about) {
        Ok(asked) => {
            problems.extend(too_many(&asked, classes.len(), info));
            asked.into_iter().map(|one| one.name).collect()
        }
        Err(found) => {
            problems.extend(found.into_iter().filter(there));
            meant(recipe, &about)
        }
    };
    match (info.target(), top_k(recipe)) {
        (Some(FieldKind::Class(classes)), Some(k)) if k >= classes.len() => {
            let message = format!("top_k is {k}, but there are only {} classes", classes.len());
            problems.push(Problem::new(KeyPath::from("top_k"), message).help("remove it, or make it smaller"));
        }
        (Some(FieldKind::Class(_)), _) => {}
        (Some(FieldKind::Tokens { .. }), _) => problems.push(of_text("classification", info)),
        _ => {
            let message = format!("classification needs classes, but {} has numbers as targets", info.name);
            problems.push(Problem::new(KeyPath::from("task"), message).help(remedy(recipe, "classes", "regression")));
        }
    }
    let mut plan = match recipe.approach {
        Approach::Network => supervised_plan("classification", recipe, info, &names, problems),
        Approach::Model => {
            let (find, monitor) = (runner_model::classifier, names.first().cloned().unwrap_or_default());
            model_plan("classification", recipe, info, find, &names, &monitor, problems)
        }
    };
    let about_positive: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| is_of_positive(name))
        .collect();
    if let Some(positive) = about.positive().filter(|_| !about_positive.is_empty()) {
        plan.notes.push(of_positive(&about_positive, &about));
        plan.positive_class = Some(positive.to_owned());
    }
    if let [only] = classes {
        plan.notes.push(format!(
            "there is one class, '{only}': nothing is learnt from telling it from none"
        ));
    }
    plan
}

struct Classify {
    classes: Vec<String>,
    asked: Vec<Asked>,
    prediction: Prediction,
    input: Vec<usize>,
    features: Option<Vec<String>>,
    vocabulary: Vec<String>,
    test: Option<Arc<Part>>,
    stand_in: Option<StandIn>,
}

impl Classify {
    fn new(setup: &Setup<'_>) -> Result<Self> {
        let info = &setup.dataset.info;
        let Some(classes) = info.classes() else {
            return Err(Error::new(Kind::Data, format!("{} has no classes", info.name)));
        };
        let prediction = match setup.recipe.approach {
            Approach::Model => Prediction::Probabilities,
            Approach::Network => {
                let name = setup.recipe.chosen("loss").unwrap_or_default().name;
                loss::find(&name).map_or(Prediction::Softmax, |def| def.prediction)
            }
        };
        Ok(Self {
            classes: classes.to_vec(),
            asked: asked(setup.recipe, &about(setup.recipe, classes)).map_err(Error::from)?,
            prediction,
            input: info.shape(),
            features: info.features().map(<[String]>::to_vec),
            vocabulary: info.vocabulary().unwrap_or_default().to_vec(),
            test: setup.dataset.test.clone(),
            stand_in: info.stand_in.clone(),
        })
    }
}

impl Objective for Classify {
    fn meter(&self) -> Box<dyn Meter> {
        Box::new(Counted {
            seen: Classification::seen_by(&self.asked, self.classes.len(), self.prediction),
            asked: self.asked.clone(),
        })
    }

    fn columns(&self) -> Option<Vec<String>> {
        let probabilities = written(&self.classes).iter().map(|class| format!("p_{class}"));
        Some(["predicted".to_owned()].into_iter().chain(probabilities).collect())
    }

    fn cells(&self, outputs: &[f32]) -> Vec<String> {
        let class = self.classes.get(self.prediction.class(outputs) as usize);
        let probabilities = self.prediction.class_probabilities(outputs);
        let probabilities = probabilities.iter().take(written(&self.classes).len());
        class
            .cloned()
            .into_iter()
            .chain(probabilities.map(f32::to_string))
            .collect()
    }

    fn observer(&self) -> Box<dyn Observer> {
        Box::new(Evaluation {
            classes: self.classes.clone(),
            prediction: self.prediction,
            input: self.input.clone(),
            features: self.features.clone(),
            vocabulary: self.vocabulary.clone(),
            part: self.test.clone(),
            stand_in: self.stand_in.clone(),
            confusion: ConfusionMatrix::new(self.classes.len()),
            rows: Vec::new(),
            worst: Worst::new(),
        })
    }
}

#[cfg(test)]
mod tests;
