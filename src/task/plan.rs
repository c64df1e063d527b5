//! What follows from a recipe and its data, before anything runs.

use super::ends;
use super::model_plan::PlannedModel;
use super::text;
use runner_data::DataInfo;
use runner_declare::{Chosen, Field, KeyPath, Kind, Presence, Problem, Section};
use runner_loss as loss;
use runner_nn::def::numbers;
use runner_nn::{Lowered, lower_layers};
use runner_recipe::Recipe;

/// A checked experiment.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The module of `runner_task` whose `task` makes it.
    pub task: &'static str,
    /// Its networks, in the order in which `task` takes them; none where a model does it.
    pub networks: Vec<PlannedNetwork>,
    /// The model that does it in their place.
    pub model: Option<PlannedModel>,
    /// The metrics of an epoch's row, in order.
    pub metrics: Vec<String>,
    /// What "best" is judged by unless the recipe says otherwise; a metric, or [`EPOCH`](runner_results::row::EPOCH).
    pub monitor: String,
    /// The class that metrics such as f1 are about, where there are such among its own.
    pub positive_class: Option<String>,
    /// Lines worth showing the user.
    pub notes: Vec<String>,
    /// What has no effect, or not the one that it seems to have, and the remedy.
    pub warnings: Vec<Problem>,
}

/// One network with its shapes.
#[derive(Clone, Debug)]
pub struct PlannedNetwork {
    /// The recipe's key, such as `network` or `generator`.
    pub key: &'static str,
    /// Its layers, fused where one kernel does several.
    pub layers: Vec<Lowered>,
    /// The recipe's key of its optimizer; where a recipe says nothing there, `optimizer` holds.
    pub optimizer: &'static str,
}

/// The key of the optimizer that every recipe has.
pub const OPTIMIZER: &str = "optimizer";

impl PlannedNetwork {
    /// Numbers for [`runner_nn::Network::new`].
    pub fn hyperparameters(&self) -> Vec<f64> {
        self.layers
            .iter()
            .flat_map(|layer| layer.hyperparameters.iter().copied())
            .collect()
    }

    /// Trainable numbers.
    pub fn parameters(&self) -> u64 {
        let layers = self.layers.iter().map(|layer| layer.parameters as u64);
        layers.fold(0, u64::saturating_add)
    }

