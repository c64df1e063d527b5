//! Networks that read texts: their embeddings fit the vocabulary, and what stands behind a text's end means nothing.

use runner_data::{DataInfo, FieldKind};
use runner_declare::{Chosen, KeyPath, Problem};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::Key;
use runner_nn::def::{first_mixed, lists_within};
use runner_nn::lengths::Lengths;
use runner_nn::{Engine, Lowered, Mode, Pass};

/// What is wrong with a network's layers where inputs are texts; nothing where they are none. `lowered` is empty where
/// layers do not fit each other.
pub(super) fn problems(layers: &[Chosen], lowered: &[Lowered], info: &DataInfo, path: &KeyPath) -> Vec<Problem> {
    let Some(FieldKind::Tokens { vocabulary, ragged, .. }) = info.input() else {
        return Vec::new();
    };
    let what = if *ragged { "tokens" } else { "distinct characters" };
    let mut found = embedded(layers, path, vocabulary.len(), what);
    if lowered.is_empty() {
        // What does not fit says more than that an embedding is missing.
        found.retain(|problem| problem.path.to_string().ends_with("num_embeddings"));
    }
    if *ragged && let Some(place) = first_mixed(lowered) {
        let name = layers.get(place).map_or("", |layer| layer.name.as_str());
        let message = format!("texts differ in length, and '{name}' reads on where a text has ended");
        let problem = Problem::new(path.join(place).join(name), message);
        let last = "before it, end the sequence where each text ends: '- lstm: {hidden_size: 64, output: last}'";
        found.push(problem.help(match name {
            "batch_norm" => format!("use 'layer_norm', which looks at one step alone; or {last}"),
            _ => last.to_owned(),
        }));
    }
    found
}

/// Each token needs a row of its own, in every embedding that reads the text; and its number is a name, no amount.
fn embedded(layers: &[Chosen], path: &KeyPath, tokens: usize, what: &str) -> Vec<Problem> {
    let Some(first) = layers.first() else {
        return Vec::new();
    };
    let path = path.join(0).join(&first.name);
    if first.name != "embedding" {
        let lists = lists_within(first);
        if lists.is_empty() {
            let message = format!("{} would take the numbers of characters for amounts", first.name);
            let help = format!("begin with '- embedding: {{num_embeddings: {tokens}, embedding_dim: 32}}'");
            return vec![Problem::new(path, message).help(help)];
        }
        return lists
            .into_iter()
            .flat_map(|(place, inner)| embedded(&inner, &place.after(&path), tokens, what))
            .collect();
    }
    let rows = first.settings.get("num_embeddings").and_then(|rows| rows.as_u64());
    let Some(rows) = rows.filter(|&rows| rows < tokens as u64) else {
        return Vec::new();
    };
    let message = format!("the text has {tokens} {what}, more than the {rows} that are embedded");
    vec![Problem::new(path.join("num_embeddings"), message).help(format!("make it {tokens}"))]
}

/// Whether the first outputs of one sample stay the same to the bit when all tokens from a place on become 1.
///
/// # Errors
/// When the device fails.
pub(super) fn ignores(
    network: &mut dyn Engine,
    pass: &Pass,
    x: &mut [f32],
    from: usize,
    outputs: usize,
) -> Result<bool> {
    let bits = |all: &[f32]| all.iter().take(outputs).map(|y| y.to_bits()).collect::<Vec<u32>>();
    let before = bits(network.forward(pass, x)?);
    x[from..].fill(1.0);
    Ok(bits(network.forward(pass, x)?) == before)
}

/// Tries it: what fills up a text may change no output. What no layer says of itself shows here.
///
/// # Errors
/// When it does, or the device fails.
pub(super) fn ignores_padding(network: &mut dyn Engine, info: &DataInfo) -> Result<()> {
    let Some(&FieldKind::Tokens {
        length,
        ref vocabulary,
        ragged: true,
    }) = info.input()
    else {
        return Ok(());
    };
    let half = length.div_ceil(2);
    if half == length || vocabulary.len() < 3 {
        return Ok(());
    }
    let own = [half as u32];
    let pass = Pass {
        mode: Mode::Eval,
        batch: 1,
        key: Key::new(0),
        lengths: Some(Lengths::new(&own)),
    };
    let mut x = vec![2.0; length];
    x[half..].fill(0.0);
    if ignores(network, &pass, &mut x, half, usize::MAX)? {
        return Ok(());
    }
    let message = "the network reads what stands behind a text's end";
    Err(Error::new(Kind::Recipe, message)
        .help("end the sequence with a layer that knows where a text ends: '- lstm: {hidden_size: 64, output: last}'"))
}
