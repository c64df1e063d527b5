//! From a text to a dataset: its beginning is learnt, its end held out.

use std::sync::Arc;

use super::super::assemble::{self, Parts};
use super::super::column::{Following, Seen, Windows};
use super::super::dataset::{Dataset, Part};
use super::super::schema::{DataInfo, FieldKind};
use super::super::split;
use super::characters::Alphabet;
use super::settings::Settings;
use runner_declare::{KeyPath, Problem};
use runner_ground::error::Result;
use runner_ground::text::format;

/// A text, divided and cut.
///
/// # Errors
/// When a part is too short for a single window.
pub(super) fn dataset(name: &str, text: &str, alphabet: &Alphabet, settings: &Settings) -> Result<Dataset> {
    let tokens = alphabet.encode(text);
    let [train, validation, test] = lengths(tokens.len(), settings);
    let (first, rest) = tokens.split_at(train);
    let (second, third) = rest.split_at(validation);
    let cut = |what, tokens: &[u16], start| part(what, tokens, start, settings);
    let held_out = |what, tokens: &[u16], start, share: f64| {
        let asked = share > 0.0;
        asked.then(|| cut(what, tokens, start)).transpose()
    };
    let splits = &settings.splits;
    let parts = Parts {
        train: cut("training", first, 0)?,
        validation: held_out("validation", second, train, splits.validation_split)?,
        test: held_out("test", third, train + validation, splits.test_split)?,
    };
    debug_assert_eq!(third.len(), test);
    assemble::finish(info(name, alphabet.names(), settings), parts, splits)
}

/// Windows of these characters, each with the one that follows.
pub(super) fn info(name: &str, characters: Vec<String>, settings: &Settings) -> DataInfo {
    let tokens = FieldKind::Tokens {
        vocabulary: characters,
        length: settings.sequence_length,
        ragged: false,
    };
    assemble::info(name, tokens.clone(), tokens)
}

/// Characters of each part of a text of `characters` characters.
pub(super) fn lengths(characters: usize, settings: &Settings) -> [usize; 3] {
    let test = split::size(characters, settings.splits.test_split);
    let validation = split::size(characters - test, settings.splits.validation_split);
    [characters - test - validation, validation, test]
}

/// Windows of each part, which has these characters: one less of a training part whose windows move.
pub(super) fn windows(characters: [usize; 3], settings: &Settings) -> [usize; 3] {
    let [train, validation, test] = characters.map(|n| n.saturating_sub(1) / settings.sequence_length.max(1));
    let moved = settings.random_offset && train > 1;
    [train - usize::from(moved), validation, test]
}

fn part(what: &str, tokens: &[u16], start: usize, settings: &Settings) -> Result<Part> {
    let length = settings.sequence_length;
    let moving = settings.random_offset && what == "training";
    let cut = if moving { Windows::moving } else { Windows::fixed };
    let Some(windows) = cut(tokens.to_vec(), length) else {
        let message = format!(
            "the {what} part has {} characters, a window of {length} needs {}",
            format::count(tokens.len() as u64),
            length + 1
        );
        let problem = Problem::new(KeyPath::from("dataset.sequence_length"), message);
        return Err(problem.help("make it smaller, or take a longer text").into());
    };
    let rows = (0..windows.len()).map(|i| (start + i * length) as u32).collect();
    let text = Arc::new(windows);
    Ok(Part::new(Seen(text.clone()), Following(text), rows))
}