    /// The update rule that the recipe has for it.
    pub fn optimizer(&self, recipe: &Recipe) -> Chosen {
        recipe
            .chosen(self.optimizer)
            .or_else(|| recipe.optimizer.clone())
            .unwrap_or_default()
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
    problems: &mut Vec<Problem>,
) -> Plan {
    let wanted = check_loss(recipe, info, problems);
    if let Some(Wanted { loss, .. }) = &wanted {
        let key = KeyPath::from("network");
        problems.extend(ends::problems(&recipe.layers("network"), &key, loss, loss));
    }
    let refuse = |layers: &[Lowered], place| wanted.and_then(|wanted| wanted.refuse(layers, place));
    network_plan(task, recipe, info, metrics, problems, refuse)
}

/// The plan of one network; `refuse` says what is wrong with what the last layer gives, at its place.
pub(super) fn network_plan(
    task: &'static str,
    recipe: &Recipe,
    info: &DataInfo,
    metrics: &[String],
    problems: &mut Vec<Problem>,
    refuse: impl FnOnce(&[Lowered], KeyPath) -> Option<Problem>,
) -> Plan {
    let layers = network_layers(recipe, info, problems, refuse);
    let validated = info.rows[1] > 0;
    Plan {
        task,
        notes: layers.iter().filter_map(|layer| layer.note.clone()).collect(),
        warnings: Vec::new(),
        positive_class: None,
        networks: vec![PlannedNetwork {
            key: "network",
            layers,
            optimizer: OPTIMIZER,
        }],
        model: None,
        metrics: metric_names(metrics, validated),
        monitor: if validated {
            "val_loss".to_owned()
        } else {
            "train_loss".to_owned()
        },
    }
}

/// The layers of `network`, none where they do not fit each other.
fn network_layers(
    recipe: &Recipe,
    info: &DataInfo,
    problems: &mut Vec<Problem>,
    refuse: impl FnOnce(&[Lowered], KeyPath) -> Option<Problem>,
) -> Vec<Lowered> {
    let key = KeyPath::from("network");
    let chosen = recipe.layers("network");
    let Some(last) = chosen.last() else {
        problems.push(Problem::new(key, "a network needs at least one layer").help("such as '- linear: 10'"));
        return Vec::new();
    };
    match lower_layers(&chosen, &info.shape()) {
        Ok(layers) => {
            let place = key.join(chosen.len() - 1).join(&last.name);
            problems.extend(refuse(&layers, place));
            problems.extend(text::problems(&chosen, &layers, info, &key));
            layers
        }
        Err(found) => {
            problems.extend(text::problems(&chosen, &[], info, &key));
            problems.extend(found.into_iter().map(|problem| problem.under(&key)));
            Vec::new()
        }
    }
}

/// The columns of a row: losses first, then each metric.
fn metric_names(metrics: &[String], validated: bool) -> Vec<String> {
    let parts: &[&str] = if validated { &["train", "val"] } else { &["train"] };
    let losses = parts.iter().map(|part| format!("{part}_loss"));
    losses.chain(of_parts(metrics, validated)).collect()
}

/// Each metric of the training part, then of the validation part.
pub(super) fn of_parts(metrics: &[String], validated: bool) -> Vec<String> {
    let parts: &[&str] = if validated { &["train", "val"] } else { &["train"] };
    let all = parts
        .iter()
        .flat_map(|part| metrics.iter().map(move |metric| format!("{part}_{metric}")));
    all.collect()
}

/// What a loss takes.
struct Wanted {
    loss: String,
    dataset: String,
    outputs: usize,
}

/// Checks the loss on its own, and gives what it wants of the network.
fn check_loss(recipe: &Recipe, info: &DataInfo, problems: &mut Vec<Problem>) -> Option<Wanted> {
    let at = KeyPath::from("loss");
    let Some(chosen) = recipe.chosen("loss") else {
        problems.push(Problem::new(at, "there is no loss"));
        return None;
    };
    let Some(def) = loss::find(&chosen.name) else {
        problems.push(Problem::new(at, format!("there is no loss {:?}", chosen.name)));
        return None;
    };
    let Some(target) = info.target() else {
        problems.push(Problem::new(at, format!("{} has no targets to be learnt", info.name)));
        return None;
    };
    let found = (def.check)(&chosen, target);
    problems.extend(found.into_iter().map(|problem| problem.under(&at)));
    match (def.outputs)(target) {
        Ok(outputs) => Some(Wanted {
            loss: chosen.name,
            dataset: info.name.clone(),
            outputs,
        }),
        Err(why) => {
            let message = format!("{} does not fit {}: {why}", chosen.name, info.name);
            problems.push(Problem::new(at, message));
            None
        }
    }
}

impl Wanted {
    /// Why the loss does not take what the last layer gives.
    fn refuse(&self, layers: &[Lowered], place: KeyPath) -> Option<Problem> {
        let Self { loss, dataset, outputs } = self;
        let given = numbers(&layers.last()?.output);
        if given != *outputs {
            let message =
                format!("the network gives {given} numbers a sample, but {loss} on {dataset} needs {outputs}");
            let help = match layers.last()?.output[..] {
                [_, width] if width == *outputs => {
                    "these are numbers at each step: let the last recurrent layer give one state, with 'output: last'"
                        .to_owned()
                }
                [_, _] => format!(
                    "end the sequence before it, such as with '- lstm: {{hidden_size: 64, output: last}}', and the network with \
                     '- linear: {outputs}'"
                ),
                _ => format!("end the network with '- linear: {outputs}'"),
            };
            return Some(Problem::new(place, message).help(help));
        }
        None
    }
}
