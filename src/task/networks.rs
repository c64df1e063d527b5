//! What tasks with several networks share: their layers, what they must give, and asking them.

use super::ends;
use super::{PlannedNetwork, Setup};
use crate::Learner;
use runner_declare::{Field, KeyPath, Kind, Presence, Problem};
use runner_ground::error::Result;
use runner_ground::random::Key;
use runner_nn::def::numbers;
use runner_nn::{Mode, Pass, lower_layers};
use runner_recipe::Recipe;

/// Numbers of a latent vector.
pub(super) const LATENT_DIM: Field = Field {
    key: "latent_dim",
    doc: "Numbers of the latent vector z that a sample is made from.",
    kind: Kind::Integer { min: 1, max: 1 << 16 },
    presence: Presence::Required,
};

/// A list of layers under a key of its own.
pub(super) const fn layers(key: &'static str, doc: &'static str) -> Field {
    Field {
        key,
        doc,
        kind: Kind::Layers,
        presence: Presence::Required,
    }
}

pub(super) fn latent_dim(recipe: &Recipe) -> usize {
    let given = recipe.task.settings.get("latent_dim").and_then(|value| value.as_u64());
    given.and_then(|n| usize::try_from(n).ok()).unwrap_or(1)
}

/// The network under a key, for inputs of this shape; without layers where they do not fit each other.
pub(super) fn network(
    recipe: &Recipe,
    key: &'static str,
    optimizer: &'static str,
    input: &[usize],
    problems: &mut Vec<Problem>,
) -> PlannedNetwork {
    let chosen = recipe.layers(key);
    if chosen.is_empty() {
        let message = "a network needs at least one layer";
        problems.push(Problem::new(KeyPath::from(key), message).help("such as '- linear: 10'"));
    }
    let layers = lower_layers(&chosen, input).unwrap_or_else(|found| {
        problems.extend(found.into_iter().map(|problem| problem.under(&KeyPath::from(key))));
        Vec::new()
    });
    PlannedNetwork { key, layers, optimizer }
}

/// Refuses a network that gives another count of numbers than `wanted`; `why` goes on after "but".
pub(super) fn must_give(
    recipe: &Recipe,
    network: &PlannedNetwork,
    wanted: usize,
    why: &str,
    problems: &mut Vec<Problem>,
) {
    let given = network.layers.last().map(|last| numbers(&last.output));
    let Some(given) = given.filter(|&given| given != wanted) else {
        return;
    };
    let message = format!("the {} gives {given} numbers a sample, but {why}", network.key);
    let help = format!("let its last layer with weights give {wanted}, such as '- linear: {wanted}'");
    problems.push(Problem::new(last_place(recipe, network.key), message).help(help));
}

/// Refuses last layers that the loss has in it.
pub(super) fn must_give_plain_numbers(recipe: &Recipe, key: &str, loss: &str, problems: &mut Vec<Problem>) {
    problems.extend(ends::problems(&recipe.layers(key), &KeyPath::from(key), loss, loss));
}

/// The name of a network's last layer.
pub(super) fn last_layer(recipe: &Recipe, key: &str) -> Option<String> {
    recipe.layers(key).pop().map(|last| last.name)
}

fn last_place(recipe: &Recipe, key: &str) -> KeyPath {
    let layers = recipe.layers(key);
    let place = KeyPath::from(key);
    match layers.last() {
        Some(last) => place.join(layers.len() - 1).join(&last.name),
        None => place,
    }
}

/// How `dataset.normalize` was set; empty for data that has no such setting.
pub(super) fn normalize(recipe: &Recipe) -> &str {
    let set = recipe.dataset.settings.get("normalize");
    set.and_then(|value| value.as_str()).unwrap_or_default()
}

/// Notes that the layers have for the user, each with its network's key.
pub(super) fn notes(networks: &[PlannedNetwork]) -> Vec<String> {
    let notes = networks.iter().flat_map(|network| {
        let notes = network.layers.iter().filter_map(|layer| layer.note.as_ref());
        notes.map(move |note| format!("{}: {note}", network.key))
    });
    notes.collect()
}

/// A network's outputs for any number of inputs, with nothing random.
pub(super) fn ask(learner: &mut Learner, inputs: &[f32], most: usize) -> Result<Vec<f32>> {
    let width = learner.engine.inputs().max(1);
    let mut outputs = Vec::new();
    for inputs in inputs.chunks(width * most.max(1)) {
        let pass = Pass {
            mode: Mode::Eval,
            batch: inputs.len() / width,
            key: Key::new(0),
            lengths: None,
        };
        outputs.extend_from_slice(learner.engine.forward(&pass, inputs)?);
    }
    Ok(outputs)
}

/// Norms of all networks' tensors, for the message of a diverged training.
pub(super) fn norms<const N: usize>(learners: [&mut Learner; N]) -> Vec<(String, f64, f64)> {
    learners.into_iter().flat_map(Learner::norms).collect()
}

/// The largest batch that the networks of a training take.
pub(super) fn most(setup: &Setup<'_>) -> usize {
    setup.recipe.trainer.batch_size
}
