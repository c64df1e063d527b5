//! The exact words for names that are nearly right, and for keys in another's place.

use super::errors::says;
use super::language::{GOOD, load};

#[test]
fn a_misspelt_name_hides_no_other_mistake() {
    says(
        "name: adamw, lr: 1e-3, betas: [0.9, 0.99]",
        "name: adamm, lr: -1, betas: 3",
        "x.yaml:12:19: optimizer.name: there is no optimizer named 'adamm'\n  help: did you mean 'adam'?\n\
         x.yaml:12:30: optimizer.lr: expected a number greater than 0, found the number -1\n\
         x.yaml:12:41: optimizer.betas: expected a list of 2, each a number from 0 up to, but not including, 1, found the number 3",
    );
    says(
        "- linear: 10",
        "- lineer: -3",
        "x.yaml:10:5: network.3.lineer: there is no layer named 'lineer'\n  help: did you mean 'linear'?\n\
         x.yaml:10:13: network.3.lineer.out_features: expected a whole number from 1 to 65536, found the number -3",
    );
    let text = GOOD
        .replace("task: classification", "task: clasification")
        .replace("- linear: 10", "- lineer: 10")
        .replace("loss: cross_entropy", "loss: cross_entropi");
    assert_eq!(
        load(&text).unwrap_err(),
        "x.yaml:1:7: task: there is no task named 'clasification'\n  help: did you mean 'classification'?\n\
         x.yaml:10:5: network.3.lineer: there is no layer named 'lineer'\n  help: did you mean 'linear'?\n\
         x.yaml:11:7: loss.name: there is no loss named 'cross_entropi'\n  help: did you mean 'cross_entropy'?"
    );
}

#[test]
fn a_task_is_a_name() {
    says(
        "task: classification",
        "task: 3",
        "x.yaml:1:7: task: expected a name, found the number 3\n  help: one of classification, gan",
    );
    says(
        "task: classification",
        "task: ",
        "x.yaml:1:5: task: expected a name, found nothing\n  help: one of classification, gan",
    );
}

#[test]
fn misplaced_and_foreign_keys_are_shown_their_place() {
    for (key, owner, place) in [
        ("lr", "a classification recipe", "optimizer.lr"),
        ("learning_rate", "a classification recipe", "optimizer.lr"),
        ("epocs", "a classification recipe", "trainer.epochs"),
        ("max_epochs", "a classification recipe", "trainer.epochs"),
    ] {
        let message = format!("x.yaml:2:1: {key}: {owner} has no key '{key}'\n  help: did you mean '{place}'?");
        says("seed: 42", &format!("{key}: 42"), &message);
    }
    says(
        "epochs: 5",
        "lr: 3",
        "x.yaml:14:11: trainer.lr: trainer has no key 'lr'\n  help: did you mean 'optimizer.lr'?",
    );
    says(
        "lr: 1e-3",
        "learning_rate: 1e-3",
        "x.yaml:12:26: optimizer.learning_rate: adamw has no key 'learning_rate'\n  help: did you mean 'lr'?",
    );
}

#[test]
fn networks_are_looked_at_whatever_the_task() {
    let text = GOOD.replace("task: classification\n", "").replace("- relu", "- rellu");
    assert_eq!(
        load(&text).unwrap_err(),
        "x.yaml:1:1: task: this key is missing\n  help: add 'task: classification or gan'\n\
         x.yaml:5:5: network.1.rellu: there is no layer named 'rellu'\n  help: did you mean 'relu'?"
    );
}
