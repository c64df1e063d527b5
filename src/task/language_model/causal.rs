//! A language model must not see the characters that it is to predict.

use crate::text::ignores;
use runner_declare::{Chosen, KeyPath, Problem};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::random::Key;
use runner_nn::def::lists_within;
use runner_nn::{Engine, Mode, Pass};

/// Layers that say of themselves that they look ahead, also those within others.
pub(super) fn problems(layers: &[Chosen], path: &KeyPath) -> Vec<Problem> {
    let of = |(index, layer): (usize, &Chosen)| {
        let path = path.join(index).join(&layer.name);
        let mut found = Vec::new();
        if layer.settings.get("bidirectional").and_then(|both| both.as_bool()) == Some(true) {
            let message = "a language model reads forwards: backwards it would see what it is to predict";
            found.push(Problem::new(path.join("bidirectional"), message).help("remove it"));
        }
        for (place, inner) in lists_within(layer) {
            found.extend(problems(&inner, &place.after(&path)));
        }
        found
    };
    layers.iter().enumerate().flat_map(of).collect()
}

/// Tries it: another last character may change no prediction before it. What no layer says shows here.
///
/// # Errors
/// When it does, or the device fails.
pub(super) fn check(network: &mut dyn Engine, length: usize, characters: usize) -> Result<()> {
    if length < 2 || characters < 2 {
        return Ok(());
    }
    let pass = Pass {
        mode: Mode::Eval,
        batch: 1,
        key: Key::new(0),
        lengths: None,
    };
    let mut x = vec![0.0; length];
    if ignores(network, &pass, &mut x, length - 1, (length - 1) * characters)? {
        return Ok(());
    }
    let message = "the network looks ahead: a character changes predictions that come before it";
    Err(Error::new(Kind::Recipe, message).help(
        "a language model needs layers that treat steps one by one or in order, such as lstm, gru, rnn and linear",
    ))
}
