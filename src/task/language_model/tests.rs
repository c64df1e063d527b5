//! A language model against PyTorch (tests/peers/language_model.py), and what it writes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::{At, First, Model, Trained, check, horizon};
use runner_data as data;
use runner_data::loader::Batch;
use runner_data::{DataContext, Lane};
use runner_ground::files::tensors::Tensors;
use runner_nn::embedding::Embedding;
use runner_nn::gru::Gru;
use runner_nn::linear::{Identity, Linear, WithBias};
use runner_nn::lstm::Lstm;
use runner_nn::per_step::PerStep;
use runner_nn::recurrent::{All, Recurrent};
use runner_nn::rnn::Rnn;
use runner_nn::tanh::Tanh;
use runner_nn::{Chain, Fused};
use runner_optim::schedule::Position;
use runner_recipe::Overrides;

type Net<C> = Fused<
    Chain<
        Chain<Embedding<5, 7, 3, 7>, Recurrent<C, 5, 3, 4, 4, 1, WithBias, All>>,
        PerStep<5, Linear<4, 7, WithBias, Identity>>,
    >,
>;
/// The next character from the last one alone.
type Pairs = Fused<Embedding<5, 7, 7, 7>>;
const PAIRS: &str = "[{embedding: {num_embeddings: 7, embedding_dim: 7}}]";

/// A task on a text of the letters a to g.
fn with_task(
    network: &str,
    more: &str,
    make: fn(&Setup<'_>) -> Result<Supervised>,
    work: impl FnOnce(&mut Supervised),
) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "abcdefg".repeat(60)).unwrap();
    let path = folder.path().join("recipe.yaml");
    let text = format!(
        "task: language_model\ndataset: {{name: text, path: a.txt, sequence_length: 5}}\nnetwork: {network}\n\
         trainer: {{batch_size: 3}}\n{more}\n"
    );
    std::fs::write(&path, text).unwrap();
    let recipe = Recipe::load(runner_catalog::language(), &path, &Overrides::default()).unwrap();
    let dataset = data::load(&recipe.dataset, &DataContext::new(folder.path(), recipe.seed)).unwrap();
    let plan = check(&recipe, &dataset.info).unwrap();
    let setup = Setup {
        recipe: &recipe,
        dataset: &dataset,
        plan: &plan,
        horizon: horizon(&recipe, dataset.train.len()),
    };
    work(&mut make(&setup).unwrap());
}

fn make<N: Network>(setup: &Setup<'_>) -> Result<Supervised> {
    Supervised::new::<N>(setup, objective(setup)?)
}

#[derive(Deserialize)]
struct Case {
    name: String,
    network: String,
    optimizer: String,
    initial: BTreeMap<String, Initial>,
    steps: Vec<Step>,
    after: BTreeMap<String, Vec<f32>>,
}

