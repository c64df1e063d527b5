//! `runner lr-find`: learning rates that are worth trying, and nothing that stays.

use crate::support::place::{Place, recipe, test_metric, text};
use serde_json::Value;

fn digits() -> String {
    recipe("digits_mlp.yaml").to_str().unwrap().to_owned()
}

fn lr_find(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let output = place.runner([&["lr-find"], arguments].concat());
    (output.status.code(), text(&output))
}

#[test]
fn it_suggests_rates_that_train_and_keeps_nothing() {
    let place = Place::new();
    let (code, said) = lr_find(&place, &[&digits(), "--html", "lr.html"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("digits_mlp: ") && said.contains("valley") && said.contains("steepest"),
        "{said}"
    );
    let drawn = said
        .lines()
        .filter(|line| line.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)));
    assert!(drawn.count() >= 6, "a curve: {said}");
    assert!(said.contains('▲'), "{said}");
    let page = std::fs::read_to_string(place.path().join("lr.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("each step") && !page.contains("<script"));
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "it needs nothing else"
    );
    assert!(!place.results().exists(), "nothing is kept");

    let (code, said) = lr_find(&place, &[&digits(), "--json", "--threads", "2"]);
    let found: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(code, Some(0));
    let numbers = |key: &str| -> Vec<f64> {
        let list = found[key].as_array().unwrap();
        list.iter().map(|number| number.as_f64().unwrap()).collect()
    };
    let (lrs, losses) = (numbers("lrs"), numbers("losses"));
    assert!(
        lrs.len() == losses.len() && lrs.len() > 50 && lrs.len() <= 100,
        "{}",
        lrs.len()
    );
    assert!((lrs[0] / 1e-7 - 1.0).abs() < 1e-9);
    let factor = 1e8f64.powf(1.0 / 99.0);
    for pair in lrs.windows(2) {
        assert!((pair[1] / pair[0] / factor - 1.0).abs() < 1e-9);
    }
    assert!(
        (losses[0] - 10f64.ln()).abs() < 0.5,
        "ten classes, nothing learnt: {}",
        losses[0]
    );
    let valley = found["suggestions"]["valley"].as_f64().unwrap();
    assert!((1e-4..=0.3).contains(&valley), "{valley}");
    assert_eq!(
        lr_find(&place, &[&digits(), "--json", "--threads", "1"]).1,
        said,
        "the same on any number of threads"
    );

    let run = place.train(
        recipe("digits_mlp.yaml").as_path(),
        &[
            "--set",
            &format!("optimizer.lr={valley:e}"),
            "--set",
            "trainer.epochs=5",
        ],
    );
    assert!(test_metric(&run, "test_accuracy") > 0.9);
}

#[test]
fn the_whole_training_is_tried_as_it_is() {
    let place = Place::new();
    // Accumulation, a last batch that is smaller, dropout, clipping, a plateau, and an epoch of five steps.
    let recipe = place.write(
        "iris.yaml",
        "task: classification\ndataset: {name: iris, validation_split: 0.2, test_split: 0.2}\n\
         network: [{linear: 8}, tanh, {dropout: 0.1}, {linear: 3}]\n\
         optimizer: {name: sgd, lr: 0.02, momentum: 0.9}\n\
         lr_scheduler: {name: reduce_on_plateau, warmup_epochs: 1}\n\
         trainer: {epochs: 3, batch_size: 10, accumulate_grad_batches: 2, gradient_clip_norm: 1.0}\n",
    );
    let (code, said) = lr_find(
        &place,
        &[
            recipe.to_str().unwrap(),
            "--from",
            "1e-4",
            "--to",
            "1",
            "--steps",
            "40",
            "--json",
        ],
    );
    let found: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!((code, &found["own"]), (Some(0), &0.02.into()));
    assert!((found["lrs"][0].as_f64().unwrap() / 1e-4 - 1.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_tried_is_told() {
    let place = Place::new();
    let (digits, gan) = (digits(), recipe("mnist_gan.yaml"));
    for (name, code, arguments) in [
        ("an empty range", 2, &[&digits, "--from", "1", "--to", "0.1"][..]),
        ("too few steps", 2, &[&digits, "--steps", "3"]),
        ("a rate of 0", 2, &[&digits, "--from", "0"]),
        ("several networks", 2, &[gan.to_str().unwrap(), "--offline"]),
        (
            "a page that cannot be written",
            1,
            &[&digits, "--html", "no/such/lr.html"],
        ),
    ] {
        place.told(name, code, &[&["lr-find"], arguments].concat());
    }
}
