//! A language model: windows cut at random places, texts drawn at random, and yet the same bytes.

use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
use super::processes::{assert_whole, killed_again_and_again};
use crate::support::place::{Place, assert_same};

const RECIPE: &str = "
task: language_model
seed: 3
dataset: {name: text, path: book.txt, sequence_length: 12}
network:
  - embedding: {num_embeddings: 10, embedding_dim: 6}
  - dropout: 0.1
  - lstm: 24
  - linear: 10
optimizer: {name: adam, lr: 5e-3}
trainer: {epochs: 12, batch_size: 7, gradient_clip_norm: 1.0, accumulate_grad_batches: 2, checkpoint_every_steps: 3}
samples: {count: 3, length: 80}
logging: [tensorboard]
";

fn recipe(place: &Place) -> PathBuf {
    let key = runner::random::Key::new(8);
    let mut text = String::new();
    for index in 0..6000 {
        // Digits that mostly rise.
        let step = if key.uniform(index) < 0.8 {
            1
        } else {
            key.bits(index) % 10
        };
        let last = text.bytes().last().map_or(0, |digit| u64::from(digit - b'0'));
        text.push(char::from(b'0' + ((last + step) % 10) as u8));
    }
    place.write("book.txt", text);
    place.write("book.yaml", RECIPE)
}

fn samples(run: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = std::fs::read_dir(run.join("samples"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    let mut all: Vec<(PathBuf, Vec<u8>)> = files
        .map(|path| (path.file_name().unwrap().into(), std::fs::read(path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn texts_and_weights_are_the_same_on_any_number_of_threads() {
    let place = Place::new();
    let recipe = recipe(&place);
    let one = place.train(&recipe, &["--threads", "1"]);
    assert_eq!(samples(&one).len(), 12 * 3);
    for threads in ["2", "5"] {
        let other = place.train(&recipe, &["--threads", threads]);
        assert_same(&one, &other);
        assert!(samples(&one) == samples(&other), "{threads} threads");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn killed_again_and_again_it_writes_the_same_texts() {
    let place = Place::new();
    let recipe = recipe(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    let run = killed_again_and_again(&place, &recipe);
    assert_whole(&whole, &run);
    assert!(samples(&whole) == samples(&run), "samples differ");
}

/// Texts of all lengths, read both ways, in batches that are cut anew each epoch.
const LABELLED: &str = "
task: classification
seed: 4
dataset: {name: text_csv, path: moods.csv, text: 1, label: 0, header: false, max_length: 20, validation_split: 0.2}
network:
  - embedding: {num_embeddings: 9, embedding_dim: 5}
  - dropout: 0.1
  - gru: {hidden_size: 12, num_layers: 2, dropout: 0.2, bidirectional: true, output: last}
  - linear: 3
optimizer: {name: adam, lr: 5e-3}
trainer: {epochs: 6, batch_size: 11, gradient_clip_norm: 1.0, accumulate_grad_batches: 2, checkpoint_every_steps: 3}
metrics: [accuracy, log_loss]
logging: [csv, tensorboard]
";

fn labelled(place: &Place) -> PathBuf {
    let key = runner::random::Key::new(6);
    let row = |i: u64| {
        let length = key.at(i).bits(0) % 24;
        let text: String = (0..length)
            .map(|j| char::from(b'a' + (key.at(i).bits(j + 1) % 7) as u8))
            .collect();
        format!("{},{text}\n", key.at(i).bits(99) % 3)
    };
    place.write("moods.csv", (0..300).map(row).collect::<String>());
    place.write("moods.yaml", LABELLED)
}

#[test]
fn labelled_texts_give_the_same_bytes_on_any_number_of_threads() {
    let place = Place::new();
    let recipe = labelled(&place);
    let one = place.train(&recipe, &["--threads", "1"]);
    for threads in ["2", "5"] {
        assert_same(&one, &place.train(&recipe, &["--threads", threads]));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn labelled_texts_are_killed_and_go_on_to_the_same_bytes() {
    let place = Place::new();
    let recipe = labelled(&place);
    let whole = place.train(&recipe, &["--threads", "2"]);
    assert_whole(&whole, &killed_again_and_again(&place, &recipe));
}
