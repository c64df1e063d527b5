//! "Did you mean": the known word that a misspelt one probably was.

use runner_declare::{Field, Section};
use runner_ground::text::closest;

/// What other tools call what a recipe calls otherwise.
const ALIASES: [(&str, &str); 17] = [
    ("learning_rate", "lr"),
    ("scheduler", "lr_scheduler"),
    ("learning_rate_scheduler", "lr_scheduler"),
    ("max_epochs", "epochs"),
    ("num_epochs", "epochs"),
    ("n_epochs", "epochs"),
    ("random_seed", "seed"),
    ("random_state", "seed"),
    ("data", "dataset"),
    ("model", "network"),
    ("layers", "network"),
    ("criterion", "loss"),
    ("units", "out_features"),
    ("max_grad_norm", "gradient_clip_norm"),
    ("val_split", "validation_split"),
    ("num_threads", "threads"),
    ("l2", "weight_decay"),
];

/// The key that another tool's key is called here.
#[must_use]
pub fn alias(word: &str) -> Option<&'static str> {
    ALIASES
        .iter()
        .find(|(theirs, _)| *theirs == word)
        .map(|(_, ours)| *ours)
}

/// The entry of this name, else the one that it probably means.
#[must_use]
pub fn meant(of: &[&'static Section], name: &str) -> Option<&'static Section> {
    let named = |name: &str| of.iter().copied().find(|section| section.name == name);
    named(name).or_else(|| named(closest(name, &names(of))?))
}

/// The field that a key which is none of these probably means.
#[must_use]
pub fn meant_key<'a>(fields: &[&'a Field], key: &str) -> Option<&'a Field> {
    let keys: Vec<&str> = fields.iter().map(|field| field.key).collect();
    let near = closest(alias(key).unwrap_or(key), &keys)?;
    fields.iter().copied().find(|field| field.key == near)
}

/// The names of a registry's entries.
#[must_use]
pub fn names(of: &[&'static Section]) -> Vec<&'static str> {
    of.iter().map(|section| section.name).collect()
}
