//! Texts with labels: checked, trained, predicted, shown.

use crate::support::place::{Place, text};

const RECIPE: &str = "task: classification
seed: 3
dataset: {name: text_csv, path: t.csv, text: text, label: mood, max_length: 12, validation_split: 0.2}
network: [{embedding: {num_embeddings: 20, embedding_dim: 8}}, {lstm: {hidden_size: 16, output: last}}, {linear: 2}]
optimizer: {name: adam, lr: 2e-2}
trainer: {epochs: 12, batch_size: 16}
";

/// The mood is bad where an 'x' stands last, wherever a text ends.
fn table(place: &Place) {
    let begin = |i: usize| "ab cab cab".get(..i % 10).unwrap_or_default();
    let row = |i: usize| {
        let (mood, end) = [("bad", 'x'), ("good", 'y')][i % 2];
        format!("{mood},\"{}{end}\"\n", begin(i / 2))
    };
    place.write("t.csv", format!("mood,text\n{}", (0..200).map(row).collect::<String>()));
}

#[test]
fn labelled_texts_are_learnt_predicted_and_shown() {
    let place = Place::new();
    table(&place);
    let run = place.train(&place.write("moods.yaml", RECIPE), &[]);
    let accuracy = crate::support::place::test_metric(&run, "test_accuracy");
    assert!(accuracy > 0.97, "{accuracy}");
    let new = place.write("new.csv", "text\nb x\nabq cy\n");
    let output = place.runner(["predict", "moods", "--input", new.to_str().unwrap(), "--output", "-"]);
    assert!(output.status.success(), "{}", text(&output));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = printed.lines().filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(words, ["predicted", "bad", "good"], "{printed}");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("characters that the training did not have, read as unknown: 1"),
        "{told}"
    );
    // One epoch leaves mistakes, and the page shows what they say.
    let run = place.train(
        &place.path().join("moods.yaml"),
        &["--set", "trainer.epochs=1", "--set", "optimizer.lr=1e-5"],
    );
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains("<p class=\"text\">ab c"), "the page has a text");
}

#[test]
fn a_network_that_reads_on_behind_a_text_is_refused_with_its_place() {
    let place = Place::new();
    table(&place);
    for (network, told, remedy) in [
        (
            "[{embedding: {num_embeddings: 20, embedding_dim: 8}}, flatten, {linear: 2}]",
            "'flatten' reads on where a text has ended",
            "output: last",
        ),
        (
            "[{linear: 2}]",
            "linear would take the numbers of characters for amounts",
            "num_embeddings: 8",
        ),
        (
            "[{embedding: {num_embeddings: 3, embedding_dim: 8}}, {lstm: {hidden_size: 4, output: last}}, {linear: 2}]",
            "8 tokens, more than the 3",
            "make it 8",
        ),
        (
            "[{embedding: {num_embeddings: 20, embedding_dim: 8}}, {lstm: 4}, {linear: 2}]",
            "gives 24 numbers a sample",
            "output: last",
        ),
    ] {
        let start = RECIPE.find("network:").unwrap();
        let end = RECIPE.find("optimizer:").unwrap();
        let recipe = format!("{}network: {network}\n{}", &RECIPE[..start], &RECIPE[end..]);
        let output = place.runner(["check", place.write("x.yaml", recipe).to_str().unwrap()]);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.contains("x.yaml:4") && said.contains(told) && said.contains(remedy),
            "{said}"
        );
    }
    let (start, end) = (RECIPE.find("network:").unwrap(), RECIPE.find("optimizer:").unwrap());
    let making = |task: &str, networks: &str| {
        let recipe = format!("{}{networks}\n{}", &RECIPE[..start], &RECIPE[end..]);
        recipe.replace("task: classification", &format!("task: {task}"))
    };
    let read = "latent_dim: 2\nencoder: [{linear: 4}]\ndecoder: [{linear: 12}]";
    let made = "latent_dim: 2\ngenerator: [{linear: 12}]\ndiscriminator: [{linear: 1}]";
    let network = &RECIPE[start..end];
    let (vae, gan) = (making("vae", read), making("gan", made));
    for recipe in [
        vae,
        gan,
        making("regression", network),
        making("language_model", network),
    ] {
        let output = place.runner(["check", place.write("x.yaml", recipe).to_str().unwrap()]);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("x.yaml:1:7: task: ") && said.contains("text"), "{said}");
    }
}

#[test]
fn a_tree_reads_no_texts() {
    let place = Place::new();
    table(&place);
    let start = RECIPE.find("network:").unwrap();
    let recipe = format!("{}model: decision_tree\n", &RECIPE[..start]);
    place.write("x.yaml", recipe);
    place.told("a tree on texts", 3, &["check", "x.yaml"]);
}

#[test]
fn the_last_state_is_what_a_sequence_lacks() {
    let place = Place::new();
    table(&place);
    for (name, network) in [
        (
            "states of all steps",
            "[{embedding: {num_embeddings: 20, embedding_dim: 8}}, {lstm: 4}, {linear: 2}]",
        ),
        (
            "a state is no sequence",
            "[{embedding: {num_embeddings: 20, embedding_dim: 8}}, {lstm: {hidden_size: 4, output: last}}, {lstm: 4}, {linear: 2}]",
        ),
    ] {
        let (start, end) = (RECIPE.find("network:").unwrap(), RECIPE.find("optimizer:").unwrap());
        place.write(
            "x.yaml",
            format!("{}network: {network}\n{}", &RECIPE[..start], &RECIPE[end..]),
        );
        place.told(name, 3, &["check", "x.yaml"]);
    }
}
