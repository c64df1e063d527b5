//! Characters and their numbers.

use std::collections::{BTreeSet, HashMap};

/// What stands behind a text's end: no text has it.
const PADDING: &str = "<pad>";
/// A character that the vocabulary does not have.
const UNKNOWN: &str = "<unk>";
const UNKNOWN_ID: u32 = 1;
/// The most distinct characters.
pub(super) const MAX_CHARACTERS: usize = 10_000;

/// The characters that texts are made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Vocabulary {
    names: Vec<String>,
    ids: HashMap<char, u32>,
}

/// A text in numbers.
pub(super) struct Encoded {
    pub tokens: Vec<u32>,
    /// Characters of it that are not in the vocabulary.
    pub unknown: usize,
    /// Characters that it had no room for.
    pub cut: usize,
}

impl Vocabulary {
    /// All characters of these texts, sorted; none where there are more than [`MAX_CHARACTERS`].
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut characters = BTreeSet::new();
        for text in texts {
            characters.extend(text.chars());
            if characters.len() > MAX_CHARACTERS {
                return None;
            }
        }
        Some(Self::new(characters))
    }

    pub fn new(characters: impl IntoIterator<Item = char>) -> Self {
        let mut names = vec![PADDING.to_owned(), UNKNOWN.to_owned()];
        names.extend(characters.into_iter().map(String::from));
        Self::named(names)
    }

    /// One with these names, as a dataset's description has them.
    pub fn named(names: Vec<String>) -> Self {
        let only = |name: &String| {
            let mut characters = name.chars();
            characters.next().filter(|_| characters.next().is_none())
        };
        let ids = names.iter().map(only).zip(0..);
        Self {
            ids: ids.filter_map(|(character, id)| Some((character?, id))).collect(),
            names,
        }
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The first `room` characters of a text.
    pub fn encode(&self, text: &str, room: usize) -> Encoded {
        let id = |character| self.ids.get(&character).copied().unwrap_or(UNKNOWN_ID);
        let tokens: Vec<u32> = text.chars().take(room).map(id).collect();
        Encoded {
            unknown: tokens.iter().filter(|&&token| token == UNKNOWN_ID).count(),
            cut: text.chars().count() - tokens.len(),
            tokens,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_numbers_from_2_on() {
        let vocabulary = Vocabulary::of(["ba", "c<"]).unwrap();
        assert_eq!(vocabulary.names(), ["<pad>", "<unk>", "<", "a", "b", "c"]);
        let encoded = vocabulary.encode("cabé<pad>", 5);
        assert_eq!(
            (encoded.tokens, encoded.unknown, encoded.cut),
            (vec![5, 3, 4, 1, 2], 1, 4)
        );
        assert_eq!(Vocabulary::named(vocabulary.names().to_vec()), vocabulary);
    }

    #[test]
    fn more_characters_than_a_network_tells_apart_are_refused() {
        let text: String = (0..=MAX_CHARACTERS as u32)
            .filter_map(|i| char::from_u32(0x4e00 + i))
            .collect();
        assert_eq!(Vocabulary::of([text.as_str()]), None);
    }
}
