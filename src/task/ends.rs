//! What a network must not end in, since its loss has it in it: at its end, and at the end of each way through a block that
//! it ends with.

use runner_declare::{Chosen, KeyPath, Problem};
use runner_nn::def::lists_within;

/// Layers after which numbers are still what they were.
const PASS_ON: [&str; 3] = ["dropout", "flatten", "reshape"];

/// What turns outputs into probabilities, or their logarithms.
const TO_PROBABILITIES: [&str; 5] = ["softmax", "log_softmax", "sigmoid", "log_sigmoid", "hardsigmoid"];

/// Every such layer in front of a loss that takes plain numbers; `whose` is the loss, for messages.
pub(super) fn problems(layers: &[Chosen], key: &KeyPath, whose: &str, loss: &str) -> Vec<Problem> {
    let within = match loss {
        "cross_entropy" => ["softmax", "log_softmax"],
        "binary_cross_entropy" => ["sigmoid", "log_sigmoid"],
        _ => return Vec::new(),
    };
    let refuse = |end: End| {
        let name = end.layer.as_str();
        let message = if within.contains(&name) {
            format!("{whose} takes the outputs before {name}, which it has in it")
        } else {
            format!("{whose} takes outputs of any size, and after {name} they are not")
        };
        let help = if end.alone {
            format!("let this way end in another layer than '{name}'")
        } else {
            format!("remove the last '{name}'")
        };
        Problem::new(end.place, message).help(help)
    };
    let found = ends(layers, key, false).into_iter();
    found
        .filter(|end| TO_PROBABILITIES.contains(&end.layer.as_str()))
        .map(refuse)
        .collect()
}

/// The last layer of a way through a network.
struct End {
    layer: String,
    place: KeyPath,
    /// Whether the way, within a block, has no other layer.
    alone: bool,
}

fn ends(layers: &[Chosen], key: &KeyPath, within: bool) -> Vec<End> {
    let mut numbered = layers.iter().enumerate();
    let Some((index, last)) = numbered.rfind(|(_, layer)| !PASS_ON.contains(&layer.name.as_str())) else {
        return Vec::new();
    };
    let place = key.join(index).join(&last.name);
    let lists = lists_within(last);
    if lists.is_empty() {
        return vec![End {
            layer: last.name.clone(),
            place,
            alone: within && layers.len() == 1,
        }];
    }
    let inner = |(list, layers): (KeyPath, Vec<Chosen>)| {
        let key = list.0.iter().fold(place.clone(), |key, step| key.join(step));
        ends(&layers, &key, true)
    };
    lists.into_iter().flat_map(inner).collect()
}
