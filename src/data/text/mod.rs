//! Texts, character by character. A sample is a window of characters, its target the character that follows each.

mod characters;
mod divide;
mod new_text;
mod settings;
pub(super) mod tiny_shakespeare;
mod verses;
mod words;

use std::path::Path;

use characters::Alphabet;
use divide::dataset;
use new_text::new_text;
use settings::{PATH, RANDOM_OFFSET, SEQUENCE_LENGTH, Settings, TEST_SPLIT};

use super::{Dataset, DatasetDef, Origin};
use runner_declare::{Chosen, Section};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::text::format;

/// The largest file that is read: it is held in memory.
pub const MAX_FILE_BYTES: u64 = 1 << 30;
/// The most distinct characters.
pub const MAX_CHARACTERS: usize = 10_000;

/// The dataset `text`.
pub static DEF: DatasetDef = DatasetDef {
    section: Section {
        name: "text",
        doc: "A text file in UTF-8, character by character; each sample is a window of it.\n\
              The vocabulary is that of the whole file, as in char-rnn: a character that only the held-out end has \
              would otherwise have no output. The end of the file is the test part, what comes before it the \
              validation part; no two parts share a character.",
        fields: &[PATH, SEQUENCE_LENGTH, RANDOM_OFFSET, TEST_SPLIT],
        shorthand: Some("path"),
    },
    origin: Origin::File,
    describe: |chosen, context| load(chosen, &context.resolve(&path(chosen))).map(|dataset| dataset.info),
    load: |chosen, context| load(chosen, &context.resolve(&path(chosen))),
    new_inputs: new_text,
};

fn path(chosen: &Chosen) -> String {
    let path = chosen.settings.get("path").and_then(|path| path.as_str());
    path.unwrap_or_default().to_owned()
}

fn load(chosen: &Chosen, path: &Path) -> Result<Dataset> {
    let settings = Settings::of(chosen)?;
    let text = read(path)?;
    let alphabet = Alphabet::of(&text).map_err(|message| wrong(path, &message))?;
    let mut dataset = dataset("text", &text, &alphabet, &settings)?;
    dataset.info.notes = vec![format!(
        "{} characters, {} of them distinct, from {}",
        format::count(text.chars().count() as u64),
        alphabet.len(),
        path.display()
    )];
    Ok(dataset)
}

/// A text file; a byte order mark is no part of the text.
fn read(path: &Path) -> Result<String> {
    let unreadable = |error: std::io::Error| wrong(path, &error.to_string());
    let found = std::fs::metadata(path).map_err(unreadable)?;
    if !found.is_file() {
        return Err(wrong(path, "this is no file").help("name a file of text"));
    }
    if found.len() > MAX_FILE_BYTES {
        let message = format!("{} bytes, more than the {MAX_FILE_BYTES} that are read", found.len());
        return Err(wrong(path, &message));
    }
    let text = String::from_utf8(std::fs::read(path).map_err(unreadable)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong(path, &format!("no UTF-8 at byte {at}")).help("convert it, such as with `iconv -t utf-8`")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn wrong(path: &Path, message: &str) -> Error {
    Error::new(Kind::Data, format!("{}: {message}", path.display()))
}

#[cfg(test)]
mod tests;