#[derive(Deserialize)]
struct Initial {
    shape: Vec<usize>,
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Step {
    windows: Vec<Vec<u32>>,
    loss: f64,
}

fn batch(windows: &[Vec<u32>]) -> Batch {
    let seen = windows.iter().flat_map(|window| &window[..5]);
    let next = windows.iter().flat_map(|window| window[1..].to_vec());
    let seen = Lane::floats(5, seen.map(|&token| token as f32).collect());
    Batch::new(seen, Lane::ids(5, next.collect()))
}

#[test]
fn losses_and_weights_over_twenty_steps_are_those_of_pytorch() {
    #[derive(Deserialize)]
    struct Figures {
        cases: Vec<Case>,
    }
    let text = include_str!("../../../tests/figures/language_model.json");
    let figures: Figures = serde_json::from_str(text).unwrap();
    assert_eq!(figures.cases.len(), 3);
    for case in figures.cases {
        let make = match case.name.as_str() {
            "lstm" => make::<Net<Lstm>>,
            "gru" => make::<Net<Gru>>,
            _ => make::<Net<Rnn<Tanh>>>,
        };
        let more = format!("optimizer: {}", case.optimizer);
        with_task(&case.network, &more, make, |task| agrees(&case, task));
    }
}

fn agrees(case: &Case, task: &mut Supervised) {
    let mut weights = Tensors::new("");
    for (name, initial) in &case.initial {
        weights.push(name.as_str(), &initial.shape, initial.values.clone());
    }
    task.import(&weights).unwrap();
    let (mut total, mut characters) = (0.0, 0.0);
    for (step, expected) in case.steps.iter().enumerate() {
        let at = At {
            position: Position {
                epoch: 0,
                step: step as u64,
            },
            key: Key::new(0),
            first: First::Yes,
        };
        task.learn(&batch(&expected.windows), &at).unwrap();
        task.update(&at).unwrap();
        let weight = 5.0 * expected.windows.len() as f64;
        total += expected.loss * weight;
        characters += weight;
        let loss = task.running().loss;
        assert!(
            (loss - total / characters).abs() < 2e-5,
            "{} in step {step}: {loss}, PyTorch {}",
            case.name,
            total / characters
        );
    }
    let export = task.export();
    for (name, after) in &case.after {
        let ours = export.floats(name, &case.initial[name].shape).unwrap();
        for (a, b) in ours.iter().zip(after) {
            assert!(
                (a - b).abs() < 2e-3 * b.abs().max(0.1),
                "{} {name}: {a}, PyTorch {b}",
                case.name
            );
        }
    }
}

#[test]
fn metrics_say_the_loss_in_other_units() {
    with_task(PAIRS, "", make::<Pairs>, |task| {
        let at = At {
            position: Position { epoch: 0, step: 0 },
            key: Key::new(0),
            first: First::Yes,
        };
        task.learn(&batch(&[vec![0, 1, 2, 3, 4, 5]]), &at).unwrap();
        let loss = task.running().loss;
        assert_eq!(task.running().metric, Some(("perplexity".to_owned(), loss.exp())));
        let row = task.end_epoch(at.position, None).unwrap();
        let names: Vec<&str> = row.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "train_loss",
            "train_perplexity",
            "train_bits_per_character",
            "train_accuracy",
        ];
        assert_eq!(names, expected);
        assert!((row[2].1 - loss / 2f64.ln()).abs() < 1e-12);
    });
}

/// Weights with which each letter is followed by the next one.
fn in_order() -> Tensors {
    let mut weights = Tensors::new("");
    let row = |letter: usize| (0..7).map(move |next| if next == (letter + 1) % 7 { 9.0 } else { 0.0 });
    weights.push("0.weight", &[7, 7], (0..7).flat_map(row).collect());
    weights
}

fn texts(made: &[Artifact]) -> Vec<(&str, &str)> {
    let mut texts = Vec::new();
    for made in made {
        match &made.content {
            Content::Text(text) => texts.push((made.name.as_str(), text.as_str())),
            Content::Picture(_) => panic!("a text"),
        }
    }
    texts
}

fn ask(prompt: Option<&str>, count: usize, length: usize, temperature: f64, seed: u64) -> Generate {
    Generate {
        count: Some(count),
        seed,
        temperature: Some(temperature),
        length: Some(length),
        prompt: prompt.map(str::to_owned),
    }
}

#[test]
fn a_text_goes_on_where_its_prompt_ends_beyond_what_the_network_sees() {
    with_task(PAIRS, "", make::<Pairs>, |task| {
        task.import(&in_order()).unwrap();
        for (prompt, expected) in [
            (Some("c"), "cdefgabcdefg"),
            (Some("abcdefg"), "abcdefgabcdefgabcd"),
            // Without a prompt as after the first character, where there is neither a line's end nor a space.
            (None, "bcdefgabcde"),
            (Some(""), "bcdefgabcde"),
        ] {
            let made = task.generate(&ask(prompt, 1, 11, 0.0, 1)).unwrap();
            assert_eq!(texts(&made), [("text", expected)]);
        }
        let error = task.generate(&ask(Some("abc x"), 1, 3, 0.0, 1)).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(
            error
                .to_string()
                .contains("--prompt: the text that the network learns has no \" \""),
            "{error}"
        );
    });
}

