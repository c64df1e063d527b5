//! Verses that a grammar makes up: what may stand in for Shakespeare on a machine without a network. They are the
//! same everywhere, as those of a file are.

use rand_core::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::words::{ADJECTIVES, NAMES, NOUNS, OPENINGS, PLACES, SPEAKERS, VERBS};
use runner_ground::random::{Key, Purpose};

/// As many characters, and what is left of the last speech.
const LENGTH: usize = 240_000;

/// All of them.
pub(super) fn text() -> String {
    let mut poet = Poet(Key::new(0).purpose(Purpose::Generate).stream());
    let mut text = String::with_capacity(LENGTH + 1024);
    while text.len() < LENGTH {
        text.push_str(&poet.speech());
    }
    text
}

struct Poet(Xoshiro256PlusPlus);

impl Poet {
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A speaker, lines, an empty line.
    fn speech(&mut self) -> String {
        let mut speech = format!("{}:\n", self.one(SPEAKERS));
        for _ in 0..=self.below(5) {
            let line = self.line();
            let mut characters = line.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            speech.extend(first.into_iter().chain(characters));
            speech.push('\n');
        }
        speech.push('\n');
        speech
    }

    fn noun(&mut self) -> String {
        let noun = self.one(NOUNS);
        match self.below(3) {
            0 => noun.to_owned(),
            _ => format!("{} {noun}", self.one(ADJECTIVES)),
        }
    }

    fn line(&mut self) -> String {
        let (noun, other) = (self.noun(), self.noun());
        let (plain, third) = self.one(VERBS);
        let place = self.one(PLACES);
        let name = self.one(NAMES);
        let opening = self.one(OPENINGS);
        let adjective = self.one(ADJECTIVES);
        let end = self.one(&[",", ".", ";", ":", "!", "."]);
        match self.below(12) {
            0 => format!("{opening}, {name}, and {plain} my {noun}{end}"),
            1 => format!("the {noun} {third} the {other}{end}"),
            2 => format!("what {noun} is this, that {third} me {place}?"),
            3 => format!("thy {noun} is {adjective}, and mine the {other}{end}"),
            4 => format!("if ever {name} {third} the {noun}, let {place} be my {other}{end}"),
            5 => format!("I {plain} thee {place}, for all thy {noun}{end}"),
            6 => format!("O {noun}! O {other}, {adjective} and sweet{end}"),
            7 => format!("who shall {plain} the {noun}, if not the {other}?"),
            8 => format!("'tis but a {noun} {place}, and no {other}{end}"),
            9 => format!("{opening}! the {noun} {third} us {place}{end}"),
            10 => format!("he that {third} a {noun} must {plain} a {other}{end}"),
            _ => format!("and {place}, {name}, the well-worn {noun} {third} thee{end}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verses_are_the_same_again_and_many() {
        let text = text();
        assert_eq!(text, super::text());
        assert!((LENGTH..LENGTH + 1024).contains(&text.len()));
        let lines: std::collections::HashSet<&str> = text.lines().collect();
        assert!(lines.len() > 4000, "{} different lines", lines.len());
    }
}
