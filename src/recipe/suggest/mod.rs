//! Words that people bring from other tools: those of PyTorch that mean the same are taken, the others are answered with
//! "did you mean".

mod keys;
mod names;
mod torch;

pub use keys::{instead, words};
pub use torch::{key as torch_key, keys_of, name as torch_name, names_of};

use runner_declare::{Field, Section};
use runner_ground::text::closest;

/// The entry of this name, else the one that it probably means.
#[must_use]
pub fn meant(of: &[&'static Section], name: &str) -> Option<&'static Section> {
    let named = |name: &str| of.iter().copied().find(|section| section.name == name);
    let squashed = squash(name);
    // Classes are called `StepLR`, `HuberLoss`, `SoftmaxLayer`.
    let stem = CLASSES.iter().find_map(|end| squashed.strip_suffix(end));
    let written = |word: &str| {
        let mut others = of.iter().copied();
        let own = others.find(|section| squash(section.name) == word);
        own.or_else(|| names::of_others(word).iter().find_map(|ours| named(ours)))
    };
    named(name)
        .or_else(|| named(torch_name(name)?))
        .or_else(|| written(&squashed))
        .or_else(|| written(stem?))
        .or_else(|| named(closest(name, &names(of))?))
}

/// What names of classes end in.
const CLASSES: [&str; 5] = ["loss", "lr", "layer", "optimizer", "scheduler"];

/// The key that a word probably means, among these.
#[must_use]
pub fn near<'a>(word: &str, keys: &[&'a str]) -> Option<&'a str> {
    let there = |ours: &str| keys.iter().copied().find(|key| *key == ours);
    let squashed = squash(word);
    keys.iter()
        .copied()
        .find(|key| squash(key) == squashed && *key != word)
        .or_else(|| words(word).iter().find_map(|ours| there(ours)))
        .or_else(|| closest(word, keys))
}

/// The field that a key which is none of these probably means.
#[must_use]
pub fn meant_key<'a>(fields: &[&'a Field], key: &str) -> Option<&'a Field> {
    let keys: Vec<&str> = fields.iter().map(|field| field.key).collect();
    let near = near(key, &keys)?;
    fields.iter().copied().find(|field| field.key == near)
}

/// The names of a registry's entries.
#[must_use]
pub fn names(of: &[&'static Section]) -> Vec<&'static str> {
    of.iter().map(|section| section.name).collect()
}

/// Letters and digits alone, all small: `Max-Pool_2d` and `maxpool2d` are one word.
fn squash(word: &str) -> String {
    let kept = word.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_the_key_that_is_there() {
        let trainer = ["epochs", "batch_size", "gradient_clip_norm"];
        for (word, ours) in [
            ("batchSize", "batch_size"),
            ("bs", "batch_size"),
            ("max_epochs", "epochs"),
            ("epocs", "epochs"),
            ("clip-norm", "gradient_clip_norm"),
        ] {
            assert_eq!(near(word, &trainer), Some(ours), "{word}");
        }
        assert_eq!(near("units", &["hidden_size", "num_layers"]), Some("hidden_size"));
        assert_eq!(near("units", &["out_features", "bias"]), Some("out_features"));
        assert_eq!(near("colour", &trainer), None);
    }
}
