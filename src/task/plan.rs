//! What a recipe and its data come to, before anything runs.

use crate::data::DataInfo;
use crate::loss;
use crate::nn::def::numbers;
use crate::nn::{Lowered, lower_layers};
use crate::recipe::Recipe;
use crate::spec::{Field, KeyPath, Kind, Presence, Problem, Section};

/// A checked experiment.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The module of `runner::task` whose `main` the program calls.
    pub task: &'static str,
    /// Its networks, in the order that `main` takes them.
    pub networks: Vec<PlannedNetwork>,
    /// The metrics of an epoch's row, in order.
    pub metrics: Vec<String>,
    /// What "best" is judged by unless the recipe says otherwise.
    pub monitor: String,
    /// Lines worth telling the user.
    pub notes: Vec<String>,
}

/// One network with its shapes.
#[derive(Clone, Debug)]
pub struct PlannedNetwork {
    /// The recipe's key, such as `network` or `generator`.
    pub key: &'static str,
    /// Its layers, fused where one kernel does several.
    pub layers: Vec<Lowered>,
}

impl PlannedNetwork {
    /// Numbers for [`crate::nn::Network::new`].
    pub fn hyperparameters(&self) -> Vec<f64> {
        self.layers
            .iter()
            .flat_map(|layer| layer.hyperparameters.iter().copied())
            .collect()
    }
}

/// The recipe's `network`.
pub(super) const NETWORK: Field = Field {
    key: "network",
    doc: "The layers, first to last; names and arguments are those of torch.nn.",
    kind: Kind::Layers,
    presence: Presence::Required,
};

/// Sections of all losses.
pub(super) fn losses() -> Vec<&'static Section> {
    loss::LOSSES.iter().map(|def| &def.section).collect()
}

/// The plan of one network that learns targets with one loss; `metrics` are the task's own, besides the
/// loss.
pub(super) fn supervised_plan(
    task: &'static str,
    recipe: &Recipe,
    info: &DataInfo,
    metrics: &[String],
) -> Result<Plan, Vec<Problem>> {
    let key = KeyPath::from("network");
    let chosen = recipe.layers("network");
    if chosen.is_empty() {
        return Err(vec![
            Problem::new(key, "a network needs at least one layer").help("such as '- linear: 10'"),
        ]);
    }
    let layers = lower_layers(&chosen, &info.input).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| problem.under(&key))
            .collect::<Vec<_>>()
    })?;
    let problems = check_loss(
        recipe,
        info,
        &layers,
        &chosen.last().map(|last| last.name.clone()).unwrap_or_default(),
    );
    if !problems.is_empty() {
        return Err(problems);
    }
    let validated = info.rows[1] > 0;
    Ok(Plan {
        task,
        notes: layers.iter().filter_map(|layer| layer.note.clone()).collect(),
        networks: vec![PlannedNetwork { key: "network", layers }],
        metrics: metric_names(metrics, validated),
        monitor: if validated {
            "val_loss".to_owned()
        } else {
            "train_loss".to_owned()
        },
    })
}

/// The columns of a row: losses first, then each metric.
fn metric_names(metrics: &[String], validated: bool) -> Vec<String> {
    let parts: &[&str] = if validated { &["train", "val"] } else { &["train"] };
    let losses = parts.iter().map(|part| format!("{part}_loss"));
    let others = parts
        .iter()
        .flat_map(|part| metrics.iter().map(move |metric| format!("{part}_{metric}")));
    losses.chain(others).collect()
}

/// Whether the last layer gives what the loss takes.
fn check_loss(recipe: &Recipe, info: &DataInfo, layers: &[Lowered], last: &str) -> Vec<Problem> {
    let Some(chosen) = recipe.chosen("loss") else {
        return vec![Problem::new(KeyPath::from("loss"), "there is no loss")];
    };
    let Some(def) = loss::find(&chosen.name) else {
        return vec![Problem::new(
            KeyPath::from("loss"),
            format!("there is no loss {:?}", chosen.name),
        )];
    };
    let at = KeyPath::from("loss");
    let mut problems: Vec<Problem> = (def.check)(&chosen, &info.target)
        .into_iter()
        .map(|problem| problem.under(&at))
        .collect();
    let wanted = match (def.outputs)(&info.target) {
        Ok(wanted) => wanted,
        Err(why) => {
            problems.push(Problem::new(
                at,
                format!("{} does not fit {}: {why}", chosen.name, info.name),
            ));
            return problems;
        }
    };
    let index = recipe.layers("network").len().saturating_sub(1);
    let place = KeyPath::from("network").join(index).join(last);
    let output = layers.last().map(|layer| layer.output.clone()).unwrap_or_default();
    if numbers(&output) != wanted {
        let message = format!(
            "the network gives {} numbers a sample, but {} on {} needs {wanted}",
            numbers(&output),
            chosen.name,
            info.name
        );
        problems.push(Problem::new(place, message).help(format!("end the network with '- linear: {wanted}'")));
    } else if matches!(
        (chosen.name.as_str(), last),
        ("cross_entropy", "softmax") | ("binary_cross_entropy", "sigmoid")
    ) {
        let message = format!("{} takes the outputs before {last}, which it has in it", chosen.name);
        problems.push(Problem::new(place, message).help(format!("remove the last '{last}'")));
    }
    problems
}