#[test]
fn texts_follow_from_seed_and_number_however_many_are_written_at_once() {
    with_task(
        PAIRS,
        "samples: {count: 2, length: 9, temperature: 5}",
        make::<Pairs>,
        |task| {
            let five = task.generate(&ask(None, 5, 40, 1.0, 3)).unwrap();
            let names: Vec<&str> = texts(&five).iter().map(|(name, _)| *name).collect();
            assert_eq!(names, ["text_1", "text_2", "text_3", "text_4", "text_5"]);
            let distinct: std::collections::HashSet<&str> = texts(&five).iter().map(|(_, text)| *text).collect();
            assert_eq!(distinct.len(), 5);
            assert!(distinct.iter().all(|text| text.len() == 40));
            assert_eq!(task.generate(&ask(None, 5, 40, 1.0, 3)).unwrap(), five);
            assert_ne!(task.generate(&ask(None, 5, 40, 1.0, 4)).unwrap(), five);
            // Three go into a batch; the first is the same alone.
            assert_eq!(
                texts(&task.generate(&ask(None, 1, 40, 1.0, 3)).unwrap())[0].1,
                texts(&five)[0].1
            );

            let first = task.samples(1).unwrap();
            assert_eq!(first, task.samples(1).unwrap());
            assert_ne!(first, task.samples(2).unwrap());
            let names: Vec<&str> = texts(&first).iter().map(|(name, _)| *name).collect();
            assert_eq!(names, ["temperature_5_1", "temperature_5_2"]);
        },
    );
}

#[test]
fn what_stands_behind_the_text_changes_nothing() {
    let network = "[{embedding: {num_embeddings: 7, embedding_dim: 3}}, {lstm: 4}, {linear: 7}]";
    with_task(network, "", make::<Net<Lstm>>, |task| {
        let made = task.generate(&ask(Some("gf"), 1, 12, 0.0, 3)).unwrap();
        let mut text = vec![6.0, 5.0];
        while text.len() < 14 {
            let tail = &text[text.len().saturating_sub(5)..];
            let mut x = vec![2.0; 5];
            x[..tail.len()].copy_from_slice(tail);
            let pass = runner_nn::Pass {
                mode: runner_nn::Mode::Eval,
                batch: 1,
                key: Key::new(0),
                lengths: None,
            };
            let outputs = task.network().forward(&pass, &x).unwrap();
            let row = &outputs[(tail.len() - 1) * 7..][..7];
            text.push(runner_loss::Prediction::Softmax.class(row) as f32);
        }
        let letters: String = text.iter().map(|&token| char::from(b'a' + token as u8)).collect();
        assert_eq!(texts(&made)[0].1, letters);
    });
}

#[test]
fn a_network_that_looks_ahead_is_found_out() {
    with_task(PAIRS, "", make::<Pairs>, |task| {
        causal::check(task.network(), 5, 7).unwrap()
    });
    let gru = "[{embedding: {num_embeddings: 7, embedding_dim: 3}}, {gru: 4}, {linear: 7}]";
    with_task(gru, "", make::<Net<Gru>>, |task| {
        causal::check(task.network(), 5, 7).unwrap()
    });
    let config = runner_nn::engine::NetworkConfig {
        // The dropout between layers, of which there is one.
        hyperparameters: vec![0.0],
        seed: 1,
        max_batch: 1,
    };
    type Both = Recurrent<Lstm, 5, 3, 4, 8, 1, WithBias, All>;
    type Ahead = Fused<Chain<Chain<Embedding<5, 7, 3, 7>, Both>, PerStep<5, Linear<8, 7, WithBias, Identity>>>>;
    let error = causal::check(&mut Ahead::new(&config).unwrap(), 5, 7).unwrap_err();
    assert!(error.to_string().contains("looks ahead"), "{error}");
}
