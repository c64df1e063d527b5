//! Characters and their numbers.

use std::collections::{BTreeSet, HashMap};

use super::MAX_CHARACTERS;

/// The characters that there are, sorted; each one's place is its number.
pub(super) struct Alphabet {
    characters: Vec<char>,
    numbers: HashMap<char, u16>,
}

impl Alphabet {
    /// Those of a text.
    pub fn of(text: &str) -> Result<Self, String> {
        let mut distinct = BTreeSet::new();
        for character in text.chars() {
            distinct.insert(character);
            if distinct.len() > MAX_CHARACTERS {
                return Err(format!(
                    "more than {MAX_CHARACTERS} distinct characters, too many for a network that tells them apart"
                ));
            }
        }
        Ok(Self::new(distinct.into_iter().collect()))
    }

    /// These, which must be no more than [`MAX_CHARACTERS`].
    pub fn new(characters: Vec<char>) -> Self {
        let numbers = characters.iter().copied().zip(0u16..).collect();
        Self { characters, numbers }
    }

    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// A character's number.
    pub fn number(&self, character: char) -> Option<u16> {
        self.numbers.get(&character).copied()
    }

    /// Each character as a text of its own.
    pub fn names(&self) -> Vec<String> {
        self.characters.iter().map(char::to_string).collect()
    }

    /// A text as numbers; characters that are not in it are left out, of which there are none in its own text.
    pub fn encode(&self, text: &str) -> Vec<u16> {
        text.chars().filter_map(|character| self.number(character)).collect()
    }
}
