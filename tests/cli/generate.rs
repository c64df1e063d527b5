//! `runner generate`: texts from a finished run, and what it says where a run gives none.

use std::path::{Path, PathBuf};

use crate::support::place::{Place, metrics_without_time, recipe, record};

/// Learns in a moment which letter follows which.
const RECIPE: &str = "
task: language_model
seed: 5
dataset: {name: text, path: book.txt, sequence_length: 16, validation_split: 0.1, test_split: 0.1}
network:
  - embedding: {num_embeddings: 5, embedding_dim: 5}
optimizer: {name: adam, lr: 0.3}
trainer: {epochs: 4, batch_size: 8}
samples: {length: 30, temperature: 0.5}
";

fn trained(place: &Place) -> PathBuf {
    place.write("book.txt", "abcd\n".repeat(400));
    let recipe = place.write("book.yaml", RECIPE);
    place.train(&recipe, &[])
}

fn generate(place: &Place, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = place.runner([&["generate"], arguments].concat());
    let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), read(&output.stdout), read(&output.stderr))
}

fn contents(run: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(run)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let files = files.into_iter().filter(|path| path.is_file());
    files.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn a_run_writes_texts_without_its_data_and_stays_as_it_is() {
    let place = Place::new();
    let run = trained(&place);
    let before = contents(&run);
    std::fs::remove_file(place.path().join("book.txt")).unwrap();
    let cold = ["--temperature", "0", "--length", "9", "--prompt", "ab"];
    let (code, out, err) = generate(&place, &[&["book"], &cold[..]].concat());
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "abcd\nabcd\na\n", ""));

    let warm = ["book", "--temperature", "2", "--length", "60", "--count", "2"];
    let (_, first, _) = generate(&place, &warm);
    assert_eq!(first, generate(&place, &warm).1, "the same seed, the same texts");
    assert_ne!(first, generate(&place, &[&warm[..], &["--seed", "6"]].concat()).1);
    assert!(first.contains("\n----\n"), "{first}");

    let (code, out, _) = generate(&place, &[&warm[..], &["-o", "texts"]].concat());
    assert_eq!((code, out.as_str()), (Some(0), "texts/text_1.txt\ntexts/text_2.txt\n"));
    let file = std::fs::read_to_string(place.path().join("texts/text_1.txt")).unwrap();
    assert!(first.starts_with(&file) && file.len() == 60);
    assert_eq!(contents(&run), before);
}

#[test]
fn what_cannot_be_made_is_told() {
    let place = Place::new();
    let run = trained(&place);
    let inside = run.join("texts");
    let folder = inside.to_str().unwrap();
    for (name, code, arguments) in [
        ("an unknown character", 2, &["book", "--prompt", "xyz"][..]),
        ("a negative temperature", 2, &["book", "--temperature", "-1"]),
        ("no texts", 2, &["book", "--count", "0"]),
        ("among the results", 2, &["book", "-o", folder]),
        ("no such run", 7, &["nothing"]),
    ] {
        let (_, out, _) = generate(&place, arguments);
        place.told(name, code, &[&["generate"], arguments].concat());
        assert_eq!(out, "", "{name}");
    }
    assert!(!inside.exists());
    let best = run.join("checkpoint/best.safetensors");
    std::fs::write(&best, "no weights").unwrap();
    place.told("damaged weights", 7, &["generate", "book"]);
    std::fs::remove_file(best).unwrap();
    place.told("no weights", 7, &["generate", "book"]);
}

#[test]
fn a_classification_makes_nothing() {
    let place = Place::new();
    place.train(&recipe("iris.yaml"), &["--set", "trainer.epochs=1"]);
    place.told("a classification", 2, &["generate", "iris"]);
}

#[test]
fn a_language_model_leaves_texts_metrics_and_the_hardest_passages() {
    let place = Place::new();
    let run = trained(&place);
    let sample = std::fs::read_to_string(run.join("samples/epoch_00004_temperature_0.5.txt")).unwrap();
    assert!(sample.len() == 30 && sample.contains("bcd\nab"), "{sample}");
    let header = metrics_without_time(&run).lines().next().unwrap().to_owned();
    assert_eq!(
        header,
        "epoch,step,lr,train_loss,val_loss,train_perplexity,train_bits_per_character,train_accuracy,\
         val_perplexity,val_bits_per_character,val_accuracy"
    );
    let mut predictions = csv::Reader::from_path(run.join("predictions.csv")).unwrap();
    assert_eq!(
        predictions.headers().unwrap(),
        ["index", "row", "loss", "accuracy", "text"].as_slice()
    );
    let first = predictions.records().next().unwrap().unwrap();
    assert_eq!((&first[1], &first[4]), ("1800", "bcd\nabcd\nabcd\nab"));
    let report = std::fs::read_to_string(run.join("report.html")).unwrap();
    for expected in ["5 distinct characters", "Epoch 4", "⏎", "perplexity"] {
        assert!(report.contains(expected), "{expected}");
    }
    assert!(crate::support::place::test_metric(&run, "test_accuracy") > 0.9);
    assert_eq!(
        record(&run)["data"]["targets"][0]["kind"]["tokens"]["vocabulary"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn recipes_of_language_models_are_checked_whole() {
    let place = Place::new();
    place.write("book.txt", "abcd\n".repeat(400));
    for (from, to, name) in [
        (
            "num_embeddings: 5",
            "num_embeddings: 4",
            "a character too few is embedded",
        ),
        (
            "embedding_dim: 5",
            "embedding_dim: 6",
            "a number too many for each character",
        ),
        (
            "embedding_dim: 5}",
            "embedding_dim: 5}\n  - flatten",
            "a text is flattened",
        ),
        (
            "embedding_dim: 5}",
            "embedding_dim: 5}\n  - lstm: {hidden_size: 2, bidirectional: true}\n  - linear: 5",
            "a text is read backwards",
        ),
        (
            "embedding_dim: 5}",
            "embedding_dim: 5}\n  - softmax",
            "softmax before the loss of a text",
        ),
        (
            "temperature: 0.5",
            "temperature: 0.5, prompt: axe",
            "a prompt with an unknown character",
        ),
        (
            "sequence_length: 16",
            "sequence_length: 400",
            "a window longer than a part",
        ),
        (
            "task: language_model",
            "task: classification",
            "a text for a classification",
        ),
        (
            "name: text, path: book.txt, sequence_length: 16",
            "name: iris",
            "no text for a language model",
        ),
    ] {
        assert!(RECIPE.contains(from), "{from}");
        place.write("wrong.yaml", RECIPE.replace(from, to));
        let said = place.told(name, 3, &["check", "wrong.yaml"]);
        assert!(said.contains("wrong.yaml:"), "{said}");
    }
}
