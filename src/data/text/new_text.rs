//! A text that a trained network is to read.

use std::path::Path;
use std::sync::Arc;

use super::super::column::{Following, Seen, Windows};
use super::super::inputs::{Inputs, Names};
use super::super::{DataInfo, Part};
use super::characters::Alphabet;
use super::{read, wrong};
use runner_declare::Chosen;
use runner_ground::error::{Error, Result};

/// A text as windows; each character but the first is called by where it stands: `line:column`, from 1. The last
/// window is filled up; nothing but these places is to be looked at.
///
/// # Errors
/// With the place: a character that the training did not have. A text of one character or none.
pub(super) fn new_text(path: &Path, info: &DataInfo, _: &Chosen) -> Result<Inputs> {
    let (places, windows) = windows(path, info.vocabulary().unwrap_or_default(), info.width())?;
    let (text, rows) = (Arc::new(windows), 0..);
    let rows = rows.take(text.len()).collect();
    Ok(Inputs {
        part: Part::new(Seen(text.clone()), Following(text), rows),
        names: Names::Rows(places),
        notes: Vec::new(),
        unread: Vec::new(),
    })
}

fn windows(path: &Path, characters: &[String], length: usize) -> Result<(Vec<String>, Windows)> {
    let alphabet = Alphabet::new(characters.iter().filter_map(|name| name.chars().next()).collect());
    let text = read(path)?;
    let (mut line, mut column) = (1, 0);
    let (mut tokens, mut places) = (Vec::new(), Vec::new());
    for character in text.chars() {
        column += 1;
        let token = alphabet.number(character);
        tokens.push(token.ok_or_else(|| unknown(path, [line, column], character, characters.len()))?);
        places.push(format!("{line}:{column}"));
        if character == '\n' {
            (line, column) = (line + 1, 0);
        }
    }
    if places.len() < 2 {
        return Err(wrong(
            path,
            "a text of two characters or more is needed: each is predicted from those before it",
        ));
    }
    places.remove(0);
    tokens.resize(places.len().div_ceil(length) * length + 1, 0);
    let windows = Windows::fixed(tokens, length).ok_or_else(|| wrong(path, "it is too short"))?;
    Ok((places, windows))
}

fn unknown(path: &Path, [line, column]: [usize; 2], character: char, count: usize) -> Error {
    let message = format!(
        "{}:{line}:{column}: '{}' is none of the {count} characters that the training had",
        path.display(),
        character.escape_debug()
    );
    Error::new(runner_ground::error::Kind::Data, message).help("replace it, or train on a text that has it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_but_the_first_has_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new.txt");
        let characters = ["\n", "a", "b"].map(str::to_owned);
        std::fs::write(&path, "ab\nba").unwrap();
        let (places, cut) = windows(&path, &characters, 3).unwrap();
        assert_eq!(places, ["1:2", "1:3", "2:1", "2:2"]);
        assert_eq!((cut.len(), cut.window(0, 0)), (2, &[1, 2, 0, 2][..]));
        assert_eq!(cut.window(0, 1), &[2, 1, 0, 0]);
        std::fs::write(&path, "ab\nbé").unwrap();
        let message = windows(&path, &characters, 3).unwrap_err().to_string();
        assert!(
            message.contains("new.txt:2:2: 'é' is none of the 3 characters"),
            "{message}"
        );
        std::fs::write(&path, "a").unwrap();
        assert!(windows(&path, &characters, 3).is_err());
    }
}
